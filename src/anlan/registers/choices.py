"""Codes of the registers: stable English codes, labels for screens."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionLevel(models.TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County-level division")
    TOWNSHIP = "township", _("Township-level division")
    VILLAGE = "village", _("Village or community")
    STATISTICAL = "statistical", _("Statistical unit, not a division")


class UnitKind(models.TextChoices):
    CITY = "city", _("City")
    COUNTY = "county", _("County, district or county-level city")
    ZONE = "zone", _("Development zone")


class BodyKind(models.TextChoices):
    GOVERNMENT = "government", _("Government")
    DEPARTMENT = "department", _("Government department")
    PARTY = "party", _("Party department")
    VERTICAL = "vertical", _("Vertically managed agency")
    INSTITUTION = "institution", _("Public institution")
    FORCE = "force", _("Fire and rescue force")
    MILITARY = "military", _("Military or armed police")
    MASS = "mass", _("Mass organisation")
    ZONE = "zone", _("Development-zone administration")
    OTHER = "other", _("Other")


class NameKind(models.TextChoices):
    FULL = "full", _("Full name")
    SHORT = "short", _("Short name")
    FORMER = "former", _("Former name")
    SUCCESSOR = "successor", _("Later name")
    ALIAS = "alias", _("Other name")


class Mark(models.TextChoices):
    """How far a fact is proven."""

    VERIFIED = "V", _("Seen in a public source")
    MEMORY = "M", _("From memory, not confirmed")
    DESIGN = "D", _("Design default, not regulation")
    DOUBTFUL = "?", _("Doubtful, do not rely on it")
    INVENTED = "X", _("Invented for the demonstration")


class DataGrade(models.TextChoices):
    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    SENSITIVE = "sensitive", _("Sensitive")
    IMPORTANT = "important", _("Important")


class StatisticState(models.TextChoices):
    KNOWN = "known", _("Known")
    UNKNOWN = "unknown", _("Unknown")


class FactorKind(models.TextChoices):
    """Kinds of second proof of a sign-in."""

    TOTP = "totp", _("Codes from a telephone")
    PASSKEY = "passkey", _("Key")
    CODES = "codes", _("Recovery codes")


class UnitOfMeasure(models.TextChoices):
    """Base units in which figures are kept."""

    YUAN = "yuan", _("yuan")
    PERSONS = "persons", _("persons")
    HOUSEHOLDS = "households", _("households")
    SHARE = "share", _("share (0 to 1)")
    KM2 = "km2", _("km²")
    TONNES = "t", _("tonnes")
    POINTS = "points", _("points")
    DEATHS = "deaths", _("deaths")
    PERSON_TIMES = "person-times", _("person-times")
