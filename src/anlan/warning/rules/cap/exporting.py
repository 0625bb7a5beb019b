"""A message of the inbox as a CAP message that others can read.

Source: OASIS CAP 1.2 §3.2; scales `scales.py`. House rules: what the owner did not say (urgency,
certainty) is Unknown; the words are those of the owner, unchanged; the sender is this program,
`senderName` and `source` the owner, since it is relayed; only an actual message of the live world
is Actual. A first message and one whose earlier ones are not exported is an Alert.
Units and valid range: outlines are GeoJSON in longitude, latitude (CGCS2000).
Edge cases: a polygon of CAP has no holes: a hole is left out, so the area is larger, never
smaller; a hazard without an event code is said in its word alone.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

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
from anlan.warning.rules.reading.vocabulary import HAZARD_WORDS
from anlan.warning.rules.short_text import COLOUR_WORDS, VERBS
from anlan.warning.rules.signal import Change, Hazard, Level

OTHER_WORD: Final = "其他"
_CATEGORIES: Final = {
    Hazard.GEOLOGICAL: Category.GEO,
    Hazard.FOREST_FIRE: Category.FIRE,
    Hazard.OTHER: Category.OTHER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An area: a division by code, or an outline."""

    name: str
    code: str = ""
    outline: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a message. `earlier` are those of the same warning that are exported."""

    identifier: str
    sender: str
    issuer: str
    hazard: Hazard
    level: Level
    change: Change
    sent: datetime
    expires: datetime | None
    text: str
    places: tuple[Place, ...]
    status: Status
    scope: Scope = Scope.PUBLIC
    restriction: str | None = None
    note: str | None = None
    earlier: tuple[Reference, ...] = ()


def hazard_word(hazard: Hazard) -> str:
    """The usual Chinese word of a hazard."""
    code = event_code_of(hazard)
    if code is not None:
        return code.name
    return next((word for word, each in HAZARD_WORDS.items() if each is hazard), OTHER_WORD)


def headline_of(facts: Facts) -> str:
    word, colour = hazard_word(facts.hazard), COLOUR_WORDS[facts.level]
    return f"{facts.issuer}{VERBS[facts.change]}{word}{colour}预警"


def alert_of(facts: Facts) -> Alert:
    """The message as CAP. See the module text."""
    kind = MessageType.ALERT
    if facts.earlier:
        kind = MessageType.CANCEL if facts.change is Change.LIFT else MessageType.UPDATE
    return Alert(
        identifier=facts.identifier,
        sender=facts.sender,
        sent=facts.sent.replace(microsecond=0),
        status=facts.status,
        message_type=kind,
        source=facts.issuer,
        scope=facts.scope,
        restriction=facts.restriction,
        note=facts.note,
        references=tuple(
            replace(each, sent=each.sent.replace(microsecond=0)) for each in facts.earlier
        ),
        infos=(_info(facts),),
    )


def _info(facts: Facts) -> Info:
    code = event_code_of(facts.hazard)
    is_lift = facts.change is Change.LIFT
    return Info(
        language="zh-CN",
        categories=(_CATEGORIES.get(facts.hazard, Category.MET),),
        event=hazard_word(facts.hazard),
        response_types=(ResponseType.ALL_CLEAR,) if is_lift else (),
        urgency=Urgency.PAST if is_lift else Urgency.UNKNOWN,
        severity=severity_of(facts.level),
        certainty=Certainty.UNKNOWN,
        event_codes=(Named(name=EVENT_CODE_NAME, value=code.code),) if code else (),
        expires=facts.expires.replace(microsecond=0) if facts.expires else None,
        sender_name=facts.issuer,
        headline=headline_of(facts),
        description=facts.text,
        areas=tuple(_area(place) for place in facts.places),
    )


def _area(place: Place) -> Area:
    if place.outline is None:
        return Area(
            description=place.name,
            geocodes=(Named(name=DIVISION_NAME, value=place.code),) if place.code else (),
        )
    return Area(description=place.name, polygons=_polygons(place.outline))


def _polygons(outline: dict[str, Any]) -> tuple[Polygon, ...]:
    coordinates = outline["coordinates"]
    polygons = [coordinates] if outline["type"] == "Polygon" else coordinates
    return tuple(tuple(_position(each) for each in polygon[0]) for polygon in polygons)


def _position(pair: list[float]) -> Position:
    return Position(latitude=Decimal(str(pair[1])), longitude=Decimal(str(pair[0])))
