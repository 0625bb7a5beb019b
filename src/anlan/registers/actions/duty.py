"""The duty roster: shifts entered and filled, people swapped, handovers signed.

NotOfTheBody        the person holds no post in the body on the day of the shift
ShiftsOverlap       the body has a shift at that time already
AlreadyOnShift      the person is on the shift already
NotOnShift          who signs is not on the shift (or the next one)
AlreadySigned       this side of the handover is signed already
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require_keeping
from anlan.registers.actions.keeping import Request
from anlan.registers.choices import HandoverSide, ShiftRole
from anlan.registers.models import (
    Body,
    DutyAssignment,
    DutyShift,
    HandoverSignature,
    Person,
    Tenure,
)

LONGEST_SHIFT = dt.timedelta(hours=72)
"""House rule: a holiday weekend at most; longer spans are typing errors."""
MOST_DAYS = 62
"""House rule: two months are filled at once at most."""


class NotOfTheBody(Invalid):
    code = "not-of-the-body"
    message = gettext_noop(
        "{person} holds no post in {body} on {day}. Choose somebody who does, or enter the tenure "
        "first."
    )


class ShiftsOverlap(Invalid):
    code = "shifts-overlap"
    message = gettext_noop(
        "{body} has a shift from {start} to {end} already. Change that one, or choose a time "
        "outside it."
    )


class ShiftSpan(Invalid):
    code = "shift-span"
    message = gettext_noop("A shift ends after it starts and lasts at most {hours} hours.")


class AlreadyOnShift(Invalid):
    code = "already-on-shift"
    message = gettext_noop("{person} is on this shift already. Choose somebody else.")


class NotOnShift(Invalid):
    code = "not-on-shift"
    message = gettext_noop(
        "{person} is not on the shift that signs. Choose somebody on it, or swap the duty first."
    )


class AlreadySigned(Invalid):
    code = "already-signed"
    message = gettext_noop(
        "{person} signed this side at {time}. A signature is never replaced; write what is to be "
        "added into the note of the next shift."
    )


class NoNextShift(Invalid):
    code = "no-next-shift"
    message = gettext_noop(
        "No shift follows this one, so nobody can take over. Enter the next shift first."
    )


class TooManyDays(Invalid):
    code = "too-many-days"
    message = gettext_noop("Fill between one day and {days} days at once.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShift:
    """A shift of a body. `leader` None is a vacancy, shown on the roster."""

    body: uuid.UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    leader: uuid.UUID | None
    officers: tuple[uuid.UUID, ...]
    note: str = ""


def add_shift(
    shift: NewShift, *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """One shift with its people. Returns its id."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    payload = {name: getattr(shift, name) for name in NewShift.__slots__}
    with recording(**asked.opening("registers.duty.add", payload)) as rec:
        if not rec.repeated:
            body = _body(actor, shift.body)
            row = _enter(rec, body, shift)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Shifts day after day from `first` to `last` (included): people take turns in order.

    `officers_each` officers stand on each shift.
    """

    body: uuid.UUID
    first: dt.date
    last: dt.date
    begins: dt.time
    hours: int
    leaders: tuple[uuid.UUID, ...]
    officers: tuple[uuid.UUID, ...]
    officers_each: int = 1

    def shifts(self) -> Iterable[NewShift]:
        length = dt.timedelta(hours=self.hours)
        start = dt.datetime.combine(self.first, self.begins, CITY_ZONE)
        end = dt.datetime.combine(self.last + dt.timedelta(days=1), self.begins, CITY_ZONE)
        number = 0
        while start + length <= end:
            yield NewShift(
                body=self.body,
                starts_at=start,
                ends_at=start + length,
                leader=self.leaders[number % len(self.leaders)] if self.leaders else None,
                officers=self._officers(number),
            )
            start += length
            number += 1

    def _officers(self, number: int) -> tuple[uuid.UUID, ...]:
        if not self.officers:
            return ()
        each = min(self.officers_each, len(self.officers))
        first = number * each
        return tuple(self.officers[(first + i) % len(self.officers)] for i in range(each))


def fill_roster(
    rotation: Rotation, *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """All shifts of a span, one entry, all or none. Returns how many."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    payload = {name: getattr(rotation, name) for name in Rotation.__slots__}
    with recording(**asked.opening("registers.duty.fill", payload)) as rec:
        if rec.repeated:
            return rec.result
        if not 0 <= (rotation.last - rotation.first).days < MOST_DAYS:
            raise TooManyDays(field="last", days=MOST_DAYS)
        body = _body(actor, rotation.body)
        rows = [_enter(rec, body, shift) for shift in rotation.shifts()]
        rec.result = {"shifts": len(rows)}
    return rec.result


