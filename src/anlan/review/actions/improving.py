"""Improvements set, said done, taken as done or returned, withdrawn."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.errors import NotFound
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.keeping.attaching import apply_attach
from anlan.base.records import Record
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.registers.access import require, require_keeping
from anlan.registers.actions.keeping import Request
from anlan.registers.models import Body, Person
from anlan.registers.queries import people_of_body
from anlan.registers.rules.scope import Capability, Scope
from anlan.review.actions.errors import (
    CheckTooEarly,
    ClosedAlready,
    DayInFuture,
    DayPast,
    DayTooEarly,
    FollowsNothing,
    ImprovementTaken,
    NotOfTheBody,
    NotSaidYet,
    SaidAlready,
    SecondLookRefused,
    WhyNeeded,
)
from anlan.review.actions.figures import refuse_reached, set_out
from anlan.review.actions.terms import close_term, look_term, owner_term, redo_term
from anlan.review.choices import ORIGIN_OF, Origin
from anlan.review.models import Improvement
from anlan.review.queries import day_of, files_of, state_of, with_names
from anlan.review.rules.effect import Effect
from anlan.review.rules.improvement import check_taken

NAME_CHARS, NOTE_CHARS, WORD_CHARS = 200, 200, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImprovement:
    """What is asked of whom by when, and against which measure its effect is checked. `subject`
    is the record in which the problem came to light; `follows` an improvement without effect."""

    owner: uuid.UUID
    problem: str
    todo: str
    due_on: dt.date
    measure: str
    check_on: dt.date
    wanted_percent: Decimal | None = None
    person: uuid.UUID | None = None
    item_key: str = ""
    origin: str = ""
    subject: Record | None = None
    follows: uuid.UUID | None = None
    note: str = ""
    source: str = ""
    mark: str = "V"

    def payload(self) -> dict[str, Any]:
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        subject = found.pop("subject")
        label = f"{subject._meta.label_lower}:{subject.pk}" if subject is not None else ""
        return {name: str(value or "") for name, value in found.items()} | {"subject": label}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done, on which day, and the files that prove it."""

    text: str
    on: dt.date
    files: tuple[SentFile, ...] = ()

    def payload(self) -> dict[str, Any]:
        digests = [plain_digest(file.content) for file in self.files]
        return {"done": self.text, "on": self.on.isoformat(), "files": digests}


