"""Reads of accidents: what is known of one, what looks like another."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Min, Q, QuerySet

from anlan.base.clock import CITY_ZONE
from anlan.base.keeping.merging import merged_keys
from anlan.base.rules.verdict import Verdict
from anlan.losses.choices import Counting
from anlan.losses.models import Accident, AccidentFigure
from anlan.losses.rules.accident_grade import grade_accident, grade_so_far
from anlan.losses.rules.accident_terms import AccidentKind, follow_up_until
from anlan.losses.rules.grades import IncidentGrade
from anlan.losses.rules.near_serious import (
    Endangered,
    Threat,
    is_near_serious,
    reporting_grade,
)
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Scope

FEN_PER_YUAN = 100
NEAR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """Accidents that may be the same one: those in view, and how many more there are."""

    seen: tuple[Accident, ...]
    hidden: int

    @property
    def number(self) -> int:
        return len(self.seen) + self.hidden


def city_day(at: dt.datetime) -> dt.date:
    return at.astimezone(CITY_ZONE).date()


def first_day_of_units() -> dt.date:
    """When the tree of reporting units begins."""
    found = ReportingUnit.objects.aggregate(first=Min("valid_from"))["first"]
    return found or dt.date.min


def lies_in(region: Region, unit: ReportingUnit) -> bool:
    """Whether a region is that of the unit or lies below it."""
    current: Region | None = region
    while current is not None:
        if current.pk == unit.region_id:
            return True
        current = current.parent
    return False


def statements_of(accident: uuid.UUID) -> list[AccidentFigure]:
    """Everything that was stated about an accident, in order."""
    rows = AccidentFigure.objects.filter(accident=accident).order_by("number")
    return list(rows.select_related("body", "unit", "sector"))


def grade_of(row: Accident) -> Verdict[IncidentGrade]:
    """The grade by counted deaths and the figures known last."""
    loss = row.direct_loss_fen
    return grade_accident(
        deaths=row.counted_deaths,
        serious_injuries=row.serious_injuries,
        direct_loss_yuan=None if loss is None else Decimal(loss) / FEN_PER_YUAN,
        missing=row.missing,
    )


def near_serious_of(row: Accident) -> Verdict[bool]:
    """Whether it is reported like a relatively serious accident, whatever its grade."""
    people = Endangered(
        people_at_risk=row.people_at_risk,
        people_trapped=row.people_trapped,
        missing=row.missing,
        people_evacuated=row.people_evacuated,
        people_observed=row.people_observed,
    )
    return is_near_serious(people, threat=Threat(row.threat) if row.threat else None)


def reporting_grade_of(row: Accident) -> IncidentGrade:
    """The grade so far by which it is reported upward."""
    return reporting_grade(grade_so_far(grade_of(row)), near_serious_of(row))


def window_of(row: Accident) -> dt.date:
    """The last day on which a change of its casualties counts."""
    return follow_up_until(AccidentKind(row.kind), city_day(row.occurred_at)).known()


def likely_same(
    scope: Scope,
    *,
    occurred_at: dt.datetime,
    unit: uuid.UUID,
    sector: uuid.UUID,
    enterprise: uuid.UUID | None,
    leaving: uuid.UUID | None = None,
) -> Likely:
    """House rule: one day before or after, in the same unit, and of the same enterprise or, where
    one of the two names none, of the same sector. A merged record is none of them."""
    near = Q(occurred_at__gte=occurred_at - NEAR, occurred_at__lte=occurred_at + NEAR)
    same = Q(sector=sector)
    if enterprise is not None:
        same = Q(enterprise=enterprise) | Q(enterprise__isnull=True, sector=sector)
    rows: QuerySet[Accident] = Accident.objects.filter(near, same, unit=unit)
    rows = rows.exclude(pk__in=merged_keys(Accident)).exclude(counting=Counting.DUPLICATE)
    if leaving is not None:
        rows = rows.exclude(pk=leaving)
    seen = tuple(rows.visible_to(scope).select_related("unit", "body")[:20])  # type: ignore[attr-defined]
    return Likely(seen=seen, hidden=rows.count() - len(seen))