def swap_duty(
    assignment_id: uuid.UUID,
    *,
    person: uuid.UUID,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Somebody else takes a duty; the journal keeps who had it and why."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    payload = {"assignment": assignment_id, "person": person, "version": expected_version}
    with recording(**asked.opening("registers.duty.swap", payload)) as rec:
        if rec.repeated:
            return rec.result
        row = rec.lock(DutyAssignment, assignment_id, expected_version=expected_version)
        shift = row.shift
        _body(actor, shift.body_id)
        row.person = _present(shift, person)
        taken = DutyAssignment.objects.filter(shift=shift, person=row.person).exclude(pk=row.pk)
        if taken.exists():
            raise AlreadyOnShift(field="person", person=row.person.name)
        validate(row)
        rec.save(row)
        rec.result = {"id": str(row.pk), "version": row.version, "shift": str(shift.pk)}
    return rec.result


def assign_duty(
    shift_id: uuid.UUID,
    *,
    person: uuid.UUID,
    role: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Fill a vacant duty of a shift, or add a second officer."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    payload = {"shift": shift_id, "person": person, "role": role, "version": expected_version}
    with recording(**asked.opening("registers.duty.assign", payload)) as rec:
        if rec.repeated:
            return rec.result
        shift = rec.lock(DutyShift, shift_id, expected_version=expected_version)
        _body(actor, shift.body_id)
        _assign(rec, shift, person, role)
        rec.save(shift, with_parts=True)
        rec.result = {"id": str(shift.pk), "version": shift.version}
    return rec.result


def sign_handover(
    shift_id: uuid.UUID,
    *,
    side: str,
    person: uuid.UUID,
    note: str,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """One side of the handover of a shift: it hands over, or the next takes over."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    payload = {"shift": shift_id, "side": side, "person": person, "note": note}
    with recording(**asked.opening("registers.duty.sign", payload)) as rec:
        if rec.repeated:
            return rec.result
        shift = DutyShift.objects.select_for_update().filter(pk=shift_id).first()
        if shift is None:
            raise NotFound
        _body(actor, shift.body_id)
        _check_unsigned(shift, side)
        row = HandoverSignature(
            shift=shift,
            side=side,
            person=_signer(shift, side, person),
            signed_at=now,
            note=note.strip(),
        )
        validate(row)
        rec.add(row)
        rec.result = {"id": str(row.pk), "shift": str(shift.pk)}
    return rec.result


def next_shift(shift: DutyShift) -> DutyShift | None:
    """The shift of the body that begins when this one ends, or the first after it."""
    later = DutyShift.objects.filter(body=shift.body_id, starts_at__gte=shift.ends_at)
    return later.order_by("starts_at").first()


def _check_unsigned(shift: DutyShift, side: str) -> None:
    signed = HandoverSignature.objects.filter(shift=shift, side=side).first()
    if signed is not None:
        time = signed.signed_at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")
        raise AlreadySigned(field="side", person=signed.person.name, time=time)


def _signer(shift: DutyShift, side: str, person_id: uuid.UUID) -> Person:
    on = shift if side == HandoverSide.HANDING else next_shift(shift)
    if on is None:
        raise NoNextShift(field="side")
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    if not DutyAssignment.objects.filter(shift=on, person=person).exists():
        raise NotOnShift(field="person", person=person.name)
    return person


def _body(actor: Actor, body_id: uuid.UUID) -> Body:
    body = Body.objects.select_related("unit").filter(pk=body_id).first()
    if body is None:
        raise NotFound
    require_keeping(actor, body.unit.code, body.code)
    return body


def _enter(rec: Recording, body: Body, shift: NewShift) -> DutyShift:
    if not dt.timedelta() < shift.ends_at - shift.starts_at <= LONGEST_SHIFT:
        raise ShiftSpan(field="ends_at", hours=int(LONGEST_SHIFT.total_seconds() // 3600))
    _check_free(body, shift)
    row = DutyShift(
        body=body, starts_at=shift.starts_at, ends_at=shift.ends_at, note=shift.note.strip()
    )
    validate(row)
    rec.add(row)
    if shift.leader is not None:
        _assign(rec, row, shift.leader, ShiftRole.LEADER)
    for officer in _others(shift.officers, shift.leader):
        _assign(rec, row, officer, ShiftRole.OFFICER)
    return row


def _others(officers: Sequence[uuid.UUID], leader: uuid.UUID | None) -> list[uuid.UUID]:
    """The officers once each; who leads the shift is not its officer as well."""
    return [officer for officer in dict.fromkeys(officers) if officer != leader]


def _check_free(body: Body, shift: NewShift) -> None:
    overlapping = Q(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
    other = DutyShift.objects.filter(overlapping, body=body).first()
    if other is not None:
        start, end = other.starts_at.astimezone(CITY_ZONE), other.ends_at.astimezone(CITY_ZONE)
        raise ShiftsOverlap(
            field="starts_at",
            body=body.short_name,
            start=f"{start:%Y-%m-%d %H:%M}",
            end=f"{end:%Y-%m-%d %H:%M}",
        )


def _assign(rec: Recording, shift: DutyShift, person_id: uuid.UUID, role: str) -> None:
    person = _present(shift, person_id)
    if DutyAssignment.objects.filter(shift=shift, person=person).exists():
        raise AlreadyOnShift(field="person", person=person.name)
    row = DutyAssignment(shift=shift, person=person, role=role)
    validate(row)
    rec.add(row)


def _present(shift: DutyShift, person_id: uuid.UUID) -> Person:
    """The person, who holds a post in the body on the day the shift begins."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    day = shift.starts_at.astimezone(CITY_ZONE).date()
    open_end = Q(held_until__isnull=True) | Q(held_until__gt=day)
    held = Tenure.objects.filter(open_end, person=person, post__body=shift.body_id)
    if not held.filter(held_from__lte=day).exists():
        raise NotOfTheBody(
            field="person", person=person.name, body=shift.body.short_name, day=day.isoformat()
        )
    return person
