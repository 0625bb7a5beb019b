"""Received warnings: what is in force, the messages with their words, reading a text, rights."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from anlan.base import clock
from anlan.base.api.finding import by_key, holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Named, Search
from anlan.base.api.writing import Change, Input, Write, expected_version, stated, tagged
from anlan.base.rules.verdict import UNKNOWN
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.correcting import correct_message
from anlan.warning.actions.receiving import (
    MOST_CHARS,
    MOST_NAME_CHARS,
    MOST_REGIONS,
    Drawn,
    NewMessage,
    Told,
    drawn_in,
    receive_message,
    spoken,
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
from anlan.warning.rules import signal
from anlan.warning.rules.drawn import MOST_OUTLINES
from anlan.warning.rules.publishing import Kind
from anlan.warning.rules.reading.reading import FIELDS, Reading
from anlan.warning.rules.relay import relay_text

router = Router(tags=["warnings"])
Words = Annotated[str, Field(min_length=1, max_length=MOST_CHARS)]
Issuer = Annotated[str, Field(min_length=1, max_length=80)]
FIRST, LAST = dt.datetime(1950, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
Moment = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
Codes = Annotated[list[Code], Field(max_length=MOST_REGIONS)]
HazardCode = Literal[tuple(each.value for each in signal.Hazard)]  # type: ignore[valid-type]
LevelCode = Literal[tuple(each.value for each in signal.Level)]  # type: ignore[valid-type]
ChangeCode = Literal[tuple(each.value for each in signal.Change)]  # type: ignore[valid-type]
KindCode = Literal[tuple(each.value for each in Kind)]  # type: ignore[valid-type]
IntakeCode = Literal[tuple(Intake.values)]  # type: ignore[valid-type]


class OutlineGeometry(Schema):
    """GeoJSON Polygon or MultiPolygon: longitude, latitude in degrees (CGCS2000)."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class DrawnOutline(Schema):
    """A drawn area of a message, with a name where it has one."""

    name: Annotated[str, Field(max_length=MOST_NAME_CHARS)] = ""
    outline: OutlineGeometry


class WarningQuery(Paging):
    """`state` in-force or over; `unit` the code of a reporting unit."""

    state: Literal["in-force", "over"] | None = None
    level: LevelCode | None = None
    hazard: HazardCode | None = None
    unit: Code | None = None
    q: Search = ""
    sort: Literal["issued_at", "-issued_at"] = "-issued_at"


class WarningMessageQuery(Paging):
    warning: uuid.UUID | None = None
    sort: Literal["issued_at", "-issued_at", "received_at", "-received_at"] = "-received_at"


class IssuedWarningRow(Schema):
    """`level` is that of the newest message; `ended_at` null: in force. `areas` are codes."""

    id: uuid.UUID
    issuer: str
    unit: Named
    hazard: HazardCode
    level: LevelCode
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    ended_at: dt.datetime | None
    areas: list[Named]
    outlines: list[DrawnOutline]
    messages: int
    version: int


class RelayText(Schema):
    """`full` is unchanged, with issuer and time; `short` has at most 70 characters."""

    full: str
    short: str
    is_cut: bool


class ReleaseReceiptRow(Schema):
    """The number that the national system gave to its owner."""

    number: str
    received_at: dt.datetime
    recorded_by: str
    version: int


class WarningMessageRow(Schema):
    """`text` as it was received; `relay` is how it is passed on, null where `restriction` says
    that it is for some only. `receipt` null: not released, as far as is known here."""

    id: uuid.UUID
    warning: uuid.UUID
    issuer: str
    unit: Named
    hazard: HazardCode
    level: LevelCode
    change: ChangeCode
    issued_at: dt.datetime
    received_at: dt.datetime
    expires_at: dt.datetime | None
    text: str
    identifier: str
    intake: IntakeCode
    recorded_by: str
    areas: list[Named]
    outlines: list[DrawnOutline]
    relay: RelayText | None
    restriction: str | None
    receipt: ReleaseReceiptRow | None
    version: int


class SaidColumns(Schema):
    """What is given goes before what is read from the text; what is neither given nor read is
    refused by name. `regions` are codes, `outlines` are drawn; without either the regions that
    the text suggests."""

    issuer: Issuer | None = None
    hazard: HazardCode | None = None
    level: LevelCode | None = None
    change: ChangeCode | None = None
    issued_at: Moment | None = None
    expires_at: Moment | None = None
    regions: Codes = []  # noqa: RUF012
    outlines: Annotated[list[DrawnOutline], Field(max_length=MOST_OUTLINES)] | None = None


class WarningMessageInput(Write, SaidColumns):
    """`received_at` is now when it is absent; `unit` the one that the issuer names."""

    text: Words
    received_at: Moment | None = None
    unit: Code | None = None
    identifier: Annotated[str, Field(max_length=120)] = ""


class WarningCorrectionInput(Change, SaidColumns):
    """What the message really says; what is absent stays. Its text cannot change."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]


class WarningMessageDone(WarningMessageRow):
    """`is_repeated`: it was there already and nothing was written. `notes` say what was odd."""

    is_repeated: bool
    notes: list[str]


class WarningTextInput(Input):
    text: Words
    received_at: Moment | None = None


class ReadField(Schema):
    """`value` null: left to a person, `why` says the reason. `start` and `end` are characters of
    the text."""

    name: str
    value: str | None
    words: str
    start: int
    end: int
    why: str


class WarningReadingRow(Schema):
    fields: list[ReadField]
    unread: list[str]
    expires_at: dt.datetime | None
    regions: list[str]
    suggested: list[Named]


class PublishingRightRow(Proof):
    """`level` empty: every level. `body` null: the law names a class of bodies in words."""

    id: uuid.UUID
    kind: KindCode
    level: str
    bodies: str
    body: Named | None
    law: str
    article: str
    is_exclusive: bool
    version: int


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
