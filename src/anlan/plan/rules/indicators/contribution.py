"""Who adds how much to the numerator of an indicator: shares and ranks, never a cause.

Source: House rule. The notice sets targets for the city and gives no way to divide them; a share
says where records come from and nothing about why.
Units and valid range: the unit of the numerator; nothing negative. A share is a part of one.
Edge cases: no record where the register is not declared complete is missing, never zero: the part
has no value, its unit no rank unless another year is known, and the year is named. Records that do
not say their number are counted apart; a part of such records alone is missing. A total of zero →
nobody has a share. Equal values share a rank and the next rank is left out (1, 2, 2, 4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.plan.rules.indicators.sources import Counted

RULE: Final = "indicator-contribution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one unit adds in one year; `value` None is not known. `silent` records of `records`
    do not say their number."""

    unit: str
    year: int
    value: Decimal | None
    records: int = 0
    silent: int = 0

    def __post_init__(self) -> None:
        if self.value is not None and (not self.value.is_finite() or self.value < 0):
            raise ValueError("a contribution is a number of at least 0, or missing")
        if not 0 <= self.silent <= self.records:
            raise ValueError("of the records at most all are silent, and at least none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A unit: its known sum, its share of what is known, its rank, and the years that lack."""

    unit: str
    value: Decimal | None
    parts: tuple[Part, ...]
    rank: int | None
    share: Fraction | None

    @property
    def lacking(self) -> tuple[int, ...]:
        return tuple(part.year for part in self.parts if part.value is None)

    @property
    def records(self) -> int:
        return sum(part.records for part in self.parts)

    @property
    def silent(self) -> int:
        return sum(part.silent for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Greatest first, units of which nothing is known last; `total` is what is known together."""

    total: Decimal | None
    rows: tuple[Contribution, ...]

    @property
    def is_whole(self) -> bool:
        return not any(row.lacking or row.silent for row in self.rows)


def part_of(unit: str, year: int, counted: Counted | None, *, is_complete: bool) -> Part:
    """What a register says of a unit and year. Edge cases: see the module."""
    if counted is None or not counted.records:
        return Part(unit=unit, year=year, value=Decimal(0) if is_complete else None)
    is_silent = counted.silent == counted.records
    return Part(
        unit=unit,
        year=year,
        value=None if is_silent else counted.value,
        records=counted.records,
        silent=counted.silent,
    )


def rank_contributions(parts: Iterable[Part]) -> Verdict[Ranking]:
    """Units by what they add, one part a unit and year."""
    by_unit: dict[str, list[Part]] = {}
    for part in parts:
        held = by_unit.setdefault(part.unit, [])
        if any(each.year == part.year for each in held):
            raise ValueError("one part a unit and year")
        held.append(part)
    sums = {unit: _sum(held) for unit, held in by_unit.items()}
    known = [value for value in sums.values() if value is not None]
    total = sum(known, Decimal(0)) if known else None
    order = sorted(by_unit, key=lambda unit: (sums[unit] is None, -(sums[unit] or 0)))
    rows = tuple(
        Contribution(
            unit=unit,
            value=(value := sums[unit]),
            parts=tuple(sorted(by_unit[unit], key=lambda part: part.year)),
            rank=None if value is None else 1 + sum(other > value for other in known),
            share=Fraction(value) / Fraction(total) if value is not None and total else None,
        )
        for unit in order
    )
    ranking = Ranking(total=total, rows=rows)
    return Verdict(value=ranking, reasons=(_reason(ranking),))


def _sum(parts: list[Part]) -> Decimal | None:
    known = [part.value for part in parts if part.value is not None]
    return sum(known, Decimal(0)) if known else None


def _reason(ranking: Ranking) -> Reason:
    note = gettext_noop(
        "Shares are of what the records say, and say where it happened, not why. A unit without "
        "a record is zero only where the register is declared complete for the year."
    )
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(units=len(ranking.rows), total=ranking.total, whole=ranking.is_whole),
        note=Message.of(note),
    )
