"""A message in the form of the national warning network (12379): a draft mapping.

Source: one published file of the network, element by element; GB/T 35965.1-2018 was not seen, so
whoever gets the file is told that it is a draft. Division codes are written in twelve digits,
times as "2020-02-05 10:45:00+08:00", references as identifiers alone, the level as a colour.
Edge cases: what is absent is an empty element; a message with outlines alone has no codes.
"""

from datetime import datetime
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.warning.rules.cap.safety import Element
from anlan.warning.rules.cap.scales import level_of
from anlan.warning.rules.cap.text import written_position
from anlan.warning.rules.cap.values import Alert, Info
from anlan.warning.rules.signal import Level

CODE_DIGITS: Final = 12
_COLOURS: Final = {
    Level.RED: "Red",
    Level.ORANGE: "Orange",
    Level.YELLOW: "Yellow",
    Level.BLUE: "Blue",
    None: "Unknown",
}


def write_national(alert: Alert) -> bytes:
    """UTF-8 with declaration; the first info is written. See the module text."""
    info = alert.infos[0]
    root = etree.Element("alert")
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", info.sender_name or alert.sender)
    _put(root, "senderCode", alert.sender)
    _put(root, "sendTime", _time(alert.sent))
    _put(root, "status", alert.status.value)
    _put(root, "msgType", alert.message_type.value)
    _put(root, "scope", alert.scope.value)
    _put(root, "secClassification", "None")
    _put(root, "note", alert.note or "")
    _put(root, "references", ",".join(each.identifier for each in alert.references))
    _info(etree.SubElement(root, "info"), info)
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return bytes(written)


def _info(element: Element, info: Info) -> None:
    _put(element, "language", info.language or "zh-CN")
    _put(element, "eventType", info.event_codes[0].value if info.event_codes else "")
    _put(element, "urgency", info.urgency.value)
    _put(element, "severity", _COLOURS[level_of(info.severity)])
    _put(element, "certainty", info.certainty.value)
    _put(element, "effective", _time(info.effective))
    _put(element, "onset", _time(info.onset))
    _put(element, "expires", _time(info.expires))
    _put(element, "senderName", "")
    _put(element, "headline", info.headline or "")
    _put(element, "description", info.description or "")
    _put(element, "instruction", info.instruction or "")
    _put(element, "web", info.web or "")
    for area in info.areas:
        child = etree.SubElement(element, "area")
        codes = [code.value.ljust(CODE_DIGITS, "0") for code in area.geocodes]
        rings = [" ".join(written_position(each) for each in ring) for ring in area.polygons]
        _put(child, "areaDesc", area.description)
        _put(child, "polygon", ";".join(rings))
        _put(child, "circle", "")
        _put(child, "geocode", ",".join(codes))


def _time(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.astimezone(CHINA_STANDARD_TIME).isoformat(sep=" ", timespec="seconds")


def _put(element: Element, name: str, text: str) -> None:
    etree.SubElement(element, name).text = text
