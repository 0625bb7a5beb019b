"""Institutions entered and changed, cited by records, reviewed in time.

InstrumentRefused          the days of an instrument contradict each other
├── AdoptedInFuture        it cannot be adopted after today
├── InForceUnadopted       it is in force from a day, but was never adopted
├── EndsBeforeBeginning    it ends before it begins
├── ReviewBeforeForce      its review lies before its first day in force
└── ReplacesItself         the older instrument leads back to this one
InstrumentTaken            the issuer has this document number already
CitedInFuture              nothing is used before it happens
CitedOutOfForce            it was not in force on that day
CitedAlready               the record used it on this day already
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.due.applying import NewDue, apply_answer, apply_open
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.keeping.remarks import require_sight
from anlan.base.models import Due
from anlan.base.records import Record
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.due.state import DueState
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require_keeping
from anlan.registers.actions.keeping import Beside, Request, add_row, change_row
from anlan.registers.models import Citation, Instrument
from anlan.registers.rules.instrument import InstrumentDates, InstrumentState, instrument_state

PROGRAM: Final = Actor.program("instruments")
REVIEW_RULE: Final = "instrument-state"
REVIEW_TITLE: Final = gettext_noop("Review the institution {name}")
NAME_CHARS: Final = 200
MOST_A_RUN: Final = 200


class InstrumentRefused(Invalid):
    code = "instrument-refused"


class AdoptedInFuture(InstrumentRefused):
    code = "adopted-in-future"
    message = gettext_noop(
        "The day of adoption lies after today. Leave it empty while the text is a draft."
    )


class InForceUnadopted(InstrumentRefused):
    code = "in-force-unadopted"
    message = gettext_noop(
        "An institution in force was adopted on a day. Give the day of adoption, or leave the "
        "first day in force empty."
    )


class EndsBeforeBeginning(InstrumentRefused):
    code = "ends-before-beginning"
    message = gettext_noop("It would end before it is in force. Correct one of the two days.")


class ReviewBeforeForce(InstrumentRefused):
    code = "review-before-force"
    message = gettext_noop("The review lies before the first day in force. Give a later day.")


class ReplacesItself(InstrumentRefused):
    code = "replaces-itself"
    message = gettext_noop("The older institution leads back to this one. Choose another.")


class InstrumentTaken(Invalid):
    code = "instrument-taken"
    message = gettext_noop(
        "{issuer} has a document {number} already: {name}. Open that one, or correct the number."
    )


class CitedInFuture(Invalid):
    code = "cited-in-future"
    message = gettext_noop("The use lies after today. Give the day on which it happened.")


class CitedOutOfForce(Invalid):
    code = "cited-out-of-force"
    message = gettext_noop(
        "{name} was not in force on {day} ({state}). Correct its days, or choose the institution "
        "that was in force."
    )


class CitedAlready(Invalid):
    code = "cited-already"
    message = gettext_noop("This record used {name} on {day} already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCitation:
    """A record that used an instrument. `subject` is a saved row of any stage."""

    instrument: uuid.UUID
    subject: Record
    cited_on: dt.date
    note: str = ""


def add_instrument(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A new instrument. One that replaces another ends it on its own first day in force."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = Instrument(**values)
    return add_row(
        row,
        action="registers.instrument.add",
        check=_checked(asked),
        asked=asked,
        beside=Beside(write=lambda rec: _end_replaced(rec, row)),
    )


def change_instrument(
    instrument_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct an instrument, or note that it was adopted, reviewed or repealed."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    as_it_shall_be = Instrument(**{"id": instrument_id, **values})
    return change_row(
        Instrument,
        instrument_id,
        values,
        expected_version=expected_version,
        action="registers.instrument.change",
        check=_checked(asked),
        asked=asked,
        beside=Beside(write=lambda rec: _end_replaced(rec, as_it_shall_be)),
    )


def cite_instrument(
    new: NewCitation, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Somebody says that a record used an instrument; whoever sees both may say it."""
    require_sight(actor, new.subject)
    if not Instrument.objects.visible_to(actor.scope).filter(pk=new.instrument).exists():
        raise NotFound
    with recording(
        action="registers.citation.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "instrument": str(new.instrument),
            "subject": f"{new.subject._meta.label_lower}:{new.subject.pk}",
            "on": new.cited_on.isoformat(),
            "note": new.note,
        },
    ) as rec:
        if not rec.repeated:
            row = apply_citation(rec, new)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def apply_citation(rec: Recording, new: NewCitation) -> Citation:
    """The use of an instrument, inside the recording of the act that used it."""
    instrument = Instrument.objects.filter(pk=new.instrument).first()
    if instrument is None:
        raise NotFound
    if new.cited_on > _day(rec.now):
        raise CitedInFuture(field="cited_on")
    state = instrument_state(instrument.to_domain(), new.cited_on).known()
    if not state.is_in_force:
        raise CitedOutOfForce(
            field="instrument",
            name=str(instrument),
            day=new.cited_on.isoformat(),
            state=gettext(state.label),
        )
    row = Citation(
        instrument=instrument,
        subject_model=new.subject._meta.label_lower,
        subject_key=str(new.subject.pk),
        subject_name=str(new.subject)[:NAME_CHARS],
        cited_on=new.cited_on,
        note=new.note.strip(),
        account=rec.actor.account,
        made_at=rec.now,
    )
    same = Citation.objects.filter(
        instrument=instrument,
        subject_model=row.subject_model,
        subject_key=row.subject_key,
        cited_on=row.cited_on,
    )
    if same.exists():
        raise CitedAlready(field="cited_on", name=str(instrument), day=new.cited_on.isoformat())
    validate(row)
    rec.add(row)
    return row


