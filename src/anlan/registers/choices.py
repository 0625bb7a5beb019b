"""Codes of the registers: stable English codes, labels for screens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.registers.rules.area_contact import CONTACT_KIND_LABELS

CONTACT_KIND_CHOICES = [(kind.value, _(label)) for kind, label in CONTACT_KIND_LABELS.items()]


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


class FocusSector(models.TextChoices):
    """The nine focus sectors of the notice (S1–S9)."""

    CHEMICALS = "S1", _("Hazardous chemicals")
    MINES = "S2", _("Mines")
    INDUSTRY = "S3", _("Industry and trade")
    FIRE = "S4", _("Fire safety")
    ROAD = "S5", _("Road transport")
    OTHER_TRANSPORT = "S6", _("Other transport")
    CONSTRUCTION = "S7", _("Urban construction")
    WASTE = "S8", _("Hazardous waste")
    PARKS = "S9", _("Development parks")


class EnterpriseState(models.TextChoices):
    OPERATING = "operating", _("Operating")
    STOPPED = "stopped", _("Stopped")
    CLOSED = "closed", _("Closed for good")


class EnterpriseSize(models.TextChoices):
    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class PlaceState(models.TextChoices):
    """How far the place of a site is proven."""

    NONE = "none", _("No point entered")
    UNCHECKED = "unchecked", _("Point entered, outlines not loaded")
    INSIDE = "inside", _("Point inside the city's outline")


class InstallationKind(models.TextChoices):
    TANK = "tank", _("Tank")
    PROCESS_UNIT = "process-unit", _("Process unit")
    WAREHOUSE = "warehouse", _("Warehouse")
    PIPELINE = "pipeline", _("Pipeline")
    LOADING = "loading", _("Loading and unloading station")
    OTHER = "other", _("Other")


class InstallationState(models.TextChoices):
    IN_USE = "in-use", _("In use")
    STOPPED = "stopped", _("Stopped")
    REMOVED = "removed", _("Removed")


class ShiftRole(models.TextChoices):
    LEADER = "leader", _("Leader on duty")
    OFFICER = "officer", _("Duty officer")


class HandoverSide(models.TextChoices):
    HANDING = "handing", _("Hands over")
    TAKING = "taking", _("Takes over")


class NumberKind(models.TextChoices):
    MOBILE = "mobile", _("Mobile")
    LANDLINE = "landline", _("Office telephone")
    POST = "post", _("Number of a post")


class ContactWay(models.TextChoices):
    CALL = "call", _("Call")
    MESSAGE = "message", _("Message")
    IN_PERSON = "in-person", _("In person")


class ContactOutcome(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    NO_ANSWER = "no-answer", _("No answer")
    WRONG_NUMBER = "wrong-number", _("Wrong number")


class InstrumentKind(models.TextChoices):
    """What an institution (制度成果) is called in Chinese practice."""

    MECHANISM = "mechanism", _("Mechanism")
    SYSTEM = "system", _("System of rules")
    LIST = "list", _("List of duties or matters")
    CATALOGUE = "catalogue", _("Catalogue")
    MEASURES = "measures", _("Administrative measures")
    OPINION = "opinion", _("Opinion")
    SCHEME = "scheme", _("Scheme")
    STANDARD = "standard", _("Standard")
    AGREEMENT = "agreement", _("Agreement")
    OTHER = "other", _("Another document")
