"""Figures of the indicators in the form in which they are published, and what would change now."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from anlan.base.journal.content import canonical, plain_digest
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.models import IndicatorEdition, Notice
from anlan.plan.queries.indicators.board import board, exact
from anlan.plan.rules.indicators.restating import Change, Frozen, changes
from anlan.plan.rules.indicators.standing import Number, Standing

Figures = dict[str, dict[str, str | None]]
NUMBERS = ("value", "numerator", "denominator")


def figures_of(notice: Notice, at: dt.datetime | None = None) -> Figures:
    """Every figure as known at an instant: of the period, of each year, of each unit and year."""
    found: Figures = {}
    for line in board(notice, at=at, projects=False).lines:
        found |= _standing(line.item.key, line.verdict.known())
        for each in line.units:
            found |= _standing(line.item.key, each.verdict.known(), each.unit.code)
    return found


def _standing(key: str, standing: Standing, unit: str = "") -> Figures:
    tail = f"/{unit}" if unit else ""
    rows: Figures = {
        f"{key}{tail}": {
            "value": exact(_number(standing.value)),
            "numerator": None,
            "denominator": None,
            "state": standing.status.value,
        }
    }
    for year in standing.yearly:
        rows[f"{key}/{year.fact.year}{tail}"] = {
            "value": exact(_number(year.value)),
            "numerator": exact(year.fact.numerator.value),
            "denominator": exact(year.fact.denominator.value),
            "state": "",
        }
    return rows


def _number(value: Number) -> Decimal | None:
    return None if value is UNKNOWN else value


def digest_of(figures: Mapping[str, Any]) -> str:
    return plain_digest(canonical(dict(figures)).encode())


def frozen(figures: Mapping[str, Mapping[str, str | None]]) -> dict[str, Frozen]:
    return dict(_frozen(figures))


def _frozen(figures: Mapping[str, Mapping[str, str | None]]) -> Iterator[tuple[str, Frozen]]:
    for key, row in figures.items():
        numbers = {name: _decimal(row.get(name)) for name in NUMBERS}
        yield key, Frozen(**numbers, state=row.get("state") or "")


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def changed_since(edition: IndicatorEdition) -> tuple[Change, ...]:
    """The figures of an edition that would be others if it were published now."""
    return changes(frozen(edition.figures), frozen(figures_of(edition.notice)))
