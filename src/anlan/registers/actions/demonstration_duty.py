"""Invented duty of the demonstration: rosters around today, a swap, a handover, answered calls.

Rosters are told for the month of the clock and the next one, so that somebody is on duty on the
day a demonstration is looked at; a later start tells the months that are missing.
"""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.registers.actions.contacts import (
    Attempt,
    add_post_number,
    record_attempt,
    set_threshold,
)
from anlan.registers.actions.demonstration import FILE, asked_of, found
from anlan.registers.actions.duty import Rotation, fill_roster, sign_handover, swap_duty
from anlan.registers.choices import HandoverSide, Mark, ShiftRole
from anlan.registers.models import (
    Body,
    DutyAssignment,
    DutyShift,
    Person,
    Post,
    PostNumber,
    ReportingUnit,
)
from anlan.registers.rules.invented import SOURCE

BEGINS = dt.time(8, 30)
HOURS = 24
ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


def duty_scenes(profile: Profile) -> Iterator[Scene]:
    """Rosters, numbers of posts, and attempts to reach people."""
    story = profile.table(FILE)
    for row in story.get("post_number", ()):
        yield Scene(key=row["key"], at=row["at"], play=partial(_post_number, row))
    for row in story.get("contact_threshold", ()):
        yield Scene(key=row["key"], at=row["at"], play=partial(_threshold, row))
    for row in story.get("contact", ()):
        for number, name in enumerate(row["people"]):
            own = {**row, "key": f"{row['key']}-{number}"}
            at = row["at"] + dt.timedelta(minutes=3 * number)
            yield Scene(key=own["key"], at=at, play=partial(_contact, own, name, at))
    today = clock.today()
    for row in story.get("roster", ()):
        yield from _month(row, today.replace(day=1))
        yield from _month(row, (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1))


def _month(row: dict[str, Any], first: dt.date) -> Iterator[Scene]:
    """Duty from the last day of the month before to the last day of the month, in spans that
    leave the days out which nobody entered."""
    entered = _entered_at(first)
    eve = first - ONE_DAY
    last = (first + dt.timedelta(days=32)).replace(day=1) - 2 * ONE_DAY
    missing = [first.replace(day=number) for number in row.get("missing_days", ())]
    key = f"{row['key']}-{first:%Y-%m}"
    for number, (start, end) in enumerate(_spans(eve, last, missing)):
        own = {**row, "key": f"{key}-{number}"}
        yield Scene(
            key=own["key"],
            at=entered + dt.timedelta(seconds=number),
            play=partial(_fill, own, start, end),
        )
    signed = dt.datetime.combine(first, BEGINS, CITY_ZONE) + dt.timedelta(minutes=2)
    if row.get("hands_over") and signed <= clock.now():
        for side in HandoverSide.values:
            own = {**row, "key": f"{key}-{side}"}
            yield Scene(key=own["key"], at=signed, play=partial(_sign, own, first, side))
    if row.get("swap_day") and first.replace(day=row["swap_day"]) <= clock.today():
        own = {**row, "key": f"{key}-swap", "reason": row["swap_reason"]}
        at = entered + dt.timedelta(hours=1)
        yield Scene(key=own["key"], at=at, play=partial(_swap, own, first))


def _entered_at(first: dt.date) -> dt.datetime:
    """Rosters are entered some working days before their month; that of the next month at the
    latest on the working day before today."""
    day = min(first - 4 * ONE_DAY, clock.today() - ONE_DAY)
    while day.weekday() >= SATURDAY:
        day -= ONE_DAY
    return dt.datetime.combine(day, dt.time(15), CITY_ZONE)


def _spans(
    start: dt.date, end: dt.date, missing: list[dt.date]
) -> Iterator[tuple[dt.date, dt.date]]:
    for day in sorted(missing):
        if start < day:
            yield start, day - ONE_DAY
        start = day + ONE_DAY
    if start <= end:
        yield start, end


def _fill(row: dict[str, Any], start: dt.date, end: dt.date) -> None:
    rotation = Rotation(
        body=found(Body, code=row["body"]).pk,
        first=start,
        last=end,
        begins=BEGINS,
        hours=HOURS,
        leaders=tuple(found(Person, name=name).pk for name in row["leaders"]),
        officers=tuple(found(Person, name=name).pk for name in row["officers"]),
        officers_each=row.get("officers_each", 1),
    )
    fill_roster(rotation, **asked_of(row))


def _shift(row: dict[str, Any], day: dt.date) -> DutyShift:
    start = dt.datetime.combine(day, BEGINS, CITY_ZONE)
    shift: DutyShift = found(DutyShift, body__code=row["body"], starts_at=start)
    return shift


def _sign(row: dict[str, Any], first: dt.date, side: str) -> None:
    ending = _shift(row, first - ONE_DAY)
    on = ending if side == HandoverSide.HANDING else _shift(row, first)
    officer = found(DutyAssignment, shift=on, role=ShiftRole.OFFICER)
    sign_handover(
        ending.pk,
        side=side,
        person=officer.person_id,
        note=row["hands_over"] if side == HandoverSide.HANDING else "",
        **asked_of(row),
    )


def _swap(row: dict[str, Any], first: dt.date) -> None:
    shift = _shift(row, first.replace(day=row["swap_day"]))
    on = DutyAssignment.objects.filter(shift=shift)
    duty = found(DutyAssignment, shift=shift, role=ShiftRole.OFFICER)
    others = Person.objects.filter(name__in=row["officers"])
    free = others.exclude(pk__in=on.values("person")).first()
    if free is None:
        return
    swap_duty(duty.pk, person=free.pk, expected_version=duty.version, **asked_of(row))


def _post_number(row: dict[str, Any]) -> None:
    values = {
        "post": found(Post, body__code=row["body"], title=row["title"]),
        "number": row["number"],
        "note": row.get("note", ""),
        "source": SOURCE,
        "mark": Mark.INVENTED,
    }
    add_post_number(values, **asked_of(row))


def _threshold(row: dict[str, Any]) -> None:
    values = {
        "unit": found(ReportingUnit, code=row["unit"]),
        "stale_after_calendar_days": row["stale_after_calendar_days"],
        "valid_from": row["valid_from"],
        "source": SOURCE,
        "mark": Mark.INVENTED,
    }
    set_threshold(values, **asked_of(row))


def _contact(row: dict[str, Any], name: str, at: dt.datetime) -> None:
    if "number" in row:
        subject = {"post_number": found(PostNumber, number=name).pk}
    else:
        subject = {"person": found(Person, name=name).pk}
    attempt = Attempt(outcome=row["outcome"], way=row["way"], tried_at=at, **subject)
    record_attempt(attempt, **asked_of(row))
