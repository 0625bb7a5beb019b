"""The records behind a figure of an indicator, within the reader's view."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anlan.losses.models import Accident, DisasterFigure
from anlan.losses.queries.counting import accident_statements, disaster_statements
from anlan.plan.queries.indicators.board import COUNTED_IN
from anlan.plan.queries.indicators.facts import DISASTER_FIGURES
from anlan.plan.rules.indicators.choices import Basis
from anlan.registers import queries as registers

Titles = Mapping[uuid.UUID, tuple[str, dt.date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A record that a figure counts: `number` is what it adds, None when it does not say."""

    basis: Basis
    key: uuid.UUID
    title: str
    day: dt.date
    unit: str
    unit_name: str
    number: Decimal | None
    statement: int
    known_at: dt.datetime


def behind(
    key: str, year: int, *, scope: Any, unit: str = "", at: dt.datetime | None = None
) -> tuple[tuple[Behind, ...], int]:
    """The records of an indicator and year that the scope may see, and how many it may not."""
    figure, basis = COUNTED_IN[key]
    names: dict[str, str] = {row.code: row.short_name for row in registers.reporting_units()}
    find = _accidents if basis is Basis.ACCIDENTS else _disasters
    rows, every = find(figure, year, unit, at, scope)
    shown = tuple(
        Behind(unit_name=names.get(row["unit"]) or row["unit"], basis=basis, **row) for row in rows
    )
    return shown, every - len(shown)


Found = tuple[list[dict[str, Any]], int]


def _accidents(figure: str, year: int, unit: str, at: dt.datetime | None, scope: Any) -> Found:
    rows = [
        row
        for row in accident_statements(years=[year], known_at=at, unit=unit)
        if row.is_coal_mine or figure != "coal_deaths"
    ]
    seen = Accident.objects.visible_to(scope).filter(pk__in=[row.accident for row in rows])
    titles = dict(seen.values_list("pk", "title"))
    found = [
        {
            "key": row.accident,
            "title": titles[row.accident],
            "day": row.occurred_on,
            "unit": row.unit,
            "number": None if row.counted_deaths is None else Decimal(row.counted_deaths),
            "statement": row.number,
            "known_at": row.known_at,
        }
        for row in rows
        if row.accident in titles
    ]
    return found, len(rows)


def _disasters(figure: str, year: int, unit: str, at: dt.datetime | None, scope: Any) -> Found:
    field, per = DISASTER_FIGURES[figure]
    rows = disaster_statements(years=[year], known_at=at, unit=unit)
    seen = DisasterFigure.objects.visible_to(scope).filter(pk__in=[row.figure for row in rows])
    titles: Titles = {
        key: (title, day)
        for key, title, day in seen.values_list("pk", "disaster__title", "disaster__began_on")
    }
    found = []
    for row in rows:
        if row.figure not in titles:
            continue
        value = getattr(row, field)
        title, day = titles[row.figure]
        found.append(
            {
                "key": row.disaster,
                "title": title,
                "day": day,
                "unit": row.unit,
                "number": None if value is None else Decimal(value) / per,
                "statement": row.number,
                "known_at": row.known_at,
            }
        )
    return found, len(rows)
