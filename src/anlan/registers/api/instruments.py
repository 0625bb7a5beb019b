"""Institutions and the records that used them."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Search, Text
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers.actions.instruments import (
    NewCitation,
    add_instrument,
    change_instrument,
    cite_instrument,
    subject_of,
)
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import InstrumentKind, Mark
from anlan.registers.instruments import in_state, named_subjects, with_uses
from anlan.registers.models import Body, Citation, Instrument
from anlan.registers.rules.instrument import InstrumentState, instrument_state
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["institutions"])
Number = Annotated[str, Field(max_length=60)]
Name = Annotated[str, Field(min_length=1, max_length=160)]
Note = Annotated[str, Field(max_length=200)]


class InstrumentQuery(Paging):
    """`issuer` is the code of a body; `state` is decided for today."""

    issuer: Code | None = None
    kind: InstrumentKind | None = None
    state: InstrumentState | None = None
    q: Search = ""
    sort: Literal["name", "-name", "adopted_on", "-adopted_on"] = "name"


class InstrumentRow(Proof):
    """`state` is decided for today; `uses` are those of the last 12 months."""

    id: uuid.UUID
    name: str
    number: str
    kind: InstrumentKind
    issuer: Named
    adopted_on: dt.date | None
    in_force_from: dt.date | None
    in_force_until: dt.date | None
    review_on: dt.date | None
    replaces: uuid.UUID | None
    note: str
    state: InstrumentState
    uses: int
    last_used_on: dt.date | None
    version: int


class InstrumentColumns(Schema):
    name: Name
    number: Number = ""
    kind: InstrumentKind
    adopted_on: Day | None = None
    in_force_from: Day | None = None
    in_force_until: Day | None = None
    review_on: Day | None = None
    replaces: uuid.UUID | None = None
    note: Note = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class InstrumentInput(Write, InstrumentColumns):
    """`issuer` is the code of a body."""

    issuer: Code


class InstrumentChangeInput(Change, InstrumentColumns):
    """All columns as they shall be; the issuer stays."""


class CitationRow(Schema):
    """`record` is null when the record is outside the actor's view."""

    id: uuid.UUID
    instrument: uuid.UUID
    model: str
    record: str | None
    name: str | None
    cited_on: dt.date
    note: str | None


class CitationInput(Write):
    """`model` and `record` as in the addresses of the journal: registers.enterprise and an id."""

    model: Annotated[str, Field(max_length=60)]
    record: uuid.UUID
    cited_on: Day
    note: Annotated[str, Field(max_length=300)] = ""


class CitationDone(Schema):
    id: uuid.UUID
    version: int


@router.get("/instruments", response=Page[InstrumentRow])
def list_instruments(request: HttpRequest, query: Query[InstrumentQuery]) -> dict[str, Any]:
    """Institutions of the bodies in view, with their state and uses."""
    rows = _instruments(scope_for(request, Capability.READ_INTERNAL))
    if query.issuer:
        rows = rows.filter(issuer__code=query.issuer)
    if query.kind:
        rows = rows.filter(kind=query.kind.value)
    if query.state:
        rows = rows.filter(in_state(query.state, clock.today()))
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(number__icontains=query.q))
    return page_of(request, rows.order_by(query.sort, "pk"), query, _row)


@router.get("/instruments/{uuid:instrument_id}", response=InstrumentRow)
def get_instrument(
    request: HttpRequest, response: HttpResponse, instrument_id: uuid.UUID
) -> dict[str, Any]:
    return _one(response, scope_for(request, Capability.READ_INTERNAL), instrument_id)


@router.post("/instruments", response={201: InstrumentRow})
def post_instrument(
    request: HttpRequest, response: HttpResponse, body: InstrumentInput
) -> Status[dict[str, Any]]:
    """An institution. One that replaces another ends it on its own first day in force."""
    scope = scope_for(request, Capability.KEEP_OWN)
    issuer = only(Body.objects.visible_to(scope).filter(code=body.issuer).select_related("unit"))
    values = _values(body, scope) | {"issuer": issuer}
    result = add_instrument(values, **stated(request, body).kwargs())
    return Status(201, _one(response, scope, result["id"]))


@router.put(
    "/instruments/{uuid:instrument_id}",
    response=InstrumentRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_instrument(
    request: HttpRequest,
    response: HttpResponse,
    instrument_id: uuid.UUID,
    body: InstrumentChangeInput,
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_instruments(scope).filter(pk=instrument_id))
    change_instrument(
        row.pk,
        _values(body, scope),
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _one(response, scope, instrument_id)


@router.get("/instruments/{uuid:instrument_id}/citations", response=Page[CitationRow])
def list_citations(
    request: HttpRequest, instrument_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    """The records that used an institution, newest first."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    instrument = only(Instrument.objects.visible_to(scope).filter(pk=instrument_id))
    rows = Citation.objects.visible_to(scope).filter(instrument=instrument)
    seen = named_subjects(scope, rows)
    return page_of(request, rows, query, lambda row: _citation(row, seen))


@router.post("/instruments/{uuid:instrument_id}/citations", response={201: CitationDone})
def post_citation(
    request: HttpRequest, instrument_id: uuid.UUID, body: CitationInput
) -> Status[dict[str, Any]]:
    """A record in view used the institution on a day on which it was in force."""
    scope_for(request, Capability.KEEP_OWN)
    new = NewCitation(
        instrument=instrument_id,
        subject=subject_of(body.model, str(body.record)),
        cited_on=body.cited_on,
        note=body.note,
    )
    return Status(201, cite_instrument(new, **stated(request, body).kwargs()))


def _instruments(scope: Scope) -> QuerySet[Any]:
    rows = Instrument.objects.visible_to(scope).select_related("issuer__unit")
    return with_uses(rows, clock.today())


def _one(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_instruments(scope).filter(pk=key))
    tagged(response, row.version)
    return _row(row)


def _values(body: InstrumentColumns, scope: Scope) -> dict[str, Any]:
    older = None
    if body.replaces is not None:
        older = only(Instrument.objects.visible_to(scope).filter(pk=body.replaces))
    names = ("name", "number", "adopted_on", "in_force_from", "in_force_until", "review_on")
    return {name: getattr(body, name) for name in (*names, "note", "source")} | {
        "kind": body.kind.value,
        "mark": body.mark.value,
        "replaces": older,
    }


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "number": row.number,
        "kind": row.kind,
        "issuer": named(row.issuer),
        "adopted_on": row.adopted_on,
        "in_force_from": row.in_force_from,
        "in_force_until": row.in_force_until,
        "review_on": row.review_on,
        "replaces": row.replaces_id,
        "note": row.note,
        "state": instrument_state(row.to_domain(), clock.today()).known(),
        "uses": row.uses,
        "last_used_on": row.last_used_on,
        "version": row.version,
        **proof(row),
    }


def _citation(row: Citation, seen: dict[Any, tuple[str, str]]) -> dict[str, Any]:
    is_seen = row.pk in seen
    return {
        "id": row.pk,
        "instrument": row.instrument_id,
        "model": row.subject_model,
        "record": row.subject_key if is_seen else None,
        "name": row.subject_name if is_seen else None,
        "cited_on": row.cited_on,
        "note": row.note if is_seen else None,
    }
