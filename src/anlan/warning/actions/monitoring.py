"""The sweep that watches the readings: every rule over every place that it is meant for.

What is durable of it is in the rows alone. One transaction for each rule and time step holds the
lock of its place, takes what the store got to know since its number, closes the time steps that no
reading can reach any more, and writes what was remembered, the number, the notices and the entry
together. So a killed sweep did nothing or all of it, a second one waits and finds nothing left to
do, and a clock that runs behind closes nothing. Between two closings levels are raised at once
(`monitoring_ahead`).
"""

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Sequence
from typing import Final

import numpy as np

from anlan.base.clock import CITY_ZONE
from anlan.base.identity import new_id
from anlan.base.journal.recording import Recording, recording
from anlan.base.worlds.current import current
from anlan.sensing.store.numbered import last_received_us, newest_number
from anlan.sensing.store.reads import newest
from anlan.sensing.store.values import from_us, to_us
from anlan.warning.actions.monitoring_ahead import found_at, raise_ahead
from anlan.warning.actions.monitoring_notices import (
    ACTION,
    WATCHER,
    add_event,
    apply_found,
    apply_heard,
    locked_place,
    open_notices,
    rank_of,
)
from anlan.warning.actions.monitoring_pauses import forget_unwatched
from anlan.warning.actions.monitoring_rise import watch_rise
from anlan.warning.actions.monitoring_series import watch_combined, watch_effective
from anlan.warning.choices import Method, NoticeEventKind
from anlan.warning.models import LateReadings, MonitoringNotice, MonitoringPlace
from anlan.warning.queries.monitoring_memory import Remembered, kept_rows, memory
from anlan.warning.queries.monitoring_standing import (
    AT_ONCE,
    Arrival,
    Kept,
    Key,
    Late,
    News,
    Standing,
    kept_of,
)
from anlan.warning.rules.monitoring.feeding import slot_of
from anlan.warning.rules.monitoring.group import Group
from anlan.warning.rules.monitoring.stepping import (
    Change,
    Outcome,
    Watch,
    advanced,
    dumped,
    last_closed,
    rearranged,
    rebuilt,
    renewed,
    value_of,
)
from anlan.warning.rules.signal import RANK, Level

logger = logging.getLogger(__name__)
EVERY_S: Final = 2.0
MOST_SLOTS: Final = 2_000
"""In one transaction; a program that was away for longer catches up in several."""


def watch_readings(now: dt.datetime) -> int:
    """Bring every rule up to now. Returns how many notices changed. One that fails keeps none of
    the others; then it is raised."""
    if not current().is_live:
        return 0
    rules = list(memory.rules(now.astimezone(CITY_ZONE).date()))
    changed, kept, news = 0, forget_unwatched(rules, kept_rows(), now), News()
    failed = list[Exception]()
    rules.sort(key=lambda each: each.rule.method == Method.COMBINED)  # of what the others find
    for each in rules:
        try:
            changed += _watch_rule(each, kept, now, news)
        except Exception as error:
            cause = {"rule": each.rule.code, "cause": type(error).__name__}
            logger.warning("a rule could not be watched", extra=cause)
            failed.append(error)
    if failed:
        raise failed[0]
    return changed


def _watch_rule(each: Remembered, kept: dict[Key, Kept], now: dt.datetime, news: News) -> int:
    if each.rule.method == Method.EFFECTIVE:
        return watch_effective(each.rule, each.gauges, now)
    if each.rule.method == Method.RISE:
        return watch_rise(each.rule, each.gauges, now)
    if each.rule.method == Method.COMBINED:
        return watch_combined(each.rule, now)
    changed = 0
    for standing in each.standings:
        row = kept.get((each.rule.pk, standing.group.slot_s))
        changed += watch_standing(standing, row, now, news)
    return changed


