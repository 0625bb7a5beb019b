"""Codes of the columns, with their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.warning.rules.publishing import KIND_LABELS
from anlan.warning.rules.signal import CHANGE_LABELS, HAZARD_LABELS, LEVEL_LABELS

LEVEL_CHOICES = [(level.value, _(label)) for level, label in LEVEL_LABELS.items()]
HAZARD_CHOICES = [(hazard.value, _(label)) for hazard, label in HAZARD_LABELS.items()]
CHANGE_CHOICES = [(change.value, _(label)) for change, label in CHANGE_LABELS.items()]

KIND_CHOICES = [(kind.value, _(label)) for kind, label in KIND_LABELS.items()]


class Intake(models.TextChoices):
    """By which way a message came."""

    PASTED = "pasted", _("pasted by a person")
    API = "api", _("sent by a system")
    CAP = "cap", _("CAP file")
