"""Supervision over the API: the desk, each order with its papers, and every act on a paper."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named
from anlan.base.api.writing import Change, Write, tagged
from anlan.base.papers.word import WORD_TYPE
from anlan.base.rules.due.clock import ClockKind
from anlan.base.screens.sheets import demonstration_mark
from anlan.plan.actions.supervision import answering, issuing
from anlan.plan.actions.supervision.climbing import open_order
from anlan.plan.actions.supervision.issuing import Signing
from anlan.plan.actions.supervision.settings import (
    NewIssuer,
    NewLadder,
    designate_issuer,
    end_designation,
    set_ladder,
)
from anlan.plan.api.common import scope_for
from anlan.plan.api.loop.common import (
    LoopDone,
    LoopItem,
    LoopReasonInput,
    Number,
    Paragraph,
    Reason,
    body_ref,
    changing,
    item_ref,
    making,
    unit_ref,
)
from anlan.plan.models import SlipAppeal, SlipIssuer, SlipReply, SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision.papers import slip_file, slip_file_name
from anlan.plan.queries.supervision.settings import ladder_on
from anlan.plan.rules.supervision.ladder import MOST_DAYS, Rung, SlipLevel, Step
from anlan.plan.rules.supervision.life import OrderState, SlipState
from anlan.plan.rules.supervision.paper import Paper
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["plan: supervision"])
STATES = {"x-states": ["expected_version"]}
SLIP_RELATED = ("to__unit", "issuer__unit", "due")
PAPER_RELATED = ("order__item__notice", "order__unit", "to", "issuer", "due", "order__matter")


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


@router.get("/supervision", response=Page[OrderRow])
def list_orders(request: HttpRequest, query: Query[OrderQuery]) -> dict[str, Any]:
    """Orders of supervision: of the actor's bodies and units, or issued by them."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {"body__code": query.body, "level": query.level, "state": query.state}
    rows = SupervisionOrder.objects.visible_to(scope)
    rows = rows.select_related("item", "body__unit", "unit")
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: order_row(row, scope))


@router.get("/supervision/ladder", response=LadderRow)
def get_ladder(request: HttpRequest) -> dict[str, Any]:
    """The ladder in force today."""
    scope_for(request, Capability.READ_INTERNAL)
    return ladder_on(clock.today()).to_json()


@router.post("/supervision/ladder", response={201: LoopDone})
def put_ladder(request: HttpRequest, body: LadderInput) -> Status[dict[str, Any]]:
    """A new edition of the ladder from a day on."""
    scope_for(request, Capability.STEER_PLAN)
    steps = tuple(Step(**step.dict()) for step in body.steps)
    new = NewLadder(
        name=body.name,
        version=body.version,
        source=body.source,
        valid_from=body.valid_from,
        steps=steps,
    )
    return Status(201, set_ladder(new, **making(request, body)))


