"""Posts with their holders, and tenures that begin, end and are handed over."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Search
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers import queries
from anlan.registers.actions.holding import add_post, begin_tenure, end_tenure
from anlan.registers.actions.tenures import hand_over
from anlan.registers.api.common import scope_for
from anlan.registers.api.sites import Ref, ref
from anlan.registers.models import Body, Person, Post, Tenure
from anlan.registers.rules.post_vacant import Span, post_vacant
from anlan.registers.rules.scope import Capability, Role, Scope

router = Router(tags=["posts"])


class PostQuery(Paging):
    """`body` takes a code; `vacant` asks about today."""

    body: Code | None = None
    vacant: bool | None = None
    q: Search = ""
    sort: Literal["title", "-title"] = "title"


class TenureRow(Schema):
    """`held_until` is the first day after the tenure; null is open."""

    id: str
    person: Ref
    held_from: dt.date
    held_until: dt.date | None
    version: int


class PostRow(Schema):
    """`is_vacant` by the rule post-vacant for today; `since` is missing when never held."""

    id: str
    body: Named
    title: str
    role: Role
    holders: list[Ref]
    is_vacant: bool
    vacant_since: dt.date | None
    version: int


class PostObject(PostRow):
    tenures: list[TenureRow]


class PostInput(Write):
    body: uuid.UUID
    title: Annotated[str, Field(min_length=1, max_length=60)]
    role: Role


class TenureBeginInput(Write):
    person: uuid.UUID
    held_from: Day


class TenureEndInput(Change):
    held_until: Day


class HandOverInput(Write):
    """Without `successor` the post is vacant from `on`."""

    on: Day
    successor: uuid.UUID | None = None
    next_post: uuid.UUID | None = None


@router.get("/posts", response=Page[PostRow])
def list_posts(request: HttpRequest, query: Query[PostQuery]) -> dict[str, Any]:
    """Posts and who holds them today."""
    scope = scope_for(request, Capability.READ_PEOPLE)
    rows = _posts(scope)
    if query.body:
        rows = rows.filter(body__code=query.body)
    if query.vacant is not None:
        held = Exists(queries.tenures_on(clock.today()).filter(post=OuterRef("pk")))
        rows = rows.filter(~held if query.vacant else held)
    if query.q:
        rows = rows.filter(Q(title__icontains=query.q) | Q(body__short_name__icontains=query.q))
    return page_of(
        request, rows.order_by(query.sort, "pk"), query, lambda row: post_row(row, scope)
    )


@router.get("/posts/{uuid:post_id}", response=PostObject)
def get_post(request: HttpRequest, response: HttpResponse, post_id: uuid.UUID) -> dict[str, Any]:
    return _post(response, scope_for(request, Capability.READ_PEOPLE), post_id)


@router.post("/posts", response={201: PostObject})
def post_post(
    request: HttpRequest, response: HttpResponse, body: PostInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    values = {
        "body": only(Body.objects.visible_to(scope).filter(pk=body.body)),
        "title": body.title,
        "role": body.role.value,
    }
    result = add_post(values, **stated(request, body).kwargs())
    return Status(201, _post(response, scope, result["id"]))


@router.post("/posts/{uuid:post_id}/tenures", response={201: PostObject})
def post_tenure(
    request: HttpRequest, response: HttpResponse, post_id: uuid.UUID, body: TenureBeginInput
) -> Status[dict[str, Any]]:
    """A person takes a post from a day on."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    row = only(_posts(scope).filter(pk=post_id))
    person = only(Person.objects.visible_to(scope).filter(pk=body.person))
    begin_tenure(
        row.pk,
        person=person.pk,
        held_from=body.held_from,
        **stated(request, body).kwargs(),
    )
    return Status(201, _post(response, scope, post_id))


@router.post(
    "/tenures/{uuid:tenure_id}/end",
    response=PostObject,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_tenure_end(
    request: HttpRequest, response: HttpResponse, tenure_id: uuid.UUID, body: TenureEndInput
) -> dict[str, Any]:
    """The person leaves the post. The version is that of the tenure."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    version = expected_version(request, body)
    row = only(Tenure.objects.visible_to(scope).filter(pk=tenure_id))
    end_tenure(
        row.pk,
        held_until=body.held_until,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _post(response, scope, row.post_id)


@router.post("/tenures/{uuid:tenure_id}/hand-over", response=PostObject)
def post_tenure_hand_over(
    request: HttpRequest, response: HttpResponse, tenure_id: uuid.UUID, body: HandOverInput
) -> dict[str, Any]:
    """One day ends the tenure and begins that of the successor."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    row = only(Tenure.objects.visible_to(scope).filter(pk=tenure_id))
    if body.successor is not None:
        only(Person.objects.visible_to(scope).filter(pk=body.successor))
    if body.next_post is not None:
        only(_posts(scope).filter(pk=body.next_post))
    hand_over(
        row.pk,
        on=body.on,
        successor=body.successor,
        next_post=body.next_post,
        **stated(request, body).kwargs(),
    )
    return _post(response, scope, row.post_id)


def post_row(row: Post, scope: Scope) -> dict[str, Any]:
    """Holders outside the actor's scope are not named; vacancy is told all the same."""
    today = clock.today()
    spans = [
        (one, Span(held_from=one.held_from, held_until=one.held_until))
        for one in row.tenures.all()
    ]
    verdict = post_vacant([span for _, span in spans], today)
    seen = getattr(row, "seen", ())
    visible = {tenure.pk for tenure in seen}
    return {
        "id": str(row.pk),
        "body": named(row.body),
        "title": row.title,
        "role": row.role,
        "holders": [
            ref(one.person) for one, span in spans if span.covers(today) and one.pk in visible
        ],
        "is_vacant": verdict.known(),
        "vacant_since": dict(verdict.reasons[0].inputs)["since"],
        "version": row.version,
    }


def _posts(scope: Scope) -> QuerySet[Post]:
    seen = Prefetch("tenures", queryset=Tenure.objects.visible_to(scope), to_attr="seen")
    rows = Post.objects.visible_to(scope).select_related("body")
    return rows.prefetch_related("tenures__person", seen)


def _post(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row: Any = only(_posts(scope).filter(pk=key))
    tagged(response, row.version)
    visible = {tenure.pk for tenure in row.seen}
    tenures = [
        {
            "id": str(one.pk),
            "person": ref(one.person),
            "held_from": one.held_from,
            "held_until": one.held_until,
            "version": one.version,
        }
        for one in row.tenures.all()
        if one.pk in visible
    ]
    return post_row(row, scope) | {"tenures": tenures}
