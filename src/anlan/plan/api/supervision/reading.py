"""Supervision over the API: the desk, each order with its papers, the ladder in force."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import tagged
from anlan.base.papers.word import WORD_TYPE
from anlan.base.screens.sheets import demonstration_mark
from anlan.plan.api.common import scope_for
from anlan.plan.api.loop.common import (
    body_ref,
)
from anlan.plan.api.supervision.shapes import (
    IssuerRow,
    LadderRow,
    OrderQuery,
    OrderRow,
    OrderWhole,
    SlipQuery,
    SlipRow,
    order_row,
    slip_row,
)
from anlan.plan.models import SlipAppeal, SlipIssuer, SlipReply, SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision.papers import PAPER_RELATED, slip_file, slip_file_name
from anlan.plan.queries.supervision.settings import ladder_on
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan: supervision"])
SLIP_RELATED = ("to__unit", "issuer__unit", "due")


@router.get("/supervision", response=Page[OrderRow])
def list_orders(request: HttpRequest, query: Query[OrderQuery]) -> dict[str, Any]:
    """Orders of supervision: of the actor's bodies and units, or issued by them."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {"body__code": query.body, "level": query.level, "state": query.state}
    rows = SupervisionOrder.objects.visible_to(scope)
    rows = rows.select_related("item", "body__unit", "unit")
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: order_row(row, scope))


@router.get("/supervision/ladder", response=LadderRow)
def get_ladder(request: HttpRequest) -> dict[str, Any]:
    """The ladder in force today."""
    scope_for(request, Capability.READ_INTERNAL)
    return ladder_on(clock.today()).to_json()


@router.get("/supervision/issuers", response=Page[IssuerRow])
def list_issuers(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Bodies that a document designates to issue slips, past and present."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = SlipIssuer.objects.visible_to(scope).select_related("body__unit")
    return page_of(
        request,
        rows.order_by("valid_from", "pk"),
        query,
        lambda row: {
            "id": row.pk,
            "body": body_ref(row.body, scope),
            "highest": row.highest,
            "basis": row.basis,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "version": row.version,
        },
    )


@router.get("/supervision/{uuid:order_id}", response=OrderWhole)
def get_order(request: HttpRequest, response: HttpResponse, order_id: uuid.UUID) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = SupervisionOrder.objects.visible_to(scope)
    row = only(rows.select_related("item", "body__unit", "unit").filter(pk=order_id))
    tagged(response, row.version)
    slips = SupervisionSlip.objects.visible_to(scope).filter(order=row)
    replies = SlipReply.objects.visible_to(scope).filter(slip__order=row)
    appeals = SlipAppeal.objects.visible_to(scope).filter(slip__order=row)
    return {
        **order_row(row, scope),
        "slips": [
            slip_row(slip, scope)
            for slip in slips.select_related(*SLIP_RELATED).order_by("prepared_at", "pk")
        ],
        "replies": [
            {
                "slip": one.slip_id,
                "text": one.text,
                "replied_at": one.replied_at,
                "is_accepted": one.is_accepted,
                "decision": one.decision,
            }
            for one in replies
        ],
        "appeals": [
            {
                "slip": one.slip_id,
                "text": one.text,
                "appealed_at": one.appealed_at,
                "is_upheld": one.is_upheld,
                "decision": one.decision,
            }
            for one in appeals
        ],
    }


@router.get("/supervision-papers", response=Page[SlipRow])
def list_papers(request: HttpRequest, query: Query[SlipQuery]) -> dict[str, Any]:
    """Papers of the orders in view, newest first."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {"to__code": query.to, "level": query.level, "state": query.state}
    rows = SupervisionSlip.objects.visible_to(scope).select_related(*SLIP_RELATED)
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: slip_row(row, scope))


@router.get("/supervision-papers/{uuid:slip_id}/paper")
def read_paper_file(request: HttpRequest, slip_id: uuid.UUID) -> HttpResponse:
    """The paper as .docx: a draft until it is signed."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = SupervisionSlip.objects.visible_to(scope).select_related(*PAPER_RELATED)
    row = only(rows.filter(pk=slip_id))
    base = request.build_absolute_uri("/").rstrip("/")
    content = slip_file(row, mark=demonstration_mark(), base_url=base)
    response = HttpResponse(content, content_type=WORD_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, slip_file_name(row))
    return response
