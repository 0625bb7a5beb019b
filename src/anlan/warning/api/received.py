"""Received warnings: what is in force, the messages with their words, reading a text, rights."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Status

from anlan.base import clock
from anlan.base.api.finding import by_key, holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import expected_version, stated, tagged
from anlan.base.rules.verdict import UNKNOWN
from anlan.registers.api.common import proof, scope_for
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.correcting import correct_message
from anlan.warning.actions.receiving import (
    Drawn,
    NewMessage,
    Told,
    drawn_in,
    receive_message,
    spoken,
)
from anlan.warning.api.received_shapes import (
    DrawnOutline,
    IssuedWarningRow,
    PublishingRightRow,
    SaidColumns,
    WarningCorrectionInput,
    WarningMessageDone,
    WarningMessageInput,
    WarningMessageQuery,
    WarningMessageRow,
    WarningQuery,
    WarningReadingRow,
    WarningTextInput,
)
from anlan.warning.choices import Intake
from anlan.warning.models import (
    IssuedWarning,
    PublishingRight,
    ReleaseReceipt,
    WarningArea,
    WarningMessage,
)
from anlan.warning.queries.received import (
    areas_of,
    read_here,
    suggest_regions,
    suggest_unit,
    warnings,
    with_areas,
)
from anlan.warning.queries.release import receipt_of, restriction_of
from anlan.warning.rules.reading.reading import FIELDS, Reading
from anlan.warning.rules.relay import relay_text

router = Router(tags=["warnings"])


@router.get("/warnings", response=Page[IssuedWarningRow])
def list_warnings(request: HttpRequest, query: Query[WarningQuery]) -> dict[str, Any]:
    """Warnings of their owners, as they were received."""
    rows = _warnings(scope_for(request, Capability.READ_INTERNAL))
    if query.state is not None:
        rows = rows.filter(ended_at__isnull=query.state == "in-force")
    rows = holding(rows, {"level": query.level, "hazard": query.hazard, "unit__code": query.unit})
    if query.q:
        rows = rows.filter(issuer__icontains=query.q)
    return page_of(request, rows.order_by(query.sort, "pk"), query, warning_row)


@router.get("/warnings/{uuid:warning_id}", response=IssuedWarningRow)
def get_warning(
    request: HttpRequest, response: HttpResponse, warning_id: uuid.UUID
) -> dict[str, Any]:
    rows = _warnings(scope_for(request, Capability.READ_INTERNAL))
    row = only(rows.filter(pk=warning_id))
    tagged(response, row.version)
    return warning_row(row)


@router.get("/warnings/messages", response=Page[WarningMessageRow])
def list_warningmessages_seen(
    request: HttpRequest, query: Query[WarningMessageQuery]
) -> dict[str, Any]:
    """Messages about warnings, with their words."""
    rows = messages_seen(scope_for(request, Capability.READ_INTERNAL))
    if query.warning is not None:
        rows = rows.filter(warning=query.warning)
    return page_of(request, rows.order_by(query.sort, "pk"), query, message_row)


@router.get("/warnings/messages/{uuid:message_id}", response=WarningMessageRow)
def get_warning_message(
    request: HttpRequest, response: HttpResponse, message_id: uuid.UUID
) -> dict[str, Any]:
    rows = messages_seen(scope_for(request, Capability.READ_INTERNAL))
    row = only(rows.filter(pk=message_id))
    tagged(response, row.version)
    return message_row(row)


@router.post("/warnings/messages", response={201: WarningMessageDone})
def post_warning_message(
    request: HttpRequest, body: WarningMessageInput
) -> Status[dict[str, Any]]:
    """A message as it was received. It is kept and relayed, never published by this program."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    received_at = body.received_at or clock.now()
    reading = read_here(body.text, received_at).known()
    new = NewMessage(
        text=body.text,
        told=_told(body, reading, scope),
        unit=_unit(body, reading, scope),
        received_at=received_at,
        identifier=body.identifier,
        intake=Intake.API,
        is_meant=body.is_meant,
    )
    result = receive_message(new, **stated(request, body).kwargs())
    return Status(201, _done(scope, result))


