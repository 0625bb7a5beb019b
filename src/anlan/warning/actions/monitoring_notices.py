"""Notices that a rule opens, changes and ends, inside a recording that is open already.

One open notice for each rule and place: whoever calls holds the lock of the rule's place, and the
database refuses a second one.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from anlan.base.actor import Actor
from anlan.base.city_language import in_city_language
from anlan.base.due.applying import NewDue, apply_answer, apply_open, apply_withdraw
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due
from anlan.base.prepared import Mark, Prepared
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import NO_LADDER
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.sensing.models import Datastream
from anlan.warning.choices import NoticeEventKind
from anlan.warning.models import (
    MonitoringNotice,
    MonitoringPlace,
    MonitoringRule,
    NoticeEvent,
)
from anlan.warning.queries.measures import IN_TIME_MIN
from anlan.warning.rules.signal import RANK, Level

ACTION: Final = "warning.monitoring.watch"
WATCHER: Final = Actor.program("monitoring")
SUBJECT: Final = "warning.monitoringnotice"
ASKED: Final = gettext_noop("Acknowledge the monitoring notice: {rule}, {station}")
ENDED: Final = gettext_noop("It ended, or a higher level asks anew.")
FEW: Final = 200
"""Places that are asked for one by one rather than by the rule."""
LEVEL_OF: Final = {rank: level.value for level, rank in RANK.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a rule found at a place: level 0 (none) to 4 (red) since an instant, by which window,
    value and limit. `grounds` are what the page shows behind it."""

    place: str
    stream: Datastream
    level: int
    at: dt.datetime
    region: str | None = None
    operation: str = ""
    window_min: int = 0
    value: float | None = None
    limit: float | None = None
    opened_at: dt.datetime | None = None
    grounds: dict[str, Any] = field(default_factory=dict)


def locked_place(rule: MonitoringRule, slot_s: int) -> MonitoringPlace:
    """The row that remembers, held until the transaction ends. Its state, which is large, is read
    when somebody asks for it."""
    rows = MonitoringPlace.objects.select_for_update().defer("state")
    place = rows.filter(rule=rule, slot_s=slot_s).first()
    if place is None:
        MonitoringPlace.objects.get_or_create(rule=rule, slot_s=slot_s)
        place = rows.get(rule=rule, slot_s=slot_s)
    return place


_HELD = Prepared(
    lambda: (
        MonitoringPlace.objects.select_for_update()
        .filter(rule=Mark("rule"), slot_s=Mark("slot_s"))
        .values_list("digest", "slot", "number")
    )
)
_OPEN = Prepared(
    lambda: MonitoringNotice.objects.filter(
        rule=Mark("rule"), place=Mark("place"), ended_at__isnull=True
    ).values_list("pk")
)


def held_place(rule: MonitoringRule, slot_s: int) -> tuple[str, int, int] | None:
    """Digest, last closed slot and number of the row, held in the same way; None before the first
    slot was closed."""
    found = _HELD.rows(rule=rule.pk, slot_s=slot_s)
    return found[0] if found else None  # type: ignore[return-value]


def open_notices(rule: MonitoringRule, places: Iterable[str]) -> dict[str, MonitoringNotice]:
    """The open notices of a rule by place."""
    wanted = set(places)
    if len(wanted) == 1 and not _OPEN.rows(rule=rule.pk, place=next(iter(wanted))):
        return {}
    rows = MonitoringNotice.objects.filter(rule=rule, ended_at__isnull=True)
    if len(wanted) <= FEW:
        rows = rows.filter(place__in=wanted)
    return {row.place: row for row in rows if row.place in wanted}


def rank_of(notice: MonitoringNotice | None) -> int:
    return 0 if notice is None else RANK[Level(notice.level)]


