"""Enterprises are entered, corrected, stopped and closed; none is ever removed.

WrongCreditCode     the check of GB 32100 failed
CreditCodeTaken     another enterprise has the code
StateTooEarly       a state that would begin before the present one
ClosedForGood       a closed enterprise takes no other state
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require_keeping
from anlan.registers.actions.holding import tidied_person
from anlan.registers.actions.keeping import Beside, Request, add_row, change_row
from anlan.registers.actions.profile import initials
from anlan.registers.choices import EnterpriseState
from anlan.registers.models import Enterprise, Person
from anlan.registers.rules.credit_code import check_credit_code, repaired_credit_code


class WrongCreditCode(Invalid):
    code = "wrong-credit-code"


class CreditCodeTaken(Invalid):
    code = "credit-code-taken"
    message = gettext_noop(
        "Another enterprise, supervised by {unit}, has this code already. Compare the licence, "
        "and change that enterprise instead of entering it twice."
    )


class StateTooEarly(Invalid):
    code = "state-too-early"
    message = gettext_noop(
        "The present state began on {since}. Give that day or a later one; a wrong beginning is "
        "corrected under “Change”."
    )


class StateInFuture(Invalid):
    code = "state-in-future"
    message = gettext_noop("A state is entered once it has begun: give today or an earlier day.")


class ClosedForGood(Invalid):
    code = "closed-for-good"
    message = gettext_noop(
        "The enterprise is closed for good. If it was opened again, enter it as a new enterprise."
    )


ANSWERING = ("legal_representative", "safety_officer")
"""Columns that name a person; a person not entered yet is named by its data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody who answers for the enterprise and is not entered yet."""

    name: str
    mobile: str = ""


People = Mapping[str, NewPerson]
"""New people by the column of the enterprise that names them."""


def add_enterprise(
    values: Mapping[str, Any],
    *,
    people: People | None = None,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A new enterprise. `values` are its columns; `people` are entered with it."""
    return add_row(
        Enterprise(**_tidied(values)),
        action="registers.enterprise.add",
        check=_checked(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
        beside=_entering(people or {}),
    )


def change_enterprise(
    enterprise_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    people: People | None = None,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct columns of an enterprise."""
    return change_row(
        Enterprise,
        enterprise_id,
        _tidied(values),
        expected_version=expected_version,
        action="registers.enterprise.change",
        check=_checked(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
        beside=_entering(people or {}),
    )


def set_enterprise_state(
    enterprise_id: uuid.UUID,
    *,
    state: str,
    since: dt.date,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """From `since` the enterprise operates, is stopped, or is closed for good."""

    def check(row: Enterprise) -> None:
        require_keeping(actor, row.unit.code)
        if row.state == EnterpriseState.CLOSED and row.state != state:
            raise ClosedForGood(field="state")
        if row.state_since is not None and since < row.state_since:
            raise StateTooEarly(field="since", since=row.state_since.isoformat())
        if since > now.astimezone(CITY_ZONE).date():
            raise StateInFuture(field="since")

    return change_row(
        Enterprise,
        enterprise_id,
        {"state": state, "state_since": since},
        expected_version=expected_version,
        action="registers.enterprise.state",
        check=check,
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def _entering(people: People) -> Beside:
    """Enter the new people in the entry of the enterprise."""

    def enter(rec: Recording) -> dict[str, Person]:
        found = {}
        for column, new in people.items():
            row = Person(**tidied_person({"name": new.name, "mobile": new.mobile}))
            validate(row)
            rec.add(row)
            found[column] = row
        return found

    return Beside(write=enter, payload=people)


def _tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    if "credit_code" in found:
        found["credit_code"] = repaired_credit_code(found["credit_code"])
    if "name" in found:
        found["name"] = found["name"].strip()
        found["initials"] = initials(found["name"])
    return found


def _checked(actor: Actor) -> Any:
    def check(row: Enterprise) -> None:
        require_keeping(actor, row.unit.code)
        _check_code(row)

    return check


def _check_code(row: Enterprise) -> None:
    verdict = check_credit_code(row.credit_code)
    note = verdict.reasons[0].note
    if verdict.value is False and note is not None:
        raise WrongCreditCode(note.msgid, field="credit_code", **dict(note.params))
    if not row.credit_code:
        return
    same = Enterprise.objects.filter(credit_code__iexact=row.credit_code).exclude(pk=row.pk)
    other = same.select_related("unit").first()
    if other is not None:
        raise CreditCodeTaken(field="credit_code", unit=other.unit.short_name)
