"""Which of several figures is taken: editions of a statistic, a register beside a published total.

Source: House rule; coverage.md ("versioned GDP", "missing is not normal"); issue ("zero or missing
denominators … handled by a named rule").
Units and valid range: those of the figure.
Edge cases: the edition published last is taken, of one day the one entered last; a figure from
memory (mark M) or doubtful (?) is not taken. A register that nobody declared complete for a year
gives no numerator, however many records it holds: no record is not no death. A published total
stands in for it. A record that does not say its number leaves the year open. Where a complete
register and a published total differ, the register is taken and the other figure is said beside
it. In a year that runs only the register counts, so far.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.plan.rules.indicators.figures import Figure

RULE: Final = "indicator-source"
UNTRUSTED_MARKS: Final = frozenset({"M", "?"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a statistic; `entered` orders those of one day."""

    value: Decimal | None
    edition: str
    source: str
    mark: str
    published_on: dt.date | None
    entered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a register counts in a year, in how many records, and how many of those do not say."""

    value: Decimal
    records: int
    silent: int = 0


NOT_IN_REGISTER: Final = gettext_noop("not in the register of statistics")
LOOKED_FOR: Final = gettext_noop("looked for and not found")
FROM_MEMORY: Final = gettext_noop("only a figure from memory is held; it is not taken")
NOT_COMPLETE: Final = gettext_noop(
    "the register is not declared complete for the year, and no published total is held"
)
SILENT: Final = gettext_noop("{count} records do not say the number yet")
REGISTER: Final = gettext_noop("the register of this program")
EARLIEST: Final = dt.date.min


def newest(editions: Iterable[Edition]) -> Figure:
    """The figure of the edition published last."""
    rows = list(editions)
    trusted = [row for row in rows if row.mark not in UNTRUSTED_MARKS]
    known = [row for row in trusted if row.value is not None]
    if known:
        row = max(known, key=lambda one: (one.published_on or EARLIEST, one.entered))
        return Figure(value=row.value, source=row.source, edition=row.edition)
    if len(trusted) < len(rows):
        return Figure(why_missing=Message.of(FROM_MEMORY))
    return Figure(why_missing=Message.of(LOOKED_FOR if rows else NOT_IN_REGISTER))


def numerator(
    counted: Counted | None, published: Figure, *, is_complete: bool, is_running: bool
) -> Figure:
    """The numerator of a year, see the module."""
    found = counted or Counted(value=Decimal(0), records=0)
    if not is_complete:
        if published.value is not None and not is_running:
            return published
        return Figure(why_missing=Message.of(NOT_COMPLETE), records=found.records)
    if found.silent:
        why = Message.of(SILENT, count=found.silent)
        return Figure(why_missing=why, records=found.records)
    differs = published.value is not None and published.value != found.value
    return Figure(
        value=found.value,
        source=REGISTER,
        records=found.records,
        beside=published.value if differs and not is_running else None,
    )