def apply_found(
    rec: Recording, rule: MonitoringRule, notice: MonitoringNotice | None, found: Found
) -> MonitoringNotice | None:
    """Bring the notice of a place to what was found. Returns it while it is open."""
    before = rank_of(notice)
    if found.level == before:
        return notice
    if notice is None:
        return _open(rec, rule, found)
    row = rec.lock(MonitoringNotice, notice.pk)
    if row.ended_at is not None:
        return None
    if not found.level:
        end_term(rec, row)
        row.ended_at = max(found.at, row.opened_at)
        row.value, row.value_at = found.value, found.at
        row.silent_since = None
        rec.save(row)
        add_event(rec, row, NoticeEventKind.CLEARED, found.at, value=found.value, before=before)
        return None
    _set_values(row, found)
    if found.level > RANK[Level(row.highest)]:
        row.highest = row.level
        ask_for_it(rec, row, rule)
    rec.save(row)
    kind = NoticeEventKind.HIGHER if found.level > before else NoticeEventKind.LOWER
    add_event(rec, row, kind, found.at, value=found.value, before=before, after=found.level)
    return row


def _open(rec: Recording, rule: MonitoringRule, found: Found) -> MonitoringNotice:
    row = MonitoringNotice(
        rule=rule,
        datastream=found.stream,
        region_id=found.region,
        place=found.place,
        hazard=rule.hazard,
        opened_at=found.opened_at or found.at,
        known_at=rec.now,
        highest=LEVEL_OF[found.level],
    )
    _set_values(row, found)
    ask_for_it(rec, row, rule)
    rec.add(row)
    at = row.opened_at
    add_event(rec, row, NoticeEventKind.RAISED, at, value=found.value, after=found.level)
    return row


def ask_for_it(rec: Recording, row: MonitoringNotice, rule: MonitoringRule) -> None:
    """A term for its unit to acknowledge it; a higher level begins a new one."""
    end_term(rec, row)
    station = row.datastream.station
    said = in_city_language(ASKED, rule=rule.name, station=station.name)
    row.due = apply_open(
        rec,
        NewDue(
            subject_model=SUBJECT,
            subject_key=str(row.pk),
            title=said[:200],
            rule="monitoring-acknowledgement",
            source=in_city_language(HOUSE_RULE),
            addressee=Addressee(unit=station.unit.code),
            kind=ClockKind.MINUTES,
            start_at=rec.now,
            amount=IN_TIME_MIN[row.highest],
            policy=NO_LADDER,
        ),
    ).pk


def end_term(rec: Recording, row: MonitoringNotice) -> None:
    """It is no longer asked for: the notice ended, or a higher level asks anew."""
    if row.due is not None and Due.objects.filter(IS_OPEN, pk=row.due).exists():
        apply_withdraw(rec, row.due, why=in_city_language(ENDED))
    row.due = None


def answer_term(rec: Recording, row: MonitoringNotice, what: str) -> None:
    if row.due is not None and Due.objects.filter(IS_OPEN, pk=row.due).exists():
        apply_answer(rec, row.due, what=what)


def _set_values(row: MonitoringNotice, found: Found) -> None:
    row.level = LEVEL_OF[found.level]
    row.operation, row.window_min = found.operation, found.window_min
    row.value, row.value_at, row.limit = found.value, found.at, found.limit
    row.grounds = found.grounds


def apply_heard(
    rec: Recording, notice: MonitoringNotice, silent_since: dt.datetime | None, at: dt.datetime
) -> None:
    """Say that nothing is heard of the place of an open notice, or that it is heard again."""
    if (notice.silent_since is None) == (silent_since is None):
        return
    row = rec.lock(MonitoringNotice, notice.pk)
    if row.ended_at is not None:
        return
    row.silent_since = silent_since
    rec.save(row)
    kind = NoticeEventKind.HEARD if silent_since is None else NoticeEventKind.SILENT
    add_event(rec, row, kind, silent_since or at, after=rank_of(row))


def add_event(
    rec: Recording,
    notice: MonitoringNotice,
    kind: NoticeEventKind,
    at: dt.datetime,
    *,
    value: float | None = None,
    before: int = 0,
    after: int = 0,
    note: str = "",
) -> None:
    """One step of its history."""
    rec.add(
        NoticeEvent(
            notice=notice,
            kind=kind.value,
            at=at,
            known_at=rec.now,
            before=LEVEL_OF.get(before, ""),
            after=LEVEL_OF.get(after, ""),
            value=value,
            by=rec.actor.account,
            note=note,
        )
    )
