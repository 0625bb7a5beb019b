"""Codes of the plan with labels for screens. What the rules name already is taken from them."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anlan.plan.rules.matching import MATCH_LABELS, MatchState
from anlan.plan.rules.notice.values import KIND_LABELS, MODE_LABELS, Kind, Mode


def labelled(labels: Mapping[StrEnum, str]) -> list[tuple[str, str | Promise]]:
    return [(code.value, _(label)) for code, label in labels.items()]


KIND_CHOICES = labelled(KIND_LABELS)  # type: ignore[arg-type]
MODE_CHOICES = labelled(MODE_LABELS)  # type: ignore[arg-type]
MATCH_CHOICES = labelled(MATCH_LABELS)  # type: ignore[arg-type]
__all__ = [
    "KIND_CHOICES",
    "MATCH_CHOICES",
    "MODE_CHOICES",
    "DutyRole",
    "Kind",
    "MatchState",
    "Mode",
    "NoticeSource",
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
