"""The rule that looks ahead: reservoirs that would pass their next level within hours.

Decided from the store alone, under the same lock as the others: again when something becomes
known of a reservoir that it watches, and at each time step, so that silence is said. A killed or a
second sweep repeats it without harm.
"""

import datetime as dt
from typing import Final

from anlan.base.clock import CITY_ZONE
from anlan.base.journal.recording import Recording
from anlan.sensing.choices import ThresholdKind
from anlan.sensing.models import Datastream
from anlan.sensing.store.numbered import newest_number
from anlan.sensing.store.reads import ALWAYS_US, spans
from anlan.sensing.store.values import from_us, to_us
from anlan.warning.actions.monitoring_notices import (
    Found,
    apply_found,
    apply_heard,
    open_notices,
    rank_of,
)
from anlan.warning.actions.monitoring_series import CLOSED, recorded, silence_of
from anlan.warning.models import MonitoringPlace, MonitoringRule
from anlan.warning.queries.monitoring_memory import Gauges
from anlan.warning.queries.monitoring_plan import level_limits
from anlan.warning.rules.engine.plan import Operation
from anlan.warning.rules.monitoring.feeding import SECOND_US
from anlan.warning.rules.monitoring.rise import FARTHEST_US, HORIZON_US, Rise, Sound, rise_level

PASSED: Final = {
    2: ThresholdKind.FLOOD_LIMIT.value,
    3: ThresholdKind.DESIGN_FLOOD.value,
    4: ThresholdKind.CHECK_FLOOD.value,
}


def watch_rise(rule: MonitoringRule, gauges: Gauges, now: dt.datetime) -> int:
    """Every reservoir with levels of its own, as its newest readings say. Those that lie ahead of
    the clock are doubted, so none has to be left out, and a clock that was wrong leaves no trace.
    """
    slot = int(now.timestamp()) // rule.slot_s
    number = newest_number()
    for done, known in CLOSED.rows(rule=rule.pk, slot_s=rule.slot_s):
        if done == slot and not gauges.have_late(known, number, ALWAYS_US):
            return 0
    changed = recorded(rule, now, lambda rec, place: _rise(rec, rule, place, slot, number))
    gauges.seen = number
    return changed


def _rise(
    rec: Recording, rule: MonitoringRule, place: MonitoringPlace, slot: int, number: int
) -> int:
    watched = level_limits(rule, rec.now.astimezone(CITY_ZONE).date())
    now_us = to_us(rec.now)
    clear_us = rule.clear_s * SECOND_US
    first_us = now_us - HORIZON_US - FARTHEST_US - 2 * clear_us
    heard = spans([row.pk for row, _ in watched], first_us, ALWAYS_US)
    notices = open_notices(rule, (str(row.pk) for row, _ in watched))
    changed = 0
    for row, limits in watched:
        notice = notices.get(str(row.pk))
        sound = [
            Sound(at_us=each.at_us, value=each.value)
            for each in heard.get(row.pk, [])
            if not each.flags
        ]
        before = rank_of(notice)
        rise = rise_level(sound, limits, now_us=now_us, before=before, clear_us=clear_us)
        found = _found(row, rise, now_us)
        changed += found.level != rank_of(notice)
        notice = apply_found(rec, rule, notice, found)
        if notice is not None:
            apply_heard(rec, notice, silence_of(rule, row, rec.now), found.at)
    place.slot, place.number, place.digest = slot, max(number, place.number), rule.code
    place.save()
    return changed


def _found(row: Datastream, rise: Rise, now_us: int) -> Found:
    newest = rise.newest
    return Found(
        place=str(row.pk),
        stream=row,
        level=rise.level,
        at=from_us(now_us if newest is None else newest.at_us),
        operation=Operation.MAX.value,
        value=None if newest is None else newest.value,
        limit=rise.limit_m,
        grounds=_grounds(rise),
    )


def _grounds(rise: Rise) -> dict[str, str | float]:
    """What the page shows behind it; nothing where nothing is predicted."""
    if rise.newest is None or rise.since_us is None:
        return {}
    if rise.rate_m_h is None or rise.predicted_m is None:
        return {}
    return {
        "passes": PASSED.get(rise.level, ""),
        "value_m": rise.newest.value,
        "rate_m_h": rise.rate_m_h,
        "predicted_m": rise.predicted_m,
        "since": from_us(rise.since_us).isoformat(),
    }
