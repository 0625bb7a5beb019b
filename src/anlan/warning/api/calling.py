"""Call-and-confirm: rounds, addressees, answers, recorded calls, ladders. A county sees its own
addressees; numbers are masked but for whoever may call."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from anlan.base import clock
from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Write, expected_version, stated, tagged
from anlan.registers.api.common import proof, scope_for
from anlan.registers.api.people import masked
from anlan.registers.models import ReportingUnit
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.calling import close_round, open_round
from anlan.warning.actions.calling_ladder import set_ladder
from anlan.warning.actions.calling_record import Call, answer, include_unlocated, record_call
from anlan.warning.api.calling_shapes import (
    VERSION,
    CallAddresseeQuery,
    CallAddresseeRow,
    CallAnswerInput,
    CallCloseDone,
    CallCloseInput,
    CallDone,
    CallEventRow,
    CallIncludeDone,
    CallInput,
    CallLadderInput,
    CallLadderQuery,
    CallLadderRow,
    CallRoundDone,
    CallRoundInput,
    CallRoundQuery,
    CallRoundRow,
    MyCallRow,
)
from anlan.warning.models import CallAddressee, CallEvent, CallLadder, CallRound
from anlan.warning.queries.calling import addressees, calls_of, counts_by_state, median_minutes

router = Router(tags=["call-and-confirm"])


@router.get("/call-rounds", response=Page[CallRoundRow])
def list_rounds(request: HttpRequest, query: Query[CallRoundQuery]) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_PEOPLE)
    rows = _rounds(scope)
    if query.running:
        rows = rows.filter(closed_at__isnull=True)
    if query.level:
        rows = rows.filter(level=query.level.value)
    return page_of(
        request, rows.order_by(query.sort, "pk"), query, lambda row: round_row(row, scope)
    )


@router.get("/call-rounds/{uuid:round_id}", response=CallRoundRow)
def get_round(request: HttpRequest, response: HttpResponse, round_id: uuid.UUID) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_PEOPLE)
    row = only(_rounds(scope).filter(pk=round_id))
    tagged(response, row.version)
    return round_row(row, scope)


@router.post("/call-rounds", response={201: CallRoundDone})
def post_round(request: HttpRequest, body: CallRoundInput) -> Status[dict[str, Any]]:
    """Begin to call everybody whom the message reaches."""
    scope_for(request, Capability.KEEP_OWN)
    return Status(201, open_round(body.message, **stated(request, body).kwargs()))


@router.post("/call-rounds/{uuid:round_id}/close", response=CallCloseDone, openapi_extra=VERSION)
def post_close(request: HttpRequest, round_id: uuid.UUID, body: CallCloseInput) -> dict[str, Any]:
    """End a round by hand; who did not answer is released."""
    scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    return close_round(round_id, expected_version=version, **stated(request, body).kwargs())


@router.post("/call-rounds/{uuid:round_id}/unlocated", response=CallIncludeDone)
def post_unlocated(request: HttpRequest, round_id: uuid.UUID, body: Write) -> dict[str, Any]:
    """Call those too whose place is not known well enough."""
    scope_for(request, Capability.KEEP_OWN)
    return include_unlocated(round_id, **stated(request, body).kwargs())


@router.get("/call-rounds/{uuid:round_id}/addressees", response=Page[CallAddresseeRow])
def list_addressees(
    request: HttpRequest, round_id: uuid.UUID, query: Query[CallAddresseeQuery]
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_PEOPLE)
    round_ = only(_rounds(scope).filter(pk=round_id))
    rows = addressees(scope, round_).select_related("person", "unit", "region")
    if query.state:
        rows = rows.filter(state=query.state.value)
    if query.found:
        rows = rows.filter(found=query.found.value)
    if query.unit:
        rows = rows.filter(unit__code=query.unit)
    return page_of(
        request, rows.order_by(query.sort, "pk"), query, lambda row: addressee_row(row, scope)
    )


@router.get("/call-addressees/{uuid:addressee_id}", response=CallAddresseeRow)
def get_addressee(
    request: HttpRequest, response: HttpResponse, addressee_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_PEOPLE)
    row = _addressee(scope, addressee_id)
    tagged(response, row.version)
    return addressee_row(row, scope)


@router.get("/call-addressees/{uuid:addressee_id}/events", response=Page[CallEventRow])
def list_events(
    request: HttpRequest, addressee_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_PEOPLE)
    row = _addressee(scope, addressee_id)
    rows = CallEvent.objects.filter(addressee=row).order_by("known_at", "pk")
    return page_of(request, rows, query, event_row)


@router.post("/call-addressees/{uuid:addressee_id}/calls", response={201: CallDone})
def post_call(
    request: HttpRequest, addressee_id: uuid.UUID, body: CallInput
) -> Status[dict[str, Any]]:
    """Record a call that was made, by telephone or in person."""
    scope_for(request, Capability.KEEP_OWN)
    given = body.dict(exclude={"request_id", "reason"})
    return Status(201, record_call(addressee_id, Call(**given), **stated(request, body).kwargs()))


@router.get("/my-calls", response=Page[MyCallRow])
def list_my_calls(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """What the reader is called for; empty for who is nobody's contact."""
    scope = scope_for(request)
    rows = CallAddressee.objects.none()
    if scope.person:
        rows = calls_of(scope.person, clock.now())
    return page_of(request, rows, query, my_call_row)


