"""Codes of the columns, with their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.review.rules.effect import EFFECT_LABELS

EFFECT_CHOICES = [(effect.value, _(label)) for effect, label in EFFECT_LABELS.items()]


class Origin(models.TextChoices):
    """Where a problem came to light."""

    INSPECTION = "inspection", _("on-site inspection")
    EVALUATION = "evaluation", _("evaluation")
    ACCIDENT = "accident", _("accident or disaster")
    ITEM = "item", _("plan item or indicator")
    SUPERVISION = "supervision", _("supervision order")
    FOLLOW_UP = "follow-up", _("an improvement before it")
    OTHER = "other", _("other")


ORIGIN_OF = {
    "plan.problem": Origin.INSPECTION,
    "plan.inspection": Origin.INSPECTION,
    "plan.evaluation": Origin.EVALUATION,
    "losses.accident": Origin.ACCIDENT,
    "losses.disaster": Origin.ACCIDENT,
    "plan.planitem": Origin.ITEM,
    "plan.supervisionorder": Origin.SUPERVISION,
    "review.improvement": Origin.FOLLOW_UP,
}
"""By the label of the table, so that nothing here points to the right."""


class Direction(models.TextChoices):
    """Where better lies."""

    UP = "up", _("more is better")
    DOWN = "down", _("less is better")
