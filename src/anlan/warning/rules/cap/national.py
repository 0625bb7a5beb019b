"""A file of the national warning network (12379) read as if it were CAP: a draft mapping.

Source: the file conventions as far as they are verified: structure after CAP, colour words for
severity, `sendTime`, `senderCode`, identifiers alone as references, times such as
"2020-02-05 10:45:00+08:00". GB/T 35965.1-2018 itself was not seen: every reading carries the
finding `cap-12379-draft`, and no such file counts as valid CAP.
Units and valid range: as the values of CAP. Edge cases: what is empty is absent; a reference has
no sender and time of its own: they are taken from its identifier; a colour or word that is not
known is Unknown; a file without identifier, time, kind or headline is not read, and what is
missing is said.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, TypeVar

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.safety import CapRefused, Element, parse_tree
from anlan.warning.rules.cap.scales import event_codes, severity_of
from anlan.warning.rules.cap.shape import namespace_of
from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MessageType,
    Named,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
)
from anlan.warning.rules.signal import Hazard, Level

E = TypeVar("E", bound=Enum)

EVENT_CODE_NAME: Final = "GB/T 35561"
DIVISION_NAME: Final = "GB/T 2260"
_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})([-+]\d{2}:\d{2})?", re.ASCII
)
_IDENTIFIER: Final = re.compile(r"(\d{14})_(\d{14})(_\d)?", re.ASCII)
_COLOURS: Final = {"Red": Level.RED, "Orange": Level.ORANGE} | {
    "Yellow": Level.YELLOW,
    "Blue": Level.BLUE,
}
_CATEGORIES: Final = {"11A": Category.MET, "11B": Category.MET} | {
    "11C": Category.GEO,
    "11D": Category.GEO,
    "11G": Category.FIRE,
}
MESSAGE_TYPES: Final = frozenset(kind.value for kind in MessageType)
_NEEDED: Final = ("identifier", "sendTime", "msgType", "headline")


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalReading:
    """`alert` is None where something needed is missing. `level` and `hazard` are None where the
    file says nothing that is known."""

    alert: Alert | None
    level: Level | None
    hazard: Hazard | None
    findings: tuple[Finding, ...]


def is_national(root: Element) -> bool:
    """No namespace, and the time or the code of the sender in the national words."""
    return bool(
        root.tag == "alert"
        and not namespace_of(root)
        and (root.find("sendTime") is not None or root.find("senderCode") is not None)
    )


def read_national(data: bytes) -> NationalReading:
    """Never raises: what is wrong is in the findings."""
    try:
        root = parse_tree(data)
    except CapRefused as refused:
        return NationalReading(alert=None, level=None, hazard=None, findings=(refused.finding,))
    return read_national_root(root)


def read_national_root(root: Element) -> NationalReading:
    info = root.find("info")
    missing = [name for name in _NEEDED if not _text(root, name) and not _text(info, name)]
    sent = _time(_text(root, "sendTime"))
    if sent is None and "sendTime" not in missing:
        missing.append("sendTime")
    code = event_codes().get(_text(info, "eventType"))
    level = _COLOURS.get(_text(info, "severity"))
    if missing or sent is None or _text(root, "msgType") not in MESSAGE_TYPES:
        names = missing or ["msgType"]
        said = gettext_noop("The file of the national network lacks {names}; ask the sender.")
        note = Message.of(said, names=", ".join(names))
        findings = (_finding(note),)
        return NationalReading(alert=None, level=level, hazard=None, findings=findings)
    said = gettext_noop(
        "A file of the national warning network, not CAP: read by a draft mapping, since the "
        "table of the standard was not seen. Compare it with the text."
    )
    return NationalReading(
        alert=_alert(root, info, sent, level),
        level=level,
        hazard=code.hazard if code else None,
        findings=(_finding(Message.of(said)),),
    )


def _alert(root: Element, info: Element | None, sent: datetime, level: Level | None) -> Alert:
    return Alert(
        identifier=_text(root, "identifier"),
        sender=_text(root, "senderCode") or _text(root, "sender"),
        sent=sent,
        status=_word(Status, _text(root, "status"), Status.ACTUAL),
        message_type=MessageType(_text(root, "msgType")),
        scope=_word(Scope, _text(root, "scope"), Scope.PUBLIC),
        note=_text(root, "note") or None,
        references=_references(_text(root, "references")),
        infos=(_info(root, info, level),) if info is not None else (),
    )


def _info(root: Element, info: Element, level: Level | None) -> Info:
    code = _text(info, "eventType")
    known = event_codes().get(code)
    return Info(
        language=_text(info, "language") or "zh-CN",
        categories=(_CATEGORIES.get(code[:3], Category.OTHER),),
        event=known.name if known else code or _text(info, "headline"),
        urgency=_word(Urgency, _text(info, "urgency"), Urgency.UNKNOWN),
        severity=severity_of(level) if level else Severity.UNKNOWN,
        certainty=_word(Certainty, _text(info, "certainty"), Certainty.UNKNOWN),
        event_codes=(Named(name=EVENT_CODE_NAME, value=code),) if code else (),
        effective=_time(_text(info, "effective")),
        onset=_time(_text(info, "onset")),
        expires=_time(_text(info, "expires")),
        sender_name=_text(root, "sender") or None,
        headline=_text(info, "headline") or None,
        description=_text(info, "description") or None,
        instruction=_text(info, "instruction") or None,
        web=_text(info, "web") or None,
        areas=tuple(_area(area) for area in info.findall("area")),
    )


def _area(area: Element) -> Area:
    """Names and codes are printed in one element, parted by commas, sometimes twice."""
    names = _listed(_text(area, "areaDesc"))
    codes = _listed(_text(area, "geocode"))
    return Area(
        description="、".join(names),
        geocodes=tuple(Named(name=DIVISION_NAME, value=code) for code in codes),
    )


def _listed(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split(r"[,，、]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _references(text: str) -> tuple[Reference, ...]:
    found = (_IDENTIFIER.fullmatch(part) for part in re.split(r"[\s,，]+", text))
    stamps = ((match, _stamp(match.group(2))) for match in found if match)
    return tuple(
        Reference(sender=match.group(1), identifier=match.group(0), sent=moment)
        for match, moment in stamps
        if moment is not None
    )


def _stamp(digits: str) -> datetime | None:
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=CHINA_STANDARD_TIME)
    except ValueError:
        return None
    return moment


def _time(text: str) -> datetime | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    day, clock, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{day}T{clock}{zone or '+08:00'}")
    except ValueError:
        return None


def _text(element: Element | None, name: str) -> str:
    child = None if element is None else element.find(name)
    return "" if child is None else (child.text or "").strip()


def _word(enum: type[E], text: str, default: E) -> E:
    return next((member for member in enum if member.value == text), default)


def _finding(note: Message) -> Finding:
    return Finding(rule="cap-12379-draft", where="alert", note=note)
