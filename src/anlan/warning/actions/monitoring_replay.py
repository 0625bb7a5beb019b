"""What the rules say of readings that were replayed from a file: notices over their own time.

Readings of the present become notices through the watch, which runs first. Those of the past
(a storm of years ago) are judged over their own hours and told, not kept: nobody has to act on
them.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final

from anlan.base.clock import CITY_ZONE
from anlan.sensing.models import Datastream
from anlan.sensing.store.reads import spans
from anlan.sensing.store.values import from_us
from anlan.warning.actions.monitoring import watch_readings
from anlan.warning.actions.monitoring_notices import LEVEL_OF
from anlan.warning.models import MonitoringNotice, MonitoringRule
from anlan.warning.queries.monitoring_plan import WINDOWED, plans_of, rules_in_force, streams_of
from anlan.warning.rules.monitoring.feeding import Read, said_by_slot, slot_of, span_us
from anlan.warning.rules.monitoring.grounds import found_values
from anlan.warning.rules.monitoring.group import Group
from anlan.warning.rules.monitoring.stepping import Change, advanced, begun

SLOTS_AT_ONCE: Final = 100_000
"""A file over a longer time is judged as far as this many steps reach back from its end."""


def tell_notices(
    streams: Sequence[uuid.UUID], first: dt.datetime, last: dt.datetime, now: dt.datetime
) -> list[dict[str, Any]]:
    """Notices over the time of the readings, by rule, place and when they began."""
    watch_readings(now)
    day = now.astimezone(CITY_ZONE).date()
    found: list[dict[str, Any]] = []
    for rule in rules_in_force(day):
        if rule.method in WINDOWED:
            rows = streams_of(rule).filter(pk__in=streams)
            plans = plans_of(rule, day, rows)
            for group in plans.groups:
                found += _told(rule, group, plans.streams, first, last)
    return sorted(found, key=lambda row: (row["opened_at"], row["rule"], row["station"]))


def _told(
    rule: MonitoringRule,
    group: Group,
    streams: dict[str, Datastream],
    first: dt.datetime,
    last: dt.datetime,
) -> Iterator[dict[str, Any]]:
    slot_s = group.slot_s
    ends = slot_of(int(last.timestamp() * 1_000_000), slot_s)
    starts = slot_of(int(first.timestamp() * 1_000_000), slot_s)
    starts = max(starts, ends - SLOTS_AT_ONCE) - group.warm_up_slots
    rows = spans(
        sorted(uuid.UUID(each.stream) for each in group.places),
        span_us(starts, slot_s)[0],
        span_us(ends, slot_s)[1],
    )
    reads = {
        str(stream): [Read(at_us=r.at_us, value=r.value, flags=r.flags) for r in held]
        for stream, held in rows.items()
    }
    plan = group.plan()
    begin = begun(group, plan, starts - 1)
    outcome = advanced(group, plan, begin, said_by_slot(group, reads), ends)
    for number, each in enumerate(group.places):
        changes = [change for change in outcome.changes if change.place == number]
        for episode in _episodes(changes):
            yield _row(rule, group, streams[each.stream], each.place, episode)


def _episodes(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """The changes of one place, cut where it has no level."""
    current: list[Change] = []
    for change in changes:
        current.append(change)
        if not change.after:
            yield current
            current = []
    if current:
        yield current


def _row(
    rule: MonitoringRule, group: Group, stream: Datastream, place: str, episode: list[Change]
) -> dict[str, Any]:
    def ends(change: Change) -> dt.datetime:
        return from_us((change.slot + 1) * group.slot_s * 1_000_000)

    opened, worst = ends(episode[0]), max(episode, key=lambda change: change.after)
    named = found_values(group, worst.place, worst.window, worst.value, worst.after)
    step = dt.timedelta(seconds=group.slot_s)  # raised at once: by a reading inside the step
    kept = MonitoringNotice.objects.filter(
        rule=rule, place=place, opened_at__gt=opened - step, opened_at__lte=opened
    ).first()
    return {
        "rule": rule.code,
        "hazard": rule.hazard,
        "station": stream.station.code,
        "property": stream.key,
        "level": LEVEL_OF[worst.after],
        "opened_at": opened.isoformat(),
        "ended_at": ends(episode[-1]).isoformat() if not episode[-1].after else None,
        "operation": named.operation,
        "window_min": named.window_min,
        "value": named.value,
        "limit": named.limit,
        "levels": [
            {"at": ends(change).isoformat(), "level": LEVEL_OF.get(change.after, "none")}
            for change in episode
        ],
        "source": rule.source,
        "mark": rule.mark,
        "notice": str(kept.pk) if kept is not None else None,
    }
