"""Which alarm answers to which event, and what became of each.

Decides for every event whether it was warned of in time, late, not at all, or cannot be said; for
every alarm whether something came of it, nothing came, or cannot be said.

Source: the contingency table of forecast verification (hit, miss, false alarm). House rule [D]:
the matching, `data/scoring.toml`. An alarm answers to an event when its hazard names the family of
the event, they share a county, and the onset lies between the beginning of the alarm and its end
plus the grace; the level does not matter here, `least` narrows by it.
Units and valid range: aware instants.

Edge cases: an onset at the very beginning of an alarm, or at the very end of the grace, is
covered. Of an event of which only the day is known nothing is certain that depends on the hour. An
area that is not known is no proof, neither for nor against. An event from before the first alarm
on record is undecidable, for nobody can tell a missing warning from a missing record. An alarm
without an event is false only when events of its family were recorded in its year; where nothing
is recorded nothing is known. An event whose end was never entered may have gone on: a warning that
came days after its onset is no false alarm for sure, and the event was not warned of all the same.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.warning.rules.scoring.values import Alarm, Event, Terms
from anlan.warning.rules.signal import RANK, Level


class EventFate(StrEnum):
    """What became of an event."""

    HIT = "hit"
    LATE = "late"
    MISS = "miss"
    UNDECIDABLE = "undecidable"


class AlarmFate(StrEnum):
    """What came of an alarm."""

    HIT = "hit"
    LATE = "late"
    FALSE = "false"
    UNDECIDABLE = "undecidable"


EVENT_LABELS: Final = {
    EventFate.HIT: gettext_noop("warned of in time"),
    EventFate.LATE: gettext_noop("warned of after the onset"),
    EventFate.MISS: gettext_noop("not warned of"),
    EventFate.UNDECIDABLE: gettext_noop("cannot be said"),
}
ALARM_LABELS: Final = {
    AlarmFate.HIT: gettext_noop("something came of it"),
    AlarmFate.LATE: gettext_noop("came after the onset"),
    AlarmFate.FALSE: gettext_noop("nothing came of it"),
    AlarmFate.UNDECIDABLE: gettext_noop("cannot be said"),
}


class Why(StrEnum):
    """Why something cannot be said."""

    NONE = ""
    BEFORE_RECORDS = "before-records"
    UNSURE = "unsure"
    OPEN = "open"
    NO_FAMILY = "no-family"
    NOTHING_RECORDED = "nothing-recorded"


WHY_LABELS: Final = {
    Why.NONE: "",
    Why.BEFORE_RECORDS: gettext_noop("before the first warning on record"),
    Why.UNSURE: gettext_noop("the hour of the onset, the end or the place is not known"),
    Why.OPEN: gettext_noop("still in force, or its time is not over"),
    Why.NO_FAMILY: gettext_noop("no events of this hazard are kept on record"),
    Why.NOTHING_RECORDED: gettext_noop("no such event was recorded in that year"),
}


class Relation(StrEnum):
    """How an alarm stands to an event."""

    NONE = "none"
    COVERS = "covers"
    LATE = "late"
    MAYBE_LATE = "maybe-late"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedEvent:
    """`lead_min` from the beginning of the earliest alarm in force at the onset; None when there
    is none or the hour is not known. `alarms` are the keys of those that belong to it."""

    event: Event
    fate: EventFate
    why: Why = Why.NONE
    lead_min: float | None = None
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAlarm:
    alarm: Alarm
    fate: AlarmFate
    why: Why = Why.NONE
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Every event and every alarm with its fate, in the order of their times."""

    events: tuple[JudgedEvent, ...]
    alarms: tuple[JudgedAlarm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is on record: since when alarms, and events of which family in which year."""

    alarms_from: datetime | None
    families: Collection[tuple[str, int]]


def least(alarms: Iterable[Alarm], level: Level) -> list[Alarm]:
    """Alarms of this level and above."""
    return [alarm for alarm in alarms if RANK[alarm.level] >= RANK[level]]


def relation(alarm: Alarm, event: Event, terms: Terms, now: datetime) -> Relation:
    """How an alarm stands to an event. Source and edge cases: see the module."""
    if event.family not in terms.families.get(alarm.hazard, frozenset()):
        return Relation.NONE
    is_placed = bool(alarm.places) and bool(event.places)
    if is_placed and not alarm.places & event.places:
        return Relation.NONE
    in_time = _in_time(alarm, event, terms, now)
    if in_time is Relation.NONE or is_placed:
        return in_time
    return Relation.UNSURE


def _in_time(alarm: Alarm, event: Event, terms: Terms, now: datetime) -> Relation:
    until = max(alarm.begun_at, now) if alarm.ended_at is None else alarm.ended_at + terms.grace
    if event.onset_from > until:
        return Relation.NONE
    if alarm.begun_at > event.onset_until:
        return _after_onset(alarm, event, terms)
    if alarm.begun_at <= event.onset_from and event.onset_until <= until:
        return Relation.COVERS
    return Relation.UNSURE


def _after_onset(alarm: Alarm, event: Event, terms: Terms) -> Relation:
    """Of an event whose end is not known it may be late, for as long as it may have gone on."""
    end = event.onset_until if event.ended_at is None else event.ended_at
    if alarm.begun_at <= end + terms.late:
        return Relation.LATE
    if event.ended_at is None and alarm.begun_at <= end + terms.unended:
        return Relation.MAYBE_LATE
    return Relation.NONE


def judge(
    alarms: Sequence[Alarm], events: Sequence[Event], known: Known, terms: Terms, now: datetime
) -> Judged:
    """The fate of each. The order of the input does not matter."""
    alarms = sorted(alarms, key=lambda one: (one.begun_at, one.key))
    events = sorted(events, key=lambda one: (one.onset_from, one.key))
    of_event: dict[str, list[tuple[Relation, Alarm]]] = {one.key: [] for one in events}
    of_alarm: dict[str, list[tuple[Relation, Event]]] = {one.key: [] for one in alarms}
    for event in events:
        for alarm in alarms:
            found = relation(alarm, event, terms, now)
            if found is not Relation.NONE:
                of_event[event.key].append((found, alarm))
                of_alarm[alarm.key].append((found, event))
    return Judged(
        events=tuple(_judged_event(one, of_event[one.key], known) for one in events),
        alarms=tuple(_judged_alarm(one, of_alarm[one.key], known, terms, now) for one in alarms),
    )


def _judged_event(
    event: Event, found: Sequence[tuple[Relation, Alarm]], known: Known
) -> JudgedEvent:
    relations = {each for each, _ in found}
    keys = tuple(alarm.key for _, alarm in found)
    if Relation.COVERS in relations:
        first = min(alarm.begun_at for each, alarm in found if each is Relation.COVERS)
        lead = (event.onset_from - first).total_seconds() / 60 if event.is_timed else None
        return JudgedEvent(event=event, fate=EventFate.HIT, lead_min=lead, alarms=keys)
    is_before = known.alarms_from is None or event.onset_from < known.alarms_from
    if Relation.UNSURE in relations or is_before:
        why = Why.UNSURE if Relation.UNSURE in relations else Why.BEFORE_RECORDS
        return JudgedEvent(event=event, fate=EventFate.UNDECIDABLE, why=why, alarms=keys)
    fate = EventFate.LATE if Relation.LATE in relations else EventFate.MISS
    return JudgedEvent(event=event, fate=fate, alarms=keys)


def _judged_alarm(
    alarm: Alarm,
    found: Sequence[tuple[Relation, Event]],
    known: Known,
    terms: Terms,
    now: datetime,
) -> JudgedAlarm:
    relations = {each for each, _ in found}
    keys = tuple(event.key for _, event in found)
    if Relation.COVERS in relations:
        return JudgedAlarm(alarm=alarm, fate=AlarmFate.HIT, events=keys)
    unsure = relations & {Relation.UNSURE, Relation.MAYBE_LATE}
    why = Why.UNSURE if unsure else Why.NONE
    if why is Why.NONE and Relation.LATE in relations:
        return JudgedAlarm(alarm=alarm, fate=AlarmFate.LATE, events=keys)
    why = why or _why_not_false(alarm, known, terms, now)
    fate = AlarmFate.UNDECIDABLE if why else AlarmFate.FALSE
    return JudgedAlarm(alarm=alarm, fate=fate, why=why, events=keys)


def _why_not_false(alarm: Alarm, known: Known, terms: Terms, now: datetime) -> Why:
    families = terms.families.get(alarm.hazard, frozenset())
    if not families:
        return Why.NO_FAMILY
    if alarm.ended_at is None or alarm.ended_at + terms.grace > now:
        return Why.OPEN
    years = range(alarm.begun_at.year, (alarm.ended_at + terms.grace).year + 1)
    if not any((family, year) in known.families for family in families for year in years):
        return Why.NOTHING_RECORDED
    return Why.NONE
