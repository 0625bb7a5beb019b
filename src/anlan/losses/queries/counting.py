"""What is counted, by year and reporting unit, as it was known at an instant.

    accident_sums(years=range(2021, 2026), known_at=instant)   counted deaths by unit and sector
    accident_statements(...)                                   the records behind them
    disaster_sums(...), disaster_statements(...)               the same of natural disasters

`known_at=None` means as known now. A statement holds from when it was entered until the next one
was: a late death or a correction never changes what was known before it. Nobody's scope narrows
these values: they feed figures of the plan; a page opens records only through `visible_to`.
A figure that is not reported is not zero: it is counted in `unknown`.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from anlan.losses.choices import Counting
from anlan.losses.models import AccidentFigure, DisasterFigure

DISASTER_FIELDS = ("affected_person_times", "deaths", "missing", "direct_loss_fen")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccidentSum:
    """Counted deaths of one year, unit and sector. `records` are the accidents counted, of which
    `unknown` have no death figure yet."""

    year: int
    unit: str
    sector: str
    is_coal_mine: bool
    deaths: int
    records: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccidentStatement:
    """An accident as it was known: `deaths` are all, `counted_deaths` those that count.
    `is_counted` is false for what stands outside the statistics."""

    accident: uuid.UUID
    year: int
    occurred_on: dt.date
    unit: str
    region: str
    sector: str
    is_coal_mine: bool
    is_counted: bool
    counting: str
    deaths: int | None
    counted_deaths: int | None
    missing: int | None
    serious_injuries: int | None
    direct_loss_fen: int | None
    number: int
    known_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisasterSum:
    """Sums of one year and unit; a process counts in the year in which it began. `unknown` is
    (field, how many statements lack it)."""

    year: int
    unit: str
    affected_person_times: int
    deaths: int
    missing: int
    direct_loss_fen: int
    records: int
    unknown: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisasterStatement:
    """The figures of one unit in one process as they were known."""

    disaster: uuid.UUID
    figure: uuid.UUID
    year: int
    unit: str
    affected_person_times: int | None
    deaths: int | None
    missing: int | None
    direct_loss_fen: int | None
    number: int
    known_at: dt.datetime


def accident_sums(
    *, years: Iterable[int], known_at: dt.datetime | None = None
) -> tuple[AccidentSum, ...]:
    """Sums of all units, sorted by year, unit and sector; one query whatever the number."""
    rows = _held(AccidentFigure, years, known_at).filter(counting=Counting.COUNTED)
    grouped = rows.values(
        "year", code=F("unit__code"), field=F("sector__code"), coal=F("sector__is_coal_mine")
    )
    summed = grouped.annotate(
        deaths_sum=Sum("counted_deaths"),
        records=Count("pk"),
        unknown=Count("pk", filter=Q(counted_deaths__isnull=True)),
    )
    return tuple(
        AccidentSum(
            year=row["year"],
            unit=row["code"],
            sector=row["field"],
            is_coal_mine=row["coal"],
            deaths=row["deaths_sum"] or 0,
            records=row["records"],
            unknown=row["unknown"],
        )
        for row in summed.order_by("year", "code", "field")
    )


def accident_statements(
    *,
    years: Iterable[int],
    known_at: dt.datetime | None = None,
    unit: str = "",
    only_counted: bool = True,
) -> tuple[AccidentStatement, ...]:
    """The accidents behind the sums, in the order of time."""
    rows = _held(AccidentFigure, years, known_at)
    if only_counted:
        rows = rows.filter(counting=Counting.COUNTED)
    if unit:
        rows = rows.filter(unit__code=unit)
    joined = rows.select_related("unit", "region", "sector").order_by("occurred_on", "accident")
    return tuple(_accident(row) for row in joined)


def disaster_sums(
    *, years: Iterable[int], known_at: dt.datetime | None = None
) -> tuple[DisasterSum, ...]:
    """Sums of all units, sorted by year and unit; one query whatever the number."""
    rows = _held(DisasterFigure, years, known_at).values("year", code=F("unit__code"))
    sums = {f"{name}_sum": Sum(name) for name in DISASTER_FIELDS}
    gaps = {
        f"{name}_unknown": Count("pk", filter=Q(**{f"{name}__isnull": True}))
        for name in DISASTER_FIELDS
    }
    summed = rows.annotate(records=Count("pk"), **sums, **gaps).order_by("year", "code")
    return tuple(
        DisasterSum(
            year=row["year"],
            unit=row["code"],
            records=row["records"],
            unknown=tuple(
                (name, row[f"{name}_unknown"])
                for name in DISASTER_FIELDS
                if row[f"{name}_unknown"]
            ),
            **{name: int(row[f"{name}_sum"] or 0) for name in DISASTER_FIELDS},
        )
        for row in summed
    )


def disaster_statements(
    *, years: Iterable[int], known_at: dt.datetime | None = None, unit: str = ""
) -> tuple[DisasterStatement, ...]:
    """The statements behind the sums, in the order of the processes."""
    rows = _held(DisasterFigure, years, known_at)
    if unit:
        rows = rows.filter(unit__code=unit)
    joined = rows.select_related("unit").order_by("year", "disaster", "unit__position")
    return tuple(
        DisasterStatement(
            disaster=row.disaster_id,
            figure=row.pk,
            year=row.year,
            unit=row.unit.code,
            number=row.number,
            known_at=row.known_at,
            **{name: getattr(row, name) for name in DISASTER_FIELDS},
        )
        for row in joined
    )


def _held(model: type[Any], years: Iterable[int], known_at: dt.datetime | None) -> QuerySet[Any]:
    """The statement of each record that held at the instant."""
    rows: QuerySet[Any] = model.objects.filter(year__in=list(years))
    if known_at is None:
        return rows.filter(superseded_at__isnull=True)
    later = Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_at)
    return rows.filter(later, known_at__lte=known_at)


def _accident(row: AccidentFigure) -> AccidentStatement:
    return AccidentStatement(
        accident=row.accident_id,
        year=row.year,
        occurred_on=row.occurred_on,
        unit=row.unit.code,
        region=row.region.code,
        sector=row.sector.code,
        is_coal_mine=row.sector.is_coal_mine,
        is_counted=row.counting == Counting.COUNTED,
        counting=row.counting,
        deaths=row.deaths,
        counted_deaths=row.counted_deaths,
        missing=row.missing,
        serious_injuries=row.serious_injuries,
        direct_loss_fen=row.direct_loss_fen,
        number=row.number,
        known_at=row.known_at,
    )
