"""Contacts with proof of life. Numbers of other bodies show their last four digits."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from anlan.base import clock
from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Search, Text
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers import contact_queries
from anlan.registers.actions.contacts import (
    Attempt,
    add_post_number,
    change_post_number,
    record_attempt,
    set_threshold,
)
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.api.people import held_today, in_full, masked
from anlan.registers.choices import ContactOutcome, ContactWay, Mark, NumberKind
from anlan.registers.models import (
    ContactProof,
    ContactThreshold,
    Person,
    Post,
    PostNumber,
    ReportingUnit,
)
from anlan.registers.rules.contact_proof import ContactState, contact_state
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["contacts"])
FIRST, LAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
Instant = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
Days = Annotated[int, Field(ge=1, le=3660)]


class ContactQuery(Paging):
    """`unproven` leaves only numbers never answered, stale or wrong; `q` finds a name."""

    unproven: bool = False
    q: Search = ""
    sort: Literal["answered_at", "-answered_at"] = "answered_at"


class ContactRow(Schema):
    """`state` of the mobile number by the rule contact-proof; the threshold says whether it is
    our default."""

    person: str
    name: str
    mobile: str
    is_masked: bool
    state: ContactState
    answered_at: dt.datetime | None
    stale_after_calendar_days: int
    is_default_threshold: bool


class PostNumberRow(Proof):
    id: str
    post: str
    title: str
    body: Named
    number: str
    note: str
    state: ContactState
    answered_at: dt.datetime | None
    version: int


class PostNumberQuery(Paging):
    body: Code | None = None
    unproven: bool = False
    sort: Literal["answered_at", "-answered_at"] = "answered_at"


class ThresholdRow(Proof):
    id: str
    unit: Named
    stale_after_calendar_days: int
    valid_from: dt.date
    version: int


class ThresholdQuery(Paging):
    unit: Code | None = None
    sort: Literal["valid_from", "-valid_from"] = "valid_from"


class AttemptInput(Write):
    """Either `person` (with `kind`) or `post_number`. `tried_at` absent: now."""

    person: uuid.UUID | None = None
    kind: Literal["mobile", "landline"] = "mobile"
    post_number: uuid.UUID | None = None
    outcome: ContactOutcome
    way: ContactWay
    tried_at: Instant | None = None
    answered_by: uuid.UUID | None = None


class AttemptRow(Schema):
    id: str
    kind: NumberKind
    outcome: ContactOutcome
    way: ContactWay
    tried_at: dt.datetime


class PostNumberInput(Write):
    post: uuid.UUID
    number: Annotated[str, Field(min_length=3, max_length=30)]
    note: Annotated[str, Field(max_length=100)] = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class PostNumberNote(Change):
    note: Annotated[str, Field(max_length=100)] = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class ThresholdInput(Write):
    unit: Code
    stale_after_calendar_days: Days
    valid_from: Day
    source: Text
    mark: Mark = Mark.DESIGN


@router.get("/contacts", response=Page[ContactRow])
def list_contacts(request: HttpRequest, query: Query[ContactQuery]) -> dict[str, Any]:
    """People by the proof that their mobile number is answered."""
    scope = scope_for(request, Capability.READ_PEOPLE)
    now, today = clock.now(), clock.today()
    thresholds = contact_queries.thresholds_on(today)
    held = Prefetch("tenures", queryset=held_today(), to_attr="held")
    rows = contact_queries.with_answers(Person.objects.visible_to(scope).prefetch_related(held))
    if query.unproven:
        weak = contact_queries.unproven(now, thresholds, contact_queries.of_units_today(today))
        rows = rows.exclude(mobile="").filter(weak)
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(initials__startswith=query.q.lower()))

    def show(person: Any) -> dict[str, Any]:
        units = [tenure.post.body.unit.code for tenure in person.held]
        threshold = contact_queries.threshold_of(units, thresholds)
        full = in_full(person, scope)
        return {
            "person": str(person.pk),
            "name": person.name,
            "mobile": person.mobile if full else masked(person.mobile),
            "is_masked": not full,
            "state": _state(person, bool(person.mobile), threshold, now),
            "answered_at": person.answered_at,
            "stale_after_calendar_days": threshold.calendar_days,
            "is_default_threshold": threshold.is_default,
        }

    return page_of(request, rows.order_by(query.sort, "pk"), query, show)


@router.post("/contacts/attempts", response={201: AttemptRow})
def post_attempt(request: HttpRequest, body: AttemptInput) -> Status[dict[str, Any]]:
    """What came of an attempt to reach a number. Added to, never changed."""
    scope_for(request, Capability.KEEP_OWN)
    said = stated(request, body)
    result = record_attempt(
        Attempt(
            person=body.person,
            kind=body.kind,
            post_number=body.post_number,
            outcome=body.outcome.value,
            way=body.way.value,
            tried_at=body.tried_at or said.now,
            answered_by=body.answered_by,
        ),
        **said.kwargs(),
    )
    row = ContactProof.objects.get(pk=result["id"])
    return Status(
        201,
        {
            "id": str(row.pk),
            "kind": row.kind,
            "outcome": row.outcome,
            "way": row.way,
            "tried_at": row.tried_at,
        },
    )


@router.get("/post-numbers", response=Page[PostNumberRow])
def list_post_numbers(request: HttpRequest, query: Query[PostNumberQuery]) -> dict[str, Any]:
    rows = _numbers(scope_for(request, Capability.READ_INTERNAL))
    thresholds = contact_queries.thresholds_on(clock.today())
    if query.body:
        rows = rows.filter(post__body__code=query.body)
    if query.unproven:
        rows = rows.filter(contact_queries.unproven(clock.now(), thresholds, _of_units))
    return page_of(request, rows.order_by(query.sort, "pk"), query, number_row)


@router.get("/post-numbers/{uuid:number_id}", response=PostNumberRow)
def get_post_number(
    request: HttpRequest, response: HttpResponse, number_id: uuid.UUID
) -> dict[str, Any]:
    return _number(response, scope_for(request, Capability.READ_INTERNAL), number_id)


@router.post("/post-numbers", response={201: PostNumberRow})
def post_post_number(
    request: HttpRequest, response: HttpResponse, body: PostNumberInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    post = only(Post.objects.visible_to(scope).filter(pk=body.post))
    values = {
        "post": post,
        "number": body.number,
        "note": body.note,
        "source": body.source,
        "mark": body.mark.value,
    }
    result = add_post_number(values, **stated(request, body).kwargs())
    return Status(201, _number(response, scope, result["id"]))


@router.put(
    "/post-numbers/{uuid:number_id}",
    response=PostNumberRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_post_number(
    request: HttpRequest, response: HttpResponse, number_id: uuid.UUID, body: PostNumberNote
) -> dict[str, Any]:
    """The note of a number; another number is a new row."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_numbers(scope).filter(pk=number_id))
    values = {"note": body.note, "source": body.source, "mark": body.mark.value}
    change_post_number(row.pk, values, expected_version=version, **stated(request, body).kwargs())
    return _number(response, scope, number_id)


