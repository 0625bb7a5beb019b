"""Codes of the plan with labels for screens. What the rules name already is taken from them."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anlan.plan.rules.carry_over.decision import DECISION_LABELS
from anlan.plan.rules.carry_over.proposal import LIKENESS_LABELS
from anlan.plan.rules.carry_over.standing import STANDING_LABELS
from anlan.plan.rules.evaluation.facts import KIND_LABELS as EVALUATION_KINDS
from anlan.plan.rules.evaluation.life import EVALUATION_LABELS
from anlan.plan.rules.indicators.choices import BASIS_LABELS as FACTS_LABELS
from anlan.plan.rules.indicators.choices import CHOICE_LABELS, READING_LABELS
from anlan.plan.rules.loop.assignment import ASSIGNMENT_LABELS, STEP_LABELS
from anlan.plan.rules.loop.control_figures import NATURE_LABELS
from anlan.plan.rules.loop.deliverable import BASIS_LABELS, FINISH_LABELS
from anlan.plan.rules.loop.handling import HANDLING_LABELS, Handling
from anlan.plan.rules.loop.obstacle import OBSTACLE_LABELS
from anlan.plan.rules.loop.report import REPORT_LABELS
from anlan.plan.rules.matching import MATCH_LABELS, MatchState
from anlan.plan.rules.notice.values import KIND_LABELS, MODE_LABELS, Kind, Mode
from anlan.plan.rules.supervision.ladder import LEVEL_LABELS, RUNG_LABELS
from anlan.plan.rules.supervision.life import ORDER_LABELS, SLIP_LABELS
from anlan.plan.rules.supervision.paper import PAPER_LABELS
from anlan.plan.rules.workbook.collection import PURPOSE_LABELS, RETURN_LABELS


def labelled(labels: Mapping[Any, str]) -> list[tuple[str, str | Promise]]:
    return [(code.value, _(label)) for code, label in labels.items()]


KIND_CHOICES = labelled(KIND_LABELS)
MODE_CHOICES = labelled(MODE_LABELS)
MATCH_CHOICES = labelled(MATCH_LABELS)
DECIDED_CHOICES = [
    (code, label) for code, label in labelled(HANDLING_LABELS) if code != Handling.STATEMENT
]
"""What a person may decide; that an item is a statement follows from its text."""
STEP_CHOICES = labelled(STEP_LABELS)
ASSIGNMENT_CHOICES = labelled(ASSIGNMENT_LABELS)
NATURE_CHOICES = labelled(NATURE_LABELS)
BASIS_CHOICES = labelled(BASIS_LABELS)
FINISH_CHOICES = labelled(FINISH_LABELS)
REPORT_CHOICES = labelled(REPORT_LABELS)
OBSTACLE_CHOICES = labelled(OBSTACLE_LABELS)
CHOICE_KIND_CHOICES = labelled(CHOICE_LABELS)
READING_CHOICES = labelled(READING_LABELS)
BASIS_OF_FACTS_CHOICES = labelled(FACTS_LABELS)
PURPOSE_CHOICES = labelled(PURPOSE_LABELS)
RETURN_CHOICES = labelled(RETURN_LABELS)
LEVEL_CHOICES = labelled(LEVEL_LABELS)
RUNG_CHOICES = labelled(RUNG_LABELS)
ORDER_CHOICES = labelled(ORDER_LABELS)
SLIP_CHOICES = labelled(SLIP_LABELS)
PAPER_CHOICES = labelled(PAPER_LABELS)
EVALUATION_CHOICES = labelled(EVALUATION_LABELS)
EVALUATION_KIND_CHOICES = labelled(EVALUATION_KINDS)
DECISION_CHOICES = labelled(DECISION_LABELS)
LIKENESS_CHOICES = labelled(LIKENESS_LABELS)
STANDING_CHOICES = labelled(STANDING_LABELS)
__all__ = [
    "ASSIGNMENT_CHOICES",
    "BASIS_CHOICES",
    "BASIS_OF_FACTS_CHOICES",
    "CHOICE_KIND_CHOICES",
    "DECIDED_CHOICES",
    "DECISION_CHOICES",
    "EVALUATION_CHOICES",
    "EVALUATION_KIND_CHOICES",
    "FINISH_CHOICES",
    "KIND_CHOICES",
    "LEVEL_CHOICES",
    "LIKENESS_CHOICES",
    "MATCH_CHOICES",
    "MODE_CHOICES",
    "NATURE_CHOICES",
    "OBSTACLE_CHOICES",
    "ORDER_CHOICES",
    "PAPER_CHOICES",
    "PURPOSE_CHOICES",
    "READING_CHOICES",
    "REPORT_CHOICES",
    "RETURN_CHOICES",
    "RUNG_CHOICES",
    "SLIP_CHOICES",
    "STANDING_CHOICES",
    "STEP_CHOICES",
    "DutyRole",
    "Kind",
    "MatchState",
    "Mode",
    "NoticeSource",
    "UpwardContent",
    "UpwardWay",
]


class DutyRole(models.TextChoices):
    LEAD = "lead", _("Leads")
    SUPPORT = "support", _("Supports")
    JOINT = "joint", _("Responsible jointly")


class NoticeSource(models.TextChoices):
    FACTS = "facts", _("Rendered from the facts of the profile")
    FILE = "file", _("Read from the published file")


class Comparison(models.TextChoices):
    """How an indicator is held against its target; `<` is strict."""

    BELOW = "<", _("below (strictly)")
    AT_MOST = "<=", _("at most")
    ABOVE = ">", _("above (strictly)")
    AT_LEAST = ">=", _("at least")
    EQUAL = "=", _("equal to")
    UP = "up", _("rises by")
    DOWN = "down", _("falls by")


class UpwardContent(models.TextChoices):
    """What a report to the level above consists of."""

    EVALUATION = "evaluation", _("signed evaluation")
    PROGRESS = "progress", _("summary of progress")


class UpwardWay(models.TextChoices):
    """How a report left; the program records it and sends nothing by itself."""

    PLATFORM = "platform", _("official document exchange platform")
    COURIER = "courier", _("courier or confidential post")
    BY_HAND = "by-hand", _("handed in")
