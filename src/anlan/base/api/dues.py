"""Dues: what is expected of whom until when; answering, stopping and withdrawing them."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import holding, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day
from anlan.base.api.writing import Change, actor_of, expected_version, stated, tagged
from anlan.base.due import actions, queries
from anlan.base.due.access import done_at
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.models import READ_INTERNAL, Due, DuePause
from anlan.base.rules.due.addressee import Reach
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.state import DueState, is_late
from anlan.base.rules.labels import gettext_noop

router = Router(tags=["dues"])


class WhenOrClosed(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    WAITING = "waiting"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ReasonMissing(Invalid):
    code = "reason-missing"
    message = gettext_noop("Say why: the reason stands in the journal and on the page.")


class DueQuery(Paging):
    """`mine`: only what is my work. `body` and `unit` are codes."""

    mine: bool = False
    when: WhenOrClosed | None = None
    body: Code | None = None
    unit: Code | None = None
    sort: Literal["due", "-due"] = "due"


class DueLine(Schema):
    """`due_at` is the instant after which it is late, null while the day is not set or the clock
    stands still; `provisional`: it rests on a year whose holidays are not announced."""

    id: str
    title: str
    state: DueState
    due_at: dt.datetime | None
    provisional: bool
    clock: ClockKind
    amount: int
    fixed_on: dt.date | None
    body: str
    unit: str
    reach: Reach
    subject_model: str
    subject_key: str
    rule: str
    source: str
    level: int
    version: int


class PauseShown(Schema):
    from_at: dt.datetime
    until_at: dt.datetime | None
    by: str
    reason: str
    ended_by: str
    ended_reason: str


class StepShown(Schema):
    number: int
    label: str
    at: dt.datetime | None
    reached: bool


class DueShown(DueLine):
    """With its pauses, its frozen ladder, and why it ends when it does."""

    start_at: dt.datetime
    issuer: str
    answered_at: dt.datetime | None
    answered_by: str
    answer: str
    late: bool
    withdrawn_at: dt.datetime | None
    withdrawn_by: str
    withdrawn_reason: str
    pauses: list[PauseShown]
    ladder: list[StepShown]
    policy_version: str
    reasons: list[dict[str, Any]]
    done_at: str
    """The page where its subject answers it; empty when it is answered here."""


class AnswerInput(Change):
    what: Annotated[str, Field(min_length=1, max_length=500)]


class DayInput(Change):
    on: Day


def _scope(request: HttpRequest) -> Any:
    scope = actor_of(request).scope
    if scope is None or not scope.may(READ_INTERNAL):
        raise NotAllowed
    return scope


def _line(due: Due, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": str(due.pk),
        "title": due.title,
        "state": queries.state_of(due, now).value,
        "due_at": None if due.state == DueState.PAUSED.value else due.due_at,
        "provisional": due.is_provisional,
        "clock": due.clock,
        "amount": due.amount,
        "fixed_on": due.fixed_on,
        "body": due.body,
        "unit": due.unit,
        "reach": due.reach,
        "subject_model": due.subject_model,
        "subject_key": due.subject_key,
        "rule": due.rule,
        "source": due.source,
        "level": due.level,
        "version": due.version,
    }


def _whole(request: HttpRequest, response: HttpResponse, key: str) -> dict[str, Any]:
    scope = _scope(request)
    due = only(Due.objects.visible_to(scope).filter(pk=key))
    pauses = queries.pauses_of(scope, due)
    tagged(response, due.version)
    names = ("start_at", "issuer", "answered_at", "answered_by", "answer")
    closed = ("withdrawn_at", "withdrawn_by", "withdrawn_reason")
    return {
        **_line(due, clock.now()),
        **{name: getattr(due, name) for name in (*names, *closed)},
        "done_at": done_at(due, "answer"),
        "late": is_late(due.answered_at, due.due_at),
        "pauses": [_pause(pause) for pause in pauses],
        "ladder": [
            {"number": s.number, "label": s.label, "at": s.at, "reached": s.is_reached}
            for s in queries.ladder_of(due)
        ],
        "policy_version": due.to_policy().version,
        "reasons": [reason.to_json() for reason in queries.term_of(due, pauses).reasons],
    }


def _pause(pause: DuePause) -> dict[str, Any]:
    names = ("from_at", "until_at", "by", "reason", "ended_by", "ended_reason")
    return {name: getattr(pause, name) for name in names}


def _how(request: HttpRequest, body: Change) -> dict[str, Any]:
    return {**stated(request, body).kwargs(), "expected_version": expected_version(request, body)}


def _reasoned(request: HttpRequest, body: Change) -> dict[str, Any]:
    if not body.reason:
        raise ReasonMissing(field="reason")
    return _how(request, body)


def _visible(request: HttpRequest, key: str) -> Any:
    return only(Due.objects.visible_to(_scope(request)).filter(pk=key)).pk


@router.get("/dues", response=Page[DueLine])
def list_dues(request: HttpRequest, query: Query[DueQuery]) -> dict[str, Any]:
    """Dues in view of the actor, the earliest first; `mine=true` is "my work"."""
    scope, now = _scope(request), clock.now()
    rows = queries.my_work(scope) if query.mine else queries.dues(scope)
    if query.when is not None:
        if query.when in (WhenOrClosed.ANSWERED, WhenOrClosed.WITHDRAWN):
            rows = rows.filter(state=query.when.value)
        else:
            rows = queries.narrowed(rows, queries.When(query.when.value), now)
    wanted = {"body": query.body, "unit": query.unit}
    rows = holding(rows, wanted)
    order = query.sort.replace("due", "due_at")
    return page_of(request, rows.order_by(order, "id"), query, lambda due: _line(due, now))


@router.get("/dues/{uuid:due_id}", response=DueShown)
def get_due(request: HttpRequest, response: HttpResponse, due_id: str) -> dict[str, Any]:
    return _whole(request, response, due_id)


@router.post("/dues/{uuid:due_id}/answer", response=DueShown)
def answer_due(
    request: HttpRequest, response: HttpResponse, due_id: str, body: AnswerInput
) -> dict[str, Any]:
    """Say what was done. A due that is closed already is refused."""
    actions.answer(_visible(request, due_id), what=body.what, **_how(request, body))
    return _whole(request, response, due_id)


@router.post("/dues/{uuid:due_id}/pause", response=DueShown)
def pause_due(
    request: HttpRequest, response: HttpResponse, due_id: str, body: Change
) -> dict[str, Any]:
    """Stop the clock; what is left is kept."""
    actions.pause(_visible(request, due_id), **_reasoned(request, body))
    return _whole(request, response, due_id)


@router.post("/dues/{uuid:due_id}/resume", response=DueShown)
def resume_due(
    request: HttpRequest, response: HttpResponse, due_id: str, body: Change
) -> dict[str, Any]:
    """Let the clock run on with what was left."""
    actions.resume(_visible(request, due_id), **_reasoned(request, body))
    return _whole(request, response, due_id)


@router.post("/dues/{uuid:due_id}/withdraw", response=DueShown)
def withdraw_due(
    request: HttpRequest, response: HttpResponse, due_id: str, body: Change
) -> dict[str, Any]:
    """It is no longer expected."""
    actions.withdraw(_visible(request, due_id), **_reasoned(request, body))
    return _whole(request, response, due_id)


@router.post("/dues/{uuid:due_id}/day", response=DueShown)
def set_day_of_due(
    request: HttpRequest, response: HttpResponse, due_id: str, body: DayInput
) -> dict[str, Any]:
    """Give a day to what is expected without one."""
    actions.set_day(_visible(request, due_id), on=body.on, **_reasoned(request, body))
    return _whole(request, response, due_id)
