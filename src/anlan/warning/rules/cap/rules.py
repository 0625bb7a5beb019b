"""What a schema cannot see in a CAP message.

Source: OASIS CAP 1.2 §3.2 by element, `data/cap_rules.toml` says which rule rests on what. An
update or a cancellation refers to what it changes; only then can receivers end it.
Edge cases: a cancellation, an acknowledgement or an error report needs no `info`; one that is not
`Actual` neither. A polygon closes where it began and has at least four positions. Without
`effective` a message holds from `sent`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    Circle,
    Info,
    MessageType,
    Polygon,
    Position,
    ResponseType,
    Scope,
    Status,
)

MOST_LATITUDE: Final = Decimal(90)
MOST_LONGITUDE: Final = Decimal(180)
FEWEST_POSITIONS: Final = 4
_FORBIDDEN: Final = re.compile(r"[\s,<&]")


def rule_findings(alert: Alert) -> tuple[Finding, ...]:
    """Everything that is wrong or worth a look, from the head down."""
    found = [*_names(alert), *_references(alert), *_distribution(alert), *_presence(alert)]
    for place, info in enumerate(alert.infos, start=1):
        where = f"alert/info[{place}]"
        found += _info(alert, info, where)
        for number, area in enumerate(info.areas, start=1):
            found += _area(area, f"{where}/area[{number}]")
    return tuple(found)


def _names(alert: Alert) -> Iterator[Finding]:
    for name, value in (("identifier", alert.identifier), ("sender", alert.sender)):
        where = f"alert/{name}"
        if not value.strip():
            yield _empty(where, name)
        elif _FORBIDDEN.search(value):
            said = gettext_noop("“{name}” may hold no blank, comma, < or &: others refer to it.")
            yield _finding(f"cap-{name}-characters", where, said, name=name)
    if alert.is_signed:
        said = gettext_noop("The message carries a signature; taking it in says whose it is.")
        yield _finding("cap-signature", "alert", said)


def _references(alert: Alert) -> Iterator[Finding]:
    where = "alert/references"
    if alert.message_type is not MessageType.ALERT and not alert.references:
        said = gettext_noop(
            "“{kind}” changes or answers earlier messages: name them in “references” as "
            "sender,identifier,sent."
        )
        yield _finding("cap-references-required", where, said, kind=alert.message_type.value)
    if any(
        (each.sender, each.identifier) == (alert.sender, alert.identifier)
        for each in alert.references
    ):
        said = gettext_noop("The message refers to itself; give it an identifier of its own.")
        yield _finding("cap-references-self", where, said)
    if alert.message_type is MessageType.ERROR and not alert.note:
        said = gettext_noop("An error report says in “note” what was wrong.")
        yield _finding("cap-note-expected", "alert/note", said)


def _distribution(alert: Alert) -> Iterator[Finding]:
    if alert.scope is Scope.RESTRICTED and not (alert.restriction or "").strip():
        said = gettext_noop("A restricted message says in “restriction” to whom it may go.")
        yield _finding("cap-restriction-required", "alert/restriction", said)
    if alert.scope is not Scope.RESTRICTED and alert.restriction is not None:
        said = gettext_noop("“restriction” is for the scope Restricted only.")
        yield _finding("cap-restriction-unused", "alert/restriction", said)
    if alert.scope is Scope.PRIVATE and not (alert.addresses or "").strip():
        said = gettext_noop("A private message names its receivers in “addresses”.")
        yield _finding("cap-addresses-required", "alert/addresses", said)
    if alert.status is Status.EXERCISE and not alert.note:
        said = gettext_noop("An exercise message says in “note” which exercise it belongs to.")
        yield _finding("cap-note-expected", "alert/note", said)


def _presence(alert: Alert) -> Iterator[Finding]:
    says_something = alert.message_type in (MessageType.ALERT, MessageType.UPDATE)
    if says_something and alert.status is Status.ACTUAL and not alert.infos:
        said = gettext_noop("A real warning says what it warns of: add “info”.")
        yield _finding("cap-info-required", "alert", said)


def _info(alert: Alert, info: Info, where: str) -> Iterator[Finding]:
    if not info.event.strip():
        yield _empty(f"{where}/event", "event")
    starts = info.effective or alert.sent
    if info.expires is not None and info.expires <= max(starts, alert.sent):
        said = gettext_noop("It expires before it begins or before it was sent; check the times.")
        yield _finding("cap-expires", f"{where}/expires", said)
    if alert.message_type not in (MessageType.ALERT, MessageType.UPDATE):
        return
    if info.expires is None:
        said = gettext_noop("Without “expires” receivers do not know when it ends.")
        yield _finding("cap-expires-missing", where, said)
    if not info.areas:
        said = gettext_noop("Without “area” receivers do not know where it holds.")
        yield _finding("cap-area-missing", where, said)
    if alert.scope is Scope.PUBLIC and ResponseType.ASSESS in info.response_types:
        said = gettext_noop("“Assess” is not for the public.")
        yield _finding("cap-assess-public", f"{where}/responseType", said)


def _area(area: Area, where: str) -> Iterator[Finding]:
    if not area.description.strip():
        yield _empty(f"{where}/areaDesc", "areaDesc")
    for place, polygon in enumerate(area.polygons, start=1):
        yield from _polygon(polygon, f"{where}/polygon[{place}]")
    for place, circle in enumerate(area.circles, start=1):
        yield from _circle(circle, f"{where}/circle[{place}]")
    if area.ceiling_ft is not None and area.altitude_ft is None:
        said = gettext_noop("“ceiling” needs “altitude”.")
        yield _finding("cap-ceiling", f"{where}/ceiling", said)


def _polygon(polygon: Polygon, where: str) -> Iterator[Finding]:
    if len(polygon) < FEWEST_POSITIONS:
        said = gettext_noop("A polygon has at least four positions, the last being the first.")
        yield _finding("cap-polygon-points", where, said)
    if polygon[0] != polygon[-1]:
        said = gettext_noop("The polygon does not close: its last position is not its first.")
        yield _finding("cap-polygon-closed", where, said)
    if not all(_is_on_earth(position) for position in polygon):
        yield _out_of_range(where)


def _circle(circle: Circle, where: str) -> Iterator[Finding]:
    if circle.radius_km < 0:
        said = gettext_noop("The radius of a circle is in km and not below 0.")
        yield _finding("cap-circle-radius", where, said)
    if not _is_on_earth(circle.centre):
        yield _out_of_range(where)


def _is_on_earth(position: Position) -> bool:
    latitude, longitude = abs(position.latitude), abs(position.longitude)
    return latitude <= MOST_LATITUDE and longitude <= MOST_LONGITUDE


def _out_of_range(where: str) -> Finding:
    said = gettext_noop(
        "A position lies outside the earth: latitude comes first (−90 to 90), then longitude "
        "(−180 to 180)."
    )
    return _finding("cap-position-range", where, said)


def _empty(where: str, name: str) -> Finding:
    return _finding("cap-empty", where, gettext_noop("“{name}” is empty; fill it in."), name=name)


def _finding(rule: str, where: str, said: str, **params: str) -> Finding:
    return Finding(rule=rule, where=where, note=Message.of(said, **params))
