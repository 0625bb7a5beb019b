"""Codes of the columns, with their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.sensing.rules.observed_property import PROPERTY_LABELS, UNITS

PROPERTY_CHOICES = [(code.value, _(label)) for code, label in PROPERTY_LABELS.items()]
UNIT_CHOICES = [(unit, unit) for unit in UNITS]


class StationKind(models.TextChoices):
    """What a station watches."""

    RAIN = "rain", _("rain gauge")
    HYDROLOGY = "hydrology", _("river or reservoir gauge")
    WEATHER = "weather", _("weather station")
    SOIL = "soil", _("soil moisture station")
    SLOPE = "slope", _("geological hazard point")
    DAM = "dam", _("dam or tailings pond")
    MINE = "mine", _("mine")
    PLANT = "plant", _("plant or tank farm")
    BRIDGE = "bridge", _("bridge")
    PIPE = "pipe", _("pipe network")
    OTHER = "other", _("other station")


HAZARD_SITES = (StationKind.SLOPE, StationKind.DAM, StationKind.MINE, StationKind.PLANT)
"""House rule (coverage.md, maps): places of dams and hazard sites are never public."""


class StationState(models.TextChoices):
    IN_USE = "in-use", _("In use")
    PAUSED = "paused", _("Paused")
    REMOVED = "removed", _("Removed")


class ThresholdKind(models.TextChoices):
    """A limit of one datastream's own."""

    WARNING_LEVEL = "warning-level", _("warning water level")
    GUARANTEE_LEVEL = "guarantee-level", _("guarantee level")
    RECORD_LEVEL = "record-level", _("highest level on record")
    FLOOD_LIMIT = "flood-limit", _("flood-limit level")
    DESIGN_FLOOD = "design-flood", _("design flood level")
    CHECK_FLOOD = "check-flood", _("check flood level")
    CREST = "crest", _("crest elevation")
    PREPARE = "prepare", _("critical rainfall: prepare to move")
    MOVE = "move", _("critical rainfall: move now")
    BLUE = "blue", _("blue limit")
    YELLOW = "yellow", _("yellow limit")
    ORANGE = "orange", _("orange limit")
    RED = "red", _("red limit")
    ALARM = "alarm", _("alarm limit")
    CUT_OFF = "cut-off", _("cut-off limit")
    LOW_ALARM = "low-alarm", _("low alarm limit")
    LOW_LOW_ALARM = "low-low-alarm", _("low-low alarm limit")
    DROUGHT_LEVEL = "drought-level", _("drought-warning level")
    PERIOD_LOW = "period-low", _("lowest level of the same period")
    RECORD_LOW = "record-low", _("lowest level on record")
    STEADY_RATE = "steady-rate", _("steady rate of displacement (mm a day)")
    EFFECTIVE_RAIN = "effective-rain", _("critical effective rainfall")


NOT_OF_THE_VALUE = (ThresholdKind.STEADY_RATE, ThresholdKind.EFFECTIVE_RAIN)
"""What is compared with a rate or a sum of days, and so is no line in the picture."""
CRITICAL_RAINFALL = (ThresholdKind.PREPARE, ThresholdKind.MOVE)
COLOURS = (ThresholdKind.BLUE, ThresholdKind.YELLOW, ThresholdKind.ORANGE, ThresholdKind.RED)
"""Of rain they may hold for a window, as a county's flash-flood table has them."""


class SoilState(models.TextChoices):
    ANY = "any", _("any soil")
    DRY = "dry", _("dry soil")
    NORMAL = "normal", _("normal soil")
    WET = "wet", _("wet soil")


class IntakeWay(models.TextChoices):
    """By which way a batch of readings came."""

    HTTP = "http", _("over HTTP")
    MQTT = "mqtt", _("over MQTT")
    STREAM = "stream", _("through the stream")
    FILE = "file", _("from a file")


class AsideState(models.TextChoices):
    """What became of a message that was put aside."""

    WAITING = "waiting", _("waits for a decision")
    SENT_AGAIN = "sent-again", _("sent again and taken in")
    DISMISSED = "dismissed", _("dismissed: not taken in")
