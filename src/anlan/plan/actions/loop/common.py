"""What the acts of the working loop share: who may, the day of the city, dues by their term."""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor
from anlan.base.city_language import in_city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.due.applying import NewDue, apply_answer, apply_open, apply_subject, apply_withdraw
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording
from anlan.base.models import Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY, NO_LADDER
from anlan.base.rules.due.state import DueState
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.plan.actions.loop.errors import BodyEnded, ReasonNeeded
from anlan.plan.models import PlanItem
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.rules.loop.terms import TERMS, Term
from anlan.registers.access import require
from anlan.registers.models import Body, ReportingUnit
from anlan.registers.queries import city_unit
from anlan.registers.rules.scope import Capability, Scope

TITLE_CHARS = 200
REASON_CHARS = 300


def day_of(now: dt.datetime) -> dt.date:
    return now.astimezone(CITY_ZONE).date()


def worker(actor: Actor) -> Scope:
    """Whoever works in the plan."""
    return require(actor, Capability.WORK_IN_PLAN)


def steers(scope: Scope) -> bool:
    return scope.may(Capability.STEER_PLAN)


def require_acting_for(scope: Scope, body: Body) -> None:
    if not acts_for(scope, body):
        raise NotAllowed


def item_of(key: uuid.UUID, scope: Scope) -> PlanItem:
    """A live item that the scope sees."""
    found: PlanItem | None = (
        PlanItem.objects.visible_to(scope)
        .filter(pk=key, is_dropped=False)
        .select_related("notice__unit")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def city() -> ReportingUnit:
    """The reporting unit of the city."""
    found = city_unit()
    if found is None:
        raise NotFound
    return found


def body_in(key: uuid.UUID) -> Body:
    found = Body.objects.select_related("unit").filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def require_living(body: Body, day: dt.date) -> None:
    """BodyEnded for a body that no longer exists."""
    if body.valid_until is not None and body.valid_until <= day:
        raise BodyEnded(field="body", name=body.short_name, day=body.valid_until.isoformat())


def why(text: str, field: str = "reason") -> str:
    """A reason that was given, or ReasonNeeded."""
    cleaned = text.strip()[:REASON_CHARS]
    if not cleaned:
        raise ReasonNeeded(field=field)
    return cleaned


def whole(text: str, field: str) -> str:
    """A text that has to be there, whole; its length is the table's affair."""
    cleaned = text.strip()
    if not cleaned:
        raise ReasonNeeded(field=field)
    return cleaned


def open_term(
    rec: Recording,
    term: Term,
    *,
    subject: Any,
    item: PlanItem,
    to: Addressee,
    on: dt.date | None = None,
    what: str = "",
    issuer: str = "",
) -> Due:
    """The clock of a term: working days of the house, a fixed day, or expected without one."""
    if term.working_days is not None:
        kind, amount = ClockKind.WORKING_DAYS, term.working_days
    else:
        kind, amount = (ClockKind.FIXED_DAY if on else ClockKind.NOT_SET), 0
    house = in_city_language(HOUSE_RULE)
    return apply_open(
        rec,
        NewDue(
            subject_model=subject._meta.label_lower,
            subject_key=str(subject.pk),
            title=title_of(term, item, what),
            rule=term.rule,
            source=house if term.working_days is not None else str(item.notice),
            addressee=to,
            kind=kind,
            start_at=rec.now,
            amount=amount,
            fixed_on=on,
            issuer=issuer,
            policy=HOUSE_POLICY if kind is not ClockKind.NOT_SET else NO_LADDER,
        ),
    )


def title_of(term: Term, item: PlanItem, what: str = "") -> str:
    """What a term is called. Stored text: the city's language, not the actor's."""
    named = f"{item.key} {item.heading}"
    title = in_city_language(term.title, item=named if not what else item.key, what=what)
    return title[:TITLE_CHARS]


def move_term(rec: Recording, key: uuid.UUID, item: PlanItem, *, subject: str, what: str) -> None:
    """Let a running term go on about the same work on another item, with what was left of it."""
    rule = Due.objects.values_list("rule", flat=True).get(pk=key)
    term = next(one for one in TERMS if one.rule == rule)
    needs_what = term.working_days is None
    title = title_of(term, item, what if needs_what else "")
    apply_subject(rec, key, subject_key=subject, title=title)


def answer_term(rec: Recording, key: uuid.UUID | None, what: str) -> None:
    """Close a term as answered, when it still runs."""
    if is_open_term(key):
        apply_answer(rec, key, what=what[:500])  # type: ignore[arg-type]


def drop_term(rec: Recording, key: uuid.UUID | None, reason: str) -> None:
    """Close a term as no longer expected, when it still runs."""
    if is_open_term(key):
        apply_withdraw(rec, key, why=reason[:REASON_CHARS])  # type: ignore[arg-type]


def is_open_term(key: uuid.UUID | None) -> bool:
    if key is None:
        return False
    state = Due.objects.filter(pk=key).values_list("state", flat=True).first()
    return state is not None and DueState(state).is_open


def body_addressee(body: Body) -> Addressee:
    return Addressee(body=body.code, unit=body.unit.code)
