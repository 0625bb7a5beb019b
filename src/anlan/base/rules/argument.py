"""Arguments of a rule as text: `key=value`, read once at the border.

    RuleRefused
    └── BadArgument            names the argument, the value and what is accepted
        ├── MissingArgument    a required argument was not given
        └── UnknownArgument    the rule has no such argument

Numbers are plain (1e8 allowed, no thousands separators), dates ISO 8601, lists comma-separated.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeVar

from anlan.base.rules.edition import Edition
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

T = TypeVar("T")

CHINA_STANDARD_TIME: Final = timezone(timedelta(hours=8))
"""House rule: a time of day given without a zone is China Standard Time, as on the duty desk."""
NOT_KNOWN: Final = ("", "UNKNOWN")
"""What stands for a missing item in a list that may have gaps."""

_LONGEST_ECHO: Final = 60
_LONGEST_NUMBER: Final = 60
_LARGEST_EXPONENT: Final = 30
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATETIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0"})


class BadArgument(RuleRefused):
    """A value was refused; `argument` names it, `accepted` says what would do."""

    said = gettext_noop('Argument "{argument}": "{value}" was refused. Give {accepted}.')

    def __init__(self, argument: str, value: str, accepted: Message) -> None:
        self.argument = argument
        self.value = value
        self.accepted = accepted
        echo = value if len(value) <= _LONGEST_ECHO else value[:_LONGEST_ECHO] + "…"
        said = Message.of(self.said, argument=argument, value=echo, accepted=accepted)
        super().__init__(said)


class MissingArgument(BadArgument):
    said = gettext_noop('Argument "{argument}" is missing. Give {accepted}.')

    def __init__(self, argument: str, accepted: Message) -> None:
        super().__init__(argument, "", accepted)


class UnknownArgument(BadArgument):
    said = gettext_noop('This rule has no argument "{argument}". Give {accepted}.')

    def __init__(self, argument: str, value: str, names: Iterable[str]) -> None:
        one_of = Message.of(gettext_noop("one of {choices}"), choices=", ".join(names))
        super().__init__(argument, value, one_of)


class Kind(Enum):
    TEXT = "text"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise ValueError(text)
    value = Decimal(text)
    if value and abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError(text)
    return value if value else Decimal(0)


def _integer(text: str) -> int:
    value = _number(text)
    if value != value.to_integral_value():
        raise ValueError(text)
    return int(value)


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered not in _YES | _NO:
        raise ValueError(text)
    return lowered in _YES


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _datetime(text: str) -> datetime:
    if not _DATETIME.fullmatch(text):
        raise ValueError(text)
    value = datetime.fromisoformat(text)
    aware = value if value.tzinfo else value.replace(tzinfo=CHINA_STANDARD_TIME)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


_READERS: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.TEXT: str,
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
}
_ACCEPTED: Final[Mapping[Kind, str]] = {
    Kind.TEXT: gettext_noop("a text"),
    Kind.CHOICE: gettext_noop("one of {choices}"),
    Kind.BOOLEAN: gettext_noop("true or false"),
    Kind.INTEGER: gettext_noop("a whole number such as 20 or 1e8, without thousands separators"),
    Kind.NUMBER: gettext_noop("a number such as 0.5 or 1e8, without thousands separators"),
    Kind.DATE: gettext_noop("a date such as 2025-03-03"),
    Kind.DATETIME: gettext_noop(
        "a date and time such as 2025-03-03T08:00+08:00 (without a zone: China Standard Time)"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument of a rule. `many`: comma-separated; `gaps`: items of it may be missing."""

    name: str
    kind: Kind
    required: bool = True
    default: object = None
    help: str = ""
    choices: tuple[str, ...] = ()
    many: bool = False
    gaps: bool = False
    most_items: int = 100_000
    minimum: Decimal | int | date | None = None
    maximum: Decimal | int | date | None = None

    def __post_init__(self) -> None:
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError(f"{self.name}: a choice, and only a choice, lists its choices")
        if self.required and self.default is not None:
            raise ValueError(f"{self.name}: a required argument has no default")
        if self.gaps and not self.many:
            raise ValueError(f"{self.name}: only a list has gaps")

    @property
    def accepted(self) -> Message:
        """What this argument takes, as the end of the sentence 'Give …'."""
        one = Message.of(_ACCEPTED[self.kind], choices=", ".join(self.choices))
        if not self.many:
            return one
        return Message.of(gettext_noop("a comma-separated list, each {accepted}"), accepted=one)

    def read(self, text: str) -> object:
        """The value of the text; refuses with `BadArgument`."""
        if not self.many:
            return self._read_one(text.strip())
        items = text.split(",")
        if len(items) > self.most_items:
            most = Message.of(gettext_noop("at most {count} items"), count=self.most_items)
            raise BadArgument(self.name, text, most)
        return tuple(self._read_item(item.strip()) for item in items)

    def _read_item(self, text: str) -> object:
        return None if self.gaps and text.upper() in NOT_KNOWN else self._read_one(text)

    def _read_one(self, text: str) -> object:
        try:
            if not text:
                raise ValueError(text)
            value = self._choice(text) if self.kind is Kind.CHOICE else _READERS[self.kind](text)
        except ValueError:
            raise BadArgument(self.name, text, self.accepted) from None
        self._check_bounds(text, value)
        return value

    def _choice(self, text: str) -> str:
        by_folded = {choice.casefold(): choice for choice in self.choices}
        if text.casefold() not in by_folded:
            raise ValueError(text)
        return by_folded[text.casefold()]

    def _check_bounds(self, text: str, value: object) -> None:
        if self.minimum is not None and value < self.minimum:  # type: ignore[operator]
            least = Message.of(gettext_noop("a value not below {least}"), least=self.minimum)
            raise BadArgument(self.name, text, least)
        if self.maximum is not None and value > self.maximum:  # type: ignore[operator]
            most = Message.of(gettext_noop("a value not above {most}"), most=self.maximum)
            raise BadArgument(self.name, text, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """Read arguments of one call; `on` is the day whose law applies, `edition` what was chosen."""

    values: Mapping[str, object]
    on: date
    edition: Edition | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def find(self, name: str, kind: type[T]) -> T | None:
        """The value, or None when the optional argument was not given."""
        value = self.values[name]
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{name} is not {kind.__name__}")
        return value

    def need(self, name: str, kind: type[T]) -> T:
        """The value of an argument that is required or has a default."""
        value = self.find(name, kind)
        if value is None:
            raise TypeError(f"{name} is optional: use find()")
        return value

    def many(self, name: str, kind: type[T]) -> tuple[T | None, ...] | None:
        """The items of a list, a gap as None; None when the list was not given."""
        items = self.find(name, tuple)
        if items is None:
            return None
        if not all(item is None or isinstance(item, kind) for item in items):
            raise TypeError(f"{name} holds something else than {kind.__name__}")
        return items


def parse_pairs(words: Iterable[str]) -> dict[str, str]:
    """`key=value` words as a mapping; a word without `=` or a repeated key is refused."""
    raw: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            accepted = Message.of(gettext_noop("name=value, without blanks around ="))
            raise BadArgument(name, word, accepted)
        if name in raw:
            raise BadArgument(name, value, Message.of(gettext_noop("this argument only once")))
        raw[name] = value
    return raw
