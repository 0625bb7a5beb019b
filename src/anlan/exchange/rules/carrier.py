"""What the answers and receipts of a carrier mean, by a map of fields.

Decides whether the carrier accepted a message (how it is called: `request`), and what a receipt
proves. China's carriers and voice platforms each have names and codes of their own; none
stands here, all come from the settings of the instance.

Source: House rule: the shape of the map is ours. A key press counts as a confirmation only when
the settings name it; a call that was answered without it proves that it was delivered, no more.
Units and valid range: placeholders are those of `PLACEHOLDERS`; a path names keys, and places in
lists counted from 0, by dots.
Edge cases: a field that is missing, or a code that the settings do not name, proves nothing: the
receipt is left unread. Codes are compared as texts, so 0 and "0" are the same code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.dispatch import Outcome

PLACEHOLDERS: Final = frozenset(
    {"key", "number", "text", "subject", "channel", "addressee", "secret"}
)
REFERENCE_CHARS: Final = 80
REPORT_CHARS: Final = 60
_PLACES: Final = frozenset(str(place) for place in range(100))
PATTERN_CHARS: Final = 4096
"""So much of an answer is looked through."""


class BadMap(ValueError):
    """A map that cannot be used; the message names the part."""


class Answer(StrEnum):
    """What the answer of a carrier means: it took the message, it is too busy, it refuses."""

    TAKEN = "taken"
    AGAIN = "again"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Which answer of the carrier means that it took the message: a `field` of JSON with one of
    `values`, or a `pattern` that stands in the answer, whatever that is. Without either the status
    of the answer decides. `again`: values, or patterns, by which it asks to come again.
    `reference` is the carrier's own name of the message: a path in JSON, or the group of that name
    in the pattern."""

    field: str = ""
    values: tuple[str, ...] = ()
    pattern: str = ""
    again: tuple[str, ...] = ()
    reference: str = ""

    def __post_init__(self) -> None:
        if bool(self.field) != bool(self.values) or (self.field and self.pattern):
            raise BadMap("accepted")
        if self.again and not (self.field or self.pattern):
            raise BadMap("again")
        if set(self.again) & set(self.values) or (self.pattern and self.reference):
            raise BadMap("accepted")
        for pattern in (self.pattern, *(self.again if self.pattern else ())):
            _compiled(pattern)


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


def at_path(document: Any, path: str) -> str | None:
    """The text at a dotted path; None where nothing, a list or an object is found."""
    found = _walk(document, path)
    if found is None or isinstance(found, Mapping | list):
        return None
    return code_text(found)


def code_text(code: Any) -> str:
    """A code as it is compared: 0 and "0", true and "true" are the same."""
    return str(code).lower() if isinstance(code, bool) else str(code).strip()


def answer_of(rule: Accepted, document: Any, text: str) -> tuple[Answer, str]:
    """What an answer means, and the carrier's own name of the message, or nothing. `document` is
    the answer as JSON (None: it is none), `text` as text."""
    if rule.pattern:
        return _answer_by_pattern(rule, text[:PATTERN_CHARS])
    said = at_path(document, rule.field) if rule.field else None
    if said is not None and said in rule.again:
        return Answer.AGAIN, ""
    if rule.field and said not in rule.values:
        return Answer.REFUSED, ""
    found = at_path(document, rule.reference) if rule.reference else None
    return Answer.TAKEN, (found or "")[:REFERENCE_CHARS]


def _answer_by_pattern(rule: Accepted, text: str) -> tuple[Answer, str]:
    found = _compiled(rule.pattern).search(text)
    if found is None:
        is_busy = any(_compiled(pattern).search(text) for pattern in rule.again)
        return (Answer.AGAIN if is_busy else Answer.REFUSED), ""
    return Answer.TAKEN, (found.groupdict().get("reference") or "")[:REFERENCE_CHARS]


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise BadMap("pattern") from error


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
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name in _PLACES and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found
