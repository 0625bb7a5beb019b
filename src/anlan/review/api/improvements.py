"""Improvements: set, said done with a file, looked at a second time, withdrawn; their effect."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import by_key, holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Search, exact
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.documents.reader import refuse_size
from anlan.base.keeping.remarks import require_sight
from anlan.base.records import Record
from anlan.registers.actions.instruments import subject_of
from anlan.registers.api.common import scope_for
from anlan.registers.models import Body
from anlan.registers.rules.scope import Capability, Scope
from anlan.review.actions.improving import (
    Done,
    NewImprovement,
    SentFile,
    say_done,
    set_improvement,
    take_as_done,
    withdraw_improvement,
)
from anlan.review.choices import Origin
from anlan.review.models import Improvement
from anlan.review.queries import in_state, state_of, subject_seen, with_names
from anlan.review.rules.effect import Effect
from anlan.review.rules.improvement import ImprovementState

router = Router(tags=["improvements"])
Words = Annotated[str, Field(min_length=1, max_length=500)]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]
ItemKey = Annotated[str, Field(max_length=20, pattern=r"^([A-Z][0-9]{1,3})?$")]
Percent = Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)]
VERSION = {"x-states": ["expected_version"]}


class ImprovementQuery(Paging):
    """`state` is decided for today; `item` is the key of an item of the plan."""

    state: ImprovementState | None = None
    origin: Origin | None = None
    owner: Code | None = None
    item: Annotated[str, Field(max_length=20)] | None = None
    measure: Annotated[str, Field(max_length=60)] | None = None
    q: Search = ""
    sort: Literal["due_on", "-due_on", "check_on", "-check_on"] = "due_on"


class Counted(Schema):
    """So many of so many on a day."""

    part: int
    whole: int
    on: dt.date


class Origins(Schema):
    """The record in which the problem came to light; empty outside the actor's scope."""

    model: str
    key: str
    name: str


class ImprovementRow(Schema):
    """`state` is decided for today; `before`, `after` and `effect` are written by the program;
    `grounds` are the reasons of its verdict."""

    id: uuid.UUID
    unit: Named
    owner: Named
    problem: str
    origin: Origin
    subject: Origins | None
    item_key: str
    todo: str
    due_on: dt.date
    state: ImprovementState
    measure: str
    direction: Literal["up", "down"]
    wanted_percent: str | None
    check_on: dt.date
    before: Counted
    after: Counted | None
    effect: Effect | None
    grounds: dict[str, Any]
    done: str
    done_on: dt.date | None
    taken_on: dt.date | None
    word: str
    follows: uuid.UUID | None
    withdrawn_on: dt.date | None
    note: str
    source: str
    mark: str
    version: int


class ImprovementInput(Write):
    """`owner` is the code of a body; `subject_model` and `subject_key` name a record, such as
    plan.problem and its id; `follows` an improvement without effect."""

    owner: Code
    problem: Words
    todo: Words
    due_on: Day
    measure: Annotated[str, Field(min_length=1, max_length=60)]
    check_on: Day
    wanted_percent: Percent | None = None
    person: uuid.UUID | None = None
    item_key: ItemKey = ""
    origin: Origin = Origin.OTHER
    subject_model: Annotated[str, Field(max_length=60)] = ""
    subject_key: Annotated[str, Field(max_length=60)] = ""
    follows: uuid.UUID | None = None
    note: Annotated[str, Field(max_length=300)] = ""


class DoneInput(Change):
    done: Words
    done_on: Day


class LookInput(Change):
    is_taken: bool
    reason: Sentence


class ImprovementWithdrawInput(Change):
    reason: Sentence


class ImprovementMade(Schema):
    id: uuid.UUID
    version: int


