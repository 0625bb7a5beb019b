"""Measures over the API: each figure with the records it counts."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from anlan.base import clock
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.errors import NotFound
from anlan.base.measures import Proof
from anlan.base.parts import registry
from anlan.plan.api.common import scope_for
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan: working loop"])


class MeasureRow(Schema):
    """`percent` is null when nothing was counted: not determinable, never zero."""

    name: str
    label: str
    unit: str
    direction: str
    rule: str
    serves: list[str]
    part: int
    whole: int
    percent: float | None


class ProofRow(Schema):
    """`url` is the page of the record. Rows that are `left_out` are not among the whole."""

    label: str
    url: str
    counts: bool
    why: str
    left_out: bool


@router.get("/measures", response=list[MeasureRow])
def list_measures(request: HttpRequest) -> list[dict[str, Any]]:
    """Figures computed from the records in the actor's view."""
    scope, now = scope_for(request, Capability.READ_INTERNAL), clock.now()
    rows = []
    for measure in registry.measures():
        share = measure.query(scope, now)
        rows.append(
            {
                "name": measure.name,
                "label": _(measure.label),
                "unit": measure.unit,
                "direction": measure.direction,
                "rule": _(measure.rule),
                "serves": list(measure.serves),
                "part": share.part,
                "whole": share.whole,
                "percent": share.percent,
            }
        )
    return rows


@router.get("/measures/{name}/records", response=Page[ProofRow])
def list_records(request: HttpRequest, name: str, query: Query[Paging]) -> dict[str, Any]:
    """The records behind one figure."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    measure = next((m for m in registry.measures() if m.name == name), None)
    if measure is None:
        raise NotFound
    return page_of(request, list(measure.evidence(scope, clock.now())), query, _row)


def _row(proof: Proof) -> dict[str, Any]:
    return asdict(proof)
