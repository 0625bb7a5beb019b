"""Codes of the columns, with their labels."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.sensing.rules.observed_property import PROPERTY_LABELS, ObservedProperty
from anlan.warning.rules.bulletin.life import STATE_LABELS
from anlan.warning.rules.bulletin.route import WAY_LABELS as BULLETIN_WAY_LABELS
from anlan.warning.rules.call_state import CALL_STATE_LABELS
from anlan.warning.rules.cap.labels import KIND_OF_MESSAGE_LABELS, SCOPE_LABELS, STATUS_LABELS
from anlan.warning.rules.engine.plan import Operation
from anlan.warning.rules.ladder import WAY_LABELS, WHO_LABELS
from anlan.warning.rules.monitoring.group import COMPARISON_LABELS, OPERATION_LABELS, Comparison
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
CAP_STATUS_CHOICES = [(each.value, _(label)) for each, label in STATUS_LABELS.items()]
CAP_KIND_CHOICES = [(each.value, _(label)) for each, label in KIND_OF_MESSAGE_LABELS.items()]
CAP_SCOPE_CHOICES = [(each.value, _(label)) for each, label in SCOPE_LABELS.items()]
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


class ReplyState(models.TextChoices):
    """What became of an SMS reply."""

    CONFIRMED = "confirmed", _("confirmed the call")
    UNREAD = "unread", _("not read yet")
    READ = "read", _("read by the duty")
    UNKNOWN = "unknown", _("unknown number, not looked at yet")
    DISMISSED = "dismissed", _("of nobody who was called")


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


GAS = "gas"
MONITORED_CHOICES = [*HAZARD_CHOICES, (GAS, _("gas at mines and plants"))]
"""What a monitoring rule watches for: the hazards of warnings, and what only sensors know."""
OBSERVED_CHOICES = [(code.value, _(label)) for code, label in PROPERTY_LABELS.items()]
ACCUMULATED = (ObservedProperty.RAIN.value,)
"""What is added up: readings of a time step are its parts."""
OPERATION_CHOICES = [(each.value, _(OPERATION_LABELS[each])) for each in Operation]
COMPARISON_CHOICES = [(each.value, _(COMPARISON_LABELS[each])) for each in Comparison]


class Method(models.TextChoices):
    """Where the limits of a monitoring rule come from, and what decides."""

    FIXED = "fixed", _("limits of the rule over windows")
    LEVELS = "levels", _("the station's own water levels")
    CRITICAL = "critical", _("critical rainfall of the village")
    OWN = "own", _("the station's own limits")
    METHANE = "methane", _("limits of the place in the mine")
    TANGENT = "tangent", _("tangent angle of the displacement")
    EFFECTIVE = "effective", _("effective antecedent rainfall")
    RISE = "rise", _("rate of rise towards the next level")
    COMBINED = "combined", _("two notices at one station")


class NoticeEventKind(models.TextChoices):
    """What happened to a notice."""

    RAISED = "raised", _("notice raised")
    HIGHER = "higher", _("level higher")
    LOWER = "lower", _("level lower")
    SILENT = "silent", _("silent, level held")
    HEARD = "heard", _("heard again")
    LATE = "late", _("readings came late")
    CLEARED = "cleared", _("below the limits, ended")
    UNWATCHED = "unwatched", _("ended by hand: watched no more")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    JUDGED = "judged", _("judged")


class Judged(models.TextChoices):
    """What a person says afterwards, for the scoring."""

    OPEN = "", _("not judged yet")
    EVENT = "event", _("there was an event")
    NO_EVENT = "no-event", _("not an event")


class CapState(models.TextChoices):
    """What became of a CAP file."""

    WAITING = "waiting", _("waits for a person")
    KEPT = "kept", _("kept as a message")
    SET_ASIDE = "set-aside", _("set aside: no warning")
    DISMISSED = "dismissed", _("dismissed by a person")


class CapForm(models.TextChoices):
    """Which form a file has."""

    CAP = "cap", _("CAP 1.2")
    NATIONAL = "national", _("12379, draft mapping")


class Signature(models.TextChoices):
    """What the signature of a file proves. One that does not hold refuses the file."""

    UNSIGNED = "unsigned", _("not signed")
    UNKNOWN = "unknown", _("signed, by an unknown signer")
    KNOWN = "known", _("signed by its owner, proven")


def hazard_and_level(hazard: str, level: str) -> str:
    """The two labels in one; Chinese puts nothing between them."""
    return gettext("{hazard} {level}").format(hazard=hazard, level=level)
