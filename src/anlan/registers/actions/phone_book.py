"""The phone book: people, posts and tenures without sign-in; many at once, all or nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.base.actor import Actor
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.registers.access import require
from anlan.registers.actions.phone_book_check import (
    Contact,
    ContactLine,
    PhoneBookPlan,
    check_lines,
    has_other_numbers,
)
from anlan.registers.actions.profile import initials
from anlan.registers.actions.row_errors import RowsRefused
from anlan.registers.choices import UnitKind
from anlan.registers.models import Body, Person, Post, Tenure
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import ADMINISTRATORS, Capability, Role

OUTCOMES = ("new", "post", "number", "unchanged")


def plan_phone_book(
    lines: Sequence[ContactLine], *, actor: Actor, today: dt.date
) -> PhoneBookPlan:
    """The dry run: what an import would do, and what stops it. Writes nothing."""
    scope = require(actor, Capability.KEEP_REGISTERS)
    return check_lines(lines, scope=scope, today=today)


def import_phone_book(
    lines: Sequence[ContactLine],
    *,
    actor: Actor,
    now: dt.datetime,
    today: dt.date,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Take every row in one entry, or none (RowsRefused). Rows that stand already change
    nothing, so a file may be imported again. Returns a count for each outcome."""
    scope = require(actor, Capability.KEEP_REGISTERS)
    with recording(
        action="registers.phone_book.import",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"lines": [str(line) for line in lines]},
    ) as rec:
        if rec.repeated:
            return rec.result
        plan = check_lines(lines, scope=scope, today=today)
        if plan.errors:
            raise RowsRefused(plan.errors)
        _Writer(rec=rec, today=today).write(plan.contacts)
        rec.result = {outcome: plan.count(outcome) for outcome in OUTCOMES}
    return rec.result


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Writes checked rows; a person or post that two rows share is written once."""

    rec: Recording
    today: dt.date
    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    posts: dict[tuple[Any, str], Post] = field(default_factory=dict)
    tenures: list[Tenure] = field(default_factory=list)

    def write(self, contacts: Sequence[Contact]) -> None:
        for contact in contacts:
            person = self._person(contact)
            if contact.outcome in ("new", "post"):
                held_from = contact.line.held_from or self.today
                post = contact.post or self._new_post(contact)
                self.tenures.append(Tenure(person=person, post=post, held_from=held_from))
        self.rec.add_many(self.people.values())
        self.rec.add_many(self.posts.values())
        rights = [t for t in self.tenures if Role(t.post.role) in ADMINISTRATORS]
        self.rec.add_many(t for t in self.tenures if t not in rights)
        for tenure in rights:  # one after the other: each is held against those before it
            validate(tenure)
            self.rec.add(tenure)

    def _person(self, contact: Contact) -> Person:
        line = contact.line
        if contact.person is None:
            key = (line.name, line.mobile or contact.body.code)
            return self.people.setdefault(key, _new_person(line))
        if has_other_numbers(line, contact.person):
            person = self.rec.lock(Person, contact.person.pk)
            person.mobile = line.mobile or person.mobile
            person.landline = line.landline or person.landline
            self.rec.save(person)
        return contact.person

    def _new_post(self, contact: Contact) -> Post:
        key = (contact.body.pk, contact.line.title)
        role = ordinary_role(contact.body).value
        post = Post(body=contact.body, title=contact.line.title, role=role)
        return self.posts.setdefault(key, post)


def ordinary_role(body: Body) -> Role:
    """What a post of a body lets its holder do unless an administrator decides otherwise."""
    return Role.DEPARTMENT if body.unit.kind == UnitKind.CITY else Role.COUNTY


def _new_person(line: ContactLine) -> Person:
    return Person(
        name=line.name,
        mobile=line.mobile,
        landline=line.landline,
        initials=initials(line.name)[:30],
        is_invented=is_invented(names=(line.name,), mobile=line.mobile, mark=line.mark),
    )
