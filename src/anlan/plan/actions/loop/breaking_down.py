"""Breaking an item down: assign to many in one act, sign, refuse, withdraw, assign anew."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import in_city_language
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.rules.due.addressee import Addressee, Reach
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    answer_term,
    city,
    day_of,
    drop_term,
    item_of,
    open_term,
    require_living,
    steers,
    why,
    worker,
)
from anlan.plan.actions.loop.errors import (
    AskedAlready,
    LoopRefused,
    NotBrokenDown,
    NotYetSigned,
)
from anlan.plan.actions.loop.new_breakdown import NewBreakdown, Target
from anlan.plan.models import Assignment, PlanItem
from anlan.plan.queries.loop.bearers import LIVING, acts_for, lead_body
from anlan.plan.queries.loop.handling import handling_of_item
from anlan.plan.rules.loop import terms
from anlan.plan.rules.loop.assignment import (
    Assignee,
    AssignmentAct,
    AssignmentState,
    Step,
    after,
    check_assignee,
)
from anlan.plan.rules.loop.handling import HANDLING_LABELS, Handling
from anlan.registers.models import Body, Person, Post, ReportingUnit
from anlan.registers.rules.scope import Scope


def assign(
    new: NewBreakdown, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Ask something of one or many, all or none, as one entry. Each gets a term for signing."""
    scope = worker(actor)
    item = item_of(new.item, scope)
    above = _above(new, item, scope)
    _require_assigning(item, above, scope)
    with recording(
        action="plan.assignment.propose",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=new.payload(),
    ) as rec:
        if not rec.repeated:
            old = _replaced(rec, new, scope)
            _require_broken_down(item)
            rows = [_row(new, target, item, above, rec) for target in new.targets]
            _refuse_asked_already(rows)
            for row in rows:
                _open(rec, row, item)
            rec.note(count=len(rows))
            rec.result = {
                "ids": [str(row.pk) for row in rows],
                "replaced": str(old.pk) if old else "",
            }
    return rec.result


