"""Shapes of supervision: orders, papers, replies, appeals, the ladder and who may issue."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from anlan.base.api.paging import Paging
from anlan.base.api.shapes import Code, Day, Named
from anlan.base.api.writing import Change, Write
from anlan.base.rules.due.clock import ClockKind
from anlan.plan.api.loop.common import (
    LoopDone,
    LoopItem,
    Number,
    Paragraph,
    Reason,
    body_ref,
    item_ref,
    unit_ref,
)
from anlan.plan.models import SupervisionOrder, SupervisionSlip
from anlan.plan.rules.supervision.ladder import MOST_DAYS, Rung, SlipLevel
from anlan.plan.rules.supervision.life import OrderState, SlipState
from anlan.plan.rules.supervision.paper import Paper
from anlan.registers.rules.scope import Scope


class StepShape(Schema):
    level: SlipLevel
    kind: Literal[ClockKind.WORKING_DAYS, ClockKind.CALENDAR_DAYS]
    term: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    to: Rung
    is_signed: bool


class LadderRow(Schema):
    """`source` says whether a document of the city or the house sets it."""

    name: str
    version: str
    source: str
    steps: list[StepShape]


class LadderInput(Write):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    version: Annotated[str, Field(min_length=1, max_length=40)]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    valid_from: Day
    steps: Annotated[list[StepShape], Field(min_length=1, max_length=4)]


class IssuerInput(Write):
    body: uuid.UUID
    highest: SlipLevel
    basis: Annotated[str, Field(min_length=1, max_length=200)]
    valid_from: Day
    valid_until: Day | None = None


class IssuerRow(Schema):
    """`body` is null outside the actor's scope."""

    id: uuid.UUID
    body: Named | None
    highest: SlipLevel
    basis: str
    valid_from: dt.date
    valid_until: dt.date | None
    version: int


class EndIssuerInput(Change):
    valid_until: Day
    reason: Reason


class SlipRow(Schema):
    """A paper; `due_at` is the end of its running term, null when none runs."""

    id: uuid.UUID
    level: SlipLevel
    paper: Paper
    state: SlipState
    rung: Rung
    to: Named | None
    issuer: Named | None
    requirement: str
    number: str
    prepared_at: dt.datetime
    issued_at: dt.datetime | None
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    ending: str
    version: int


class ReplyRow(Schema):
    slip: uuid.UUID
    text: str
    replied_at: dt.datetime
    is_accepted: bool | None
    decision: str


class AppealRow(Schema):
    slip: uuid.UUID
    text: str
    appealed_at: dt.datetime
    is_upheld: bool | None
    decision: str


class OrderRow(Schema):
    """`matter` is the id of the missed due."""

    id: uuid.UUID
    matter: uuid.UUID
    item: LoopItem | None
    body: Named | None
    unit: Named
    title: str
    level: SlipLevel
    state: OrderState
    opened_at: dt.datetime
    ended_at: dt.datetime | None
    ending: str
    version: int


class OrderWhole(OrderRow):
    slips: list[SlipRow]
    replies: list[ReplyRow]
    appeals: list[AppealRow]


class OrderQuery(Paging):
    """`body` is a code."""

    body: Code | None = None
    level: SlipLevel | None = None
    state: OrderState | None = None
    sort: Literal["opened_at", "-opened_at"] = "-opened_at"


class SupervisionOpenInput(Write):
    """`matter` is the id of a due whose term is over."""

    matter: uuid.UUID
    reason: Reason


class SlipDone(LoopDone):
    state: SlipState


class PaperSignInput(Change):
    requirement: Paragraph
    number: Number = ""
    signer: Annotated[str, Field(max_length=120)] = ""


class TextInput(Change):
    text: Paragraph


class JudgeInput(Change):
    upholds: bool
    reason: Reason


def order_row(row: SupervisionOrder, scope: Scope) -> dict[str, Any]:
    return {
        "id": row.pk,
        "matter": row.matter_id,
        "item": item_ref(row.item) if row.item is not None else None,
        "body": body_ref(row.body, scope),
        "unit": unit_ref(row.unit),
        "title": row.title,
        "level": row.level,
        "state": row.state,
        "opened_at": row.opened_at,
        "ended_at": row.ended_at,
        "ending": row.ending,
        "version": row.version,
    }


def slip_row(row: SupervisionSlip, scope: Scope) -> dict[str, Any]:
    return {
        "id": row.pk,
        "level": row.level,
        "paper": row.paper,
        "state": row.state,
        "rung": row.rung,
        "to": body_ref(row.to, scope),
        "issuer": body_ref(row.issuer, scope),
        "requirement": row.requirement,
        "number": row.number,
        "prepared_at": row.prepared_at,
        "issued_at": row.issued_at,
        "due_at": row.due.due_at if row.due is not None else None,
        "ended_at": row.ended_at,
        "ending": row.ending,
        "version": row.version,
    }


class SlipQuery(Paging):
    """`to` is the code of the addressed body."""

    to: Code | None = None
    level: SlipLevel | None = None
    state: SlipState | None = None
    sort: Literal["prepared_at", "-prepared_at"] = "-prepared_at"
