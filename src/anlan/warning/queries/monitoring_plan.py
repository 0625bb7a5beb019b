"""What each monitoring rule watches now: places with their limits, grouped by time step."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import Q, QuerySet

from anlan.sensing.choices import StationState, ThresholdKind
from anlan.sensing.models import Datastream, Threshold
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.station_state import LOWER_IS_WORSE
from anlan.warning.choices import ACCUMULATED, Method
from anlan.warning.models import MonitoringRule
from anlan.warning.rules.engine.plan import BadPlan, Limits, Operation
from anlan.warning.rules.monitoring.group import (
    NO_LIMITS,
    BadGroup,
    Comparison,
    Group,
    Watched,
    Window,
    is_short_enough,
    limits_of,
    slot_for,
)
from anlan.warning.rules.monitoring.own_limits import (
    Own,
    alarm_limits,
    critical_limits,
    low_water_limits,
    lower_limits,
    methane_limits,
    reservoir_limits,
    river_limits,
    tangent_limits,
)

NEWEST: Final = Window(operation=Operation.MAX, window_s=0)
A_DAY: Final = Window(operation=Operation.DIFFERENCE, window_s=86_400)
WINDOWED: Final = (
    *(Method.FIXED, Method.LEVELS, Method.CRITICAL, Method.OWN, Method.METHANE),
    Method.TANGENT,
)
PLANNED: Final = (*WINDOWED, Method.RISE)
"""Methods whose places `plans_of` says; of the last one windows decide nothing."""
ALL_OF_IT: Final = 100
SEPARATOR: Final = "/"


@dataclass(slots=True)
class Plans:
    """What a rule watches. `refused` are places whose limits make no order, or which the engine
    cannot follow: whatever else is watched goes on."""

    groups: list[Group] = field(default_factory=list)
    streams: dict[str, Datastream] = field(default_factory=dict)
    refused: list[Datastream] = field(default_factory=list)


def rules_in_force(day: dt.date) -> QuerySet[MonitoringRule]:
    rows: QuerySet[MonitoringRule] = MonitoringRule.objects.filter(valid_from__lte=day)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))
    return rows.prefetch_related("criteria").order_by("code")


def streams_of(rule: MonitoringRule) -> QuerySet[Datastream]:
    """Datastreams in use that a rule looks at."""
    rows: QuerySet[Datastream] = Datastream.objects.filter(
        observed=rule.observed, state=StationState.IN_USE, station__state=StationState.IN_USE
    )
    if rule.station_kind:
        rows = rows.filter(station__kind=rule.station_kind)
    return rows.select_related("station__unit").order_by("code")


def limits_on(day: dt.date) -> QuerySet[Threshold]:
    """Limits of datastreams that hold on a day."""
    rows: QuerySet[Threshold] = Threshold.objects.filter(valid_from__lte=day)
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))


def critical_values(rule: MonitoringRule, day: dt.date) -> list[tuple[Datastream, Decimal]]:
    """Gauges with the critical effective rainfall of their place. Of several that hold the newest
    counts."""
    rows = limits_on(day).filter(kind=ThresholdKind.EFFECTIVE_RAIN, value__gt=0)
    rows = rows.filter(datastream__in=streams_of(rule).order_by())
    rows = rows.select_related("datastream__station__unit")
    ordered = rows.order_by("datastream__code", "valid_from", "pk")
    newest = {row.datastream_id: row for row in ordered}
    return [(row.datastream, Decimal(str(row.value))) for row in newest.values()]


def own_limits_of(streams: Iterable[Datastream], day: dt.date) -> dict[Any, list[Threshold]]:
    """The limits that hold on a day, by datastream."""
    rows = limits_on(day).filter(datastream__in=[row.pk for row in streams])
    found: dict[Any, list[Threshold]] = {}
    for row in rows.order_by("valid_from", "pk"):
        found.setdefault(row.datastream_id, []).append(row)
    return found


def plans_of(
    rule: MonitoringRule, day: dt.date, streams: Iterable[Datastream] | None = None
) -> Plans:
    """The groups of a rule that is decided by windows, in the order of their time steps."""
    plans = Plans()
    rows = list(streams_of(rule) if streams is None else streams)
    own = own_limits_of(rows, day)
    windows = _windows(rule, own)
    by_slot: dict[int, list[Watched]] = {}
    for row in rows:
        plans.streams[str(row.pk)] = row
        try:
            found = list(_places(rule, row, own.get(row.pk, []), windows))
        except (BadGroup, BadPlan):
            plans.refused.append(row)
            continue
        slot_s = slot_for(rule.slot_s, row.interval_s)
        by_slot.setdefault(slot_s, []).extend(found)
    for slot_s, places in sorted(by_slot.items()):
        if places:
            try:
                plans.groups.append(_group(rule, slot_s, windows, places))
            except BadGroup:
                keys = dict.fromkeys(each.stream for each in places)
                plans.refused += [plans.streams[key] for key in keys]
    return plans


def level_limits(
    rule: MonitoringRule, day: dt.date, streams: Iterable[Datastream] | None = None
) -> list[tuple[Datastream, Limits]]:
    """Datastreams with levels of their own, and the limits of the newest value."""
    plans = plans_of(rule, day, streams)
    places = [each for group in plans.groups for each in group.places]
    return [(plans.streams[each.stream], each.limits[0]) for each in places]


def _group(
    rule: MonitoringRule, slot_s: int, windows: tuple[Window, ...], places: list[Watched]
) -> Group:
    return Group(
        rule=rule.code,
        comparison=Comparison(rule.comparison),
        accumulates=rule.observed in ACCUMULATED,
        slot_s=slot_s,
        lateness_s=rule.lateness_s,
        stale_s=rule.stale_s,
        release=Fraction(rule.release_percent, ALL_OF_IT),
        hold_s=rule.hold_s,
        clear_s=rule.clear_s,
        windows=windows,
        places=tuple(sorted(places, key=lambda each: each.place)),
    )


def _windows(rule: MonitoringRule, own: dict[Any, list[Threshold]]) -> tuple[Window, ...]:
    if rule.method == Method.FIXED:
        return tuple(
            Window(operation=Operation(row.operation), window_s=60 * row.window_min)
            for row in rule.criteria.all()
        )
    if rule.method == Method.CRITICAL:
        found = {60 * row.window_min for rows in own.values() for row in rows if row.window_min}
        return tuple(
            Window(operation=Operation.SUM, window_s=window_s)
            for window_s in sorted(found)
            if is_short_enough(window_s, rule.slot_s)
        )
    return (A_DAY,) if rule.method == Method.TANGENT else (NEWEST,)


def _places(
    rule: MonitoringRule, row: Datastream, own: list[Threshold], windows: tuple[Window, ...]
) -> Iterator[Watched]:
    if rule.method == Method.CRITICAL:
        yield from _villages(row, own, windows)
        return
    limits = _limits(rule, row, own)
    if any(each != NO_LIMITS for each in limits):
        yield _watched(row, str(row.pk), limits)


def _limits(rule: MonitoringRule, row: Datastream, own: list[Threshold]) -> tuple[Limits, ...]:
    values = {each.kind: each.value for each in own if not each.window_min}
    comparison = Comparison(rule.comparison)
    if rule.method == Method.FIXED:
        return tuple(
            limits_of(comparison, each.values, is_amount=each.is_amount)
            for each in rule.criteria.all()
        )
    if rule.method == Method.METHANE:
        return (methane_limits(row.number, values),)
    if rule.method == Method.TANGENT:
        return (tangent_limits(values.get(ThresholdKind.STEADY_RATE, 0.0)),)
    of = _own if rule.method == Method.OWN else _levels
    return (of(row, values, comparison),)


def _own(row: Datastream, values: Own, comparison: Comparison) -> Limits:
    """Colours and alarms lie the way in which the property gets worse; lower limits are those of
    a property that may be too high and too low."""
    if comparison.is_turned and row.observed not in LOWER_IS_WORSE:
        return lower_limits(values, comparison)
    return alarm_limits(values, comparison, is_amount=row.observed in ACCUMULATED)


def _levels(row: Datastream, values: Own, comparison: Comparison) -> Limits:
    if comparison.is_turned:
        return low_water_limits(values, comparison)
    is_reservoir = row.observed == ObservedProperty.RESERVOIR_LEVEL.value
    return reservoir_limits(values) if is_reservoir else river_limits(values)


def _villages(
    row: Datastream, own: list[Threshold], windows: tuple[Window, ...]
) -> Iterator[Watched]:
    """Critical rainfall by village, the gauge's own table of colours among them; of the soil
    states, which nobody knows here, the lowest."""
    lowest: dict[Any, dict[int, dict[str, float]]] = {}
    for each in own:
        if each.window_min:
            known = lowest.setdefault(each.region_id, {}).setdefault(each.window_min * 60, {})
            known[each.kind] = min(each.value, known.get(each.kind, each.value))
    if not set().union(*lowest.values()) <= {each.window_s for each in windows}:
        raise BadGroup("a window is too long for its time step")
    for region, by_window in lowest.items():
        limits = tuple(critical_limits(by_window.get(each.window_s, {})) for each in windows)
        place = str(row.pk) if region is None else f"{row.pk}{SEPARATOR}{region}"
        yield _watched(row, place, limits)


def _watched(row: Datastream, place: str, limits: tuple[Limits, ...]) -> Watched:
    return Watched(place=place, stream=str(row.pk), interval_s=row.interval_s, limits=limits)


def region_of(place: str) -> str | None:
    """The key of the village in a key of a place."""
    return place.partition(SEPARATOR)[2] or None
