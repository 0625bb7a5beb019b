"""Tables of grades: which grade the figures reach, criteria joined by 或者 ("or").

Decides the highest grade that any single criterion reaches.

Source: the table that is given, held as TOML in `data/`; 以上 includes the number, so that every
band is half-open. Units and valid range: as each criterion's name says; figures are not negative.
Edge cases: a figure equal to a limit is in the higher band. A missing figure can only raise: the
grade is decided when the known ones reach the top already, else it is "at least" what they reach.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Pairs, Reason, SourceStatus

Figures = Mapping[str, Decimal | int | None]

CRITERION_LABELS: Final[Mapping[str, str]] = {
    "deaths": gettext_noop("deaths"),
    "serious_injuries": gettext_noop("serious injuries"),
    "direct_loss_yuan": gettext_noop("direct economic loss"),
    "people_to_move": gettext_noop("people to be moved"),
    "possible_loss_yuan": gettext_noop("possible loss"),
    "burnt_ha": gettext_noop("burnt forest area"),
    "deaths_missing": gettext_noop("deaths and missing"),
    "loss_share_of_province_gdp_pct": gettext_noop("share of the province's GDP of last year"),
    "magnitude_dense": gettext_noop("magnitude in a densely populated area"),
    "magnitude_fairly_dense": gettext_noop("magnitude in a fairly densely populated area"),
    "people": gettext_noop("deaths and missing"),
    "evacuated_or_aid": gettext_noop("evacuated or in need of aid"),
    "collapsed_severe_rooms": gettext_noop("collapsed and severely damaged rooms"),
    "collapsed_severe_households": gettext_noop("collapsed and severely damaged households"),
    "drought_share_pct": gettext_noop("share of the population in need because of drought"),
    "drought_people": gettext_noop("people in need because of drought"),
}


class NegativeFigure(ValueError):
    """A count or amount below zero never reaches a rule: the border refuses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeTable:
    """`criteria`: name → (grade, at least) from the highest grade down. `lowest` is the grade of
    what reaches no limit; empty: then there is none."""

    source: str
    article: str
    edition: str
    status: SourceStatus
    lowest: str
    criteria: Mapping[str, tuple[tuple[str, Decimal], ...]]
    valid_from: date | None = None
    valid_until: date | None = None

    def reason(
        self, rule: str, inputs: Pairs, *, note: Message | None = None, details: Pairs = ()
    ) -> Reason:
        return Reason(
            rule=rule,
            source=self.source,
            article=self.article,
            edition=self.edition,
            status=self.status,
            inputs=inputs,
            note=note,
            details=details,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """`grade` is what the known figures reach, `by` the criteria that reach it, `missing` those
    whose figure is not known and that could raise it."""

    grade: str
    by: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_decided(self) -> bool:
        return not self.missing


def reached_by(table: GradeTable, figures: Figures) -> Reached:
    """The highest grade of any criterion; see the module text."""
    ranks = _ranks(table)
    best, by = len(ranks), []
    for name, value in figures.items():
        if value is None:
            continue
        if value < 0:
            raise NegativeFigure(name)
        rank = _rank_of(table.criteria[name], value, ranks)
        if rank < best:
            best, by = rank, [name]
        elif rank == best and rank < len(ranks):
            by.append(name)
    grade = ranks[best] if best < len(ranks) else table.lowest
    missing = () if best == 0 else tuple(n for n, value in figures.items() if value is None)
    return Reached(grade=grade, by=tuple(by), missing=missing)


def _ranks(table: GradeTable) -> tuple[str, ...]:
    """Grades with limits, the highest first."""
    longest = max(table.criteria.values(), key=len)
    return tuple(grade for grade, _ in longest)


def _rank_of(
    limits: tuple[tuple[str, Decimal], ...], value: Decimal | int, ranks: tuple[str, ...]
) -> int:
    return next((ranks.index(grade) for grade, least in limits if value >= least), len(ranks))


def criterion_labels(names: tuple[str, ...]) -> tuple[Message, ...]:
    return tuple(Message.of(CRITERION_LABELS[name]) for name in names)


def missing_note(reached: Reached, label: str) -> Message:
    """What is said when the grade cannot be decided yet."""
    return Message.of(
        gettext_noop(
            "Not reported yet: {missing}. By what is known it is at least “{grade}”; enter the "
            "missing figures to decide it."
        ),
        missing=criterion_labels(reached.missing),
        grade=Message.of(label),
    )


def read_table(name: str) -> dict[str, Any]:
    """A file of `data/`, numbers exact."""
    file = resources.files("anlan.losses.rules").joinpath("data", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


@lru_cache(maxsize=16)
def grade_table(name: str) -> GradeTable:
    """The table of that name in `data/`."""
    data = read_table(name)
    return GradeTable(
        source=data["source"],
        article=data["article"],
        edition=data["edition"],
        status=SourceStatus(data["status"]),
        lowest=data.get("lowest", ""),
        criteria=criteria_of(data),
        valid_from=data.get("valid_from"),
        valid_until=data.get("in_force_until"),
    )


def criteria_of(data: Mapping[str, Any]) -> Mapping[str, tuple[tuple[str, Decimal], ...]]:
    return MappingProxyType(
        {
            name: tuple((grade, Decimal(least)) for grade, least in limits.items())
            for name, limits in data["criteria"].items()
        }
    )
