"""People in the actor's scope. Numbers of other bodies show their last four digits."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Named, Search
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers.actions.erasing import erase_person
from anlan.registers.actions.holding import add_person, change_person
from anlan.registers.api.common import scope_for
from anlan.registers.models import Person, Tenure
from anlan.registers.rules.scope import CITY_WIDE_ROLES, Capability, Role, Scope

router = Router(tags=["people"])
SHOWN_DIGITS = 4
Number = Annotated[str, Field(max_length=30, pattern=r"^[0-9+() -]*$")]


class PersonQuery(Paging):
    """`body` and `unit` take codes and mean posts held today; `q` finds name or initials."""

    body: Code | None = None
    unit: Code | None = None
    q: Search = ""
    sort: Literal["name", "-name"] = "name"


class HeldPost(Schema):
    title: str
    role: Role
    body: Named
    unit: Named
    held_from: dt.date
    held_until: dt.date | None


class PersonRow(Schema):
    """`is_masked` tells that only the last digits of the numbers are shown; `erased_at` that name
    and numbers were erased for good."""

    id: str
    name: str
    mobile: str
    landline: str
    is_masked: bool
    is_invented: bool
    erased_at: dt.datetime | None
    posts: list[HeldPost]
    version: int


class Erasure(Change):
    """`confirmed` must be true: what is erased cannot be brought back. A `reason` is needed; it
    stays in the journal, so it must not hold the name or a number."""

    confirmed: Literal[True]


class Erased(Schema):
    person: uuid.UUID
    erased_at: dt.datetime


class PersonColumns(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    mobile: Number = ""
    landline: Number = ""


class PersonInput(Write, PersonColumns):
    """A person who needs no sign-in."""


class PersonChangeInput(Change, PersonColumns):
    """All columns of the person as they shall be."""


def masked(number: str) -> str:
    """The last four digits; nothing of a number that has no more than that."""
    hidden = len(number) - SHOWN_DIGITS
    return "*" * hidden + number[hidden:] if hidden > 0 else "*" * len(number)


def in_full(person: Person, scope: Scope) -> bool:
    """The plan office, administrators and the person's own body read numbers in full."""
    if scope.roles & CITY_WIDE_ROLES:
        return True
    return bool({tenure.post.body.code for tenure in person.held} & scope.bodies)  # type: ignore[attr-defined]


def person_row(person: Person, scope: Scope) -> dict[str, Any]:
    full = in_full(person, scope)
    return {
        "id": str(person.pk),
        "name": person.name,
        "mobile": person.mobile if full else masked(person.mobile),
        "landline": person.landline if full else masked(person.landline),
        "is_masked": not full,
        "is_invented": person.is_invented,
        "erased_at": person.erased_at,
        "posts": [post_row(tenure) for tenure in person.held],  # type: ignore[attr-defined]
        "version": person.version,
    }


def post_row(tenure: Tenure) -> dict[str, Any]:
    post = tenure.post
    return {
        "title": post.title,
        "role": post.role,
        "body": named(post.body),
        "unit": named(post.body.unit),
        "held_from": tenure.held_from,
        "held_until": tenure.held_until,
    }


def held_today() -> QuerySet[Tenure]:
    today = clock.today()
    until = Q(held_until__isnull=True) | Q(held_until__gt=today)
    rows = Tenure.objects.filter(until, held_from__lte=today)
    return rows.select_related("post__body__unit").order_by("held_from", "pk")


@router.get("/people", response=Page[PersonRow])
def list_people(request: HttpRequest, query: Query[PersonQuery]) -> dict[str, Any]:
    """Who holds which post today."""
    scope = scope_for(request, Capability.READ_PEOPLE)
    rows = _people(scope)
    held = {"post__body__code": query.body, "post__body__unit__code": query.unit}
    wanted = {name: code for name, code in held.items() if code}
    if wanted:
        rows = rows.filter(pk__in=held_today().filter(**wanted).values("person"))
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(initials__startswith=query.q.lower()))
    sign = "-" if query.sort.startswith("-") else ""
    ordered = rows.order_by(f"{sign}initials", f"{sign}name", "pk")
    return page_of(request, ordered, query, lambda person: person_row(person, scope))


@router.get("/people/{uuid:person_id}", response=PersonRow)
def get_person(
    request: HttpRequest, response: HttpResponse, person_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_PEOPLE)
    person = only(_people(scope).filter(pk=person_id))
    tagged(response, person.version)
    return person_row(person, scope)


@router.post("/people/{uuid:person_id}/erase", response=Erased)
def erase(request: HttpRequest, person_id: uuid.UUID, said: Erasure) -> dict[str, Any]:
    """Erase name and numbers here, in the journal, in past states and in exercises, for good."""
    return erase_person(
        person_id,
        expected_version=expected_version(request, said),
        **stated(request, said).kwargs(),
    )


def _people(scope: Scope) -> QuerySet[Person]:
    held = Prefetch("tenures", queryset=held_today(), to_attr="held")
    return Person.objects.visible_to(scope).prefetch_related(held)


@router.post("/people", response={201: PersonRow})
def post_person(
    request: HttpRequest, response: HttpResponse, body: PersonInput
) -> Status[dict[str, Any]]:
    """A person without a sign-in; a post is given afterwards."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    result = add_person(_person_columns(body), **stated(request, body).kwargs())
    return Status(201, _shown(response, scope, result["id"]))


@router.put(
    "/people/{uuid:person_id}",
    response=PersonRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_person(
    request: HttpRequest, response: HttpResponse, person_id: uuid.UUID, body: PersonChangeInput
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    version = expected_version(request, body)
    row = only(Person.objects.visible_to(scope).filter(pk=person_id))
    values = _person_columns(body)
    change_person(row.pk, values, expected_version=version, **stated(request, body).kwargs())
    return _shown(response, scope, person_id)


def _shown(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    person = only(_people(scope).filter(pk=key))
    tagged(response, person.version)
    return person_row(person, scope)


def _person_columns(body: PersonColumns) -> dict[str, Any]:
    return {"name": body.name, "mobile": body.mobile, "landline": body.landline}
