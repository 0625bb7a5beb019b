"""The implementation mechanism: each quarter is opened by the program, confirmed by the body."""

import datetime as dt
import uuid
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language, in_city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.due.applying import NewDue, apply_open
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    answer_term,
    body_addressee,
    day_of,
    drop_term,
    steers,
    why,
    worker,
)
from anlan.plan.models import MechanismQuarter
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.queries.mechanism import last_confirmed, people_of, without_row
from anlan.plan.rules.mechanism import RULE, Quarter, quarter_of
from anlan.registers.models import Body, Person
from anlan.registers.rules.scope import Scope

PROGRAM: Final = Actor.program("plan")
TITLE = gettext_noop("Confirm office and person for the plan, {year}, quarter {n}")
TWIN = gettext_noop("{body} was merged; the body that stays confirms this quarter.")
OFFICE_CHARS = 100


class NotOfTheBody(Invalid):
    code = "not-of-the-body"
    message = gettext_noop(
        "{name} holds no post in {body} today. Choose somebody of the body; who is missing is "
        "added to the register of people first."
    )


class QuarterOver(Invalid):
    code = "quarter-over"
    message = gettext_noop("The quarter {quarter} is over. Confirm the present one.")


def open_quarters(now: dt.datetime) -> int:
    """The sweep: open the present quarter for every body of the plan that has none."""
    day = day_of(now)
    missing = without_row(quarter_of(day), day)
    if not missing:
        return 0
    first = missing[0].pk.hex
    return open_quarter(
        missing, actor=PROGRAM, now=now, request_id=f"mechanism-{quarter_of(day)}-{first}"
    )


def open_quarter(bodies: list[Body], *, actor: Actor, now: dt.datetime, request_id: str) -> int:
    """A row and a due for each body, all in one entry. What was confirmed last is proposed."""
    quarter = quarter_of(day_of(now))
    with recording(
        action="plan.mechanism.open",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"quarter": str(quarter)},
    ) as rec:
        if rec.repeated:
            return 0
        before = last_confirmed(body.pk for body in bodies)
        for body in bodies:
            _open(rec, body, quarter, before.get(body.pk))
        rec.note(bodies=len(bodies), quarter=str(quarter))
        rec.result = {"opened": len(bodies)}
    return len(bodies)


def confirm_mechanism(
    key: uuid.UUID,
    *,
    office: str,
    person: uuid.UUID,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Say which office and who is in charge this quarter. Again: a change inside the quarter."""
    scope = worker(actor)
    seen = _seen(key, scope)
    if not may_confirm(scope, seen):
        raise NotAllowed
    said = why(office, "office")[:OFFICE_CHARS]
    with recording(
        action="plan.mechanism.confirm",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"row": str(key), "office": said, "person": str(person)},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(MechanismQuarter, key, expected_version=expected_version)
            if row.quarter != quarter_of(day_of(now)):
                raise QuarterOver(quarter=str(row.quarter))
            row.person = _of_the_body(person, row.body, day_of(now))
            row.office, row.confirmed_at, row.confirmed_by = said, now, actor.account
            answer_term(rec, row.due_id, said)
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def may_confirm(scope: Scope, row: MechanismQuarter) -> bool:
    """The body itself, and the plan office for a body that does not sign in."""
    return steers(scope) or acts_for(scope, row.body)


def drop_twin_quarter(rec: Recording, row: MechanismQuarter) -> None:
    """A body was merged into one that has this quarter: that one confirms it, once."""
    with city_language():
        drop_term(rec, row.due_id, gettext(TWIN).format(body=row.body))


def _open(rec: Recording, body: Body, quarter: Quarter, before: MechanismQuarter | None) -> None:
    row = MechanismQuarter(
        unit=body.unit,
        body=body,
        year=quarter.year,
        number=quarter.number,
        office=before.office if before is not None else "",
        person_id=before.person_id if before is not None else None,
        opened_at=rec.now,
    )
    row.due = _term(rec, row, quarter)
    validate(row)
    rec.add(row)


def _term(rec: Recording, row: MechanismQuarter, quarter: Quarter) -> Due:
    """Until the last day of the quarter's first month; who is opened later has to its end."""
    today = rec.now.astimezone(CITY_ZONE).date()
    with city_language():
        title = gettext(TITLE).format(year=quarter.year, n=quarter.number)
    return apply_open(
        rec,
        NewDue(
            subject_model=row._meta.label_lower,
            subject_key=str(row.pk),
            title=title,
            rule=RULE,
            source=in_city_language(HOUSE_RULE),
            addressee=body_addressee(row.body),
            kind=ClockKind.FIXED_DAY,
            start_at=rec.now,
            fixed_on=max(quarter.confirm_by, today),
            policy=HOUSE_POLICY,
        ),
    )


def _of_the_body(key: uuid.UUID, body: Body, day: dt.date) -> Person:
    found = next((one for one in people_of(body.pk, day) if one.pk == key), None)
    if found is None:
        other = Person.objects.filter(pk=key).first()
        if other is None:
            raise NotFound
        raise NotOfTheBody(field="person", name=other.name, body=body.short_name)
    return found


def _seen(key: uuid.UUID, scope: Scope) -> MechanismQuarter:
    found: MechanismQuarter | None = (
        MechanismQuarter.objects.visible_to(scope)
        .select_related("body__unit", "unit", "person")
        .filter(pk=key)
        .first()
    )
    if found is None:
        raise NotFound
    return found
