"""A CAP 1.2 message as a value, and the words that it may use.

Source: OASIS Common Alerting Protocol 1.2 (2010), §3.2. The words travel as they stand and are
never translated; what people read is made elsewhere.
Units and valid range: times aware, whole seconds, zones in whole minutes up to 14 hours; latitude
and longitude in degrees (WGS 84, taken as CGCS2000); radius in km; altitude in feet.
Edge cases: None is an element that is absent, an empty text one that is there and empty.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageType(StrEnum):
    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


LARGEST_OFFSET = timedelta(hours=14)


class NotATimeOfCap(ValueError):
    """A time without zone, with fractions of a second, or with an odd zone."""


def require_cap_time(moment: datetime | None) -> None:
    """Refuse what CAP cannot write."""
    if moment is None:
        return
    offset = moment.utcoffset()
    if offset is None or moment.microsecond or offset.total_seconds() % 60:
        raise NotATimeOfCap(moment)
    if abs(offset) > LARGEST_OFFSET:
        raise NotATimeOfCap(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`valueName` and `value`: of an event code, a parameter, a geocode."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    latitude: Decimal
    longitude: Decimal


Polygon = tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    centre: Position
    radius_km: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An earlier message: who sent it, its identifier, when."""

    sender: str
    identifier: str
    sent: datetime

    def __post_init__(self) -> None:
        require_cap_time(self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    description: str
    mime_type: str
    size_bytes: int | None = None
    uri: str | None = None
    deref_uri: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    description: str
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude_ft: Decimal | None = None
    ceiling_ft: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What is said, in one language. Without a language it is en-US by the standard."""

    categories: tuple[Category, ...]
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    language: str | None = None
    response_types: tuple[ResponseType, ...] = ()
    audience: str | None = None
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    def __post_init__(self) -> None:
        for moment in (self.effective, self.onset, self.expires):
            require_cap_time(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`is_signed`: it carried a signature, which this reading did not verify."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    message_type: MessageType
    scope: Scope
    source: str | None = None
    restriction: str | None = None
    addresses: str | None = None
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()
    incidents: str | None = None
    infos: tuple[Info, ...] = ()
    is_signed: bool = False

    def __post_init__(self) -> None:
        require_cap_time(self.sent)

    def as_reference(self) -> Reference:
        """How a later message refers to this one."""
        return Reference(sender=self.sender, identifier=self.identifier, sent=self.sent)