def watch_standing(standing: Standing, kept: Kept | None, now: dt.datetime, news: News) -> int:
    """Bring one rule and time step up to now; `kept` is what its row said a moment ago."""
    with standing.turn:
        changed, runs = 0, 0
        while _is_behind(standing, kept, now, news if not runs else None):
            runs += 1
            changed += _bring_up(standing, now)
            kept = standing.kept
    return changed + raise_ahead(standing, now)


def _is_behind(standing: Standing, kept: Kept | None, now: dt.datetime, news: News | None) -> bool:
    """Whether there is anything to do, without a lock on the row. What came while this run was at
    work (no `news`) is left to the next one, so that busy senders keep nobody here."""
    if kept is None or kept[0] != standing.digest:
        return True
    closed = last_closed(standing.group, int(now.timestamp()))
    if kept[1] < closed or _is_deaf(standing.group, kept, closed):
        return True
    if standing.kept != kept:
        key = {"rule": standing.rule, "slot_s": standing.group.slot_s}
        if not standing.take_up(MonitoringPlace.objects.get(**key), now):
            return True
    if news is None:
        return False
    standing.gather(now, news)
    return bool(standing.late().arrivals)


def _is_deaf(group: Group, kept: Kept, closed: int) -> bool:
    """Whether a clock that ran ahead for a moment closed so many time steps that what is said now
    reaches none of the windows that end in the last of them. It shows by something that was
    received since, and not as late as that: else it is this clock that runs behind, or there is
    nothing to hear. Then it judges nothing, so clocks that differ make nothing anew in turn."""
    _, slot, number = kept
    reach = slot - group.warm_up_slots
    if reach <= closed or newest_number() <= number:
        return False
    received_us = last_received_us()
    return received_us is not None and slot_of(received_us, group.slot_s) < reach


def _bring_up(standing: Standing, now: dt.datetime) -> int:
    rule = standing.rule
    try:
        with recording(
            action=ACTION,
            actor=WATCHER,
            now=now,
            request_id=f"watch-{new_id().hex}",
            payload={"rule": rule.code},
        ) as rec:
            place = locked_place(rule, standing.group.slot_s)
            run = _Run(rec, standing)
            watch = run.bring_up(place, now)
    except BaseException:
        standing.forget()
        raise
    standing.settled(watch, place, now)
    return run.changed


