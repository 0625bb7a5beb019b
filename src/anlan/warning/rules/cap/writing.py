"""A message as CAP 1.2 XML: the same value gives the same bytes.

Source: OASIS CAP 1.2. What is written can be read back to the same value; a signature is not
carried on, since it would no longer hold.
"""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from anlan.warning.rules.cap.safety import Element
from anlan.warning.rules.cap.structure import NAMESPACE
from anlan.warning.rules.cap.text import written_number, written_position, written_time
from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    Circle,
    Info,
    Named,
    Polygon,
    Reference,
    Resource,
)

_PREFIX: Final = f"{{{NAMESPACE}}}"


def write_cap(alert: Alert) -> bytes:
    """UTF-8 with declaration. Characters that XML cannot hold are refused with `ValueError`."""
    root = etree.Element(f"{_PREFIX}alert", nsmap={None: NAMESPACE})
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", alert.sender)
    _put(root, "sent", alert.sent)
    _put(root, "status", alert.status)
    _put(root, "msgType", alert.message_type)
    _put(root, "source", alert.source)
    _put(root, "scope", alert.scope)
    _put(root, "restriction", alert.restriction)
    _put(root, "addresses", alert.addresses)
    for code in alert.codes:
        _put(root, "code", code)
    _put(root, "note", alert.note)
    if alert.references:
        _put(root, "references", " ".join(_reference(each) for each in alert.references))
    _put(root, "incidents", alert.incidents)
    for info in alert.infos:
        _info(etree.SubElement(root, f"{_PREFIX}info"), info)
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return bytes(written)


def _info(element: Element, info: Info) -> None:
    _put(element, "language", info.language)
    for category in info.categories:
        _put(element, "category", category)
    _put(element, "event", info.event)
    for response in info.response_types:
        _put(element, "responseType", response)
    _put(element, "urgency", info.urgency)
    _put(element, "severity", info.severity)
    _put(element, "certainty", info.certainty)
    _put(element, "audience", info.audience)
    _put_named(element, "eventCode", info.event_codes)
    _put(element, "effective", info.effective)
    _put(element, "onset", info.onset)
    _put(element, "expires", info.expires)
    _put(element, "senderName", info.sender_name)
    _put(element, "headline", info.headline)
    _put(element, "description", info.description)
    _put(element, "instruction", info.instruction)
    _put(element, "web", info.web)
    _put(element, "contact", info.contact)
    _put_named(element, "parameter", info.parameters)
    for resource in info.resources:
        _resource(etree.SubElement(element, f"{_PREFIX}resource"), resource)
    for area in info.areas:
        _area(etree.SubElement(element, f"{_PREFIX}area"), area)


def _resource(element: Element, resource: Resource) -> None:
    _put(element, "resourceDesc", resource.description)
    _put(element, "mimeType", resource.mime_type)
    _put(element, "size", resource.size_bytes)
    _put(element, "uri", resource.uri)
    _put(element, "derefUri", resource.deref_uri)
    _put(element, "digest", resource.digest)


def _area(element: Element, area: Area) -> None:
    _put(element, "areaDesc", area.description)
    for polygon in area.polygons:
        _put(element, "polygon", _polygon(polygon))
    for circle in area.circles:
        _put(element, "circle", _circle(circle))
    _put_named(element, "geocode", area.geocodes)
    _put(element, "altitude", area.altitude_ft)
    _put(element, "ceiling", area.ceiling_ft)


def _put(element: Element, name: str, value: str | Enum | datetime | Decimal | int | None) -> None:
    if value is None:
        return
    child = etree.SubElement(element, f"{_PREFIX}{name}")
    if isinstance(value, datetime):
        child.text = written_time(value)
    elif isinstance(value, Decimal):
        child.text = written_number(value)
    else:
        child.text = str(value.value) if isinstance(value, Enum) else str(value)


def _put_named(element: Element, name: str, pairs: tuple[Named, ...]) -> None:
    for pair in pairs:
        child = etree.SubElement(element, f"{_PREFIX}{name}")
        _put(child, "valueName", pair.name)
        _put(child, "value", pair.value)


def _reference(reference: Reference) -> str:
    return f"{reference.sender},{reference.identifier},{written_time(reference.sent)}"


def _polygon(polygon: Polygon) -> str:
    return " ".join(written_position(position) for position in polygon)


def _circle(circle: Circle) -> str:
    return f"{written_position(circle.centre)} {written_number(circle.radius_km)}"
