"""What supervision does by itself: it opens orders for what was missed, climbs one level when a
paper's term ran out, and settles what was done. Each step is one entry, made once whoever asks:
the state is in the rows, the request id follows from order and level.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotAllowed, Refused
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import day_of, drop_term, steers
from anlan.plan.actions.supervision import common
from anlan.plan.actions.supervision.errors import NothingMissed, UnderSupervision
from anlan.plan.actions.supervision.matters import matter_subject
from anlan.plan.models import SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision import settings as lines
from anlan.plan.queries.supervision.orders import (
    last_slip,
    matter_of,
    missed,
    movable,
    standing_of,
)
from anlan.plan.rules.supervision.climb import Matter, MoveKind, next_move
from anlan.plan.rules.supervision.ladder import SlipLevel, Step
from anlan.plan.rules.supervision.life import OrderState, SlipAct
from anlan.plan.rules.supervision.paper import paper_of
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

logger = logging.getLogger(__name__)
MOST_A_RUN: Final = 200
REQUIREMENT: Final = gettext_noop(
    "“{title}” was due by {day} and is not done. Do it, and reply by the end of the term with "
    "what was done, or with the reason and the day by which it will be."
)
OVERTAKEN: Final = gettext_noop("No reply in the term: followed by the {level}.")
SETTLED: Final = {
    Matter.DONE: gettext_noop("The matter was done; no slip had gone out."),
    Matter.DROPPED: gettext_noop("The matter is no longer asked for."),
}


def supervise(now: dt.datetime) -> int:
    """The sweep. Returns how many steps were made. What is refused (the plan office was given up,
    somebody was faster) is in the log, keeps its place and holds up nothing else."""
    done = 0
    for key in list(missed(now).values_list("pk", flat=True)[:MOST_A_RUN]):
        done += _tried(partial(_begin, key, now), key)
    for key in movable(now)[:MOST_A_RUN]:
        done += _tried(partial(_step, key, now), key)
    return done


def open_order(
    matter: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Put a missed term under supervision and prepare the first paper. By the program, or by the
    plan office for what the program leaves alone (it says why)."""
    scope = require(actor, Capability.WORK_IN_PLAN)
    if not steers(scope):
        raise NotAllowed
    with recording(
        action="plan.supervision.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"matter": str(matter)},
    ) as rec:
        if not rec.repeated:
            due = rec.lock(Due, matter)
            if SupervisionOrder.objects.filter(matter=due).exists():
                raise UnderSupervision(title=due.title)
            if matter_of(due) is not Matter.MISSED or due.due_at is None or due.due_at >= now:
                raise NothingMissed(title=due.title)
            order = _new_order(due, rec.now)
            step = order.to_ladder().steps[0]
            order.level = step.level.value
            validate(order)
            rec.add(order)
            _prepare(rec, order, step)
            rec.result = {"id": str(order.pk), "version": order.version}
    return rec.result


def climb(
    key: uuid.UUID, level: SlipLevel, *, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    """Prepare the paper of the next level, when it is `level` and the rule says so; else nothing.

    Whoever asks, the rule decides: a second sweep, a late or a repeated one changes nothing.
    """
    with recording(
        action="plan.supervision.climb",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"order": str(key), "level": level.value},
    ) as rec:
        if rec.repeated:
            return rec.result
        order = rec.lock(SupervisionOrder, key)
        slip = last_slip(order)
        move = next_move(standing_of(order, slip), now=rec.now).known()
        rec.result = {"id": str(order.pk), "version": order.version}
        if order.state != OrderState.OPEN.value or move.step is None:
            return rec.result
        if move.step.level is level:
            _overtake(rec, slip, level)
            order.level = level.value
            rec.save(order)
            _prepare(rec, order, move.step)
            rec.result = {"id": str(order.pk), "version": order.version}
    return rec.result


def settle(key: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str) -> dict[str, Any]:
    """End an order whose matter was done before a slip went out, or is no longer asked for."""
    with recording(
        action="plan.supervision.settle",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"order": str(key)},
    ) as rec:
        if rec.repeated:
            return rec.result
        order = rec.lock(SupervisionOrder, key)
        move = next_move(standing_of(order, last_slip(order)), now=rec.now).known()
        if order.state == OrderState.OPEN.value and move.kind is MoveKind.SETTLE:
            with city_language():
                why = gettext(SETTLED[matter_of(order.matter)])
            end_order(rec, order, OrderState.SETTLED, why)
        rec.result = {"id": str(order.pk), "version": order.version}
    return rec.result