@router.get("/supervision/issuers", response=Page[IssuerRow])
def list_issuers(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Bodies that a document designates to issue slips, past and present."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = SlipIssuer.objects.visible_to(scope).select_related("body__unit")
    return page_of(
        request,
        rows.order_by("valid_from", "pk"),
        query,
        lambda row: {
            "id": row.pk,
            "body": body_ref(row.body, scope),
            "highest": row.highest,
            "basis": row.basis,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "version": row.version,
        },
    )


@router.post("/supervision/issuers", response={201: LoopDone})
def designate(request: HttpRequest, body: IssuerInput) -> Status[dict[str, Any]]:
    """Record that a document designates a body to issue slips."""
    scope_for(request, Capability.STEER_PLAN)
    new = NewIssuer(
        body=body.body,
        highest=body.highest,
        basis=body.basis,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
    )
    return Status(201, designate_issuer(new, **making(request, body)))


@router.post("/supervision/issuers/{uuid:issuer_id}/end", response=LoopDone, openapi_extra=STATES)
def undesignate(
    request: HttpRequest, issuer_id: uuid.UUID, body: EndIssuerInput
) -> dict[str, Any]:
    """A body issues slips no longer, from a day on."""
    scope_for(request, Capability.STEER_PLAN)
    said = changing(request, body)
    return end_designation(issuer_id, body.valid_until, **said, reason=body.reason)


@router.get("/supervision/{uuid:order_id}", response=OrderWhole)
def get_order(request: HttpRequest, response: HttpResponse, order_id: uuid.UUID) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = SupervisionOrder.objects.visible_to(scope)
    row = only(rows.select_related("item", "body__unit", "unit").filter(pk=order_id))
    tagged(response, row.version)
    slips = SupervisionSlip.objects.visible_to(scope).filter(order=row)
    replies = SlipReply.objects.visible_to(scope).filter(slip__order=row)
    appeals = SlipAppeal.objects.visible_to(scope).filter(slip__order=row)
    return {
        **order_row(row, scope),
        "slips": [
            slip_row(slip, scope)
            for slip in slips.select_related(*SLIP_RELATED).order_by("prepared_at", "pk")
        ],
        "replies": [
            {
                "slip": one.slip_id,
                "text": one.text,
                "replied_at": one.replied_at,
                "is_accepted": one.is_accepted,
                "decision": one.decision,
            }
            for one in replies
        ],
        "appeals": [
            {
                "slip": one.slip_id,
                "text": one.text,
                "appealed_at": one.appealed_at,
                "is_upheld": one.is_upheld,
                "decision": one.decision,
            }
            for one in appeals
        ],
    }


class SlipQuery(Paging):
    """`to` is the code of the addressed body."""

    to: Code | None = None
    level: SlipLevel | None = None
    state: SlipState | None = None
    sort: Literal["prepared_at", "-prepared_at"] = "-prepared_at"


@router.get("/supervision-papers", response=Page[SlipRow])
def list_papers(request: HttpRequest, query: Query[SlipQuery]) -> dict[str, Any]:
    """Papers of the orders in view, newest first."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {"to__code": query.to, "level": query.level, "state": query.state}
    rows = SupervisionSlip.objects.visible_to(scope).select_related(*SLIP_RELATED)
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: slip_row(row, scope))


@router.get("/supervision-papers/{uuid:slip_id}/paper")
def read_paper_file(request: HttpRequest, slip_id: uuid.UUID) -> HttpResponse:
    """The paper as .docx: a draft until it is signed."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = SupervisionSlip.objects.visible_to(scope).select_related(*PAPER_RELATED)
    row = only(rows.filter(pk=slip_id))
    base = request.build_absolute_uri("/").rstrip("/")
    content = slip_file(row, mark=demonstration_mark(), base_url=base)
    response = HttpResponse(content, content_type=WORD_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, slip_file_name(row))
    return response


@router.post("/supervision", response={201: LoopDone})
def put_under_supervision(
    request: HttpRequest, body: SupervisionOpenInput
) -> Status[dict[str, Any]]:
    """Put a missed term under supervision that the program left alone."""
    scope_for(request, Capability.STEER_PLAN)
    said = making(request, body)
    return Status(201, open_order(body.matter, **said, reason=body.reason))


@router.post("/supervision-papers/{uuid:slip_id}/sign", response=SlipDone, openapi_extra=STATES)
def sign_paper(request: HttpRequest, slip_id: uuid.UUID, body: PaperSignInput) -> dict[str, Any]:
    """Issue a prepared paper under its document number."""
    scope_for(request, Capability.WORK_IN_PLAN)
    signing = Signing(requirement=body.requirement, number=body.number, signer=body.signer)
    return issuing.sign_slip(slip_id, signing, **changing(request, body))


@router.post("/supervision-papers/{uuid:slip_id}/reply", response=SlipDone, openapi_extra=STATES)
def reply_to_paper(request: HttpRequest, slip_id: uuid.UUID, body: TextInput) -> dict[str, Any]:
    """Answer a paper for its addressee."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return answering.reply_to_slip(slip_id, body.text, **changing(request, body))


@router.post("/supervision-papers/{uuid:slip_id}/accept", response=SlipDone, openapi_extra=STATES)
def accept_paper_reply(request: HttpRequest, slip_id: uuid.UUID, body: Change) -> dict[str, Any]:
    """Accept the reply and close the order."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return answering.accept_reply(slip_id, **changing(request, body), reason=body.reason)


@router.post("/supervision-papers/{uuid:slip_id}/return", response=SlipDone, openapi_extra=STATES)
def return_paper_reply(
    request: HttpRequest, slip_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """Return the reply: the same paper runs anew."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return answering.return_reply(slip_id, **changing(request, body), reason=body.reason)


@router.post("/supervision-papers/{uuid:slip_id}/appeal", response=SlipDone, openapi_extra=STATES)
def appeal_against_paper(
    request: HttpRequest, slip_id: uuid.UUID, body: TextInput
) -> dict[str, Any]:
    """Appeal against a paper while its term runs."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return answering.appeal(slip_id, body.text, **changing(request, body))


@router.post("/supervision-papers/{uuid:slip_id}/judge", response=SlipDone, openapi_extra=STATES)
def judge_appeal(request: HttpRequest, slip_id: uuid.UUID, body: JudgeInput) -> dict[str, Any]:
    """Decide on the appeal."""
    scope_for(request, Capability.WORK_IN_PLAN)
    said = changing(request, body)
    return answering.decide_appeal(slip_id, upholds=body.upholds, **said, reason=body.reason)


@router.post("/supervision-papers/{uuid:slip_id}/stop", response=SlipDone, openapi_extra=STATES)
def stop_paper_clock(
    request: HttpRequest, slip_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """Let the clock of a paper stand still."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return issuing.stop_clock(slip_id, **changing(request, body), reason=body.reason)


@router.post("/supervision-papers/{uuid:slip_id}/run", response=SlipDone, openapi_extra=STATES)
def run_paper_clock(
    request: HttpRequest, slip_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """Let the clock of a paper run on."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return issuing.run_clock(slip_id, **changing(request, body), reason=body.reason)


@router.post(
    "/supervision-papers/{uuid:slip_id}/withdraw", response=SlipDone, openapi_extra=STATES
)
def withdraw_supervision(
    request: HttpRequest, slip_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """Take the order of this paper back."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return issuing.withdraw_order(slip_id, **changing(request, body), reason=body.reason)