class _Run:
    """One rule and time step in one recording."""

    def __init__(self, rec: Recording, standing: Standing) -> None:
        self.rec, self.standing = rec, standing
        self.rule, self.group, self.plan = standing.rule, standing.group, standing.plan
        self.notices = open_notices(self.rule, (each.place for each in self.group.places))
        self.changed = 0
        self.known: Watch | None = None

    def bring_up(self, place: MonitoringPlace, now: dt.datetime) -> Watch:
        closed = last_closed(self.group, int(now.timestamp()))
        if place.digest and _is_deaf(self.group, kept_of(place), closed):
            self.standing.forget()
            watch, number = self._from_store(closed)
            outcome = Outcome(watch=watch)
        elif self._stands_as_in(place, now):
            self.standing.gather(now, News())
            late = self.standing.late()
            self.known = late.watch
            watch = self._with_late(late)
            until = min(closed, watch.slot + self._most_slots)
            said = self.standing.said(until)
            outcome = advanced(self.group, self.plan, watch, said, until)
            for change in outcome.changes:
                self._apply(change)
            number = late.number
        else:
            watch, number = self._by_another_plan(place, closed, now)
            outcome = Outcome(watch=watch)
        self._settle(outcome)
        self._keep(place, outcome.watch, number)
        return outcome.watch

    def _stands_as_in(self, place: MonitoringPlace, now: dt.datetime) -> bool:
        """Whether the row holds a watch by this plan; then the standing is as the row says."""
        standing = self.standing
        if place.digest != standing.digest:
            return False
        return standing.is_of(place) or standing.take_up(place, now)

    @property
    def _most_slots(self) -> int:
        return min(MOST_SLOTS, max(1, AT_ONCE // len(self.standing.keys)))

    def _by_another_plan(
        self, place: MonitoringPlace, closed: int, now: dt.datetime
    ) -> tuple[Watch, int]:
        """The watch by this plan, and the number of the store that it belongs to."""
        made = self._rearranged(place, now)
        if made is not None:
            return made
        return self._from_store(max(closed, place.slot) if place.digest else closed)

    def _from_store(self, until: int) -> tuple[Watch, int]:
        number = newest_number()
        return self._anew(until).watch, number

    def _rearranged(self, place: MonitoringPlace, now: dt.datetime) -> tuple[Watch, int] | None:
        """Other places of the same rule: those that stayed keep what is remembered of them, of the
        others the windows are filled from the store. None where it has to be all."""
        before = self.standing.before
        if before is None or not before.is_of(place):
            return None
        before.gather(now, News())
        late = before.late()
        made = rearranged(self.group, self.plan, before.group, late.watch)
        if made is None:
            return None
        self._name_late(before, late.arrivals)
        watch, others = made
        streams = {before.feed.streams[each.stream] for each in late.arrivals}
        here = self.standing.feed.streams
        concerned = [n for n, stream in enumerate(here) if stream in streams]
        again = np.union1d(others, self.standing.feed.places_of(concerned))
        for number in again.tolist():
            notice = self.notices.get(self.group.places[number].place)
            if notice is not None:
                row = self._row_of(notice)
                watch.level[row, number] = max(watch.level[row, number], rank_of(notice))
        if len(again):
            outcome = renewed(self.group, watch, self.standing.held(again, watch.slot), again)
            self._follow_course(outcome)
            watch = outcome.watch
        return watch, late.number

    def _anew(self, until: int) -> Outcome:
        """Another plan, or the first: windows from the store, levels from the open notices."""
        group = self.group
        carried = [[0] * len(group.places) for _ in group.windows]
        for column, each in enumerate(group.places):
            notice = self.notices.get(each.place)
            if notice is not None:
                carried[self._row_of(notice)][column] = rank_of(notice)
        said = self.standing.held(None, until)
        outcome = rebuilt(group, self.plan, said, until, carried)
        self._follow_course(outcome)
        return outcome

    def _row_of(self, notice: MonitoringNotice) -> int:
        """The criterion by which a notice stands; the first where that is no more."""
        for row, window in enumerate(self.group.windows):
            same = window.operation.value == notice.operation
            if same and window.window_s == 60 * notice.window_min:
                return row
        return 0

    def _with_late(self, late: Late) -> Watch:
        """With what became known of time steps that are closed: windows filled anew, of the places
        that it concerns."""
        watch, slot_s = late.watch, self.group.slot_s
        if not late.arrivals:
            return watch
        self._name_late(self.standing, late.arrivals)
        oldest = watch.slot - self.group.warm_up_slots
        concerned = {
            each.stream for each in late.arrivals if slot_of(each.at_us, slot_s) >= oldest
        }
        if not concerned:
            return watch
        places = self.standing.feed.places_of(concerned)
        outcome = renewed(self.group, watch, self.standing.held(places, watch.slot), places)
        self._follow_course(outcome)
        self._settle(outcome)
        return outcome.watch

    def _name_late(self, standing: Standing, arrivals: Sequence[Arrival]) -> None:
        """Readings whose time was closed when they came. A revision is shown with its reading."""
        group = self.group
        late: dict[uuid.UUID, list[Arrival]] = {}
        for each in arrivals:
            closes = (slot_of(each.at_us, group.slot_s) + 1) * group.slot_s + group.lateness_s
            if not each.revision and each.received_us >= closes * 1_000_000:
                stream = uuid.UUID(standing.feed.streams[each.stream])
                late.setdefault(stream, []).append(each)
        for stream, found in sorted(late.items(), key=lambda pair: pair[0].hex):
            times = [from_us(each.at_us) for each in found]
            self.rec.add(
                LateReadings(
                    rule=self.rule,
                    datastream=standing.streams[str(stream)],
                    count=len(found),
                    first_at=min(times),
                    last_at=max(times),
                    known_at=self.rec.now,
                )
            )
            for notice in self.notices.values():
                if notice.datastream_id == stream:
                    add_event(self.rec, notice, NoticeEventKind.LATE, max(times))

    def _follow_course(self, outcome: Outcome) -> None:
        """What the windows that were filled anew say of the cause that still lasts: how high it
        was, though it is lower by now. What is over for good opens nothing."""
        for number, each in enumerate(self.group.places):
            course: list[Change] = []
            for change in outcome.changes:
                if change.place == number:
                    course = [change] if not change.before else [*course, change]
            if not course or not course[-1].after:
                continue
            notice = self.notices.get(each.place)
            worst = max(course, key=lambda change: change.after)
            if notice is None:
                for change in course:
                    self._apply(change)
            elif worst.after > RANK[Level(notice.highest)]:
                self._apply(worst)

    def _apply(self, change: Change) -> None:
        values = (change.window, change.value, change.missing)
        self._bring(change.place, change.after, change.slot, values)

    def _settle(self, outcome: Outcome) -> None:
        """Notices as the watch says: after windows were filled anew, and for silence."""
        watch, half = outcome.watch, len(self.group.places)
        levels = watch.level.max(axis=0).tolist()
        silent = watch.engine.silent[half:].tolist()
        for number, each in enumerate(self.group.places):
            notice = self.notices.get(each.place)
            if levels[number] != rank_of(notice):
                self._bring(number, levels[number], watch.slot, value_of(watch, number))
                notice = self.notices.get(each.place)
            if notice is None or notice.value_at > self._ends(watch.slot):
                continue  # what is heard after the last closed step is not silent
            if bool(silent[number]) != (notice.silent_since is not None):
                self._hear(notice, each.stream, watch.slot, is_silent=bool(silent[number]))

    def _hear(self, notice: MonitoringNotice, stream: str, slot: int, *, is_silent: bool) -> None:
        at = self._ends(slot)
        since = None
        if is_silent:
            key = uuid.UUID(stream)
            last = newest([key], until_us=to_us(self.rec.now)).get(key)
            since = last.at if last is not None else at
        apply_heard(self.rec, notice, since, at)
        notice.silent_since = since
        self.changed += 1

    def _bring(self, number: int, level: int, slot: int, values: tuple[int, int, int]) -> None:
        each = self.group.places[number]
        notice = self.notices.get(each.place)
        if level == rank_of(notice) or self._is_ahead(notice, level, slot):
            return
        found = found_at(self.standing, number, level, self._ends(slot), values)
        notice = apply_found(self.rec, self.rule, notice, found)
        if notice is None:
            self.notices.pop(each.place, None)
        else:
            self.notices[each.place] = notice
        self.changed += 1

    def _is_ahead(self, notice: MonitoringNotice | None, level: int, slot: int) -> bool:
        """Raised by a time step that is not closed yet: this one cannot lower it."""
        if notice is None or level > rank_of(notice):
            return False
        return notice.value_at > self._ends(slot)

    def _ends(self, slot: int) -> dt.datetime:
        """The instant at which a time step ends."""
        return from_us((slot + 1) * self.group.slot_s * 1_000_000)

    def _keep(self, place: MonitoringPlace, watch: Watch, number: int) -> None:
        """What is remembered, where anything of it is new, and how far the store is known."""
        place.number = max(number, place.number)
        if watch is self.known and not self.rec.images:
            place.save(update_fields=["number"])
            return
        place.digest, place.slot, place.state = self.standing.digest, watch.slot, dumped(watch)
        place.save()
        if self.rec.images:
            digest = hashlib.sha256(place.state).hexdigest()
            self.rec.note(number=place.number, slot=place.slot, state=digest)
