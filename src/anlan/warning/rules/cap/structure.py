"""The shape of a CAP 1.2 message: elements, their order, how often, and what they hold.

Source: the structure that OASIS CAP 1.2 defines, written here as a table of our own; a test holds
it against the published schema where that is at hand.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from anlan.warning.rules.cap.values import (
    Category,
    Certainty,
    MessageType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE_NAMESPACE: Final = "http://www.w3.org/2000/09/xmldsig#"
MANY: Final = 10**9


class Form(Enum):
    """What an element without children holds."""

    TEXT = "text"
    TIME = "time"
    LANGUAGE = "language"
    URI = "uri"
    WHOLE = "whole"
    DECIMAL = "decimal"


Words = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place of a sequence. `holds`: a form, a list of words, or the sequence inside."""

    name: str
    holds: "Form | Words | tuple[Slot, ...]"
    least: int = 1
    most: int = 1


def _one(name: str, holds: "Form | Words | tuple[Slot, ...]" = Form.TEXT) -> Slot:
    return Slot(name=name, holds=holds)


def _maybe(name: str, holds: "Form | Words | tuple[Slot, ...]" = Form.TEXT) -> Slot:
    return Slot(name=name, holds=holds, least=0)


def _any(name: str, holds: "Form | Words | tuple[Slot, ...]" = Form.TEXT) -> Slot:
    return Slot(name=name, holds=holds, least=0, most=MANY)


def _words(enum: type[Enum]) -> Words:
    return frozenset(member.value for member in enum)


NAMED: Final = (_one("valueName"), _one("value"))
AREA: Final = (
    _one("areaDesc"),
    _any("polygon"),
    _any("circle"),
    _any("geocode", NAMED),
    _maybe("altitude", Form.DECIMAL),
    _maybe("ceiling", Form.DECIMAL),
)
RESOURCE: Final = (
    _one("resourceDesc"),
    _one("mimeType"),
    _maybe("size", Form.WHOLE),
    _maybe("uri", Form.URI),
    _maybe("derefUri"),
    _maybe("digest"),
)
INFO: Final = (
    _maybe("language", Form.LANGUAGE),
    Slot(name="category", holds=_words(Category), most=MANY),
    _one("event"),
    _any("responseType", _words(ResponseType)),
    _one("urgency", _words(Urgency)),
    _one("severity", _words(Severity)),
    _one("certainty", _words(Certainty)),
    _maybe("audience"),
    _any("eventCode", NAMED),
    _maybe("effective", Form.TIME),
    _maybe("onset", Form.TIME),
    _maybe("expires", Form.TIME),
    _maybe("senderName"),
    _maybe("headline"),
    _maybe("description"),
    _maybe("instruction"),
    _maybe("web", Form.URI),
    _maybe("contact"),
    _any("parameter", NAMED),
    _any("resource", RESOURCE),
    _any("area", AREA),
)
ALERT: Final = (
    _one("identifier"),
    _one("sender"),
    _one("sent", Form.TIME),
    _one("status", _words(Status)),
    _one("msgType", _words(MessageType)),
    _maybe("source"),
    _one("scope", _words(Scope)),
    _maybe("restriction"),
    _maybe("addresses"),
    _any("code"),
    _maybe("note"),
    _maybe("references"),
    _maybe("incidents"),
    _any("info", INFO),
)