@router.get("/contact-thresholds", response=Page[ThresholdRow])
def list_contact_thresholds(request: HttpRequest, query: Query[ThresholdQuery]) -> dict[str, Any]:
    """Units that set a threshold of their own; elsewhere 90 calendar days, our default."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = ContactThreshold.objects.visible_to(scope).select_related("unit")
    if query.unit:
        rows = rows.filter(unit__code=query.unit)
    return page_of(request, rows.order_by(query.sort, "pk"), query, threshold_row)


@router.post("/contact-thresholds", response={201: ThresholdRow})
def post_contact_threshold(request: HttpRequest, body: ThresholdInput) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    values = {
        "unit": by_key(ReportingUnit.objects.visible_to(scope), body.unit),
        "stale_after_calendar_days": body.stale_after_calendar_days,
        "valid_from": body.valid_from,
        "source": body.source,
        "mark": body.mark.value,
    }
    result = set_threshold(values, **stated(request, body).kwargs())
    row = ContactThreshold.objects.select_related("unit").get(pk=result["id"])
    return Status(201, threshold_row(row))


def number_row(row: Any) -> dict[str, Any]:
    units = [row.post.body.unit.code]
    threshold = contact_queries.threshold_of(units, contact_queries.thresholds_on(clock.today()))
    return {
        "id": str(row.pk),
        "post": str(row.post_id),
        "title": row.post.title,
        "body": named(row.post.body),
        "number": row.number,
        "note": row.note,
        "state": _state(row, True, threshold, clock.now()),
        "answered_at": row.answered_at,
        "version": row.version,
        **proof(row),
    }


def threshold_row(row: ContactThreshold) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "unit": named(row.unit),
        "stale_after_calendar_days": row.stale_after_calendar_days,
        "valid_from": row.valid_from,
        "version": row.version,
        **proof(row),
    }


def _state(row: Any, has_number: bool, threshold: Any, now: dt.datetime) -> ContactState:
    return contact_state(
        has_number=has_number,
        answered_at=row.answered_at,
        wrong_at=row.wrong_at,
        now=now,
        threshold=threshold,
    ).known()


def _of_units(codes: list[str]) -> Q:
    return Q(post__body__unit__code__in=codes)


def _numbers(scope: Scope) -> QuerySet[Any]:
    rows = PostNumber.objects.visible_to(scope).select_related("post__body__unit")
    return contact_queries.with_post_answers(rows)


def _number(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_numbers(scope).filter(pk=key))
    tagged(response, row.version)
    return number_row(row)
