"""Every act of supervision over the API."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Status

from anlan.base.api.writing import Change
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
    LoopReasonInput,
    changing,
    making,
)
from anlan.plan.api.supervision.reading import router
from anlan.plan.api.supervision.shapes import (
    EndIssuerInput,
    IssuerInput,
    JudgeInput,
    LadderInput,
    PaperSignInput,
    SlipDone,
    SupervisionOpenInput,
    TextInput,
)
from anlan.plan.rules.supervision.ladder import Step
from anlan.registers.rules.scope import Capability

STATES = {"x-states": ["expected_version"]}


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