def subject_of(model: str, key: str) -> Record:
    """The record that a citation speaks of; NotFound for what is none."""
    try:
        found: Any = apps.get_model(model)
        row = found._default_manager.filter(pk=key).first() if issubclass(found, Record) else None
    except (LookupError, ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound
    kept: Record = row
    return kept


def keep_reviews(now: dt.datetime) -> int:
    """The sweep: each instrument in force with a review day has a due with that day."""
    return sum(_keep_review(row, now) for row in _without_term(now)[:MOST_A_RUN])


def _without_term(now: dt.datetime) -> list[Instrument]:
    """Instruments whose open term is not that of their review day."""
    rows = Instrument.objects.select_related("issuer__unit", "review_due")
    return [row for row in rows if _wanted(row, now) != _running(row)]


def _wanted(row: Instrument, now: dt.datetime) -> dt.date | None:
    state = instrument_state(row.to_domain(), _day(now)).known()
    return row.review_on if state.is_in_force else None


def _running(row: Instrument) -> dt.date | None:
    """The review day that an open term stands for; a late one began on the day it was opened."""
    due: Due | None = row.review_due
    if due is None or not DueState(due.state).is_open or row.review_on is None:
        return due.fixed_on if due is not None and DueState(due.state).is_open else None
    opened = due.start_at.astimezone(CITY_ZONE).date()
    return row.review_on if due.fixed_on == max(row.review_on, opened) else due.fixed_on


def _keep_review(found: Instrument, now: dt.datetime) -> int:
    with recording(
        action="registers.instrument.review",
        actor=PROGRAM,
        now=now,
        request_id=f"review-{found.pk.hex}-{found.version}",
    ) as rec:
        if rec.repeated:
            return 0
        row = rec.lock(Instrument, found.pk)
        if row.review_due is not None and DueState(row.review_due.state).is_open:
            with city_language():
                what = gettext(gettext_noop("The day of the review was moved, or it ended."))
            apply_answer(rec, row.review_due.pk, what=what)
        wanted = _wanted(row, now)
        row.review_due = None if wanted is None else _review_term(rec, row, wanted)
        rec.save(row)
    return 1


def _review_term(rec: Recording, row: Instrument, on: dt.date) -> Due:
    with city_language():
        title = gettext(REVIEW_TITLE).format(name=row)
        source = gettext(gettext_noop("Review day of the institution itself"))
    return apply_open(
        rec,
        NewDue(
            subject_model=row._meta.label_lower,
            subject_key=str(row.pk),
            title=title[:NAME_CHARS],
            rule=REVIEW_RULE,
            source=source,
            addressee=Addressee(body=row.issuer.code, unit=row.issuer.unit.code),
            kind=ClockKind.FIXED_DAY,
            start_at=rec.now,
            fixed_on=max(on, _day(rec.now)),
            policy=HOUSE_POLICY,
        ),
    )


def _checked(asked: Request) -> Any:
    def check(row: Instrument) -> None:
        require_keeping(asked.actor, row.issuer.unit.code, row.issuer.code)
        refuse_days(row.to_domain(), _day(asked.now))
        _refuse_taken(row)
        _refuse_circle(row)

    return check


def refuse_days(dates: InstrumentDates, today: dt.date) -> None:
    """Refuse days that contradict each other."""
    begins = dates.in_force_from
    if dates.adopted_on is not None and dates.adopted_on > today:
        raise AdoptedInFuture(field="adopted_on")
    if begins is not None and dates.adopted_on is None:
        raise InForceUnadopted(field="adopted_on")
    if begins is not None and dates.in_force_until is not None and dates.in_force_until <= begins:
        raise EndsBeforeBeginning(field="in_force_until")
    if begins is not None and dates.review_on is not None and dates.review_on < begins:
        raise ReviewBeforeForce(field="review_on")


def _refuse_taken(row: Instrument) -> None:
    if not row.number:
        return
    same = Instrument.objects.filter(issuer=row.issuer, number=row.number).exclude(pk=row.pk)
    other = same.first()
    if other is not None:
        raise InstrumentTaken(
            field="number", issuer=row.issuer.short_name, number=row.number, name=str(other)
        )


def _refuse_circle(row: Instrument) -> None:
    seen, older = {row.pk}, row.replaces
    while older is not None:
        if older.pk in seen:
            raise ReplacesItself(field="replaces")
        seen.add(older.pk)
        older = older.replaces


def _end_replaced(rec: Recording, row: Instrument) -> dict[str, Any]:
    """The older instrument ends on the first day of the newer one, unless it ended before."""
    older, begins = row.replaces, row.in_force_from
    if older is None or begins is None or older.pk == row.pk:
        return {}
    kept = rec.lock(Instrument, older.pk)
    require_keeping(rec.actor, kept.issuer.unit.code, kept.issuer.code)
    is_later = kept.in_force_from is None or kept.in_force_from < begins
    if kept.in_force_until is None and is_later:
        kept.in_force_until = begins
        rec.save(kept)
    return {}


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(CITY_ZONE).date()


__all__ = [
    "InstrumentState",
    "NewCitation",
    "add_instrument",
    "apply_citation",
    "change_instrument",
    "cite_instrument",
    "keep_reviews",
    "subject_of",
]