def sign(
    key: uuid.UUID, *, expected_version: int, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    """Take an assignment on. Its own term begins."""
    return _answer(key, AssignmentAct.SIGN, "", expected_version, actor, now, request_id)


def refuse(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Refuse with a reason. It comes back to whoever assigned it, with a term."""
    said = why(reason)
    return _answer(key, AssignmentAct.REFUSE, said, expected_version, actor, now, request_id)


def withdraw(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Take an assignment back with everything that was broken down from it."""
    scope, said = worker(actor), why(reason)
    if not may_withdraw(scope, _seen(key, scope)):
        raise NotAllowed
    with recording(
        action="plan.assignment.withdraw",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"assignment": str(key), "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Assignment, key, expected_version=expected_version)
            count = apply_withdrawal(rec, row, said)
            rec.note(withdrawn=count)
            rec.result = {"id": str(row.pk), "version": row.version, "withdrawn": count}
    return rec.result


def may_answer(scope: Scope, row: Assignment, reach: str = Reach.NAMED.value) -> bool:
    """Who signs or refuses: the keeper of the unit, whoever acts for the body, the person or the
    holder of the post; where that post is vacant (`reach` of its term), the body's colleagues."""
    if row.body is None:
        return row.unit.code in scope.kept_units
    if row.step != Step.PERSON.value:
        return acts_for(scope, row.body)
    if scope.person and scope.person == str(row.person_id):
        return True
    if row.post_id is not None and str(row.post_id) in scope.posts:
        return True
    return reach != Reach.NAMED.value and acts_for(scope, row.body)


def may_withdraw(scope: Scope, row: Assignment) -> bool:
    """The plan office, and whoever assigned it."""
    return steers(scope) or (row.assigner is not None and acts_for(scope, row.assigner))


def may_assign(scope: Scope, item: PlanItem, above: Assignment | None) -> bool:
    """The plan office; at the top the lead body; below whoever signed for it."""
    if steers(scope):
        return True
    if above is not None:
        return may_answer(scope, above)
    lead = lead_body(item)
    return lead is not None and acts_for(scope, lead)


def _above(new: NewBreakdown, item: PlanItem, scope: Scope) -> Assignment | None:
    if new.above is None:
        return None
    above = _seen(new.above, scope)
    if above.item_id != item.pk:
        raise NotFound
    if above.state != AssignmentState.SIGNED.value:
        raise NotYetSigned(field="above")
    return above


def _seen(key: uuid.UUID, scope: Scope) -> Assignment:
    found: Assignment | None = (
        Assignment.objects.visible_to(scope)
        .filter(pk=key)
        .select_related("item__notice__unit", "unit", "body__unit", "assigner__unit", "sign_due")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _require_assigning(item: PlanItem, above: Assignment | None, scope: Scope) -> None:
    if not may_assign(scope, item, above):
        raise NotAllowed


def _require_broken_down(item: PlanItem) -> None:
    handling = handling_of_item(item)
    if handling is not Handling.BREAK_DOWN:
        label = gettext(HANDLING_LABELS[handling])
        raise NotBrokenDown(field="item", item=str(item), handling=label)


def _replaced(rec: Recording, new: NewBreakdown, scope: Scope) -> Assignment | None:
    """The assignment that is assigned anew; it is withdrawn, its history stays."""
    if new.replaces is None:
        return None
    seen = _seen(new.replaces, scope)
    if seen.item_id != new.item or seen.above_id != new.above or len(new.targets) != 1:
        raise NotFound
    if not may_withdraw(scope, seen):
        raise NotAllowed
    row = rec.lock(Assignment, seen.pk)
    apply_withdrawal(rec, row, rec.reason or new.asked)
    return row


def _row(
    new: NewBreakdown,
    target: Target,
    item: PlanItem,
    above: Assignment | None,
    rec: Recording,
) -> Assignment:
    unit, body, post, person = _found(target, above, day_of(rec.now))
    row = Assignment(
        item=item,
        above=above,
        replaces_id=new.replaces,
        unit=unit,
        body=body,
        post=post,
        person=person,
        asked=new.asked.strip(),
        measure=new.measure.strip(),
        due_on=new.due_on,
        assigned_at=rec.now,
        assigned_by=rec.actor.account,
        assigner=Body.objects.select_related("unit").filter(code=rec.actor.body).first(),
    )
    try:
        step = check_assignee(row.to_assignee(), above.to_assignee() if above else None)
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal, field="targets") from refusal
    row.step = step.value
    return row


def _found(
    target: Target, above: Assignment | None, day: dt.date
) -> tuple[ReportingUnit, Body | None, Post | None, Person | None]:
    """The records behind a target; a post or person brings its body, a body its unit."""
    post = person = body = None
    if target.post is not None:
        post = Post.objects.select_related("body__unit").filter(pk=target.post).first()
        body = post.body if post is not None else None
    elif target.body is not None:
        body = Body.objects.select_related("unit").filter(pk=target.body).first()
    if target.person is not None:
        person = Person.objects.filter(pk=target.person).first()
        if body is None and above is not None:
            body = above.body
    unit = body.unit if body is not None else None
    if unit is None and target.unit is not None:
        unit = ReportingUnit.objects.filter(pk=target.unit).first()
    asked = (target.post, post), (target.body, body), (target.person, person)
    if unit is None or any(key is not None and row is None for key, row in asked):
        raise NotFound
    if body is not None:
        require_living(body, day)
    return unit, body, post, person


def _refuse_asked_already(rows: Sequence[Assignment]) -> None:
    if not rows:
        raise NotFound
    item, above = rows[0].item_id, rows[0].above_id
    living = Assignment.objects.filter(item=item, above=above, state__in=LIVING)
    known = {
        Assignee(unit=str(unit), body=_text(body), post=_text(post), person=_text(person))
        for unit, body, post, person in living.values_list("unit", "body", "post", "person")
    }
    asked: set[Assignee] = set()
    twice = []
    for row in rows:
        assignee = row.to_assignee()
        if assignee in known or assignee in asked:
            twice.append(row.assignee_name())
        asked.add(assignee)
    if twice:
        raise AskedAlready(field="targets", names="、".join(twice))


def _text(key: Any) -> str:
    return str(key) if key is not None else ""


def _open(rec: Recording, row: Assignment, item: PlanItem) -> None:
    due = open_term(
        rec, terms.SIGN, subject=row, item=item, to=addressee_of(row), issuer=_issuer(row)
    )
    row.sign_due = due
    validate(row)
    rec.add(row)


def addressee_of(row: Assignment) -> Addressee:
    """Whom the terms of an assignment reach."""
    return Addressee(
        body=row.body.code if row.body else "",
        unit=row.unit.code,
        post=str(row.post_id) if row.post_id else "",
        person=str(row.person_id) if row.person_id else "",
    )


def _issuer(row: Assignment) -> str:
    return row.assigner.code if row.assigner else ""


def _answer(
    key: uuid.UUID,
    act: AssignmentAct,
    said: str,
    version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    scope = worker(actor)
    seen = _seen(key, scope)
    reach = seen.sign_due.reach if seen.sign_due is not None else Reach.NAMED.value
    if not may_answer(scope, seen, reach):
        raise NotAllowed
    with recording(
        action=f"plan.assignment.{act.value}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"assignment": str(key), "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Assignment, key, expected_version=version)
            row.state = _after(row, act).value
            row.answered_at, row.answered_by, row.reason = now, actor.account, said
            done = said or in_city_language(AssignmentState(row.state).label)
            answer_term(rec, row.sign_due_id, done)
            row.due = _following(rec, row, act)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _after(row: Assignment, act: AssignmentAct) -> AssignmentState:
    try:
        return after(AssignmentState(row.state), act)
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal) from refusal


def _following(rec: Recording, row: Assignment, act: AssignmentAct) -> Due | None:
    """Signed: the day that was asked for. Refused: a term for whoever assigned it."""
    if act is AssignmentAct.REFUSE:
        back = row.assigner
        to = (
            Addressee(body=back.code, unit=back.unit.code)
            if back is not None
            else Addressee(unit=city().code)
        )
        return open_term(rec, terms.REASSIGN, subject=row, item=row.item, to=to)
    if row.due_on is None:
        return None
    return open_term(
        rec,
        terms.CARRY_OUT,
        subject=row,
        item=row.item,
        to=addressee_of(row),
        on=row.due_on,
        what=row.asked,
        issuer=_issuer(row),
    )


def apply_withdrawal(rec: Recording, row: Assignment, said: str) -> int:
    """Withdraw a locked assignment and all living ones below it. Returns how many."""
    row.state = _after(row, AssignmentAct.WITHDRAW).value
    row.reason = said[:300]
    drop_term(rec, row.sign_due_id, said)
    drop_term(rec, row.due_id, said)
    rec.save(row)
    count = 1
    below = Assignment.objects.filter(above=row.pk, state__in=LIVING).values_list("pk", flat=True)
    for key in list(below):
        count += apply_withdrawal(rec, rec.lock(Assignment, key), said)
    return count