@router.post(
    "/warnings/messages/{uuid:message_id}/correct",
    response=WarningMessageDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_warning_correction(
    request: HttpRequest, message_id: uuid.UUID, body: WarningCorrectionInput
) -> dict[str, Any]:
    """It was misread: what it says is said anew, its text stays."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    version = expected_version(request, body)
    row = only(messages_seen(scope).filter(pk=message_id))
    result = correct_message(
        row.pk,
        _corrected(body, row, scope),
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _done(scope, result)


@router.post("/warnings/reading", response=WarningReadingRow)
def post_warning_reading(request: HttpRequest, body: WarningTextInput) -> dict[str, Any]:
    """What a text says; nothing is kept."""
    scope_for(request, Capability.RECEIVE_WARNINGS)
    reading = read_here(body.text, body.received_at or clock.now()).known()
    suggestion = suggest_regions(body.text, reading)
    return {
        "fields": [_field(name, getattr(reading, name)) for name in FIELDS],
        "unread": list(reading.unread),
        "rehearsal": reading.rehearsal.text,
        "expires_at": reading.expires_at,
        "regions": list(reading.regions),
        "suggested": [named(row) for row in suggestion.regions if row.code in suggestion.chosen],
    }


@router.get("/publishing-rights", response=Page[PublishingRightRow])
def list_publishing_rights(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Who may publish which warning, by which law. This program is none of them."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = PublishingRight.objects.visible_to(scope).select_related("body")
    return page_of(request, rows.order_by("kind", "level", "pk"), query, right_row)


def _warnings(scope: Scope) -> QuerySet[Any]:
    return with_areas(warnings(scope))


def messages_seen(scope: Scope) -> QuerySet[Any]:
    rows: QuerySet[Any] = WarningMessage.objects.visible_to(scope)
    return rows.select_related("warning__unit", "receipt").prefetch_related(
        "areas__region", "cap_documents"
    )


def _told(body: SaidColumns, reading: Reading, scope: Scope) -> Told:
    given = {name: getattr(body, name) for name in FIELDS}
    read = {name: getattr(reading, name).value for name in FIELDS}
    said = {
        name: value if value is not None else ("" if read[name] is UNKNOWN else read[name])
        for name, value in given.items()
    }
    drawn = _drawn(body.outlines or [])
    chosen = _regions(body.regions, scope)
    return Told(
        **said | {"issued_at": said["issued_at"] or None},
        expires_at=body.expires_at or reading.expires_at,
        regions=chosen if chosen or drawn else _suggested(body, reading),
        outlines=drawn,
    )


def _drawn(given: list[DrawnOutline]) -> tuple[Drawn, ...]:
    return tuple(Drawn(outline=each.outline.dict(), name=each.name) for each in given)


def _suggested(body: Any, reading: Reading) -> tuple[uuid.UUID, ...]:
    suggestion = suggest_regions(body.text, reading)
    return tuple(row.pk for row in suggestion.regions if row.code in suggestion.chosen)


def _regions(codes: list[str], scope: Scope) -> tuple[uuid.UUID, ...]:
    seen = Region.objects.visible_to(scope)
    return tuple(by_key(seen, code).pk for code in dict.fromkeys(codes))


def _unit(body: WarningMessageInput, reading: Reading, scope: Scope) -> uuid.UUID:
    if body.unit is not None:
        found: uuid.UUID = by_key(ReportingUnit.objects.visible_to(scope), body.unit).pk
        return found
    unit = suggest_unit(reading, scope)
    return unit.pk if unit is not None else only(ReportingUnit.objects.none()).pk


def _corrected(body: WarningCorrectionInput, row: WarningMessage, scope: Scope) -> Told:
    kept = {
        "issuer": row.warning.issuer,
        "hazard": row.warning.hazard,
        "level": row.level,
        "change": row.change,
        "issued_at": row.issued_at,
    }
    said = {
        name: kept[name] if getattr(body, name) is None else getattr(body, name) for name in kept
    }
    areas = tuple(area.region_id for area in row.areas.all() if area.region_id)
    return Told(
        **said,
        expires_at=body.expires_at or row.expires_at,
        regions=_regions(body.regions, scope) or areas,
        outlines=drawn_in(row) if body.outlines is None else _drawn(body.outlines),
    )


def _done(scope: Scope, result: dict[str, Any]) -> dict[str, Any]:
    row = only(messages_seen(scope).filter(pk=result["id"]))
    notes = [spoken(note) for note in result["notes"]]
    return message_row(row) | {"is_repeated": result["is_repeated"], "notes": notes}


def _field(name: str, field: Any) -> dict[str, Any]:
    value = field.value
    text = value.isoformat() if isinstance(value, dt.datetime) else str(value)
    return {
        "name": name,
        "value": None if value is UNKNOWN else text,
        "words": field.text,
        "start": field.span.start,
        "end": field.span.end,
        "why": field.why.text(gettext) if field.why is not None else "",
    }


def warning_row(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "issuer": row.issuer,
        "unit": named(row.unit),
        "hazard": row.hazard,
        "level": row.level,
        "issued_at": row.issued_at,
        "expires_at": row.expires_at,
        "ended_at": row.ended_at,
        "areas": [named(area.region) for area in areas_of(row) if area.region is not None],
        "outlines": _outlines(areas_of(row)),
        "messages": row.messages_all,
        "version": row.version,
    }


def message_row(row: WarningMessage) -> dict[str, Any]:
    warning: IssuedWarning = row.warning
    whom, receipt = restriction_of(row), receipt_of(row)
    return {
        "id": row.pk,
        "warning": row.warning_id,
        "issuer": warning.issuer,
        "unit": named(warning.unit),
        "hazard": warning.hazard,
        "level": row.level,
        "change": row.change,
        "issued_at": row.issued_at,
        "received_at": row.received_at,
        "expires_at": row.expires_at,
        "text": row.text,
        "identifier": row.identifier,
        "intake": row.intake,
        "recorded_by": row.recorded_by,
        "areas": [named(area.region) for area in row.areas.all() if area.region is not None],
        "outlines": _outlines(row.areas.all()),
        "relay": _relay(row) if whom is None else None,
        "restriction": whom,
        "receipt": _receipt(receipt) if receipt is not None else None,
        "version": row.version,
    }


def _relay(row: WarningMessage) -> dict[str, Any]:
    relay = relay_text(row.text, row.warning.issuer, row.issued_at)
    return {"full": relay.full, "short": relay.short, "is_cut": relay.is_cut}


def _receipt(row: ReleaseReceipt) -> dict[str, Any]:
    names = ("number", "received_at", "recorded_by", "version")
    return {name: getattr(row, name) for name in names}


def _outlines(areas: Iterable[WarningArea]) -> list[dict[str, Any]]:
    return [
        {"name": area.name, "outline": area.outline} for area in areas if area.outline is not None
    ]


def right_row(row: PublishingRight) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "level": row.level,
        "bodies": row.bodies,
        "body": named(row.body) if row.body is not None else None,
        "law": row.law,
        "article": row.article,
        "is_exclusive": row.is_exclusive,
        "version": row.version,
        **proof(row),
    }