@router.post("/my-calls/{uuid:addressee_id}/answer", response={201: CallDone})
def post_answer(
    request: HttpRequest, addressee_id: uuid.UUID, body: CallAnswerInput
) -> Status[dict[str, Any]]:
    """The addressee, or the deputy, answers."""
    scope_for(request)
    given = Call(outcome="answered", said=body.said, promised=body.promised)
    return Status(201, answer(addressee_id, given, **stated(request, body).kwargs()))


@router.get("/call-ladders", response=Page[CallLadderRow])
def list_ladders(request: HttpRequest, query: Query[CallLadderQuery]) -> dict[str, Any]:
    """Ladders that units set; the house default is the rule `call-ladder`."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = CallLadder.objects.visible_to(scope).select_related("unit")
    if query.unit:
        rows = rows.filter(unit__code=query.unit)
    return page_of(request, rows.order_by(query.sort, "pk"), query, ladder_row)


@router.post("/call-ladders", response={201: CallLadderRow})
def post_ladder(request: HttpRequest, body: CallLadderInput) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    given = body.dict(exclude={"request_id", "reason"}, mode="json")
    values = given | {
        "unit": by_key(ReportingUnit.objects.visible_to(scope), body.unit),
        "valid_from": body.valid_from,
    }
    result = set_ladder(values, **stated(request, body).kwargs())
    row = only(CallLadder.objects.visible_to(scope).filter(pk=result["id"]))
    return Status(201, ladder_row(row))


def round_row(row: CallRound, scope: Scope) -> dict[str, Any]:
    mine = addressees(scope, row)
    counts = counts_by_state(mine)
    return {
        "id": row.pk,
        "warning": row.warning_id,
        "message": row.message_id,
        "name": str(row.warning),
        "unit": named(row.unit),
        "level": row.level,
        "ladder": row.ladder,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "closed_because": row.closed_because or None,
        "replaces": row.replaces_id,
        "counts": {state.value: number for state, number in counts.items()},
        "median_minutes": median_minutes(mine),
        "version": row.version,
    }


def addressee_row(row: CallAddressee, scope: Scope) -> dict[str, Any]:
    shown = scope.may_keep_for(row.unit.code)
    same = ("kind", "found", "state", "step", "failures", "next_step_at", "answer_by", "version")
    times = ("called_at", "read_at", "answered_at", "is_late", "is_carried", "said", "promised")
    return {name: getattr(row, name) for name in (*same, *times)} | {
        "id": row.pk,
        "round": row.round_id,
        "contact": row.contact_id,
        "name": row.person.name,
        "mobile": row.person.mobile if shown else masked(row.person.mobile),
        "is_masked": not shown,
        "unit": named(row.unit),
        "region": named(row.region),
        "answer_way": row.answer_way or None,
    }


def event_row(row: CallEvent) -> dict[str, Any]:
    names = ("kind", "step", "way", "happened_at", "known_at")
    return {name: getattr(row, name) for name in names}


def my_call_row(row: CallAddressee) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": str(row.round.warning),
        "level": row.round.level,
        "text": row.round.message.text,
        "region": named(row.region),
        "state": row.state,
        "answer_by": row.answer_by,
        "answered_at": row.answered_at,
    }


def ladder_row(row: CallLadder) -> dict[str, Any]:
    names = ("level", "hazard", "kinds", "steps", "answer_within_minutes")
    more = ("alarm_after_failures", "valid_from", "version")
    return {name: getattr(row, name) for name in (*names, *more)} | {
        "id": row.pk,
        "unit": named(row.unit),
        **proof(row),
    }


def _rounds(scope: Scope) -> Any:
    return CallRound.objects.visible_to(scope).select_related("warning", "unit")


def _addressee(scope: Scope, key: uuid.UUID) -> CallAddressee:
    rows = CallAddressee.objects.visible_to(scope).select_related("person", "unit", "region")
    row: CallAddressee = only(rows.filter(pk=key))
    return row