def set_improvement(
    new: NewImprovement, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Set an improvement: the body gets a term, the figure of the measure is frozen. Whoever keeps
    the body's rows."""
    owner = Body.objects.select_related("unit").filter(pk=new.owner).first()
    if owner is None:
        raise NotFound
    scope = require_keeping(actor, owner.unit.code, owner.code)
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with recording(**asked.opening("review.improvement.set", new.payload())) as rec:
        if not rec.repeated:
            row = _row(new, owner, scope, day_of(now))
            set_out(rec, row)
            refuse_reached(row)
            row.due = owner_term(rec, row)
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def say_done(
    key: uuid.UUID,
    said: Done,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The body says what was done and when, with files that prove it. Its term ends."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with _on(key, "done", said.payload(), asked, expected_version) as (rec, row):
        if row is not None:
            require_keeping(actor, row.unit.code, row.owner.code)
            _refuse_done(row, said, day_of(now))
            row.done, row.done_on, row.done_by = said.text.strip(), said.on, actor.account
            row.word = ""
            for file in said.files:
                apply_attach(rec, row, file.name, file.content, note=row.done[:NOTE_CHARS])
            close_term(rec, row, row.done)
            row.due = look_term(rec, row)
            _kept(rec, row, with_parts=bool(said.files))
    return rec.result


def take_as_done(
    key: uuid.UUID,
    *,
    is_taken: bool,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Somebody of the plan office, never who said it, takes it as done or returns it."""
    require(actor, Capability.STEER_PLAN)
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    verb, said = ("take" if is_taken else "return"), {"word": reason}
    with _on(key, verb, said, asked, expected_version) as (rec, row):
        if row is not None:
            if row.taken_on is not None:
                raise SaidAlready(day=row.taken_on.isoformat())
            if row.done_on is None:
                raise NotSaidYet
            row.word = reason.strip()[:WORD_CHARS]
            close_term(rec, row, row.word)
            if is_taken:
                _second_look(row, actor.account)
                row.taken_on, row.taken_by = day_of(now), actor.account
            else:
                row.done_on = None
                row.due = redo_term(rec, row)
            _kept(rec, row)
    return rec.result


def withdraw_improvement(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """It is no longer asked for; why stays on record. The plan office."""
    require(actor, Capability.STEER_PLAN)
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with _on(key, "withdraw", {"why": reason}, asked, expected_version) as (rec, row):
        if row is not None:
            if not reason.strip():
                raise WhyNeeded(field="reason")
            row.withdrawn_on, row.withdrawn_why = day_of(now), reason.strip()[:WORD_CHARS]
            close_term(rec, row, row.withdrawn_why, is_withdrawn=True)
            _kept(rec, row)
    return rec.result


@contextmanager
def _on(
    key: uuid.UUID, verb: str, said: dict[str, Any], asked: Request, version: int
) -> Iterator[tuple[Recording, Improvement | None]]:
    """An act on an improvement that is in view and not closed; None for a repeated request."""
    scope: Any = asked.actor.scope
    if not Improvement.objects.visible_to(scope).filter(pk=key).exists():
        raise NotFound
    payload = {"improvement": str(key), **said}
    with recording(**asked.opening(f"review.improvement.{verb}", payload)) as rec:
        row = None
        if not rec.repeated:
            row = rec.lock(Improvement, key, expected_version=version)
            state = state_of(row, day_of(asked.now))
            if state.is_closed:
                raise ClosedAlready(state=gettext(state.label))
        yield rec, row


def _kept(rec: Recording, row: Improvement, *, with_parts: bool = False) -> None:
    validate(row)
    rec.save(row, with_parts=with_parts)
    rec.result = {"id": str(row.pk), "version": row.version}


def _row(new: NewImprovement, owner: Body, scope: Scope, today: dt.date) -> Improvement:
    """The row as it was asked for, without term and figure."""
    if new.due_on < today:
        raise DayPast(field="due_on")
    if new.check_on <= today or new.check_on < new.due_on:
        raise CheckTooEarly(field="check_on", day=new.due_on.isoformat())
    row = Improvement(
        owner=owner,
        person=_person(new.person, owner, today),
        problem=new.problem.strip(),
        todo=new.todo.strip(),
        due_on=new.due_on,
        measure=new.measure,
        wanted_percent=new.wanted_percent,
        check_on=new.check_on,
        item_key=new.item_key.strip(),
        origin=new.origin or Origin.OTHER,
        note=new.note.strip(),
        source=new.source.strip(),
        mark=new.mark,
    )
    if new.subject is not None:
        label = new.subject._meta.label_lower
        row.subject_model, row.subject_key = label, str(new.subject.pk)
        row.subject_name = str(new.subject)[:NAME_CHARS]
        row.origin = ORIGIN_OF.get(label, row.origin)
    if new.follows is not None:
        _follow(row, new.follows, scope)
    same = Improvement.objects.filter(owner=owner, problem=row.problem, due_on=row.due_on)
    if same.exists():
        raise ImprovementTaken(field="due_on", body=owner.short_name, day=row.due_on.isoformat())
    return row


def _follow(row: Improvement, key: uuid.UUID, scope: Scope) -> None:
    """It is about the same record as the one that had no effect."""
    first = with_names(Improvement.objects.visible_to(scope)).filter(pk=key).first()
    if first is None:
        raise NotFound
    if first.effect not in (Effect.NOT_EFFECTIVE, Effect.NOT_DETERMINABLE):
        raise FollowsNothing(field="follows")
    row.follows, row.origin = first, Origin.FOLLOW_UP
    row.subject_model, row.subject_key = first.subject_model, first.subject_key
    row.subject_name = first.subject_name


def _person(key: uuid.UUID | None, owner: Body, today: dt.date) -> Person | None:
    if key is None:
        return None
    found = Person.objects.filter(pk=key).first()
    if found is None:
        raise NotFound
    if not people_of_body(owner.pk, today).filter(pk=key).exists():
        raise NotOfTheBody(field="person", person=found.name, body=owner.short_name)
    return found


def _refuse_done(row: Improvement, said: Done, today: dt.date) -> None:
    if row.done_on is not None:
        raise SaidAlready(day=row.done_on.isoformat())
    if said.on > today:
        raise DayInFuture(field="done_on")
    if said.on < row.before_on:
        raise DayTooEarly(field="done_on", day=row.before_on.isoformat())


def _second_look(row: Improvement, decider: str) -> None:
    try:
        check_taken(files=files_of(row).count(), doer=row.done_by, decider=decider)
    except RuleRefused as refusal:
        raise SecondLookRefused(refusal.message.msgid, field="decision") from refusal
