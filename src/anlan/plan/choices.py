"""Codes of the plan: stable English codes, labels for screens."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemKind(models.TextChoices):
    INDICATOR = "indicator", _("Core indicator")
    SUBGOAL = "subgoal", _("Sub-goal")
    TASK = "task", _("Key task")
    FOCUS = "focus", _("Focus sector")
    PROJECT = "project", _("Key project")
    CLAUSE = "clause", _("Principle or requirement")


class DutyMode(models.TextChoices):
    LEAD_SUPPORT = "lead_support", _("Lead and supporting bodies")
    JOINT = "joint", _("Joint, the notice names no lead")
    SOLE = "sole", _("One body, the notice names no lead")
    NONE = "none", _("No body assigned")


class DutyRole(models.TextChoices):
    LEAD = "lead", _("Leads")
    SUPPORT = "support", _("Supports")
    JOINT = "joint", _("Responsible jointly")


class MatchState(models.TextChoices):
    NAME = "name", _("Matched by name")
    FORMER = "former", _("Matched by a former or later name")
    GROUP = "group", _("Stands for a group")
    PERSON = "person", _("Matched by a person")
    OPEN = "open", _("Waiting for a person to match it")


class NoticeSource(models.TextChoices):
    FACTS = "facts", _("Rendered from the facts of the profile")
    FILE = "file", _("Read from the published file")


class NoticeState(models.TextChoices):
    IN_FORCE = "in-force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
