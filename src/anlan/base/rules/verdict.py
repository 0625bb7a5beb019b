"""What a rule decided and why.

A decision returns its reasons: which rule, which clause of which edition, which inputs. Screens
show them behind 依据, reviews replay them. What cannot be decided is `UNKNOWN`, with a reason
that says what is missing: never a guess, never `None`.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Context, Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final, Generic, Literal, Self, TypeVar

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, untranslated

T = TypeVar("T")
Pairs = tuple[tuple[str, object], ...]

HOUSE_RULE: Final = gettext_noop("House rule")
SHOWN_DIGITS: Final = 12
"""Significant digits of an exact ratio when it is shown; decisions use the exact ratio."""

_LARGEST_WHOLE_EXPONENT: Final = 18
_FIXED_KEYS: Final = frozenset(
    {"rule", "source", "article", "edition", "inputs", "status", "note"}
    | {"valid_from", "valid_until"}
)


class Unknown(Enum):
    """One member, so that a type checker tells a decided value from an undecided one."""

    UNKNOWN = "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


class SourceStatus(Enum):
    """How far the cited clause can be trusted."""

    VERIFIED = "V"
    FROM_MEMORY = "M"
    HOUSE_DEFAULT = "D"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final[Mapping[SourceStatus, str]] = {
    SourceStatus.VERIFIED: gettext_noop("Checked against the published text"),
    SourceStatus.FROM_MEMORY: gettext_noop("From memory, not yet checked"),
    SourceStatus.HOUSE_DEFAULT: gettext_noop("Our default, not a regulation"),
}


class Undecided(ValueError):
    """A decided value was asked of a verdict that is UNKNOWN: handle UNKNOWN first."""


def pairs(**named: object) -> Pairs:
    """Named values as a tuple of pairs, for `Reason.inputs` and `Reason.details`."""
    return tuple(named.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of a decision. `details` are further facts for programs (`provisional`, …)."""

    rule: str
    source: str
    status: SourceStatus
    article: str = ""
    edition: str = ""
    inputs: Pairs = ()
    note: Message | None = None
    details: Pairs = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if not self.rule or not self.source:
            raise ValueError("a reason names its rule and its source")
        clash = sorted(_FIXED_KEYS.intersection(name for name, _ in self.details))
        if clash:
            raise ValueError(f"details may not use the names {', '.join(clash)}")

    def to_json(self, translate: Callable[[str], str] = untranslated) -> dict[str, Any]:
        source = translate(self.source) if self.source == HOUSE_RULE else self.source
        row: dict[str, Any] = {
            "rule": self.rule,
            "source": source,
            "article": self.article,
            "edition": self.edition,
            "inputs": {name: json_safe(value) for name, value in self.inputs},
            "status": self.status.value,
        }
        if self.note is not None:
            row["note"] = self.note.text(translate)
        if self.valid_from is not None:
            row["valid_from"] = self.valid_from.isoformat()
        if self.valid_until is not None:
            row["valid_until"] = self.valid_until.isoformat()
        return row | {name: json_safe(value) for name, value in self.details}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Generic[T]):
    """A value with at least one reason; an undecided one has a reason with a note."""

    value: T | Literal[Unknown.UNKNOWN]
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("a verdict has at least one reason")
        if self.value is UNKNOWN and all(reason.note is None for reason in self.reasons):
            raise ValueError("an UNKNOWN verdict says in a note what is missing")

    @classmethod
    def unknown(cls, *reasons: Reason) -> Self:
        return cls(value=UNKNOWN, reasons=reasons)

    def known(self) -> T:
        """The decided value; raises `Undecided` on UNKNOWN."""
        if self.value is UNKNOWN:
            raise Undecided("the verdict is UNKNOWN")
        return self.value

    def because(self, *reasons: Reason) -> Self:
        """The same verdict with further reasons behind the present ones."""
        return dataclasses.replace(self, reasons=self.reasons + reasons)

    def to_json(self, translate: Callable[[str], str] = untranslated) -> dict[str, Any]:
        return {
            "value": json_safe(self.value),
            "reasons": [reason.to_json(translate) for reason in self.reasons],
        }


def shown(ratio: Fraction, digits: int = SHOWN_DIGITS) -> Decimal:
    """An exact ratio rounded half-even to `digits` significant digits, for display only."""
    return Context(prec=digits).divide(Decimal(ratio.numerator), Decimal(ratio.denominator))


def json_safe(value: object) -> Any:
    """The value in JSON's own types.

    Numbers stay numbers, dates become ISO 8601, enums their code, frozen values objects, sets
    sorted lists. NaN, infinity, naive datetimes and unknown types are refused.
    """
    if value is None or (isinstance(value, str | bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Decimal | Fraction | float):
        return _json_number(value)
    if isinstance(value, date | time):
        return _json_time(value)
    if isinstance(value, Enum):
        return json_safe(value.value)
    return _json_compound(value)


def _json_number(value: Decimal | Fraction | float) -> int | float:
    if isinstance(value, float):
        number: int | float = value
    else:
        exact = shown(value) if isinstance(value, Fraction) else value
        whole = exact.is_finite() and exact == exact.to_integral_value()
        small = exact.is_finite() and exact.adjusted() <= _LARGEST_WHOLE_EXPONENT
        number = int(exact) if whole and small else float(exact)
    if not math.isfinite(number):
        raise ValueError(f"{value} has no JSON form")
    return number


def _json_time(value: date | time) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a datetime without a zone is not stored or sent")
    return value.isoformat()


def _json_compound(value: object) -> Any:
    if isinstance(value, Message):
        return value.text()
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {field.name: json_safe(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {str(json_safe(key)): json_safe(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(json_safe(item) for item in value)
    if isinstance(value, tuple | list):
        return [json_safe(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")
