"""Erasing a person, for good: by an administrator, with a reason."""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.current import current
from anlan.base.worlds.erasing import erase
from anlan.registers.access import require
from anlan.registers.models import Account, Person
from anlan.registers.rules.scope import Capability


class ReasonNeeded(Invalid):
    code = "reason-needed"
    message = gettext_noop(
        "Say why this person is erased: the request or the rule, with its date. The reason stays "
        "in the journal, so it must not hold the person's name or number."
    )


class OwnErasure(Refused):
    code = "own-erasure"
    status = 409
    message = gettext_noop("You cannot erase yourself. Another administrator has to do it.")


class OnlyLive(Refused):
    code = "only-live"
    status = 409
    message = gettext_noop("People are erased in the live world only. Leave the exercise first.")


def erase_person(
    person_id: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Destroy the person's key, blank the personal columns, close the sign-in. A person who is
    erased already is left as it is."""
    scope = require(actor, Capability.ERASE_PERSON)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if not current().is_live:
        raise OnlyLive
    if not Person.objects.visible_to(scope).filter(pk=person_id).exists():
        raise NotFound
    with recording(
        action="registers.person.erase",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"person": str(person_id)},
    ) as rec:
        if rec.repeated:
            return rec.result
        person = Person.objects.get(pk=person_id)
        if person.erased_at is not None:
            return {"person": str(person_id), "erased_at": person.erased_at.isoformat()}
        if Account.objects.filter(person=person_id, login=actor.account).exists():
            raise OwnErasure
        person = rec.lock(Person, person_id, expected_version=expected_version)
        person.erased_at = now
        rec.save(person)
        for key in Account.objects.filter(person=person_id).values_list("pk", flat=True):
            account = rec.lock(Account, key)
            account.is_active = False
            rec.save(account)
        rec.note(erased=str(person_id), rows=erase(rec, person_id))
        rec.result = {"person": str(person_id), "erased_at": now.isoformat()}
    return rec.result
