"""Where counted figures come from, by enterprise, sector and hazard, in the reader's view.

    enterprises_behind(scope, years=range(2021, 2026), coal_only=False)
    focus_with_deaths(years=…)       focus sectors with counted deaths, the same for everybody
    sums_by_sector, sums_by_hazard   over some reporting units

Statements that hold now count; in the past world those that held then. A figure that is not
reported is not zero: it is counted in `unknown`.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When

from anlan.losses.choices import Counting, Hazard
from anlan.losses.models import Accident, AccidentFigure, DisasterFigure
from anlan.registers.models import Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSum:
    """What was counted in a sector or hazard: `value` in base units, None where no record says.
    `unknown` of `records` do not say their number."""

    code: str
    name: str
    value: Decimal | None
    records: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseSum:
    """Counted deaths at an enterprise; `enterprise` None are accidents that name none, or one that
    the reader may not see."""

    enterprise: uuid.UUID | None
    name: str
    sector: str
    deaths: int | None
    records: int
    unknown: int


def enterprises_behind(
    scope: Any, *, years: Iterable[int], coal_only: bool = False
) -> tuple[EnterpriseSum, ...]:
    """Enterprises of the accidents that the scope may see, the greatest first. One query."""
    seen = Accident.objects.visible_to(scope).values("pk")
    named = Q(accident__enterprise__in=Enterprise.objects.visible_to(scope).values("pk"))
    rows = _accidents(years, coal_only).filter(accident__in=seen)
    grouped = rows.annotate(
        key=Case(When(named, then=F("accident__enterprise"))),
        label=Case(When(named, then=F("accident__enterprise__name")), default=Value("")),
        field=F("sector__name"),
    ).values("key", "label", "field")
    summed = grouped.annotate(**_sums("counted_deaths"))
    found = [
        EnterpriseSum(
            enterprise=row["key"],
            name=row["label"] or "",
            sector=row["field"],
            deaths=row["total"],
            records=row["records"],
            unknown=row["unknown"],
        )
        for row in summed
    ]
    return tuple(sorted(found, key=lambda one: (one.name == "", -(one.deaths or 0), one.name)))


def focus_with_deaths(*, years: Iterable[int], coal_only: bool = False) -> frozenset[str]:
    """The focus sectors in which deaths were counted, over all units. One query."""
    rows = _accidents(years, coal_only).filter(counted_deaths__gt=0).exclude(sector__focus="")
    return frozenset(rows.order_by().values_list("sector__focus", flat=True).distinct())


def sums_by_sector(
    units: Collection[str], *, years: Iterable[int], coal_only: bool = False
) -> tuple[GroupSum, ...]:
    """Counted deaths by sector over some units, the greatest first. One query."""
    rows = _accidents(years, coal_only).filter(unit__code__in=units)
    grouped = rows.values(code=F("sector__code"), label=F("sector__name"))
    return _groups(grouped.annotate(**_sums("counted_deaths")), {})


def sums_by_hazard(
    units: Collection[str], *, field: str, years: Iterable[int]
) -> tuple[GroupSum, ...]:
    """A figure of disasters by hazard over some units, the greatest first. One query."""
    rows = _held(DisasterFigure, years).filter(unit__code__in=units)
    grouped = rows.values(code=F("disaster__hazard"))
    names = {value: str(label) for value, label in Hazard.choices}
    return _groups(grouped.annotate(**_sums(field)), names)


def _accidents(years: Iterable[int], coal_only: bool) -> QuerySet[Any]:
    rows = _held(AccidentFigure, years).filter(counting=Counting.COUNTED)
    return rows.filter(sector__is_coal_mine=True) if coal_only else rows


def _held(model: type[Any], years: Iterable[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(year__in=list(years), superseded_at__isnull=True)
    return rows.order_by()


def _sums(field: str) -> dict[str, Any]:
    return {
        "total": Sum(field),
        "records": Count("pk"),
        "unknown": Count("pk", filter=Q(**{f"{field}__isnull": True})),
    }


def _groups(rows: Iterable[dict[str, Any]], names: dict[str, str]) -> tuple[GroupSum, ...]:
    found = [
        GroupSum(
            code=row["code"],
            name=names.get(row["code"]) or row.get("label", row["code"]),
            value=None if row["total"] is None else Decimal(row["total"]),
            records=row["records"],
            unknown=row["unknown"],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.value is None, -(one.value or 0), one.code)))
