"""The sweep that watches the readings: every rule over every place that it is meant for.

Its state is in the rows alone. One transaction for each rule and time step holds the lock of its
place, reads what the store got to know since its number, closes the time steps that no reading can
reach any more, and writes what was remembered, the number, the notices and the entry together. So
a killed sweep did nothing or all of it, a second one waits and finds nothing left to do, and a
clock that runs behind closes nothing.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from anlan.base.clock import CITY_ZONE
from anlan.base.identity import new_id
from anlan.base.journal.recording import Recording, recording
from anlan.base.worlds.current import current
from anlan.sensing.models import Datastream
from anlan.sensing.store.reads import newest, newest_number, rows_known_after, spans
from anlan.sensing.store.values import Observation, from_us, to_us
from anlan.warning.actions.monitoring_notices import (
    ACTION,
    WATCHER,
    Found,
    add_event,
    apply_found,
    apply_heard,
    locked_place,
    open_notices,
    rank_of,
)
from anlan.warning.actions.monitoring_series import watch_combined, watch_effective
from anlan.warning.choices import Method, NoticeEventKind
from anlan.warning.models import (
    LateReadings,
    MonitoringNotice,
    MonitoringPlace,
    MonitoringRule,
)
from anlan.warning.queries.monitoring_plan import (
    WINDOWED,
    plans_of,
    region_of,
    rules_in_force,
    streams_of,
)
from anlan.warning.rules.engine.plan import Plan
from anlan.warning.rules.monitoring.feeding import Read, Said, said_by_slot, slot_of, span_us
from anlan.warning.rules.monitoring.grounds import found_values
from anlan.warning.rules.monitoring.group import Group
from anlan.warning.rules.monitoring.stepping import (
    Change,
    Outcome,
    Watch,
    advanced,
    dumped,
    last_closed,
    loaded,
    rebuilt,
    value_of,
)
from anlan.warning.rules.signal import RANK, Level

EVERY_S: Final = 15.0
MOST_SLOTS: Final = 2_000
"""In one transaction; a program that was away for longer catches up in several."""
Streams = Mapping[str, Datastream]


def watch_readings(now: dt.datetime) -> int:
    """Bring every rule up to now. Returns how many notices changed."""
    if not current().is_live:
        return 0
    day = now.astimezone(CITY_ZONE).date()
    changed, combined, arrivals = 0, [], Arrivals()
    watched: dict[tuple[str, str], list[Datastream]] = {}
    for rule in rules_in_force(day):
        if rule.method in WINDOWED:
            which = (rule.observed, rule.station_kind)
            if which not in watched:  # several rules look at the same gauges
                watched[which] = list(streams_of(rule))
            plans = plans_of(rule, day, watched[which])
            for group in plans.groups:
                changed += watch_group(rule, group, plans.streams, now, arrivals)
        elif rule.method == Method.EFFECTIVE:
            changed += watch_effective(rule, now)
        else:
            combined.append(rule)
    for rule in combined:  # what the others found just now is theirs to combine
        changed += watch_combined(rule, now)
    return changed


class Arrivals:
    """What became known between two numbers, by datastream: read once for all rules of a run."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], dict[uuid.UUID, list[Observation]]] = {}

    def of(self, streams: Iterable[uuid.UUID], after: int, until: int) -> list[Observation]:
        span = (after, until)
        if span not in self._known:
            found: dict[uuid.UUID, list[Observation]] = {}
            for row in rows_known_after(after, until):
                found.setdefault(row.stream, []).append(row)
            self._known[span] = found
        return [row for key in streams for row in self._known[span].get(key, [])]


def watch_group(
    rule: MonitoringRule, group: Group, streams: Streams, now: dt.datetime, arrivals: Arrivals
) -> int:
    """Bring one rule and time step up to now."""
    changed, runs = 0, 0
    while _is_behind(rule, group, now, is_first=not runs):
        runs += 1
        with recording(
            action=ACTION,
            actor=WATCHER,
            now=now,
            request_id=f"watch-{new_id().hex}",
            payload={"rule": rule.code},
        ) as rec:
            place = locked_place(rule, group.slot_s)
            done = _Run(rec, rule, group, streams, arrivals).bring_up(place, now)
        changed += done
    return changed


def _is_behind(rule: MonitoringRule, group: Group, now: dt.datetime, *, is_first: bool) -> bool:
    """Whether there is anything to do, without a lock. What came while this run was at work is
    left to the next one, so that busy senders keep nobody here."""
    row = (
        MonitoringPlace.objects.filter(rule=rule, slot_s=group.slot_s)
        .values_list("digest", "number", "slot")
        .first()
    )
    if row is None or row[0] != group.digest:
        return True
    is_new = is_first and row[1] < newest_number()
    return is_new or row[2] < last_closed(group, int(now.timestamp()))


