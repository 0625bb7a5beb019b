"""Reads of natural disasters: what holds for each unit, the sums, the relief level."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from anlan.base.rules.verdict import Verdict
from anlan.losses.models import Disaster, DisasterFigure
from anlan.losses.rules.disaster_figures import FIELD_LABELS, label
from anlan.losses.rules.grades import ResponseLevel
from anlan.losses.rules.relief_level import (
    ReliefFigures,
    edition_on,
    of_partial_sums,
    relief_response_level,
)
from anlan.registers.models import ReportingUnit
from anlan.registers.rules.scope import Scope

RELIEF_FIELDS = (
    *("deaths", "missing", "relocated_collective", "relocated_scattered"),
    *("need_urgent_relief", "house_collapsed_rooms", "house_severe_rooms"),
    *("house_collapsed_households", "house_severe_households"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums of one process over units, by field; a field that nobody reported is None. `gaps` are
    fields that some unit has not reported."""

    values: Mapping[str, int | Decimal | None]
    gaps: frozenset[str]
    units: int


def held_figures(disasters: Iterable[uuid.UUID], scope: Scope) -> QuerySet[DisasterFigure]:
    """The last statements of each unit in view."""
    rows: QuerySet[DisasterFigure] = DisasterFigure.objects.visible_to(scope).filter(
        disaster__in=list(disasters), superseded_at__isnull=True
    )
    return rows.select_related("unit", "body").order_by("unit__position", "unit__code")


def sums_of(rows: Iterable[DisasterFigure]) -> Sums:
    """Add up statements of different units of one process."""
    found = list(rows)
    values: dict[str, int | Decimal | None] = {}
    gaps = set()
    for name in FIELD_LABELS:
        known = [value for row in found if (value := getattr(row, name)) is not None]
        values[name] = sum(known) if known else None
        if len(known) < len(found):
            gaps.add(name)
    return Sums(values=values, gaps=frozenset(gaps), units=len(found))


def relief_of(disaster: Disaster, sums: Sums) -> Verdict[ResponseLevel]:
    """The national relief level by the sums; where a unit has not reported, it may still rise."""

    def total(*names: str) -> int | None:
        parts = [sums.values[name] for name in names]
        known = [int(part) for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else None

    rooms = total("house_collapsed_rooms", "house_severe_rooms")
    homes = total("house_collapsed_households", "house_severe_households")
    figures = ReliefFigures(
        deaths=total("deaths"),
        missing=total("missing"),
        evacuated_or_aid=total(
            "relocated_collective", "relocated_scattered", "need_urgent_relief"
        ),
        collapsed_severe_rooms=rooms,
        collapsed_severe_households=homes,
    )
    verdict = relief_response_level(figures, edition=edition_on(disaster.began_on))
    partial = tuple(
        label(name)
        for name in RELIEF_FIELDS
        if name in sums.gaps and sums.values[name] is not None
    )
    return of_partial_sums(verdict, partial)


def units_for(scope: Scope, day: dt.date) -> list[ReportingUnit]:
    """Units that report figures: the counties and the zone, in their order."""
    units = ReportingUnit.objects.visible_to(scope).exclude(kind="city")
    return [unit for unit in units if unit.valid_until is None or day < unit.valid_until]
