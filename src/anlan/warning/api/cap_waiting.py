"""A CAP file that waits for a person: what was read from it, keeping it, dismissing it."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import Field

from anlan.base.api.finding import by_key, named
from anlan.base.api.shapes import Code, Named
from anlan.base.api.writing import Change, expected_version, stated
from anlan.registers.api.common import scope_for
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.receiving import MOST_CHARS, Drawn, NewMessage, Told
from anlan.warning.actions.receiving_cap import (
    IDENTIFIER_CHARS,
    dismiss_cap,
    drawn_of,
    keep_cap,
    told_of,
)
from anlan.warning.api.cap import CapDocumentDone, cap_done, one_document
from anlan.warning.api.received_shapes import (
    ChangeCode,
    DrawnOutline,
    HazardCode,
    LevelCode,
    SaidColumns,
)
from anlan.warning.choices import Intake
from anlan.warning.models import CapDocument
from anlan.warning.queries.cap import Considered, considered, validation_of
from anlan.warning.rules.reading.reading import FIELDS

router = Router(tags=["warnings"])
VERSION = {"x-states": ["expected_version"]}


class CapLeft(Schema):
    """A field that waits for a person, and why."""

    field: str
    why: str


class CapFinding(Schema):
    """What is wrong or odd, by which rule, where in the file."""

    rule: str
    where: str
    said: str
    is_error: bool


class CapReading(Schema):
    """What the file says here; null or empty is left to a person and named in `left`. `aside`
    says why it never becomes a warning, where that is so."""

    text: str
    issuer: str
    hazard: HazardCode | None
    level: LevelCode | None
    change: ChangeCode | None
    issued_at: dt.datetime | None
    expires_at: dt.datetime | None
    unit: Named | None
    regions: list[Named]
    outlines: list[DrawnOutline]
    left: list[CapLeft]
    findings: list[CapFinding]
    aside: str


class CapKeeping(Change, SaidColumns):
    """What a person read. What is absent is what the file says; what neither says is refused by
    name. Without `unit` that of the file."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARS)] | None = None
    unit: Code | None = None


class CapDismissal(Change):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


@router.get("/warnings/cap/{uuid:document_id}/reading", response=CapReading)
def get_cap_reading(request: HttpRequest, document_id: uuid.UUID) -> dict[str, Any]:
    """What was read from a file and what is left open; nothing is kept."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    row = one_document(request, document_id)
    return _reading(row, considered(row, scope), scope)


@router.post(
    "/warnings/cap/{uuid:document_id}/keep", response=CapDocumentDone, openapi_extra=VERSION
)
def post_cap_keeping(
    request: HttpRequest, document_id: uuid.UUID, body: CapKeeping
) -> dict[str, Any]:
    """What a person read from a waiting file becomes its message. The file stays as it came."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    version = expected_version(request, body)
    row = one_document(request, document_id)
    new = _message(row, body, considered(row, scope), scope)
    result = keep_cap(row.pk, new, expected_version=version, **stated(request, body).kwargs())
    return cap_done(request, result)


@router.post(
    "/warnings/cap/{uuid:document_id}/dismiss", response=CapDocumentDone, openapi_extra=VERSION
)
def post_cap_dismissal(
    request: HttpRequest, document_id: uuid.UUID, body: CapDismissal
) -> dict[str, Any]:
    """A waiting file is no warning for this inbox; it stays as a file, with the reason."""
    scope_for(request, Capability.RECEIVE_WARNINGS)
    version = expected_version(request, body)
    row = one_document(request, document_id)
    result = dismiss_cap(row.pk, expected_version=version, **stated(request, body).kwargs())
    return cap_done(request, result)


def _message(
    row: CapDocument, body: CapKeeping, seen: Considered | None, scope: Scope
) -> NewMessage:
    units = ReportingUnit.objects.visible_to(scope)
    text = body.text if body.text is not None else (seen.readout.text if seen is not None else "")
    return NewMessage(
        text=text,
        told=_told(body, seen, scope),
        unit=by_key(units, body.unit).pk if body.unit is not None else row.unit_id,
        received_at=row.received_at,
        identifier=row.identifier[:IDENTIFIER_CHARS],
        intake=Intake.CAP,
    )


def _told(body: CapKeeping, seen: Considered | None, scope: Scope) -> Told:
    """Given before read; a place that is given takes the whole place of the one that is read."""
    read = told_of(seen.readout) if seen is not None else None
    said = {
        name: given
        if (given := getattr(body, name)) is not None
        else (getattr(read, name) if read is not None else None) or ""
        for name in FIELDS
    }
    rows = Region.objects.visible_to(scope)
    regions = tuple(by_key(rows, code).pk for code in dict.fromkeys(body.regions))
    is_placed = bool(body.regions) or body.outlines is not None
    drawn = tuple(Drawn(outline=o.outline.dict(), name=o.name) for o in body.outlines or ())
    if not is_placed and read is not None:
        regions, drawn = read.regions, read.outlines
    expires_at = body.expires_at or (read.expires_at if read is not None else None)
    return Told(
        **said | {"issued_at": said["issued_at"] or None},
        expires_at=expires_at,
        regions=regions,
        outlines=drawn,
    )


def _reading(row: CapDocument, seen: Considered | None, scope: Scope) -> dict[str, Any]:
    findings = [*validation_of(row).findings, *(seen.findings if seen is not None else ())]
    said = [
        {
            "rule": each.rule,
            "where": each.where,
            "said": each.note.text(gettext),
            "is_error": each.is_error,
        }
        for each in findings
    ]
    if seen is None:
        empty = dict.fromkeys(("hazard", "level", "change", "issued_at", "expires_at"))
        texts = {"text": "", "issuer": "", "aside": ""}
        lists: dict[str, Any] = {"regions": [], "outlines": [], "left": []}
        return {**empty, **texts, **lists, "unit": named(row.unit), "findings": said}
    readout = seen.readout
    regions = Region.objects.visible_to(scope).filter(code__in=readout.places.codes)
    aside = readout.set_aside
    return {
        **{name: getattr(readout, name) or None for name in ("hazard", "level", "change")},
        **{name: getattr(readout, name) for name in ("text", "issuer", "issued_at", "expires_at")},
        "unit": named(seen.unit) if seen.unit is not None else None,
        "regions": [named(region) for region in regions],
        "outlines": [{"name": o.name, "outline": o.outline} for o in drawn_of(readout)],
        "left": [{"field": name, "why": why.text(gettext)} for name, why in readout.left],
        "findings": said,
        "aside": aside.text(gettext) if aside is not None else "",
    }
