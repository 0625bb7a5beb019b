"""Statistics: a figure of a region and year in one edition; a restated figure is a new edition."""

import datetime as dt
import decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from anlan.base.api.finding import by_key, holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Text, exact
from anlan.base.api.writing import Write, stated, tagged
from anlan.registers.actions.statistics import NewFigure, add_figure
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import Mark, StatisticState
from anlan.registers.models import Region, Statistic
from anlan.registers.rules.scope import Capability

router = Router(tags=["statistics"])
Year = Annotated[int, Field(ge=1900, le=2200)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
Amount = Annotated[decimal.Decimal, Field(max_digits=20, decimal_places=4, allow_inf_nan=False)]


class FigureQuery(Paging):
    region: Code | None = None
    indicator: Slug | None = None
    year: Year | None = None
    state: StatisticState | None = None
    sort: Literal["year", "-year", "indicator", "-indicator", "region", "-region"] = "region"


class Figure(Proof):
    """`value` is an exact decimal as text; null when the state is unknown, never zero."""

    id: str
    region: Named
    year: int
    indicator: str
    value: str | None
    unit_of_measure: str
    state: StatisticState
    edition: str
    published_on: dt.date | None
    grade: str
    note: str
    version: int


class FigureInput(Write):
    """A new edition of a figure. State unknown goes without a value."""

    region: Code
    year: Year
    indicator: Slug
    value: Amount | None = None
    unit_of_measure: Annotated[str, Field(min_length=1, max_length=20)]
    state: StatisticState
    edition: Annotated[str, Field(min_length=1, max_length=80)]
    published_on: Day | None = None
    source: Text
    mark: Mark = Mark.VERIFIED


def figure_row(figure: Statistic) -> dict[str, Any]:
    return {
        "id": str(figure.pk),
        "region": named(figure.region),
        "year": figure.year,
        "indicator": figure.indicator,
        "value": exact(figure.value),
        "unit_of_measure": figure.unit_of_measure,
        "state": figure.state,
        "edition": figure.edition,
        "published_on": figure.published_on,
        "grade": figure.grade,
        "note": figure.note,
        "version": figure.version,
        **proof(figure),
    }


@router.get("/statistics", response=Page[Figure])
def list_statistics(request: HttpRequest, query: Query[FigureQuery]) -> dict[str, Any]:
    """Figures with their editions, as far as their data grade is open to the actor."""
    rows = Statistic.objects.visible_to(scope_for(request)).select_related("region")
    wanted = {
        "region__code": query.region,
        "indicator": query.indicator,
        "year": query.year,
        "state": query.state,
    }
    rows = holding(rows, wanted)
    order = query.sort.replace("region", "region__code")
    return page_of(request, rows.order_by(order, "indicator", "year", "pk"), query, figure_row)


@router.get("/statistics/{uuid:figure_id}", response=Figure)
def get_statistic(request: HttpRequest, response: HttpResponse, figure_id: str) -> dict[str, Any]:
    rows = Statistic.objects.visible_to(scope_for(request)).select_related("region")
    figure = only(rows.filter(pk=figure_id))
    tagged(response, figure.version)
    return figure_row(figure)


@router.post("/statistics", response={201: Figure})
def add_statistic(request: HttpRequest, body: FigureInput) -> Status[dict[str, Any]]:
    """Enter a figure. An edition that exists already is refused, never overwritten."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    region = by_key(Region.objects.visible_to(scope), body.region)
    result = add_figure(
        NewFigure(
            region=region.code,
            indicator=body.indicator,
            year=body.year,
            unit_of_measure=body.unit_of_measure,
            state=body.state.value,
            value=body.value,
            edition=body.edition,
            published_on=body.published_on,
            source=body.source,
            mark=body.mark.value,
        ),
        **stated(request, body).kwargs(),
    )
    figure = Statistic.objects.select_related("region").get(pk=result["id"])
    return Status(201, figure_row(figure))
