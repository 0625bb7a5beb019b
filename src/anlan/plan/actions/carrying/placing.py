"""Work that an amendment left without its ground: to another body or item, or withdrawn."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.carrying.errors import SameOwner, WorkIsClosed
from anlan.plan.actions.carrying.moving import (
    Move,
    carry_assignments,
    carry_deliverable,
    carry_obstacle,
)
from anlan.plan.actions.loop.common import REASON_CHARS, body_in, day_of, require_living, why
from anlan.plan.models import PlanItem
from anlan.plan.queries.amended import KINDS
from anlan.plan.queries.carrying import (
    Work,
    open_assignments,
    open_deliverables,
    open_obstacles,
    work_on,
)
from anlan.registers.access import require
from anlan.registers.models import Body
from anlan.registers.rules.scope import Capability, Scope

SAID = gettext_noop("The notice was amended: {why}")
OPEN = {
    "assignment": open_assignments,
    "deliverable": open_deliverables,
    "obstacle": open_obstacles,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where one open record goes: an item of its notice (None: it stays on its own), a body
    (None: the same one), or nowhere. `new_day` where its day is over."""

    kind: str
    key: uuid.UUID
    item: uuid.UUID | None = None
    body: uuid.UUID | None = None
    withdraws: bool = False
    new_day: dt.date | None = None

    def payload(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "key": str(self.key),
            "item": str(self.item),
            "body": str(self.body),
            "withdraws": self.withdraws,
            "new_day": str(self.new_day),
        }


def place_work(
    new: Placing,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Give one open record to a body or an item, or withdraw it. The old row stays, closed, and
    the new one names it."""
    scope, said = require(actor, Capability.STEER_PLAN), why(reason)
    _seen(new, scope)
    with recording(
        action="plan.orphan.place",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={**new.payload(), "reason": said},
    ) as rec:
        if not rec.repeated:
            rec.lock(KINDS[new.kind], new.key, expected_version=expected_version)
            row = OPEN[new.kind]().filter(pk=new.key).first()
            if row is None:
                raise WorkIsClosed
            move = _move(rec, new, row, said)
            _carry(move, new.kind, row)
            rec.result = {"moved": move.moved, "withdrawn": move.withdrawn}
    return rec.result


def _seen(new: Placing, scope: Scope) -> Any:
    model = KINDS.get(new.kind)
    found = model and model.objects.visible_to(scope).filter(pk=new.key).first()
    if not found:
        raise NotFound
    return found


def _move(rec: Recording, new: Placing, row: Any, said: str) -> Move:
    target = _target(new, row)
    body: Body | None = None
    changes = new.withdraws
    if not new.withdraws and new.body not in (None, row.body_id):
        body, changes = body_in(new.body), True
        require_living(body, day_of(rec.now))
    if not changes and target.pk == row.item_id:
        raise SameOwner(field="body")
    with city_language():
        text = gettext(SAID).format(why=said)[:REASON_CHARS]
    return Move(
        rec=rec,
        source=row.item,
        target=target,
        said=text,
        new_day=new.new_day,
        owners={row.body_id: body} if changes else {},
    )


def _target(new: Placing, row: Any) -> PlanItem:
    key = new.item or row.item_id
    found: PlanItem | None = PlanItem.objects.filter(pk=key, notice=row.item.notice_id).first()
    if found is None or (found.is_dropped and not new.withdraws):
        raise NotFound
    return found


def _carry(move: Move, kind: str, row: Any) -> None:
    if kind == "deliverable":
        carry_deliverable(move, row)
    elif kind == "obstacle":
        carry_obstacle(move, row)
    else:
        _carry_with_below(move, row)


def _carry_with_below(move: Move, row: Any) -> None:
    """An assignment with what is broken down from it."""
    if move.owners:
        carry_assignments(move, Work(assignments=[row]))
        return
    every = work_on(row.item_id).assignments
    keys, kept = {row.pk}, [row]
    for one in every:  # the order of assigning: above comes before below
        if one.above_id in keys:
            keys.add(one.pk)
            kept.append(one)
    carry_assignments(move, Work(assignments=kept))