def end_order(rec: Recording, order: SupervisionOrder, state: OrderState, why: str) -> None:
    """End an order with its open paper and the clock of that."""
    slip = last_slip(order)
    if slip is not None and slip.ended_at is None:
        row = rec.lock(SupervisionSlip, slip.pk)
        common.move(row, SlipAct.WITHDRAW)
        row.ended_at, row.ending = rec.now, why[:300]
        rec.save(row)
    if slip is not None:
        common.stop_clocks(rec, slip, why)
    order.state, order.ended_at = state.value, rec.now
    order.ended_by, order.ending = rec.actor.account, why[:300]
    rec.save(order)


def _tried(step: Callable[[], int], key: uuid.UUID) -> int:
    try:
        return step()
    except Refused as refusal:
        logger.warning("supervision refused", extra={"key": key.hex, "code": refusal.code})
        return 0


def _begin(key: uuid.UUID, now: dt.datetime) -> int:
    request_id = f"supervise-{key.hex}"
    return bool(open_order(key, actor=common.PROGRAM, now=now, request_id=request_id))


def _step(key: uuid.UUID, now: dt.datetime) -> int:
    """One step of one order: read, decide, and let the action decide again under its lock."""
    order = SupervisionOrder.objects.select_related("matter").get(pk=key)
    move = next_move(standing_of(order, last_slip(order)), now=now).known()
    if move.kind is MoveKind.WAIT:
        return 0
    if move.step is None:
        settle(key, actor=common.PROGRAM, now=now, request_id=f"supervise-{key.hex}-settle")
        return 1
    request_id = f"supervise-{key.hex}-{move.step.level.value}"
    climb(key, move.step.level, actor=common.PROGRAM, now=now, request_id=request_id)
    return 1


def _new_order(due: Due, now: dt.datetime) -> SupervisionOrder:
    found = matter_subject(due)
    return SupervisionOrder(
        matter=due,
        item=found.item,
        body=found.body,
        unit=found.unit,
        title=due.title,
        ladder=lines.ladder_on(day_of(now)).to_json(),
        opened_at=now,
    )


def _prepare(rec: Recording, order: SupervisionOrder, step: Step) -> None:
    """Write the paper of a step; one that needs no signature goes out at once."""
    day = day_of(rec.now)
    contact = order.matter.addressee()
    target = lines.target_of(step.to, body=order.body, unit=order.unit, contact=contact, day=day)
    issuer = lines.issuer_on(day)
    in_line = target.body is None or target.body.in_line_of_command
    verdict = paper_of(
        step.level,
        issuer=issuer.code if issuer is not None else "",
        in_line_of_command=in_line,
        designations=lines.designations_on(day),
        day=day,
    )
    slip = SupervisionSlip(
        order=order,
        level=step.level.value,
        paper=verdict.known().value,
        rung=target.reached.value,
        to=target.body,
        to_post=target.addressee.post,
        issuer=issuer,
        prepared_at=rec.now,
        requirement=_requirement(order),
    )
    if step.is_signed:
        to, days = common.issuer_addressee(slip), common.house_days(common.SIGN_WITHIN)
        slip.due = common.open_clock(rec, slip, common.TO_SIGN, to, days)
    else:
        send(rec, slip, step, target)
    validate(slip)
    rec.add(slip)


def send(rec: Recording, slip: SupervisionSlip, step: Step, target: lines.Target) -> None:
    """Let a paper leave: its term runs, the addressee is told. The caller writes the row."""
    common.move(slip, SlipAct.ISSUE)
    slip.issued_at = rec.now
    slip.issued_by = slip.issued_by or rec.actor.account
    term = (step.kind, step.term)
    slip.due = common.open_clock(rec, slip, common.TO_REPLY, target.addressee, term)
    slip.first_due = slip.first_due or slip.due
    common.tell(rec, slip)


def _overtake(rec: Recording, slip: SupervisionSlip | None, level: SlipLevel) -> None:
    if slip is None:
        return
    row = rec.lock(SupervisionSlip, slip.pk)
    with city_language():
        why = gettext(OVERTAKEN).format(level=gettext(level.label))
    common.move(row, SlipAct.OVERTAKE)
    drop_term(rec, row.due_id, why)
    row.ended_at, row.ending = rec.now, why
    rec.save(row)


def _requirement(order: SupervisionOrder) -> str:
    end = order.matter.due_at
    last = end - dt.timedelta(microseconds=1) if end is not None else None
    day = last.astimezone(CITY_ZONE).date().isoformat() if last is not None else "—"
    with city_language():
        return gettext(REQUIREMENT).format(title=order.title, day=day)
