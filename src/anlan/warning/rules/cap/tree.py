"""A tree of the right shape into a value, and what of it cannot be read.

Source: OASIS CAP 1.2 §3.2. Call it only on a tree without findings of shape.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, TypeVar

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.safety import Element
from anlan.warning.rules.cap.shape import namespace_of
from anlan.warning.rules.cap.structure import NAMESPACE, SIGNATURE_NAMESPACE
from anlan.warning.rules.cap.text import (
    Unreadable,
    collapsed,
    read_circle,
    read_decimal,
    read_polygon,
    read_references,
    read_time,
    read_whole,
)
from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MessageType,
    Named,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)

T = TypeVar("T")
_FORMS: Final[tuple[tuple[str, str, Callable[[str], object], str], ...]] = (
    (
        "references",
        "cap-references-form",
        read_references,
        gettext_noop(
            "“references” names earlier messages as sender,identifier,sent, parted by blanks."
        ),
    ),
    (
        "info/area/polygon",
        "cap-polygon-form",
        read_polygon,
        gettext_noop("A polygon is latitude,longitude and a blank, again and again."),
    ),
    (
        "info/area/circle",
        "cap-circle-form",
        read_circle,
        gettext_noop("A circle is latitude,longitude, a blank, and the radius in km."),
    ),
)


def form_findings(root: Element) -> Iterator[Finding]:
    """Texts that the schema lets pass and nobody can read."""
    for path, rule, read, said in _FORMS:
        steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
        for place, element in enumerate(root.findall(steps), start=1):
            try:
                read(element.text or "")
            except Unreadable:
                where = f"alert/{path}[{place}]"
                yield Finding(rule=rule, where=where, note=Message.of(said))


def alert_of(root: Element) -> Alert:
    return Alert(
        identifier=_need(root, "identifier"),
        sender=_need(root, "sender"),
        sent=read_time(_need(root, "sent")),
        status=Status(_need(root, "status")),
        message_type=MessageType(_need(root, "msgType")),
        source=_text(root, "source"),
        scope=Scope(_need(root, "scope")),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        codes=_texts(root, "code"),
        note=_text(root, "note"),
        references=_read(root, "references", read_references) or (),
        incidents=_text(root, "incidents"),
        infos=tuple(_info(element) for element in _all(root, "info")),
        is_signed=any(namespace_of(child) == SIGNATURE_NAMESPACE for child in root),
    )


def _info(element: Element) -> Info:
    return Info(
        language=_collapsed(element, "language"),
        categories=tuple(Category(text) for text in _texts(element, "category")),
        event=_need(element, "event"),
        response_types=tuple(ResponseType(text) for text in _texts(element, "responseType")),
        urgency=Urgency(_need(element, "urgency")),
        severity=Severity(_need(element, "severity")),
        certainty=Certainty(_need(element, "certainty")),
        audience=_text(element, "audience"),
        event_codes=_named(element, "eventCode"),
        effective=_moment(element, "effective"),
        onset=_moment(element, "onset"),
        expires=_moment(element, "expires"),
        sender_name=_text(element, "senderName"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_collapsed(element, "web"),
        contact=_text(element, "contact"),
        parameters=_named(element, "parameter"),
        resources=tuple(_resource(each) for each in _all(element, "resource")),
        areas=tuple(_area(each) for each in _all(element, "area")),
    )


def _resource(element: Element) -> Resource:
    return Resource(
        description=_need(element, "resourceDesc"),
        mime_type=_need(element, "mimeType"),
        size_bytes=_read(element, "size", read_whole),
        uri=_collapsed(element, "uri"),
        deref_uri=_text(element, "derefUri"),
        digest=_text(element, "digest"),
    )


def _area(element: Element) -> Area:
    return Area(
        description=_need(element, "areaDesc"),
        polygons=tuple(read_polygon(text) for text in _texts(element, "polygon")),
        circles=tuple(read_circle(text) for text in _texts(element, "circle")),
        geocodes=_named(element, "geocode"),
        altitude_ft=_read(element, "altitude", read_decimal),
        ceiling_ft=_read(element, "ceiling", read_decimal),
    )


def _all(element: Element, name: str) -> list[Element]:
    return list(element.findall(f"{{{NAMESPACE}}}{name}"))


def _texts(element: Element, name: str) -> tuple[str, ...]:
    return tuple(each.text or "" for each in _all(element, name))


def _text(element: Element, name: str) -> str | None:
    texts = _texts(element, name)
    return texts[0] if texts else None


def _need(element: Element, name: str) -> str:
    return _texts(element, name)[0]


def _collapsed(element: Element, name: str) -> str | None:
    text = _text(element, name)
    return None if text is None else collapsed(text)


def _read(element: Element, name: str, read: Callable[[str], T]) -> T | None:
    text = _text(element, name)
    return None if text is None else read(text)


def _moment(element: Element, name: str) -> datetime | None:
    return _read(element, name, read_time)


def _named(element: Element, name: str) -> tuple[Named, ...]:
    return tuple(
        Named(name=_need(each, "valueName"), value=_need(each, "value"))
        for each in _all(element, name)
    )
