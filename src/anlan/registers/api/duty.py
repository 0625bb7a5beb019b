"""The duty roster: shifts, who is on duty at an instant, what is missing, swaps, handovers."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from anlan.base import clock
from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, OnDay
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers import duty_queries
from anlan.registers.actions.duty import (
    NewShift,
    add_shift,
    assign_duty,
    sign_handover,
    swap_duty,
)
from anlan.registers.api.common import scope_for
from anlan.registers.api.sites import Ref, ref
from anlan.registers.choices import HandoverSide, ShiftRole
from anlan.registers.models import Body, DutyAssignment, DutyShift, HandoverSignature
from anlan.registers.rules.duty_roster import Fault
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["duty"])
Officers = Annotated[list[uuid.UUID], Field(max_length=20)]
FIRST, LAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
Instant = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]


class ShiftQuery(Paging):
    """`body` takes a code; `first` and `last` are days of the city, `last` included."""

    body: Code | None = None
    first: Day | None = None
    last: Day | None = None
    sort: Literal["starts_at", "-starts_at"] = "-starts_at"


class NowQuery(Schema):
    """`at`: the instant that is asked about, now when it is absent."""

    at: Instant | None = None
    body: Code | None = None


class Assignment(Schema):
    id: str
    role: ShiftRole
    person: Ref
    version: int


class Signature(Schema):
    side: HandoverSide
    person: Ref
    signed_at: dt.datetime
    note: str


class ShiftRow(Schema):
    """`ends_at` is the first instant after the shift. No leader among `people`: vacant."""

    id: str
    body: Named
    starts_at: dt.datetime
    ends_at: dt.datetime
    people: list[Assignment]
    note: str
    version: int


class ShiftObject(ShiftRow):
    signatures: list[Signature]


class OnDuty(Schema):
    """Bodies that keep a roster: `shifts` that run, and `nobody`, the bodies without one."""

    at: dt.datetime
    shifts: list[ShiftRow]
    nobody: list[Named]


class RosterFinding(Schema):
    fault: Fault
    starts_at: dt.datetime
    ends_at: dt.datetime


class RosterFindings(Schema):
    body: Named
    starts_at: dt.datetime
    ends_at: dt.datetime
    findings: list[RosterFinding]
    rule: str
    source: str


class ShiftInput(Write):
    body: uuid.UUID
    starts_at: Instant
    ends_at: Instant
    leader: uuid.UUID | None = None
    officers: Officers = Field(default_factory=list)
    note: Annotated[str, Field(max_length=200)] = ""


class AssignInput(Change):
    person: uuid.UUID
    role: ShiftRole


class SwapInput(Change):
    person: uuid.UUID


class SignInput(Write):
    side: HandoverSide
    person: uuid.UUID
    note: Annotated[str, Field(max_length=500)] = ""


def shift_row(row: DutyShift) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "body": named(row.body),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "people": [
            {
                "id": str(one.pk),
                "role": one.role,
                "person": ref(one.person),
                "version": one.version,
            }
            for one in row.assignments.all()
        ],
        "note": row.note,
        "version": row.version,
    }


@router.get("/duty-shifts", response=Page[ShiftRow])
def list_duty_shifts(request: HttpRequest, query: Query[ShiftQuery]) -> dict[str, Any]:
    rows = _shifts(scope_for(request, Capability.READ_INTERNAL))
    if query.body:
        rows = rows.filter(body__code=query.body)
    if query.first:
        start = dt.datetime.combine(query.first, dt.time(), clock.CITY_ZONE)
        rows = rows.filter(ends_at__gt=start)
    if query.last:
        end = dt.datetime.combine(query.last, dt.time(), clock.CITY_ZONE) + dt.timedelta(days=1)
        rows = rows.filter(starts_at__lt=end)
    return page_of(request, rows.order_by(query.sort, "pk"), query, shift_row)


@router.get("/duty-shifts/{uuid:shift_id}", response=ShiftObject)
def get_duty_shift(
    request: HttpRequest, response: HttpResponse, shift_id: uuid.UUID
) -> dict[str, Any]:
    return _shown(response, scope_for(request, Capability.READ_INTERNAL), shift_id)


@router.get("/duty-now", response=OnDuty)
def get_duty_now(request: HttpRequest, query: Query[NowQuery]) -> dict[str, Any]:
    """Who is on duty at an instant, and which bodies that keep a roster have nobody."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    at = query.at or clock.now()
    shifts = list(duty_queries.on_duty(scope, at, query.body or ""))
    bodies = Body.objects.visible_to(scope).filter(
        pk__in=DutyShift.objects.visible_to(scope).values("body")
    )
    if query.body:
        bodies = bodies.filter(code=query.body)
    running = {shift.body_id for shift in shifts}
    return {
        "at": at,
        "shifts": [shift_row(shift) for shift in shifts],
        "nobody": [named(body) for body in bodies if body.pk not in running],
    }


