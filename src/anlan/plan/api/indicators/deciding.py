"""Choices, published editions and the composition of I7 over the API."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import expected_version, stated
from anlan.base.errors import NotFound
from anlan.plan.actions.indicators.choosing import NewChoice, choose
from anlan.plan.actions.indicators.composing import NewComponent, compose, sign_composition
from anlan.plan.actions.indicators.publishing import NewEdition, publish
from anlan.plan.api.indicators.reading import internal, notice_for
from anlan.plan.api.indicators.shapes import (
    ChoiceInput,
    ChoiceRow,
    CompositionInput,
    Done,
    EditionDetail,
    EditionInput,
    EditionRow,
    IndicatorNoticeQuery,
    SubGoalOut,
    SubGoalSignInput,
)
from anlan.plan.models import IndicatorChoice, IndicatorEdition
from anlan.plan.queries.indicators.board import exact
from anlan.plan.queries.indicators.editions import changed_since
from anlan.plan.queries.indicators.subgoal import sub_goal
from anlan.plan.rules.indicators.restating import Change
from anlan.registers.rules.scope import Scope

router = Router(tags=["plan: indicators"])


@router.get("/indicator-choices", response=Page[ChoiceRow])
def list_choices(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Every choice ever set, the latest first; the latest of a matter holds."""
    rows = IndicatorChoice.objects.visible_to(internal(request))
    return page_of(request, rows.order_by("-set_at", "-pk"), query, lambda row: row)


@router.post("/indicator-choices", response={201: Done})
def make_choice(request: HttpRequest, body: ChoiceInput) -> Status[dict[str, Any]]:
    """Set a base year, a window, a reading or a coverage, with the paper that decides it."""
    new = NewChoice(
        notice=body.notice,
        kind=body.kind,
        source=body.source,
        basis=body.basis.value if body.basis else "",
        first_year=body.first_year,
        last_year=body.last_year,
        reading=body.reading.value if body.reading else "",
        holds=body.holds,
    )
    return Status(201, choose(new, **stated(request, body).kwargs()))


@router.get("/indicator-editions", response=Page[EditionRow])
def list_editions(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Published editions, the newest first."""
    rows = IndicatorEdition.objects.visible_to(internal(request)).defer("figures")
    return page_of(request, rows.order_by("-published_on", "-pk"), query, lambda row: row)


@router.get("/indicator-editions/{uuid:edition_id}", response=EditionDetail)
def read_indicator_edition(request: HttpRequest, edition_id: uuid.UUID) -> dict[str, Any]:
    """The frozen figures, and which of them would be others now."""
    scope = internal(request)
    rows = IndicatorEdition.objects.visible_to(scope).select_related("notice")
    row = only(rows.filter(pk=edition_id))
    names = [field.attname for field in IndicatorEdition._meta.fields]
    shown = {name: getattr(row, name) for name in names}
    figures = [
        {"key": key, **values} for key, values in row.figures.items() if _in_view(key, scope)
    ]
    changes = [_change(each) for each in changed_since(row) if _in_view(each.key, scope)]
    return shown | {"figures": figures, "changes": changes}


@router.post("/indicator-editions", response={201: Done})
def make_edition(request: HttpRequest, body: EditionInput) -> Status[dict[str, Any]]:
    """Publish every figure as it is known now, under a document."""
    new = NewEdition(
        notice=body.notice,
        title=body.title,
        document_number=body.document_number,
        published_on=body.published_on,
    )
    return Status(201, publish(new, **stated(request, body).kwargs()))


@router.get("/sub-goal", response=SubGoalOut)
def read_sub_goal(request: HttpRequest, query: Query[IndicatorNoticeQuery]) -> dict[str, Any]:
    """I7: the four statements by the composition signed last, or the last draft."""
    goal = sub_goal(notice_for(internal(request), query.notice), clock.now())
    if goal is None:
        raise NotFound
    used = goal.composition
    return {
        "composition": None if used is None else used.pk,
        "version": None if used is None else used.version,
        "is_signed": used is not None and used.signed_on is not None,
        "improved": goal.improved,
        "determined": goal.determined,
        "statements": [
            {
                "number": each.number,
                "text": each.text,
                "judgement": each.verdict.known(),
                "components": [
                    {
                        "measure": part.component.measure,
                        "baseline": exact(part.component.baseline),
                        "value": exact(part.component.value),
                        "source": part.source,
                        "judgement": part.component.judgement,
                    }
                    for part in each.parts
                ],
            }
            for each in goal.statements
        ],
    }


@router.post("/sub-goal-compositions", response={201: Done})
def make_composition(request: HttpRequest, body: CompositionInput) -> Status[dict[str, Any]]:
    """A new draft of the composition."""
    parts = [
        NewComponent(
            statement=each.statement,
            measure=each.measure,
            baseline=each.baseline,
            source=each.source,
        )
        for each in body.components
    ]
    return Status(201, compose(body.notice, parts, **stated(request, body).kwargs()))


@router.post(
    "/sub-goal-compositions/{uuid:composition_id}/sign",
    response=Done,
    openapi_extra={"x-states": ["expected_version"]},
)
def sign_sub_goal(
    request: HttpRequest, composition_id: uuid.UUID, body: SubGoalSignInput
) -> dict[str, Any]:
    """Sign a draft with its document; it does not change after that."""
    version = expected_version(request, body)
    return sign_composition(
        composition_id,
        body.document_number,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


def _in_view(key: str, scope: Scope) -> bool:
    last = key.split("/")[-1]
    return last.isdigit() or "/" not in key or last in scope.units


def _change(change: Change) -> dict[str, Any]:
    sides = {"was": change.was, "now": change.now}
    return {"key": change.key, "cause": change.cause} | {
        side: {
            "value": exact(figure.value),
            "numerator": exact(figure.numerator),
            "denominator": exact(figure.denominator),
            "state": figure.state,
        }
        for side, figure in sides.items()
    }
