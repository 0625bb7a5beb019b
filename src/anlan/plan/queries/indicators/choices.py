"""What the city chose for the indicators of a notice, as known at an instant."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from anlan.plan.models import IndicatorChoice, Notice
from anlan.plan.rules.indicators.choices import (
    Basis,
    ChoiceKind,
    Choices,
    CitedReading,
    CitedWindow,
    CitedYear,
    Coverage,
    Reading,
)

Matter = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The choices, for which years each register is complete, and the rows that say so."""

    choices: Choices
    coverage: Mapping[Basis, Coverage]
    rows: Mapping[Matter, IndicatorChoice]


def chosen_for(notice: Notice, at: dt.datetime | None = None) -> Chosen:
    """The latest choice of each matter, known at an instant (None: now); one that was withdrawn
    leaves the matter open."""
    latest: dict[Matter, IndicatorChoice] = {}
    rows = IndicatorChoice.objects.filter(notice=notice)
    if at is not None:
        rows = rows.filter(set_at__lte=at)
    for row in rows.order_by("set_at", "pk"):
        latest[(row.kind, row.basis)] = row
    held = {matter: row for matter, row in latest.items() if row.holds}
    return Chosen(
        choices=Choices(
            base_year=_base_year(held.get((ChoiceKind.BASE_YEAR.value, ""))),
            window=_window(held.get((ChoiceKind.WINDOW.value, ""))),
            reading=_reading(held.get((ChoiceKind.READING.value, ""))),
        ),
        coverage={
            basis: Coverage(first=row.first_year, last=row.last_year)
            for basis in Basis
            if (row := held.get((ChoiceKind.COVERAGE.value, basis.value))) is not None
            and row.first_year is not None
        },
        rows=held,
    )


def _base_year(row: IndicatorChoice | None) -> CitedYear | None:
    if row is None or row.first_year is None:
        return None
    return CitedYear(year=row.first_year, source=row.source)


def _window(row: IndicatorChoice | None) -> CitedWindow | None:
    if row is None or row.first_year is None or row.last_year is None:
        return None
    return CitedWindow(first=row.first_year, last=row.last_year, source=row.source)


def _reading(row: IndicatorChoice | None) -> CitedReading | None:
    if row is None or not row.reading:
        return None
    return CitedReading(reading=Reading(row.reading), source=row.source)
