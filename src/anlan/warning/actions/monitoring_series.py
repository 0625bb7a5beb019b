"""Rules over longer series and over other notices: effective rainfall, and two notices at once.

The same lock, the same notices, the same order as `monitoring`: what is decided follows from the
store and from open notices, so a killed or a second sweep repeats it without harm.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from anlan.base.clock import CITY_ZONE
from anlan.base.identity import new_id
from anlan.base.journal.recording import Recording, recording
from anlan.base.prepared import Mark, Prepared
from anlan.sensing.models import Datastream
from anlan.sensing.store.numbered import last_received_us, newest_number
from anlan.sensing.store.reads import newest, series
from anlan.sensing.store.values import from_us, to_us
from anlan.warning.actions.monitoring_notices import (
    ACTION,
    LEVEL_OF,
    WATCHER,
    Found,
    apply_found,
    apply_heard,
    locked_place,
    open_notices,
    rank_of,
)
from anlan.warning.models import MonitoringNotice, MonitoringPlace, MonitoringRule
from anlan.warning.queries.monitoring_memory import Gauges
from anlan.warning.queries.monitoring_plan import critical_values
from anlan.warning.rules.engine.plan import Operation
from anlan.warning.rules.monitoring.combination import combined_level
from anlan.warning.rules.monitoring.effective import NEAR_SHARE, ORANGE, Day, effective_level
from anlan.warning.rules.monitoring.feeding import NEVER_RAISES, slot_of
from anlan.warning.rules.signal import RANK, Level
from anlan.warning.rules.thresholds.effective_rainfall import TABLE, default_alpha
from anlan.warning.rules.thresholds.source import read_table

DAY_US: Final = 86_400 * 1_000_000
DAY_MIN: Final = 24 * 60
Bring = Callable[[Recording, MonitoringPlace], int]
CLOSED = Prepared(
    lambda: MonitoringPlace.objects.filter(rule=Mark("rule"), slot_s=Mark("slot_s")).values_list(
        "slot", "number"
    )
)
_OPEN_OF = Prepared(
    lambda: (
        MonitoringNotice.objects.filter(
            ended_at__isnull=True, rule__code__in=[Mark("first"), Mark("second"), Mark("own")]
        )
        .order_by()
        .values_list("rule__code")
        .distinct()
    )
)


def watch_effective(rule: MonitoringRule, gauges: Gauges, now: dt.datetime) -> int:
    """Effective rainfall at every rain gauge that has a critical value, at the end of the last
    hour that is closed; again when something becomes known of a closed hour."""
    slot = (int(now.timestamp()) - rule.lateness_s) // rule.slot_s - 1
    number = newest_number()
    for closed, known in CLOSED.rows(rule=rule.pk, slot_s=rule.slot_s):
        end_us = (closed + 1) * rule.slot_s * 1_000_000
        if closed >= slot and not gauges.have_late(known, number, end_us):
            return 0
    done = recorded(rule, now, lambda rec, place: _effective(rec, rule, place, slot, number))
    gauges.seen = number
    return done


def watch_combined(rule: MonitoringRule, now: dt.datetime) -> int:
    """Two notices at one station."""
    codes = {"first": rule.first, "second": rule.second, "own": rule.code}
    there = {code for (code,) in _OPEN_OF.rows(**codes)}
    if rule.code not in there and not {rule.first, rule.second} <= there:
        return 0
    wanted = _pairs(rule)
    known = {row.place: row for row in _of_rule(rule)}
    if all(_is_same(known.get(place), *pair, rule) for place, pair in wanted.items()) and not (
        known.keys() - wanted.keys()
    ):
        return 0
    return recorded(rule, now, lambda rec, place: _combined(rec, rule, place))


def recorded(rule: MonitoringRule, now: dt.datetime, bring: Bring) -> int:
    with recording(
        action=ACTION,
        actor=WATCHER,
        now=now,
        request_id=f"watch-{new_id().hex}",
        payload={"rule": rule.code},
    ) as rec:
        return bring(rec, locked_place(rule, rule.slot_s))


def _ran_ahead(rule: MonitoringRule, place: MonitoringPlace, slot: int, number: int) -> bool:
    """Whether the hour that was judged last lies after all that is received: a clock ran ahead,
    and what falls now is not of days before. Else it is this clock that runs behind."""
    if slot >= place.slot or number <= place.number:
        return False
    received_us = last_received_us()
    return received_us is not None and slot_of(received_us, rule.slot_s) < place.slot


def _effective(
    rec: Recording, rule: MonitoringRule, place: MonitoringPlace, slot: int, number: int
) -> int:
    slot = slot if _ran_ahead(rule, place, slot, number) else max(slot, place.slot)
    end_us = (slot + 1) * rule.slot_s * 1_000_000
    watched = critical_values(rule, from_us(end_us).astimezone(CITY_ZONE).date())
    notices = open_notices(rule, (str(row.pk) for row, _ in watched))
    changed = 0
    for row, critical in watched:
        notice = notices.get(str(row.pk))
        found = _found_at(row, critical, rank_of(notice), end_us)
        changed += found.level != rank_of(notice)
        notice = apply_found(rec, rule, notice, found)
        if notice is not None:
            apply_heard(rec, notice, silence_of(rule, row, rec.now), found.at)
    place.slot, place.number, place.digest = slot, max(number, place.number), rule.code
    place.save()
    return changed


def _found_at(row: Datastream, critical: Decimal, before: int, end_us: int) -> Found:
    days, alpha = days_of(row, end_us), default_alpha()
    found = effective_level(days, critical_mm=critical, alpha=alpha, before=before)
    limit = critical if found.level == ORANGE else critical * NEAR_SHARE
    return Found(
        place=str(row.pk),
        stream=row,
        level=found.level,
        at=from_us(end_us),
        operation=Operation.SUM.value,
        window_min=len(days) * DAY_MIN,
        value=round(float(found.sum_mm), 3),
        limit=float(limit),
        grounds={"is_open": found.is_open, "alpha": str(alpha)},
    )


def silence_of(rule: MonitoringRule, row: Datastream, now: dt.datetime) -> dt.datetime | None:
    """Since when nothing is heard; None while something is."""
    last = newest([row.pk], until_us=to_us(now)).get(row.pk)
    if last is None:
        return now
    return last.at if (now - last.at).total_seconds() > rule.stale_s else None


def days_of(row: Datastream, end_us: int) -> tuple[Day, ...]:
    """The rain of the last days, each of 24 hours, the newest first. A day is whole when every
    reading that was expected is there and none is doubted."""
    count = int(read_table(TABLE)["days_before"]) + 1
    first = end_us - count * DAY_US
    found: list[list[float]] = [[] for _ in range(count)]
    doubted = [0] * count
    for reading in series(row.pk, first + 1, end_us + 1, most=10**9):
        number = (end_us - reading.at_us) // DAY_US
        if reading.flags & NEVER_RAISES:
            doubted[number] += 1
            continue
        doubted[number] += bool(reading.flags)
        found[number].append(reading.value)
    expected = 86_400 // row.interval_s
    return tuple(
        Day(
            known_mm=sum((Decimal(str(value)) for value in values), start=Decimal(0)),
            is_whole=len(values) >= expected and not doubted[number],
        )
        for number, values in enumerate(found)
    )


def _of_rule(rule: MonitoringRule) -> list[MonitoringNotice]:
    return list(MonitoringNotice.objects.filter(rule=rule, ended_at__isnull=True))


def _pairs(rule: MonitoringRule) -> dict[str, tuple[MonitoringNotice, MonitoringNotice]]:
    """By datastream of the first notice: it, and the second one at its station, where the two
    combine. Of several (villages at one gauge) the worst, of those as bad the first."""
    rows = MonitoringNotice.objects.filter(ended_at__isnull=True)
    rows = rows.filter(rule__code__in=(rule.first, rule.second))
    firsts: dict[str, MonitoringNotice] = {}
    seconds: dict[object, MonitoringNotice] = {}
    for row in rows.select_related("rule", "datastream__station").order_by("opened_at", "pk"):
        if row.rule.code == rule.first:
            _keep_worst(firsts, str(row.datastream_id), row)
        else:
            _keep_worst(seconds, row.datastream.station_id, row)
    pairs = {
        key: (row, seconds[row.datastream.station_id])
        for key, row in firsts.items()
        if row.datastream.station_id in seconds
    }
    return {key: pair for key, pair in pairs.items() if _level(rule, *pair)}


def _keep_worst(known: dict[Any, MonitoringNotice], key: object, row: MonitoringNotice) -> None:
    if key not in known or rank_of(row) > rank_of(known[key]):
        known[key] = row


def _level(rule: MonitoringRule, first: MonitoringNotice, second: MonitoringNotice) -> int:
    return combined_level(rank_of(first), rank_of(second), least=RANK[Level(rule.least)])


def _silent(first: MonitoringNotice, second: MonitoringNotice) -> dt.datetime | None:
    times = [row.silent_since for row in (first, second) if row.silent_since is not None]
    return min(times, default=None)


def _grounds(first: MonitoringNotice, second: MonitoringNotice) -> dict[str, str]:
    return {"first": str(first.pk), "second": str(second.pk)}


def _is_same(
    known: MonitoringNotice | None,
    first: MonitoringNotice,
    second: MonitoringNotice,
    rule: MonitoringRule,
) -> bool:
    if known is None or known.level != LEVEL_OF[_level(rule, first, second)]:
        return False
    if known.grounds != _grounds(first, second):
        return False
    return (known.silent_since is None) == (_silent(first, second) is None)


def _combined(rec: Recording, rule: MonitoringRule, place: MonitoringPlace) -> int:
    """Decided again under the lock: another sweep may have been faster."""
    wanted, changed = _pairs(rule), 0
    known = {row.place: row for row in _of_rule(rule)}
    for key, (first, second) in wanted.items():
        notice, level = known.pop(key, None), _level(rule, first, second)
        changed += level != rank_of(notice)
        found = Found(
            place=key,
            stream=first.datastream,
            level=level,
            at=max(first.value_at, second.value_at),
            opened_at=max(first.opened_at, second.opened_at),
            grounds=_grounds(first, second),
        )
        notice = apply_found(rec, rule, notice, found)
        if notice is not None:
            if notice.grounds != found.grounds:  # as high by another one of them
                notice = rec.lock(MonitoringNotice, notice.pk)
                notice.grounds = found.grounds
                rec.save(notice)
            apply_heard(rec, notice, _silent(first, second), found.at)
    for row in known.values():
        ended = _ended_at(row)
        over = Found(place=row.place, stream=row.datastream, level=0, at=ended)
        apply_found(rec, rule, row, over)
        changed += 1
    place.slot += 1
    place.save()
    return changed


def _ended_at(row: MonitoringNotice) -> dt.datetime:
    """When the later of its two parts ended or fell below the level asked."""
    parts = MonitoringNotice.objects.filter(
        pk__in=[row.grounds.get("first"), row.grounds.get("second")]
    )
    times: list[dt.datetime] = [part.ended_at or part.value_at for part in parts]
    return max([*times, row.opened_at])
