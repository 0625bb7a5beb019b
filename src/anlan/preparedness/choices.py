"""Codes of the columns, with their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.preparedness.rules.notice_check import Asked
from anlan.preparedness.rules.photo_time import TIME_PROOF_LABELS

ASKED_CHOICES = [
    (Asked.PROGRESS.value, _("clear progress")),
    (Asked.COMPLETE.value, _("all complete")),
]
TIME_PROOF_CHOICES = [(proof.value, _(label)) for proof, label in TIME_PROOF_LABELS.items()]


class QuantityUnit(models.TextChoices):
    """In what the work of a place is counted; stored in its base unit."""

    METRE = "m", _("km of line or pipe")
    SQUARE_METRE = "m2", _("square metres")
    HOUSEHOLD = "household", _("households")
    PIECE = "piece", _("pieces")


class AcceptanceResult(models.TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")