class _Run:
    """One rule and time step in one recording."""

    def __init__(
        self,
        rec: Recording,
        rule: MonitoringRule,
        group: Group,
        streams: Streams,
        arrivals: Arrivals,
    ) -> None:
        self.rec, self.rule, self.group, self.streams = rec, rule, group, streams
        self.arrivals = arrivals
        self.plan: Plan = group.plan()
        self.notices = open_notices(rule, (each.place for each in group.places))
        self.changed = 0

    def bring_up(self, place: MonitoringPlace, now: dt.datetime) -> int:
        group = self.group
        number, closed = newest_number(), last_closed(group, int(now.timestamp()))
        is_known = place.digest == group.digest and bool(place.state)
        if is_known:
            watch = loaded(group, self.plan, bytes(place.state))
            watch = self._with_late(place.number, number, watch)
            until = min(closed, watch.slot + MOST_SLOTS)
            said = self._said(watch.slot + 1, until)
            outcome = advanced(group, self.plan, watch, said, until)
            for change in outcome.changes:
                self._apply(change)
        else:
            outcome = self._anew(max(closed, place.slot) if place.digest else closed)
        self._settle(outcome)
        self._keep(place, outcome.watch, number)
        return self.changed

    def _anew(self, until: int) -> Outcome:
        """Another plan, or the first: windows from the store, levels from the open notices."""
        group = self.group
        carried = [[0] * len(group.places) for _ in group.windows]
        for column, each in enumerate(group.places):
            notice = self.notices.get(each.place)
            if notice is not None:
                carried[self._row_of(notice)][column] = rank_of(notice)
        said = self._said(until - group.warm_up_slots, until)
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

    def _with_late(self, after: int, number: int, watch: Watch) -> Watch:
        """With what became known of time steps that are closed: windows filled anew."""
        if number <= after:
            return watch
        group = self.group
        streams = sorted({uuid.UUID(each.stream) for each in group.places})
        rows = [
            row
            for row in self.arrivals.of(streams, after, number)
            if slot_of(row.at_us, group.slot_s) <= watch.slot
        ]
        if not rows:
            return watch
        self._name_late(rows)
        oldest = watch.slot - group.warm_up_slots
        if all(slot_of(row.at_us, group.slot_s) < oldest for row in rows):
            return watch
        said = self._said(oldest, watch.slot)
        outcome = rebuilt(group, self.plan, said, watch.slot, watch.level)
        self._follow_course(outcome)
        self._settle(outcome)
        return outcome.watch

    def _name_late(self, rows: Sequence[Observation]) -> None:
        """Readings whose time was closed when they came. A revision is shown with its reading."""
        group = self.group
        late: dict[uuid.UUID, list[Observation]] = {}
        for row in rows:
            closes = (slot_of(row.at_us, group.slot_s) + 1) * group.slot_s + group.lateness_s
            if not row.revision and row.received_us >= closes * 1_000_000:
                late.setdefault(row.stream, []).append(row)
        for stream, found in sorted(late.items(), key=lambda pair: pair[0].hex):
            times = [row.at for row in found]
            self.rec.add(
                LateReadings(
                    rule=self.rule,
                    datastream=self.streams[str(stream)],
                    count=len(found),
                    first_at=min(times),
                    last_at=max(times),
                    known_at=self.rec.now,
                )
            )
            for notice in self.notices.values():
                if notice.datastream_id == stream:
                    add_event(self.rec, notice, NoticeEventKind.LATE, max(times))

    def _said(self, first: int, last: int) -> dict[int, dict[int, Said]]:
        if last < first:
            return {}
        slot_s = self.group.slot_s
        keys = sorted({uuid.UUID(each.stream) for each in self.group.places})
        rows = spans(keys, span_us(first, slot_s)[0], span_us(last, slot_s)[1])
        reads = {
            str(stream): [Read(at_us=r.at_us, value=r.value, flags=r.flags) for r in found]
            for stream, found in rows.items()
        }
        return said_by_slot(self.group, reads)

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
            if notice is not None and bool(silent[number]) != (notice.silent_since is not None):
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
        if level == rank_of(self.notices.get(each.place)):
            return
        window, whole, missing = values
        named = found_values(self.group, number, window, whole, level)
        found = Found(
            place=each.place,
            stream=self.streams[each.stream],
            region=region_of(each.place),
            level=level,
            at=self._ends(slot),
            operation=named.operation,
            window_min=named.window_min,
            value=named.value,
            limit=named.limit,
            grounds={"missing_slots": missing, "slot_s": self.group.slot_s},
        )
        notice = apply_found(self.rec, self.rule, self.notices.get(each.place), found)
        if notice is None:
            self.notices.pop(each.place, None)
        else:
            self.notices[each.place] = notice
        self.changed += 1

    def _ends(self, slot: int) -> dt.datetime:
        """The instant at which a time step ends."""
        return from_us((slot + 1) * self.group.slot_s * 1_000_000)

    def _keep(self, place: MonitoringPlace, watch: Watch, number: int) -> None:
        place.number = max(number, place.number)
        state = dumped(watch)
        if (place.digest, bytes(place.state)) == (self.group.digest, state):
            place.save(update_fields=["number"])
        else:
            place.digest, place.slot, place.state = self.group.digest, watch.slot, state
            place.save()
        if self.rec.images:
            digest = hashlib.sha256(state).hexdigest()
            self.rec.note(number=place.number, slot=place.slot, state=digest)
