"""Enterprises: list, object, enter, correct, change of state."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import by_key, holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Search, Text
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers.actions.enterprises import (
    NewPerson,
    add_enterprise,
    change_enterprise,
    set_enterprise_state,
)
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import (
    DataGrade,
    EnterpriseSize,
    EnterpriseState,
    FocusSector,
    Mark,
)
from anlan.registers.models import Enterprise, Person, Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["enterprises"])
Name = Annotated[str, Field(min_length=1, max_length=120)]
Note = Annotated[str, Field(max_length=200)]
CreditCode = Annotated[str, Field(max_length=40)]
Persons = Annotated[int, Field(ge=0, le=1_000_000)]


class EnterpriseQuery(Paging):
    """`unit` and `region` take codes; `q` finds name, credit code or pinyin initials."""

    unit: Code | None = None
    region: Code | None = None
    sector: FocusSector | None = None
    state: EnterpriseState | None = None
    q: Search = ""
    sort: Literal["name", "-name"] = "name"


class PersonRef(Schema):
    id: str
    name: str


class EnterpriseRow(Proof):
    """An empty `credit_code` is unknown. `sector` is empty outside the nine focus sectors."""

    id: str
    name: str
    credit_code: str
    unit: Named
    region: Named
    sector: str
    size: str
    employees_persons: int | None
    legal_representative: PersonRef | None
    safety_officer: PersonRef | None
    safety_post: str
    state: EnterpriseState
    state_since: dt.date | None
    grade: DataGrade
    note: str
    version: int


class NewPersonInput(Schema):
    """Somebody who is not entered yet."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    mobile: Annotated[str, Field(max_length=20)] = ""


class EnterpriseColumns(Schema):
    """People are given by id, or as new ones; a new one replaces the id."""

    name: Name
    credit_code: CreditCode = ""
    unit: Code
    region: Code
    sector: FocusSector | None = None
    size: EnterpriseSize | None = None
    employees_persons: Persons | None = None
    legal_representative: uuid.UUID | None = None
    safety_officer: uuid.UUID | None = None
    new_legal_representative: NewPersonInput | None = None
    new_safety_officer: NewPersonInput | None = None
    safety_post: Annotated[str, Field(max_length=60)] = ""
    state_since: Day | None = None
    grade: DataGrade = DataGrade.INTERNAL
    note: Note = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class EnterpriseInput(Write, EnterpriseColumns):
    """A new enterprise. A wrong credit code is refused, an unknown one stays empty."""


class EnterpriseChangeInput(Change, EnterpriseColumns):
    """All columns of the enterprise as they shall be."""


class StateInput(Change):
    state: EnterpriseState
    since: Day


def person_ref(person: Person | None) -> dict[str, str] | None:
    return None if person is None else {"id": str(person.pk), "name": person.name}


def enterprise_row(row: Enterprise, scope: Scope) -> dict[str, Any]:
    people = scope.may(Capability.READ_PEOPLE)
    return {
        "id": str(row.pk),
        "name": row.name,
        "credit_code": row.credit_code,
        "unit": named(row.unit),
        "region": named(row.region),
        "sector": row.sector,
        "size": row.size,
        "employees_persons": row.employees_persons,
        "legal_representative": person_ref(row.legal_representative) if people else None,
        "safety_officer": person_ref(row.safety_officer) if people else None,
        "safety_post": row.safety_post,
        "state": row.state,
        "state_since": row.state_since,
        "grade": row.grade,
        "note": row.note,
        "version": row.version,
        **proof(row),
    }


@router.get("/enterprises", response=Page[EnterpriseRow])
def list_enterprises(request: HttpRequest, query: Query[EnterpriseQuery]) -> dict[str, Any]:
    """Enterprises of the units in the actor's scope."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = seen_enterprises(scope)
    wanted = {
        "unit__code": query.unit,
        "region__code": query.region,
        "sector": query.sector,
        "state": query.state,
    }
    rows = holding(rows, wanted)
    if query.q:
        found = Q(name__icontains=query.q) | Q(credit_code__istartswith=query.q)
        rows = rows.filter(found | Q(initials__startswith=query.q.lower()))
    sign = "-" if query.sort.startswith("-") else ""
    ordered = rows.order_by(f"{sign}initials", f"{sign}name", "pk")
    return page_of(request, ordered, query, lambda row: enterprise_row(row, scope))


@router.get("/enterprises/{uuid:enterprise_id}", response=EnterpriseRow)
def get_enterprise(
    request: HttpRequest, response: HttpResponse, enterprise_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    return _shown(response, scope, enterprise_id)


@router.post("/enterprises", response={201: EnterpriseRow})
def post_enterprise(
    request: HttpRequest, response: HttpResponse, body: EnterpriseInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    values, people = _columns(body, scope)
    result = add_enterprise(values, people=people, **stated(request, body).kwargs())
    return Status(201, _shown(response, scope, result["id"]))


@router.put(
    "/enterprises/{uuid:enterprise_id}",
    response=EnterpriseRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_enterprise(
    request: HttpRequest,
    response: HttpResponse,
    enterprise_id: uuid.UUID,
    body: EnterpriseChangeInput,
) -> dict[str, Any]:
    """Correct an enterprise. 409 with the present row when somebody changed it meanwhile."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(seen_enterprises(scope).filter(pk=enterprise_id))
    values, people = _columns(body, scope, row)
    change_enterprise(
        row.pk,
        values,
        people=people,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _shown(response, scope, enterprise_id)


@router.post(
    "/enterprises/{uuid:enterprise_id}/state",
    response=EnterpriseRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_enterprise_state(
    request: HttpRequest, response: HttpResponse, enterprise_id: uuid.UUID, body: StateInput
) -> dict[str, Any]:
    """From a day on the enterprise operates, is stopped, or is closed for good."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(seen_enterprises(scope).filter(pk=enterprise_id))
    set_enterprise_state(
        row.pk,
        state=body.state.value,
        since=body.since,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _shown(response, scope, enterprise_id)


def seen_enterprises(scope: Scope) -> QuerySet[Enterprise]:
    return Enterprise.objects.visible_to(scope).select_related(
        "unit", "region", "legal_representative", "safety_officer"
    )


def _shown(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(seen_enterprises(scope).filter(pk=key))
    tagged(response, row.version)
    return enterprise_row(row, scope)


def _columns(
    body: EnterpriseColumns, scope: Scope, row: Enterprise | None = None
) -> tuple[dict[str, Any], dict[str, NewPerson]]:
    """Columns of the table, and the new people beside it."""
    plain = ("name", "credit_code", "employees_persons", "safety_post", "state_since", "note")
    values: dict[str, Any] = {name: getattr(body, name) for name in (*plain, "source")}
    values |= {
        "unit": by_key(ReportingUnit.objects.visible_to(scope), body.unit),
        "region": by_key(Region.objects.visible_to(scope), body.region),
        "sector": body.sector.value if body.sector else "",
        "size": body.size.value if body.size else "",
        "grade": body.grade.value,
        "mark": body.mark.value,
    }
    people = {}
    for name in ("legal_representative", "safety_officer"):
        values[name] = _person(getattr(body, name), scope, row and getattr(row, name))
        new = getattr(body, f"new_{name}")
        if new is not None:
            people[name] = NewPerson(name=new.name, mobile=new.mobile)
    return values, people


def _person(key: uuid.UUID | None, scope: Scope, kept: Person | None) -> Person | None:
    """A visible person, or the one who is named already."""
    if key is None:
        return None
    if kept is not None and kept.pk == key:
        return kept
    return only(Person.objects.visible_to(scope).filter(pk=key))
