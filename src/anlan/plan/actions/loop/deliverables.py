"""Deliverables: from the clauses of a notice, one by hand, a day, no longer asked for."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    body_addressee,
    body_in,
    drop_term,
    item_of,
    open_term,
    steers,
    why,
    worker,
)
from anlan.plan.choices import DutyRole
from anlan.plan.models import Deliverable, Duty, Notice, PlanItem
from anlan.plan.queries.loop.bearers import acts_for, lead_body, live_from
from anlan.plan.queries.loop.handling import to_break_down
from anlan.plan.rules.loop import terms
from anlan.plan.rules.loop.deliverable import Basis, deliverables_of
from anlan.registers.access import require
from anlan.registers.models import Body
from anlan.registers.rules.scope import Capability, Scope

STAGE_TEXT = gettext_noop("Clear progress by the end of {year}")
TEXT_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeliverable:
    """Something an item has to bring; `due_on` None: expected, without a day."""

    item: uuid.UUID
    text: str
    body: uuid.UUID | None = None
    due_on: dt.date | None = None


def derive_deliverables(
    notice_id: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    """Make the deliverables that the clauses of a notice ask for; items that have some already,
    or are not broken down, are left as they are. One entry."""
    scope = require(actor, Capability.STEER_PLAN)
    notice = Notice.objects.visible_to(scope).select_related("unit").filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    with recording(
        action="plan.deliverable.derive",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"notice": str(notice_id)},
    ) as rec:
        if not rec.repeated:
            made = sum(_derive(rec, item, notice) for item in _without(notice))
            rec.note(deliverables=made)
            rec.result = {"made": made}
    return rec.result


def add_deliverable(
    new: NewDeliverable, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Ask for one more. The plan office or the lead body of the item."""
    scope = worker(actor)
    item = item_of(new.item, scope)
    _require_keeping(item, scope)
    with recording(
        action="plan.deliverable.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "item": str(new.item),
            "text": new.text,
            "body": str(new.body),
            "due_on": str(new.due_on),
        },
    ) as rec:
        if not rec.repeated:
            body = body_in(new.body) if new.body is not None else lead_body(item)
            basis = Basis.DATE if new.due_on else Basis.EXPECTED
            position = Deliverable.objects.filter(item=item.pk).count()
            row = _new(item, body, position, new.text, new.due_on, basis)
            _open(rec, row, item)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def set_day(
    key: uuid.UUID,
    due_on: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Give a day, or another one: the running term is withdrawn with the reason, a new one
    opened. The plan office alone moves a day."""
    require(actor, Capability.STEER_PLAN)
    said = why(reason)
    with recording(
        action="plan.deliverable.day",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"deliverable": str(key), "due_on": due_on.isoformat(), "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Deliverable, key, expected_version=expected_version)
            drop_term(rec, row.due_id, said)
            row.due_on, row.basis = due_on, Basis.DATE.value
            row.due = _term(rec, row, row.item) if not row.finish else None
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def withdraw_deliverable(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """It is no longer asked for."""
    require(actor, Capability.STEER_PLAN)
    said = why(reason)
    with recording(
        action="plan.deliverable.withdraw",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"deliverable": str(key), "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Deliverable, key, expected_version=expected_version)
            row.withdrawn_at, row.note = now, said
            drop_term(rec, row.due_id, said)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def may_keep(scope: Scope, item: PlanItem) -> bool:
    """Who asks for further deliverables: the plan office, and the lead body."""
    if steers(scope):
        return True
    lead = lead_body(item)
    return lead is not None and acts_for(scope, lead)


def _require_keeping(item: PlanItem, scope: Scope) -> None:
    if not may_keep(scope, item):
        raise NotAllowed


def _without(notice: Notice) -> list[PlanItem]:
    """Items to be broken down that have no deliverable yet."""
    live = PlanItem.objects.filter(notice=notice, is_dropped=False, deliverable_rows=None)
    return list(to_break_down(live).select_related("notice__unit").order_by("position"))


def _derive(rec: Recording, item: PlanItem, notice: Notice) -> int:
    with city_language():
        stage = gettext(STAGE_TEXT)
    body = lead_body(item) or _first_named(item)
    asked = deliverables_of(item.deliverables, item.deadline_years, stage)
    for position, one in enumerate(asked):
        basis = Basis.CLAUSE_YEAR if one.due_on else Basis.EXPECTED
        _open(rec, _new(item, body, position, one.text, one.due_on, basis), item)
    return len(asked)


def _first_named(item: PlanItem) -> Body | None:
    """Where no lead is named: the first body responsible jointly; None for groups alone."""
    joint = Duty.objects.filter(item=item.pk, role=DutyRole.JOINT, body__isnull=False)
    found = joint.select_related("body__unit").order_by("position").first()
    return found.body if found is not None else None


def _new(
    item: PlanItem,
    body: Body | None,
    position: int,
    text: str,
    due_on: dt.date | None,
    basis: Basis,
) -> Deliverable:
    return Deliverable(
        item=item,
        unit=body.unit if body is not None else item.notice.unit,
        body=body,
        position=position,
        text=text.strip()[:TEXT_CHARS],
        due_on=due_on,
        basis=basis.value,
    )


def _open(rec: Recording, row: Deliverable, item: PlanItem) -> None:
    row.due = _term(rec, row, item)
    validate(row)
    rec.add(row)


def _term(rec: Recording, row: Deliverable, item: PlanItem) -> Any:
    """The clock of a deliverable; none for a day before the plan was kept here: that is 待补录,
    and nobody is reminded of it as if it were late."""
    if row.due_on is not None and row.due_on < live_from(item.notice.unit_id):
        return None
    to = body_addressee(row.body) if row.body else Addressee(unit=row.unit.code)
    return open_term(
        rec, terms.DELIVER, subject=row, item=item, to=to, on=row.due_on, what=row.text
    )