@router.get("/bodies/{code}/duty-findings", response=RosterFindings)
def get_duty_findings(request: HttpRequest, code: str, query: Query[OnDay]) -> dict[str, Any]:
    """Gaps, overlaps and vacancies of one body in the month of the day in `on`."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    body = by_key(Body.objects.visible_to(scope), code)
    start, end = duty_queries.month_span(query.day())
    shifts = list(duty_queries.shifts_between(scope, start, end, body.code))
    verdict = duty_queries.roster_findings(shifts, start, end)
    return {
        "body": named(body),
        "starts_at": start,
        "ends_at": end,
        "findings": [
            {"fault": f.fault, "starts_at": f.starts_at, "ends_at": f.ends_at}
            for f in verdict.known()
        ],
        "rule": verdict.reasons[0].rule,
        "source": verdict.reasons[0].source,
    }


@router.post("/duty-shifts", response={201: ShiftObject})
def post_duty_shift(
    request: HttpRequest, response: HttpResponse, body: ShiftInput
) -> Status[dict[str, Any]]:
    """A shift. Its people hold a post in the body on the day it begins."""
    scope = scope_for(request, Capability.KEEP_OWN)
    only(Body.objects.visible_to(scope).filter(pk=body.body))
    result = add_shift(
        NewShift(
            body=body.body,
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            leader=body.leader,
            officers=tuple(body.officers),
            note=body.note,
        ),
        **stated(request, body).kwargs(),
    )
    return Status(201, _shown(response, scope, result["id"]))


@router.post(
    "/duty-shifts/{uuid:shift_id}/assignments",
    response=ShiftObject,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_duty_assignment(
    request: HttpRequest, response: HttpResponse, shift_id: uuid.UUID, body: AssignInput
) -> dict[str, Any]:
    """Fill a vacant duty of a shift."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_shifts(scope).filter(pk=shift_id))
    assign_duty(
        row.pk,
        person=body.person,
        role=body.role.value,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _shown(response, scope, shift_id)


@router.post(
    "/duty-assignments/{uuid:assignment_id}/swap",
    response=ShiftObject,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_duty_swap(
    request: HttpRequest, response: HttpResponse, assignment_id: uuid.UUID, body: SwapInput
) -> dict[str, Any]:
    """Somebody else takes a duty. The version is that of the assignment."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(DutyAssignment.objects.visible_to(scope).filter(pk=assignment_id))
    swap_duty(
        row.pk,
        person=body.person,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _shown(response, scope, row.shift_id)


@router.post("/duty-shifts/{uuid:shift_id}/signatures", response={201: ShiftObject})
def post_duty_signature(
    request: HttpRequest, response: HttpResponse, shift_id: uuid.UUID, body: SignInput
) -> Status[dict[str, Any]]:
    """One side of the handover at the end of a shift."""
    scope = scope_for(request, Capability.KEEP_OWN)
    row = only(_shifts(scope).filter(pk=shift_id))
    sign_handover(
        row.pk,
        side=body.side.value,
        person=body.person,
        note=body.note,
        **stated(request, body).kwargs(),
    )
    return Status(201, _shown(response, scope, shift_id))


def _shifts(scope: Scope) -> QuerySet[DutyShift]:
    return duty_queries.with_people(DutyShift.objects.visible_to(scope))


def _shown(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_shifts(scope).filter(pk=key))
    tagged(response, row.version)
    signed = HandoverSignature.objects.visible_to(scope).filter(shift=row)
    signatures = [
        {
            "side": one.side,
            "person": ref(one.person),
            "signed_at": one.signed_at,
            "note": one.note,
        }
        for one in signed.select_related("person")
    ]
    return shift_row(row) | {"signatures": signatures}