@router.get("/improvements", response=Page[ImprovementRow])
def list_improvements(request: HttpRequest, query: Query[ImprovementQuery]) -> dict[str, Any]:
    """Improvements with the figures of their measure and their effect."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {
        "origin": query.origin.value if query.origin is not None else None,
        "owner__code": query.owner,
        "item_key": query.item,
        "measure": query.measure,
    }
    rows = holding(_seen(scope), given)
    if query.state is not None:
        rows = rows.filter(in_state(query.state, clock.today()))
    if query.q:
        rows = rows.filter(problem__icontains=query.q)
    return page_of(request, rows.order_by(query.sort, "pk"), query, lambda r: _row(r, scope))


@router.get("/improvements/{uuid:improvement_id}", response=ImprovementRow)
def get_improvement(
    request: HttpRequest, response: HttpResponse, improvement_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    row = only(_seen(scope).filter(pk=improvement_id))
    tagged(response, row.version)
    return _row(row, scope)


@router.post("/improvements", response={201: ImprovementMade})
def post_improvement(request: HttpRequest, body: ImprovementInput) -> Status[dict[str, Any]]:
    """Set an improvement: the body gets a term, the figure of the measure is kept."""
    scope = scope_for(request, Capability.KEEP_OWN)
    said = body.model_dump(
        exclude={"request_id", "reason", "owner", "origin", "subject_model", "subject_key"}
    )
    new = NewImprovement(
        owner=by_key(Body.objects.visible_to(scope), body.owner).pk,
        origin=body.origin.value,
        subject=_subject(request, body),
        **said,
    )
    return Status(201, set_improvement(new, **stated(request, body).kwargs()))


@router.post(
    "/improvements/{uuid:improvement_id}/done",
    response=ImprovementMade,
    openapi_extra=VERSION,
)
def post_done(
    request: HttpRequest,
    improvement_id: uuid.UUID,
    file: File[UploadedFile],
    body: Form[DoneInput],
) -> dict[str, Any]:
    """The body says what was done, with one file that proves it."""
    scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    refuse_size(file.size or 0)
    said = Done(
        text=body.done,
        on=body.done_on,
        files=(SentFile(name=file.name or "", content=file.read()),),
    )
    return say_done(
        improvement_id, said, expected_version=version, **stated(request, body).kwargs()
    )


@router.post(
    "/improvements/{uuid:improvement_id}/look",
    response=ImprovementMade,
    openapi_extra=VERSION,
)
def post_look(request: HttpRequest, improvement_id: uuid.UUID, body: LookInput) -> dict[str, Any]:
    """Take it as done, or return it with a word; never by the account that said it."""
    version = expected_version(request, body)
    return take_as_done(
        improvement_id,
        is_taken=body.is_taken,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


@router.post(
    "/improvements/{uuid:improvement_id}/withdraw",
    response=ImprovementMade,
    openapi_extra=VERSION,
)
def post_withdraw(
    request: HttpRequest, improvement_id: uuid.UUID, body: ImprovementWithdrawInput
) -> dict[str, Any]:
    """It is no longer asked for; the reason stays on record."""
    version = expected_version(request, body)
    return withdraw_improvement(
        improvement_id, expected_version=version, **stated(request, body).kwargs()
    )


def _seen(scope: Scope) -> QuerySet[Any]:
    return with_names(Improvement.objects.visible_to(scope))


def _subject(request: HttpRequest, body: ImprovementInput) -> Record | None:
    if not body.subject_model:
        return None
    row = subject_of(body.subject_model, body.subject_key)
    require_sight(request.auth, row)  # type: ignore[attr-defined]
    return row


def _row(row: Improvement, scope: Scope) -> dict[str, Any]:
    names = (
        *("problem", "origin", "item_key", "todo", "due_on", "measure", "direction"),
        *("check_on", "done", "done_on", "taken_on", "word", "withdrawn_on", "note"),
        *("source", "mark", "version"),
    )
    name, _address = subject_seen(scope, row)
    subject = {"model": row.subject_model, "key": row.subject_key, "name": name}
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "unit": named(row.unit),
        "owner": named(row.owner),
        "subject": subject if name else None,
        "state": state_of(row, clock.today()),
        "wanted_percent": None if row.wanted_percent is None else exact(row.wanted_percent),
        "before": {"part": row.before_part, "whole": row.before_whole, "on": row.before_on},
        "after": None
        if row.after_part is None
        else {"part": row.after_part, "whole": row.after_whole, "on": row.after_on},
        "effect": row.effect or None,
        "grounds": row.reasons,
        "follows": row.follows_id,
    }
