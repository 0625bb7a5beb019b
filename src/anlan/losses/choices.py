"""Codes of losses: stable English codes, labels for screens."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccidentKind(models.TextChoices):
    """What decides the follow-up window: 30 days, 7 for road traffic and fire."""

    GENERAL = "general", _("General accident")
    ROAD = "road", _("Road traffic accident")
    FIRE = "fire", _("Fire accident")


class ReportKind(models.TextChoices):
    INITIAL = "initial", _("First report")
    FOLLOW_UP = "follow-up", _("Follow-up report")
    FINAL = "final", _("Final report")
    CORRECTION = "correction", _("Correction of the record")


class Threat(models.TextChoices):
    """What makes an incident a 较大涉险事故 without a number of people."""

    POLLUTION = (
        "pollution",
        _("Serious pollution of crowded places, water sources, farmland or waters"),
    )
    KEY_SITE = "key-site", _("Danger to a key site: power, water works, dangerous goods, station")
    OTHER = "other", _("Another incident of this kind")


class Counting(models.TextChoices):
    """Whether an accident enters the statistics; all but the first say why not."""

    COUNTED = "counted", _("Counted")
    OUTSIDE_ORDER = (
        "outside-order",
        _("Not counted: pollution, nuclear facility or defence research"),
    )
    NOT_PRODUCTION = "not-production", _("Not counted: not in production or business")
    NATURAL = "natural", _("Not counted: caused by a natural disaster")
    DELIBERATE = "deliberate", _("Not counted: a deliberate act")
    DUPLICATE = "duplicate", _("Not counted: recorded twice")
    OTHER = "other", _("Not counted: another reason")


class Hazard(models.TextChoices):
    """Hazards of the statistics system of natural disasters."""

    FLOOD = "flood", _("Flood")
    DROUGHT = "drought", _("Drought")
    TYPHOON = "typhoon", _("Typhoon")
    WIND_HAIL = "wind-hail", _("Wind and hail")
    FREEZING = "freezing", _("Low temperature and freezing")
    SNOW = "snow", _("Snow")
    SANDSTORM = "sandstorm", _("Sandstorm")
    EARTHQUAKE = "earthquake", _("Earthquake")
    LANDSLIDE = "landslide", _("Rockfall, landslide, debris flow")
    STORM_SURGE = "storm-surge", _("Storm surge")
    TSUNAMI = "tsunami", _("Tsunami")
    WILDFIRE = "wildfire", _("Forest and grassland fire")
    BIOLOGICAL = "biological", _("Biological disaster")
