"""Area contacts: who is responsible in which place. Numbers are masked but for who may call."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Point, Search, Text, point
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.rules.coordinates import Datum
from anlan.registers import contact_queries
from anlan.registers.actions.area_contacts import add_area_contact, change_area_contact
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.api.people import masked
from anlan.registers.choices import Mark
from anlan.registers.models import AreaContact, Enterprise, Person, Region, ReportingUnit
from anlan.registers.rules.area_contact import ContactKind
from anlan.registers.rules.contact_proof import ContactState, contact_state
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["area-contacts"])
Place = Annotated[str, Field(max_length=120)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class AreaContactQuery(Paging):
    """`region` takes a code, with the regions below it; `on` leaves who holds on a day."""

    region: Code | None = None
    unit: Code | None = None
    kind: ContactKind | None = None
    q: Search = ""
    on: Day | None = None
    sort: Literal["region", "-region"] = "region"


class AreaContactRow(Proof):
    """`state` is the proof of the mobile number by the rule contact-proof."""

    id: str
    person: str
    name: str
    mobile: str
    is_masked: bool
    state: ContactState
    answered_at: dt.datetime | None
    kind: ContactKind
    unit: Named
    region: Named
    place: str
    point: Point | None
    enterprise: str | None
    deputy: str | None
    held_from: dt.date
    held_until: dt.date | None
    version: int


class AreaContactColumns(Schema):
    """`datum` is that of the two degrees; they are converted once."""

    person: uuid.UUID
    kind: ContactKind
    unit: Code
    region: Code
    place: Place = ""
    longitude_deg: Degrees | None = None
    latitude_deg: Degrees | None = None
    datum: Datum = Datum.CGCS2000
    enterprise: uuid.UUID | None = None
    deputy: uuid.UUID | None = None
    held_from: Day
    held_until: Day | None = None
    note: Annotated[str, Field(max_length=200)] = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class AreaContactInput(Write, AreaContactColumns):
    pass


class AreaContactChangeInput(Change, AreaContactColumns):
    """All columns of the contact as they shall be."""


@router.get("/area-contacts", response=Page[AreaContactRow])
def list_area_contacts(request: HttpRequest, query: Query[AreaContactQuery]) -> dict[str, Any]:
    """Contacts of the reader's own units and those below."""
    scope = scope_for(request, Capability.READ_PEOPLE)
    rows = _contacts(scope)
    if query.region:
        inside = Q()
        for path in ("", "__parent", "__parent__parent", "__parent__parent__parent"):
            inside |= Q(**{f"region{path}__code": query.region})
        rows = rows.filter(inside)
    if query.unit:
        rows = rows.filter(unit__code=query.unit)
    if query.kind:
        rows = rows.filter(kind=query.kind.value)
    if query.q:
        rows = rows.filter(Q(person__name__icontains=query.q) | Q(place__icontains=query.q))
    if query.on:
        until = Q(held_until__isnull=True) | Q(held_until__gt=query.on)
        rows = rows.filter(until, held_from__lte=query.on)
    order = "-region__code" if query.sort.startswith("-") else "region__code"
    thresholds = contact_queries.thresholds_on(clock.today())
    return page_of(
        request, rows.order_by(order, "pk"), query, lambda row: contact_row(row, scope, thresholds)
    )


@router.get("/area-contacts/{uuid:contact_id}", response=AreaContactRow)
def get_area_contact(
    request: HttpRequest, response: HttpResponse, contact_id: uuid.UUID
) -> dict[str, Any]:
    return _contact(response, scope_for(request, Capability.READ_PEOPLE), contact_id)


@router.post("/area-contacts", response={201: AreaContactRow})
def post_area_contact(
    request: HttpRequest, response: HttpResponse, body: AreaContactInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    result = add_area_contact(_columns(body, scope), **stated(request, body).kwargs())
    return Status(201, _contact(response, scope, result["id"]))


@router.put(
    "/area-contacts/{uuid:contact_id}",
    response=AreaContactRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_area_contact(
    request: HttpRequest,
    response: HttpResponse,
    contact_id: uuid.UUID,
    body: AreaContactChangeInput,
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_contacts(scope).filter(pk=contact_id))
    values = _columns(body, scope)
    change_area_contact(row.pk, values, expected_version=version, **stated(request, body).kwargs())
    return _contact(response, scope, contact_id)


def contact_row(row: Any, scope: Scope, thresholds: Any) -> dict[str, Any]:
    shown = scope.may_keep_for(row.unit.code)
    verdict = contact_state(
        has_number=bool(row.person.mobile),
        answered_at=row.answered_at,
        wrong_at=row.wrong_at,
        now=clock.now(),
        threshold=contact_queries.threshold_of([row.unit.code], thresholds),
    )
    return {
        "id": str(row.pk),
        "person": str(row.person_id),
        "name": row.person.name,
        "mobile": row.person.mobile if shown else masked(row.person.mobile),
        "is_masked": not shown,
        "state": verdict.known(),
        "answered_at": row.answered_at,
        "kind": row.kind,
        "unit": named(row.unit),
        "region": named(row.region),
        "place": row.place,
        "point": point(row.longitude_deg, row.latitude_deg),
        "enterprise": row.enterprise_id and str(row.enterprise_id),
        "deputy": row.deputy_id and str(row.deputy_id),
        "held_from": row.held_from,
        "held_until": row.held_until,
        "version": row.version,
        **proof(row),
    }


def _contacts(scope: Scope) -> QuerySet[Any]:
    rows = AreaContact.objects.visible_to(scope).select_related("person", "unit", "region")
    return contact_queries.with_area_answers(rows)


def _contact(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_contacts(scope).filter(pk=key))
    tagged(response, row.version)
    return contact_row(row, scope, contact_queries.thresholds_on(clock.today()))


def _columns(body: AreaContactColumns, scope: Scope) -> dict[str, Any]:
    people = Person.objects.visible_to(scope)
    enterprises = Enterprise.objects.visible_to(scope)
    given = body.dict(exclude={"request_id", "reason", "expected_version"})
    return given | {
        "person": only(people.filter(pk=body.person)),
        "kind": body.kind.value,
        "unit": by_key(ReportingUnit.objects.visible_to(scope), body.unit),
        "region": by_key(Region.objects.visible_to(scope), body.region),
        "datum": body.datum.value,
        "enterprise": only(enterprises.filter(pk=body.enterprise)) if body.enterprise else None,
        "deputy": only(people.filter(pk=body.deputy)) if body.deputy else None,
        "mark": body.mark.value,
    }
