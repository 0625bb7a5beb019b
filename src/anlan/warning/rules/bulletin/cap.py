"""A bulletin as a CAP 1.2 message, and the references of a chain of them.

`references_of` names every earlier message of the chain that has not expired; `to_alert` makes the
message.

Source: OASIS CAP 1.2 §3.2; the CAP guide: an update or a cancellation refers to all earlier,
unexpired messages of the event. House rule: what was sent is frozen with its message and never
computed anew, so that no later change breaks a reference; urgency is Immediate for red, else
Expected, certainty Likely (our defaults, no table fixes them); CAP knows no holes, so a hole is
warned too, rather one too many; positions have six decimals.
Units and valid range: times of whole seconds with zone; longitude, latitude in degrees.
Edge cases: a message expires at the very second of its end; a lift says Past and AllClear; without
an event code of the hazard none is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.warning.rules.cap.national import DIVISION_NAME, EVENT_CODE_NAME
from anlan.warning.rules.cap.scales import event_code_of, severity_of
from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MessageType,
    Named,
    Polygon,
    Position,
    Reference,
    ResponseType,
    Scope,
    Status,
    Urgency,
)
from anlan.warning.rules.publishing import KIND_OF, Kind
from anlan.warning.rules.signal import Change, Hazard, Level

STATISTICAL_NAME: Final = "统计用区划代码"
COUNTY_DIGITS: Final = 6
LANGUAGE: Final = "zh-CN"
_PLACES: Final = Decimal("0.000001")
_TYPES: Final = {
    Change.ISSUE: MessageType.ALERT,
    Change.RAISE: MessageType.UPDATE,
    Change.LOWER: MessageType.UPDATE,
    Change.RENEW: MessageType.UPDATE,
    Change.LIFT: MessageType.CANCEL,
}
_CATEGORIES: Final[Mapping[Kind, Category]] = {
    Kind.METEOROLOGICAL: Category.MET,
    Kind.HYDROLOGICAL: Category.MET,
    Kind.GEOLOGICAL: Category.GEO,
    Kind.EARTHQUAKE: Category.GEO,
    Kind.FOREST_FIRE: Category.FIRE,
    Kind.OTHER: Category.SAFETY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An earlier message of the chain, as it left."""

    sender: str
    identifier: str
    sent: datetime
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the message says. `divisions` are names with codes; `outlines` GeoJSON."""

    identifier: str
    sender: str
    sender_name: str
    sent: datetime
    status: Status
    change: Change
    hazard: Hazard
    hazard_word: str
    level: Level
    headline: str
    text: str
    instruction: str
    effective: datetime | None
    expires: datetime | None
    divisions: tuple[tuple[str, str], ...] = ()
    outlines: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    references: tuple[Reference, ...] = ()
    note: str = ""


def references_of(chain: Iterable[Sent], at: datetime) -> tuple[Reference, ...]:
    """References to the messages that have not expired, the earliest first, each once."""
    holding = [each for each in chain if each.expires is None or each.expires > at]
    ordered = sorted(holding, key=lambda each: (each.sent, each.identifier))
    found = (
        Reference(sender=each.sender, identifier=each.identifier, sent=cap_time(each.sent))
        for each in ordered
    )
    return tuple(dict.fromkeys(found))


def cap_time(moment: datetime) -> datetime:
    """Beijing time of whole seconds, as CAP writes it."""
    return moment.astimezone(CHINA_STANDARD_TIME).replace(microsecond=0)


def to_alert(facts: Facts) -> Alert:
    """The message. See the module text."""
    return Alert(
        identifier=facts.identifier,
        sender=facts.sender,
        sent=cap_time(facts.sent),
        status=facts.status,
        message_type=_TYPES[facts.change],
        scope=Scope.PUBLIC,
        note=facts.note or None,
        references=facts.references,
        infos=(_info(facts),),
    )


def _info(facts: Facts) -> Info:
    is_lift = facts.change is Change.LIFT
    code = event_code_of(facts.hazard)
    urgent = Urgency.IMMEDIATE if facts.level is Level.RED else Urgency.EXPECTED
    return Info(
        language=LANGUAGE,
        categories=(_CATEGORIES[KIND_OF.get(facts.hazard, Kind.OTHER)],),
        event=facts.hazard_word,
        response_types=(ResponseType.ALL_CLEAR,) if is_lift else (),
        urgency=Urgency.PAST if is_lift else urgent,
        severity=severity_of(facts.level),
        certainty=Certainty.LIKELY,
        event_codes=() if code is None else (Named(name=EVENT_CODE_NAME, value=code.code),),
        effective=_time(facts.effective),
        expires=None if is_lift else _time(facts.expires),
        sender_name=facts.sender_name,
        headline=facts.headline or None,
        description=facts.text or None,
        instruction=facts.instruction or None,
        areas=tuple(_areas(facts)),
    )


def _time(moment: datetime | None) -> datetime | None:
    return None if moment is None else cap_time(moment)


def _areas(facts: Facts) -> Iterable[Area]:
    if facts.divisions:
        yield Area(
            description="、".join(name for name, _code in facts.divisions),
            geocodes=tuple(_geocode(code) for _name, code in facts.divisions),
        )
    for name, outline in facts.outlines:
        yield Area(description=name, polygons=tuple(_polygons(outline)))


def _geocode(code: str) -> Named:
    is_short = len(code) == COUNTY_DIGITS
    return Named(name=DIVISION_NAME if is_short else STATISTICAL_NAME, value=code)


def _polygons(outline: Mapping[str, Any]) -> Iterable[Polygon]:
    given = outline["coordinates"]
    for polygon in [given] if outline["type"] == "Polygon" else given:
        yield tuple(
            Position(latitude=_degrees(latitude), longitude=_degrees(longitude))
            for longitude, latitude, *_rest in polygon[0]
        )


def _degrees(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_PLACES)
