"""What a reviewer sets right: fields of items, and what a printed name means."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from ninja.errors import ValidationError
from pydantic import ConfigDict, Field, StrictBool, TypeAdapter

from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Change, Input, Write, expected_version, stated, tagged
from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.reviewing import (
    FIRST_YEAR,
    LAST_YEAR,
    NameDecision,
    NewCorrection,
    correct_item,
    decide_name,
    withdraw_correction,
)
from anlan.plan.api.common import (
    ItemRow,
    NoticeRef,
    item_row,
    notice_by_id,
    notice_ref,
    scope_for,
)
from anlan.plan.models import Correction, PlanItem
from anlan.plan.rules.corrections import Field as ItemField
from anlan.plan.rules.notice.values import Mode
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan"])
Reason = Annotated[str, Field(min_length=1, max_length=300)]
PrintedName = Annotated[str, Field(min_length=1, max_length=200)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
MOST_NAMES = 200


class UnknownTarget(Invalid):
    code = "unknown-target"
    message = gettext_noop("There is no such body or group, or it is outside what you may see.")


class TargetInput(Input):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    operator: Literal["<", "<=", ">", ">=", "=", "up", "down"]
    value: Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False)]
    unit: Annotated[str, Field(max_length=30)] = ""


Names = Annotated[list[PrintedName], Field(max_length=MOST_NAMES)]
ACCEPTED: dict[ItemField, TypeAdapter[Any]] = {
    ItemField.HEADING: TypeAdapter(Reason),
    ItemField.DEADLINE_YEARS: TypeAdapter(Annotated[list[Year], Field(max_length=50)]),
    ItemField.MODE: TypeAdapter(Mode),
    ItemField.LEAD_UNITS: TypeAdapter(Names),
    ItemField.SUPPORT_UNITS: TypeAdapter(Names),
    ItemField.OPEN_ENDED: TypeAdapter(StrictBool),
    ItemField.INDICATOR: TypeAdapter(TargetInput | None),
}


class CorrectionQuery(Paging):
    notice: uuid.UUID | None = None
    field: ItemField | None = None
    sort: Literal["item_key", "-item_key", "corrected_at", "-corrected_at"] = "-corrected_at"


class CorrectionRow(Schema):
    """`read_as` and `corrected_to` have the JSON type of the field."""

    id: uuid.UUID
    notice: NoticeRef
    item_key: str
    field: ItemField
    read_as: Any
    corrected_to: Any
    reason: str
    corrected_at: dt.datetime
    corrected_by: str
    version: int


class CorrectionInput(Change):
    """`value`: heading text · deadline_years list of years · mode a code · lead_units and
    support_units lists of printed names · open_ended true or false · indicator
    {name, operator, value, unit} or null. The version is the item's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "field": "deadline_years",
                    "value": [2025],
                    "reason": "misread",
                    "expected_version": 1,
                }
            ]
        }
    )
    field: ItemField
    value: Any
    reason: Reason


class WithdrawInput(Change):
    reason: Reason


class NameInput(Write):
    """A printed name means a body or a group (ids; one of them), in all notices of the unit."""

    printed_name: PrintedName
    body: uuid.UUID | None = None
    group: uuid.UUID | None = None


class NameDecided(Schema):
    """`duties`: how many duties were matched by it."""

    printed_name: str
    duties: int


def correction_row(row: Correction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "notice": notice_ref(row.notice),
        "item_key": row.item_key,
        "field": row.field,
        "read_as": row.read_as,
        "corrected_to": row.corrected_to,
        "reason": row.reason,
        "corrected_at": row.corrected_at,
        "corrected_by": row.corrected_by,
        "version": row.version,
    }


@router.get("/corrections", response=Page[CorrectionRow])
def list_corrections(request: HttpRequest, query: Query[CorrectionQuery]) -> dict[str, Any]:
    """What people set right after reading; internal."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = Correction.objects.visible_to(scope).select_related("notice")
    if query.notice:
        rows = rows.filter(notice=notice_by_id(scope, query.notice))
    if query.field:
        rows = rows.filter(field=query.field)
    return page_of(request, rows.order_by(query.sort, "pk"), query, correction_row)


@router.post(
    "/items/{uuid:item_id}/corrections",
    response={201: ItemRow},
    openapi_extra={"x-states": ["expected_version"]},
)
def correct(
    request: HttpRequest, response: HttpResponse, item_id: uuid.UUID, body: CorrectionInput
) -> Status[dict[str, Any]]:
    """Set one field of an item right; it stays right when the notice is imported again."""
    scope = scope_for(request, Capability.CORRECT_NOTICE)
    version = expected_version(request, body)
    visible = PlanItem.objects.visible_to(scope)
    item = only(visible.filter(pk=item_id))
    new = NewCorrection(
        item=item.pk,
        field=body.field,
        value=_value(body.field, body.value),
        reason=body.reason,
    )
    said = stated(request, body).kwargs()
    said.pop("reason")
    correct_item(new, expected_version=version, **said)
    item = visible.select_related("notice").get(pk=item_id)
    tagged(response, item.version)
    return Status(201, item_row(item))


@router.post(
    "/corrections/{uuid:correction_id}/withdraw",
    response={204: None},
    openapi_extra={"x-states": ["expected_version"]},
)
def withdraw(request: HttpRequest, correction_id: uuid.UUID, body: WithdrawInput) -> Status[None]:
    """Take a correction back: the field is again what was read."""
    scope_for(request, Capability.CORRECT_NOTICE)
    version = expected_version(request, body)
    said = stated(request, body).kwargs()
    withdraw_correction(correction_id, expected_version=version, **said)
    return Status(204, None)


@router.post("/notices/{uuid:notice_id}/names", response=NameDecided)
def match_printed_name(
    request: HttpRequest, notice_id: uuid.UUID, body: NameInput
) -> dict[str, Any]:
    """Say which body or group a printed name means, now and in later imports."""
    scope = scope_for(request, Capability.CORRECT_NOTICE)
    notice = notice_by_id(scope, notice_id)
    bodies = registers.bodies_found(scope, "")
    if body.body and not bodies.filter(pk=body.body).exists():
        raise UnknownTarget(field="body")
    if body.group and not registers.body_groups(scope).filter(pk=body.group).exists():
        raise UnknownTarget(field="group")
    decision = NameDecision(
        unit=notice.unit_id,
        printed_name=body.printed_name,
        body=body.body,
        group=body.group,
        reason=body.reason,
    )
    said = stated(request, body).kwargs()
    said.pop("reason")
    result = decide_name(decision, **said)
    return {"printed_name": body.printed_name, "duties": result["duties"]}


def _value(field: ItemField, value: Any) -> Any:
    """The value in the JSON form of its field, or a refusal that names what is wrong in it."""
    try:
        found = ACCEPTED[field].validate_python(value)
    except pydantic.ValidationError as error:
        rows = error.errors(include_url=False, include_input=False)
        raise ValidationError(
            [{**row, "loc": ("body", "body", "value", *row["loc"])} for row in rows]
        ) from error
    if isinstance(found, TargetInput):
        return {**found.model_dump(), "value": str(found.value)}
    return found
