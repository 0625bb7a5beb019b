"""The implementation mechanism of bodies, quarter by quarter."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import holding
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Change, expected_version, stated
from anlan.plan.actions.mechanism import confirm_mechanism
from anlan.plan.api.common import scope_for
from anlan.plan.models import MechanismQuarter
from anlan.plan.queries.mechanism import standing_in_list, with_held
from anlan.plan.rules.mechanism import Standing
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan"])


class MechanismRow(Schema):
    """`person` is the id of the person in charge; `standing` is decided for today."""

    id: uuid.UUID
    body: str
    unit: str
    year: int
    quarter: int
    office: str
    person: uuid.UUID | None
    confirmed_at: dt.datetime | None
    standing: Standing
    version: int


class MechanismQuery(Paging):
    year: Annotated[int, Field(ge=2000, le=2200)] | None = None
    quarter: Annotated[int, Field(ge=1, le=4)] | None = None


class ConfirmInput(Change):
    office: Annotated[str, Field(min_length=1, max_length=100)]
    person: uuid.UUID


class MechanismConfirmed(Schema):
    id: uuid.UUID
    version: int


@router.get("/mechanism", response=Page[MechanismRow])
def list_mechanism(request: HttpRequest, query: Query[MechanismQuery]) -> dict[str, Any]:
    """Office and person of each body; who confirmed the quarter and who did not."""
    rows = MechanismQuarter.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    plain = {"year": query.year, "number": query.quarter}
    rows = holding(rows, plain)
    related = with_held(rows.select_related("body", "unit"), clock.today())
    ordered = related.order_by("-year", "-number", "body__code")
    return page_of(request, ordered, query, _row)


@router.post(
    "/mechanism/{uuid:row_id}/confirm",
    response=MechanismConfirmed,
    openapi_extra={"x-states": ["expected_version"]},
)
def confirm(request: HttpRequest, row_id: uuid.UUID, body: ConfirmInput) -> dict[str, Any]:
    """Confirm office and person for the present quarter."""
    version = expected_version(request, body)
    return confirm_mechanism(
        row_id,
        office=body.office,
        person=body.person,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


def _row(row: MechanismQuarter) -> dict[str, Any]:
    return {
        "id": row.pk,
        "body": row.body.code,
        "unit": row.unit.code,
        "year": row.year,
        "quarter": row.number,
        "office": row.office,
        "person": row.person_id,
        "confirmed_at": row.confirmed_at,
        "standing": standing_in_list(row, clock.today()),
        "version": row.version,
    }
