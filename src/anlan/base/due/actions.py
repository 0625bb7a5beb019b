"""Dues as actions of their own: each one entry of the journal, with a request id."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from anlan.base.actor import Actor
from anlan.base.due import access, applying
from anlan.base.due.applying import NewDue
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.rules.due.ladder import levels_reached, next_level_at
from anlan.base.rules.due.state import DueState
from anlan.base.working_calendar import calendar

Result = dict[str, Any]


def open_due(
    new: NewDue, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> Result:
    """Open a due by itself. Stages that open one with their own rows use `apply_open`."""
    access.require_keeping(actor)
    payload = {
        "subject": f"{new.subject_model}:{new.subject_key}",
        "title": new.title,
        "rule": new.rule,
        "whole": new.addressee.whole,
        "named": new.addressee.named,
        "clock": f"{new.kind.value}:{new.amount}:{new.fixed_on}",
        "start_at": new.start_at.astimezone(dt.UTC).isoformat(),
        "policy": new.policy.to_json(),
    }
    with recording(
        action="base.due.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if not rec.repeated:
            rec.result = _result(applying.apply_open(rec, new))
    return rec.result


def pause(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Result:
    """Stop the clock. The reason stands beside the pause."""

    def act(rec: Recording) -> Due:
        return applying.apply_pause(rec, key, why=reason, expected_version=expected_version)

    access.require_steering(actor, _due(key))
    return _act("pause", key, act, {}, actor, now, request_id, reason)


def resume(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Result:
    """Let the clock run on."""

    def act(rec: Recording) -> Due:
        return applying.apply_resume(rec, key, why=reason, expected_version=expected_version)

    access.require_steering(actor, _due(key))
    return _act("resume", key, act, {}, actor, now, request_id, reason)


def answer(
    key: uuid.UUID,
    *,
    what: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> Result:
    """Say what was done."""

    def act(rec: Recording) -> Due:
        return applying.apply_answer(rec, key, what=what, expected_version=expected_version)

    due = _due(key)
    access.require_answering(actor, due)
    access.require_done_here(due, "answer")
    return _act("answer", key, act, {"what": what}, actor, now, request_id, reason)


def withdraw(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Result:
    """Say that it is no longer expected."""

    def act(rec: Recording) -> Due:
        return applying.apply_withdraw(rec, key, why=reason, expected_version=expected_version)

    due = _due(key)
    access.require_steering(actor, due)
    access.require_done_here(due, "withdraw")
    return _act("withdraw", key, act, {}, actor, now, request_id, reason)


def set_day(
    key: uuid.UUID,
    *,
    on: dt.date,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Result:
    """Give a day to what is expected without one."""

    def act(rec: Recording) -> Due:
        return applying.apply_day(rec, key, on=on, expected_version=expected_version)

    due = _due(key)
    access.require_steering(actor, due)
    access.require_done_here(due, "day")
    return _act("day", key, act, {"on": on.isoformat()}, actor, now, request_id, reason)


def escalate(
    key: uuid.UUID, level: int, *, actor: Actor, now: dt.datetime, request_id: str
) -> bool:
    """Record one level, the next one and none other. False when it is not reached (any more), or
    was recorded by somebody else meanwhile."""
    with recording(
        action="base.due.escalate",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"due": str(key), "level": level},
    ) as rec:
        if rec.repeated:
            return False
        due = rec.lock(Due, key)
        if due.state != DueState.RUNNING.value or due.due_at is None or due.level != level - 1:
            return False
        days, policy = calendar(), due.to_policy()
        new = levels_reached(
            policy, reached=due.level, due_at=due.due_at, now=now, calendar=days
        ).known()
        if level not in new:
            return False
        due.level = level
        due.next_level_at = next_level_at(policy, reached=level, due_at=due.due_at, calendar=days)
        rec.save(due)
        rec.note(level=level, label=policy.levels[level - 1].label)
        rec.result = _result(due)
    return True


def readdress(key: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str) -> bool:
    """Pass a due on when a post fell vacant, or back when it was filled. False: no change."""
    with recording(
        action="base.due.readdress",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"due": str(key)},
    ) as rec:
        if not rec.repeated:
            rec.result = _result(applying.apply_readdress(rec, key))
    return bool(rec.images)


def _due(key: uuid.UUID) -> Due:
    due: Due | None = Due.objects.filter(pk=key).first()
    if due is None:
        raise NotFound
    return due


def _act(
    verb: str,
    key: uuid.UUID,
    act: Callable[[Recording], Due],
    more: dict[str, str],
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Result:
    with recording(
        action=f"base.due.{verb}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"due": str(key), "reason": reason, **more},
    ) as rec:
        if not rec.repeated:
            rec.result = _result(act(rec))
    return rec.result


def _result(due: Due) -> Result:
    return {
        "id": str(due.pk),
        "version": due.version,
        "state": due.state,
        "due_at": due.due_at.astimezone(dt.UTC).isoformat() if due.due_at else None,
    }
