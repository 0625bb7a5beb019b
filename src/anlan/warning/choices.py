"""Codes of the columns, with their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.warning.rules.bulletin.life import STATE_LABELS
from anlan.warning.rules.bulletin.route import WAY_LABELS as BULLETIN_WAY_LABELS
from anlan.warning.rules.call_state import CALL_STATE_LABELS
from anlan.warning.rules.ladder import WAY_LABELS, WHO_LABELS
from anlan.warning.rules.publishing import KIND_LABELS
from anlan.warning.rules.recipients import FOUND_LABELS
from anlan.warning.rules.signal import CHANGE_LABELS, HAZARD_LABELS, LEVEL_LABELS

LEVEL_CHOICES = [(level.value, _(label)) for level, label in LEVEL_LABELS.items()]
HAZARD_CHOICES = [(hazard.value, _(label)) for hazard, label in HAZARD_LABELS.items()]
CHANGE_CHOICES = [(change.value, _(label)) for change, label in CHANGE_LABELS.items()]

BULLETIN_STATE_CHOICES = [(state.value, _(label)) for state, label in STATE_LABELS.items()]
WAY_CHOICES_OF_BULLETIN = [(way.value, _(label)) for way, label in BULLETIN_WAY_LABELS.items()]
KIND_CHOICES = [(kind.value, _(label)) for kind, label in KIND_LABELS.items()]
CALL_STATE_CHOICES = [(state.value, _(label)) for state, label in CALL_STATE_LABELS.items()]
FOUND_CHOICES = [(found.value, _(label)) for found, label in FOUND_LABELS.items()]
WAY_CHOICES = [(way.value, _(label)) for way, label in WAY_LABELS.items()]
WHO_CHOICES = [(who.value, _(label)) for who, label in WHO_LABELS.items()]


class CallEventKind(models.TextChoices):
    """What happened to an addressee of a round."""

    CALL = "call", _("step begun")
    DELIVERED = "delivered", _("message delivered")
    FAILED = "failed", _("message not deliverable")
    READ = "read", _("reading receipt")
    NO_ANSWER = "no-answer", _("called, nobody answered")
    WRONG = "wrong-number", _("called, wrong number")
    ANSWER = "answer", _("answer")
    AFTER = "after", _("spoke after the release")
    ALARM = "alarm", _("given up, duty alarmed")


class RoundEnd(models.TextChoices):
    """Why a round was closed."""

    LIFTED = "lifted", _("the warning was lifted")
    EXPIRED = "expired", _("the warning expired")
    REPLACED = "replaced", _("a later round replaced it")
    BY_HAND = "by-hand", _("closed by hand")


class Intake(models.TextChoices):
    """By which way a message came."""

    PASTED = "pasted", _("pasted by a person")
    API = "api", _("sent by a system")
    CAP = "cap", _("CAP file")
    OWN = "own", _("own bulletin")
