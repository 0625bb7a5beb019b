"""Raising at once: what readings reach in time steps that are still open.

The sweep closes time steps and lowers; nobody has to wait for that to be told that a limit is
reached. Whoever keeps readings calls `raise_at_once` in the same process, after they are durable:
where this process watches already, the notice is committed before the sender has its answer. The
sweep does the same for what other processes kept. Both hold the row of the rule's place, so a
cause has one notice, and both leave what is remembered to the sweep.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Final

from django.db import DatabaseError

from anlan.base.identity import new_id
from anlan.base.journal.recording import Recording, recording
from anlan.sensing.store.engine import StoreFailed
from anlan.sensing.store.values import from_us
from anlan.warning.actions.monitoring_notices import (
    ACTION,
    WATCHER,
    Found,
    apply_found,
    held_place,
    open_notices,
    rank_of,
)
from anlan.warning.queries.monitoring_memory import memory
from anlan.warning.queries.monitoring_plan import region_of
from anlan.warning.queries.monitoring_standing import Ahead, News, Standing
from anlan.warning.rules.monitoring.grounds import found_values

logger = logging.getLogger(__name__)
TRIES: Final = 3
"""The sweep may close a time step just then; what is left is the sweep's."""


def raise_at_once(now: dt.datetime, kept: range) -> int:
    """Raise what the newest readings reach; batches of the numbers `kept` were committed here just
    now. Returns how many notices changed. Readings that are kept stay kept whatever happens here:
    what fails is left to the sweep."""
    raised, standings = 0, memory.warm()
    if not standings:
        return 0
    try:
        news = News(kept)
        for standing in standings:
            standing.gather(now, news)
            raised += raise_ahead(standing, now)
    except (DatabaseError, StoreFailed) as error:
        logger.warning("raising is left to the sweep", extra={"cause": type(error).__name__})
    return raised


def raise_ahead(standing: Standing, now: dt.datetime) -> int:
    """The same for one rule and time step, of what is gathered."""
    for _ in range(TRIES):
        ahead = standing.ahead()
        if ahead is None:
            return 0
        raised = None
        try:
            raised = _raised(standing, ahead, now)
        finally:
            standing.tell(ahead, is_told=raised is not None)
        if raised is not None:
            return raised
    return 0


def _raised(standing: Standing, ahead: Ahead, now: dt.datetime) -> int | None:
    """How many notices changed; None where the time steps moved on meanwhile."""
    rule = standing.rule
    with recording(
        action=ACTION,
        actor=WATCHER,
        now=now,
        request_id=f"ahead-{new_id().hex}",
        payload={"rule": rule.code},
        is_new=True,
    ) as rec:
        held = held_place(rule, standing.group.slot_s)
        if held is None or held[:2] != ahead.kept[:2]:
            return None
        raised = _apply(rec, standing, ahead)
        if raised:
            rec.note(number=ahead.number, slot=held[1])
    return raised


def _apply(rec: Recording, standing: Standing, ahead: Ahead) -> int:
    group, raised = standing.group, 0
    keys = {group.places[change.place].place for change, _ in ahead.changes}
    notices = open_notices(standing.rule, keys)
    for change, newest_us in ahead.changes:
        key = group.places[change.place].place
        notice = notices.get(key)
        if change.after <= rank_of(notice):
            continue
        values = (change.window, change.value, change.missing)
        found = found_at(standing, change.place, change.after, from_us(newest_us), values)
        notice = apply_found(rec, standing.rule, notice, found)
        if notice is not None:
            notices[key] = notice
        raised += 1
    return raised


def found_at(
    standing: Standing,
    number: int,
    level: int,
    at: dt.datetime,
    values: Sequence[int],
) -> Found:
    """What a rule found at a place, from (criterion, its number of the engine, slots missing)."""
    group = standing.group
    each = group.places[number]
    window, whole, missing = values
    named = found_values(group, number, window, whole, level)
    return Found(
        place=each.place,
        stream=standing.streams[each.stream],
        region=region_of(each.place),
        level=level,
        at=at,
        operation=named.operation,
        window_min=named.window_min,
        value=named.value,
        limit=named.limit,
        grounds={"missing_slots": missing, "slot_s": group.slot_s},
    )
