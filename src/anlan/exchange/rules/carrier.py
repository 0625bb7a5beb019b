"""What a carrier is sent and what its answers and receipts mean, by a map of fields.

Decides how a message becomes the fields of a carrier, whether the carrier accepted it, and what a
receipt proves. China's carriers and voice platforms each have names and codes of their own; none
stands here, all come from the settings of the instance.

Source: House rule: the shape of the map is ours. A key press counts as a confirmation only when
the settings name it; a call that was answered without it proves that it was delivered, no more.
Units and valid range: placeholders are those of `PLACEHOLDERS`; a path names keys by dots.
Edge cases: a field that is missing, or a code that the settings do not name, proves nothing: the
receipt is left unread. Codes are compared as texts, so 0 and "0" are the same code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anlan.base.rules.dispatch import Outcome

PLACEHOLDERS: Final = frozenset(
    {"key", "number", "text", "subject", "channel", "addressee", "secret"}
)
_PLACE: Final = re.compile(r"\{(\w*)\}")
REFERENCE_CHARS: Final = 80
REPORT_CHARS: Final = 60


class BadMap(ValueError):
    """A map that cannot be used; the message names the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Which answer of the carrier means that it took the message. Without a `field` the status of
    the answer decides. `reference` is the carrier's own name of the message."""

    field: str = ""
    values: tuple[str, ...] = ()
    reference: str = ""

    def __post_init__(self) -> None:
        if bool(self.field) != bool(self.values):
            raise BadMap("accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptMap:
    """Where a receipt says what. `many` is the path to a list of receipts, empty for one."""

    key: str = ""
    reference: str = ""
    report: str = ""
    state: str = ""
    pressed: str = ""
    many: str = ""
    delivered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.key and not self.reference:
            raise BadMap("key")
        if not self.state and not self.pressed:
            raise BadMap("state")
        if bool(self.pressed) != bool(self.confirmed):
            raise BadMap("confirmed")
        codes = [*self.delivered, *self.failed, *self.unanswered]
        if len(codes) != len(set(codes)):
            raise BadMap("state")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyMap:
    """Where a message that a phone sent (上行短信) says what. `reference` is the name that the
    carrier gave it: without one a repeat could not be told. `many` as above."""

    number: str
    text: str
    reference: str
    at: str = ""
    many: str = ""

    def __post_init__(self) -> None:
        for part in ("number", "text", "reference"):
            if not getattr(self, part):
                raise BadMap(part)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Inbound:
    """A message of a phone. Without a `repr`: it holds a number. `at` empty: not said."""

    number: str
    text: str
    reference: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What one receipt says. `key` is ours, `reference` the carrier's; one of them is there."""

    outcome: Outcome
    key: str = ""
    reference: str = ""
    report: str = ""
    detail: str = ""


def check_template(fields: Mapping[str, str]) -> None:
    """Every placeholder is known. Raises BadMap with the first that is not."""
    for value in fields.values():
        for name in _PLACE.findall(value):
            if name not in PLACEHOLDERS:
                raise BadMap(name)


def fill(fields: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The fields with their values. What a value contains is never read as a placeholder."""
    return {
        name: _PLACE.sub(lambda found: values[found.group(1)], template)
        for name, template in fields.items()
    }


def at_path(document: Any, path: str) -> str | None:
    """The text at a dotted path; None where nothing, a list or an object is found."""
    found = _walk(document, path)
    if found is None or isinstance(found, Mapping | list):
        return None
    return str(found).strip()


def is_accepted(rule: Accepted, document: Any) -> bool:
    """Whether an answer of the carrier means that it took the message."""
    return not rule.field or at_path(document, rule.field) in rule.values


def reference_of(rule: Accepted, document: Any) -> str:
    """The carrier's own name of the message, or nothing."""
    found = at_path(document, rule.reference) if rule.reference else None
    return (found or "")[:REFERENCE_CHARS]


def read_receipts(rule: ReceiptMap, document: Any) -> tuple[list[Reported], int]:
    """What the receipts of a call prove, and how many could not be read."""
    found = _walk(document, rule.many) if rule.many else document
    lines: Sequence[Any] = found if isinstance(found, list) else [found]
    read = [_read(rule, line) for line in lines]
    return [one for one in read if one is not None], sum(one is None for one in read)


def read_replies(rule: ReplyMap, document: Any) -> tuple[list[Inbound], int]:
    """The messages of a call, and how many could not be read."""
    found = _walk(document, rule.many) if rule.many else document
    lines: Sequence[Any] = found if isinstance(found, list) else [found]
    read = [_inbound(rule, line) for line in lines]
    return [one for one in read if one is not None], sum(one is None for one in read)


def _inbound(rule: ReplyMap, line: Any) -> Inbound | None:
    number, reference = at_path(line, rule.number), at_path(line, rule.reference)
    text = at_path(line, rule.text)
    is_named = bool(reference) and len(reference or "") <= REFERENCE_CHARS
    if not number or not is_named or text is None or not (reference or "").isprintable():
        return None
    at = (at_path(line, rule.at) or "") if rule.at else ""
    return Inbound(number=number, text=text, reference=reference or "", at=at)


def _read(rule: ReceiptMap, line: Any) -> Reported | None:
    proved = _proved(rule, line)
    key = (at_path(line, rule.key) or "") if rule.key else ""
    reference = (at_path(line, rule.reference) or "") if rule.reference else ""
    if proved is None or not (key or reference):
        return None
    outcome, detail = proved
    report = (at_path(line, rule.report) or "") if rule.report else ""
    return Reported(
        outcome=outcome,
        key=key,
        reference=reference[:REFERENCE_CHARS],
        report=report[:REPORT_CHARS],
        detail=detail,
    )


def _proved(rule: ReceiptMap, line: Any) -> tuple[Outcome, str] | None:
    """The strongest thing that a line proves."""
    pressed = at_path(line, rule.pressed) if rule.pressed else None
    if pressed and pressed in rule.confirmed:
        return Outcome.ACKNOWLEDGED, ""
    state = at_path(line, rule.state) if rule.state else None
    if state in rule.unanswered:
        return Outcome.FAILED, "nobody-answered"
    if state in rule.failed:
        return Outcome.FAILED, "not-delivered"
    if state in rule.delivered:
        return Outcome.DELIVERED, "not-confirmed" if rule.pressed else ""
    return (Outcome.DELIVERED, "not-confirmed") if pressed else None


def _walk(document: Any, path: str) -> Any:
    found = document
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found
