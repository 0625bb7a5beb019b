"""Limits of stations with their readings: what passed them, and what others would have made."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from anlan.base.clock import CITY_ZONE
from anlan.registers.rules.scope import Scope
from anlan.sensing.choices import StationState, ThresholdKind
from anlan.sensing.models import Threshold
from anlan.sensing.queries.live import known_until, readings
from anlan.warning.queries.scoring_records import Page, Period, Places, Sources
from anlan.warning.rules.scoring.limits import Watched, rises
from anlan.warning.rules.scoring.values import OBSERVED_LEVEL, Event, Terms
from anlan.warning.rules.signal import Hazard

MOST_LIMITS: Final = 60
"""House rule: above so many the exceedances of stations are left out of the score, and it says
so; the page of the limits looks at them one by one."""
MOST_READINGS: Final = 120_000
LEVELS: Final = (
    ThresholdKind.WARNING_LEVEL.value,
    ThresholdKind.GUARANTEE_LEVEL.value,
    ThresholdKind.FLOOD_LIMIT.value,
)
RAIN: Final = (ThresholdKind.PREPARE.value, ThresholdKind.MOVE.value)
HAPPENED: Final = (ThresholdKind.WARNING_LEVEL.value, ThresholdKind.FLOOD_LIMIT.value)
"""Limits whose passing is an event: the others lie above or below the same rise."""


def limits_in_view(scope: Scope, period: Period) -> QuerySet[Threshold]:
    """Limits of stations in use that can be tried, and held in the period."""
    rows: QuerySet[Threshold] = Threshold.objects.visible_to(scope).filter(
        Q(kind__in=LEVELS, window_min=0) | Q(kind__in=RAIN, window_min__gt=0),
        Q(valid_until__isnull=True) | Q(valid_until__gt=period.first),
        valid_from__lte=period.last,
        datastream__state=StationState.IN_USE,
    )
    joined = rows.select_related("datastream__station__unit", "region")
    return joined.order_by("datastream__station__code", "kind", "window_min", "pk")


def watched(row: Threshold, period: Period, places: Places, now: dt.datetime) -> Watched:
    """A limit with the readings of the period, as they are known."""
    begins = dt.datetime.combine(row.valid_from, dt.time(), CITY_ZONE)
    found = readings(
        row.datastream_id,
        max(period.begins, begins),
        min(period.ends, now),
        most=MOST_READINGS,
        known_at=known_until(),
    )
    station = row.datastream.station
    where = places.of(station.region_id) if station.region_id else frozenset({station.unit.code})
    return Watched(
        key=f"limit-{row.pk.hex}",
        hazard=Hazard.RIVER_FLOOD if row.kind in LEVELS else Hazard.FLASH_FLOOD,
        places=where,
        limit=row.value,
        readings=[(one.at.astimezone(CITY_ZONE), one.value) for one in found],
        window_min=row.window_min,
    )


def exceedances(
    scope: Scope, period: Period, places: Places, terms: Terms, sources: Sources, now: Any
) -> bool:
    """Rises of water to its limit, as events. False: there are more limits than are looked at."""
    rows = limits_in_view(scope, period).filter(kind__in=HAPPENED)
    if rows.count() > MOST_LIMITS:
        return False
    for row in rows:
        one = watched(row, period, places, now)
        for event in _events(one, terms):
            url = reverse("datastream", args=[row.datastream_id])
            sources.take_event(event, Page(label=str(row), url=url))
    return True


def _events(one: Watched, terms: Terms) -> Iterable[Event]:
    for number, (begun, ended) in enumerate(rises(one.readings, one.limit, terms.apart)):
        yield Event(
            key=f"{one.key}-{number}",
            family=OBSERVED_LEVEL,
            places=one.places,
            onset_from=begun,
            onset_until=begun,
            ended_at=ended,
        )
