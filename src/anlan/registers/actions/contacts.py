"""Numbers of posts, proofs that a number is answered, and when a unit counts one as stale.

NoNumber            the person or post has no such number
AnsweredTooEarly    an attempt in the future
NotANumber          a text that is no telephone number
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require, require_keeping
from anlan.registers.actions.keeping import Request, add_row, change_row
from anlan.registers.choices import ContactOutcome, ContactWay, NumberKind
from anlan.registers.models import ContactProof, ContactThreshold, Person, PostNumber
from anlan.registers.rules.scope import Capability
from anlan.registers.rules.telephone import (
    is_landline,
    is_mobile,
    repaired_landline,
    repaired_mobile,
)

CLOCK_SLACK = dt.timedelta(minutes=5)
"""House rule: a telephone's clock may run ahead a little."""


class NoNumber(Invalid):
    code = "no-number"
    message = gettext_noop("No such number is entered. Enter the number first.")


class TriedInFuture(Invalid):
    code = "tried-in-future"
    message = gettext_noop("The attempt lies in the future. Give the time at which it was made.")


class AnsweredByNobody(Invalid):
    code = "answered-by-nobody"
    message = gettext_noop("Only an answered attempt names who answered. Leave that field empty.")


class NotANumber(Invalid):
    code = "not-a-number"
    message = gettext_noop(
        "“{number}” is no telephone number. Give eleven digits, or area code and number such as "
        "0359-2060000."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt to reach one number: of a person (with the kind), or of a post."""

    outcome: str
    way: str
    tried_at: dt.datetime
    person: uuid.UUID | None = None
    kind: str = NumberKind.MOBILE
    post_number: uuid.UUID | None = None
    answered_by: uuid.UUID | None = None


def record_attempt(
    attempt: Attempt, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Enter what came of an attempt. Whoever may see the number may record it."""
    scope = require(actor, Capability.KEEP_OWN)
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    payload = {name: getattr(attempt, name) for name in Attempt.__slots__}
    with recording(**asked.opening("registers.contact.try", payload)) as rec:
        if rec.repeated:
            return rec.result
        if attempt.tried_at > now + CLOCK_SLACK:
            raise TriedInFuture(field="tried_at")
        if attempt.answered_by is not None and attempt.outcome != ContactOutcome.ANSWERED:
            raise AnsweredByNobody(field="answered_by")
        row = _proof(attempt, scope)
        validate(row)
        rec.add(row)
        rec.result = {"id": str(row.pk)}
    return rec.result


def _proof(attempt: Attempt, scope: Any) -> ContactProof:
    row = ContactProof(
        outcome=attempt.outcome,
        way=attempt.way,
        tried_at=attempt.tried_at,
        answered_by=_seen(Person, scope, attempt.answered_by),
    )
    if attempt.post_number is not None:
        row.kind = NumberKind.POST
        row.post_number = _seen(PostNumber, scope, attempt.post_number)
        return row
    person = _seen(Person, scope, attempt.person)
    if person is None:
        raise NotFound
    row.person, row.kind = person, attempt.kind
    row.number = {NumberKind.MOBILE: person.mobile, NumberKind.LANDLINE: person.landline}.get(
        NumberKind(attempt.kind), ""
    )
    if not row.number:
        raise NoNumber(field="kind")
    if row.answered_by is None and row.outcome == ContactOutcome.ANSWERED:
        row.answered_by = person
    return row


def _seen(model: Any, scope: Any, key: uuid.UUID | None) -> Any:
    if key is None:
        return None
    row = model.objects.visible_to(scope).filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


def apply_proof(
    rec: Recording, person: Person, outcome: ContactOutcome, way: ContactWay, at: dt.datetime
) -> ContactProof:
    """A proof of a person's mobile number beside the rows of another action, in its entry. Who may
    call, and when, is that action's affair."""
    row = ContactProof(
        person=person,
        kind=NumberKind.MOBILE,
        number=person.mobile,
        outcome=outcome,
        way=way,
        tried_at=at,
        answered_by=person if outcome == ContactOutcome.ANSWERED else None,
    )
    validate(row)
    rec.add(row)
    return row


def add_post_number(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A number of a post."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = PostNumber(**values | {"number": _number(values["number"])})
    check = _may_keep_number(actor)
    return add_row(row, action="registers.post_number.add", check=check, asked=asked)


def change_post_number(
    number_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The note of a number. Another number is a row of its own: its proof begins anew."""
    return change_row(
        PostNumber,
        number_id,
        values,
        expected_version=expected_version,
        action="registers.post_number.change",
        check=_may_keep_number(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def set_threshold(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """From a day on a unit counts numbers as stale after so many calendar days."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = ContactThreshold(**values)

    def check(row: ContactThreshold) -> None:
        require_keeping(actor, row.unit.code)

    return add_row(row, action="registers.contact.threshold", check=check, asked=asked)


def _may_keep_number(actor: Actor) -> Any:
    def check(row: PostNumber) -> None:
        require_keeping(actor, row.post.body.unit.code, row.post.body.code)

    return check


def _number(text: str) -> str:
    mobile = repaired_mobile(text)
    if is_mobile(mobile):
        return mobile
    landline = repaired_landline(text)
    if not is_landline(landline):
        raise NotANumber(field="number", number=text)
    return landline
