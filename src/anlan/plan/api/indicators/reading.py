"""Indicators over the API: standings with what is missing, and the records behind a figure."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from anlan.base.api.as_of import answers_as_of
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, page_of
from anlan.base.errors import NotFound
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.api.common import scope_for
from anlan.plan.api.indicators.shapes import (
    BehindQuery,
    BehindRow,
    IndicatorDetail,
    IndicatorRow,
    PastNoticeQuery,
)
from anlan.plan.models import Notice
from anlan.plan.queries.indicators.board import COUNTED_IN, Line, board, exact
from anlan.plan.queries.indicators.records import Behind, behind
from anlan.plan.queries.items import current_notice, notices
from anlan.plan.rules.indicators.sentence import sentence
from anlan.plan.rules.indicators.standing import Number, Standing, YearValue
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["plan: indicators"])


def internal(request: HttpRequest) -> Scope:
    return scope_for(request, Capability.READ_INTERNAL)


def notice_for(scope: Scope, key: uuid.UUID | None) -> Notice:
    if key is not None:
        return only(notices(scope).filter(pk=key))
    found = current_notice(scope)
    if found is None:
        raise NotFound
    return found


@router.get("/indicators", response=list[IndicatorRow])
@answers_as_of
def list_indicators(request: HttpRequest, query: Query[PastNoticeQuery]) -> list[dict[str, Any]]:
    """Every indicator of a notice: value, state, sentence, what is missing."""
    notice = notice_for(internal(request), query.notice)
    found = board(notice, with_units=False)
    return [_row(line, found.period.first, found.period.last) for line in found.lines]


@router.get("/indicators/{key}", response=IndicatorDetail)
@answers_as_of
def read_indicator(
    request: HttpRequest, key: str, query: Query[PastNoticeQuery]
) -> dict[str, Any]:
    """One indicator with the reporting units in view and the reasons of the verdict."""
    scope = internal(request)
    found = board(notice_for(scope, query.notice), only=key)
    line = found.line(key)
    if line is None:
        raise NotFound
    units = [
        {"unit": each.unit.code, "standing": _standing(each.verdict.known())}
        for each in line.units
        if each.unit.code in scope.units
    ]
    reasons = [
        {
            "rule": reason.rule,
            "source": reason.source,
            "article": reason.article,
            "edition": reason.edition,
            "status": reason.status.value,
            "note": "" if reason.note is None else reason.note.text(_),
        }
        for reason in line.verdict.reasons
    ]
    row = _row(line, found.period.first, found.period.last)
    return row | {"units": units, "reasons": reasons}


@router.get("/indicators/{key}/years/{int:year}/records", response=Page[BehindRow])
def list_indicator_records(
    request: HttpRequest, key: str, year: int, query: Query[BehindQuery]
) -> dict[str, Any]:
    """The records that a figure of a year counts, as far as the actor may see them."""
    scope = internal(request)
    if key not in COUNTED_IN or not 1 <= year <= 9999:
        raise NotFound
    rows, _hidden = behind(key, year, scope=scope, unit=query.unit)
    return page_of(request, list(rows), query, _behind)


def _behind(row: Behind) -> dict[str, Any]:
    return {
        "basis": row.basis,
        "record": row.key,
        "unit": row.unit,
        "number": exact(row.number),
        "statement": row.statement,
        "known_at": row.known_at,
    }


def _row(line: Line, first: int, last: int) -> dict[str, Any]:
    return {
        "key": line.item.key,
        "name": line.item.indicator_name or line.item.heading,
        "operator": line.indicator.operator.value,
        "target": exact(line.indicator.target),
        "unit": line.indicator.unit.value,
        "first_year": first,
        "last_year": last,
        "standing": _standing(line.verdict.known()),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    outlook = standing.outlook
    return {
        "status": standing.status,
        "value": _text(standing.value),
        "mean_of_yearly_ratios": _text(standing.mean_of_yearly_ratios),
        "ratio_of_sums": _text(standing.ratio_of_sums),
        "sentence": sentence(standing).text(_),
        "missing": [lack.text(_) for lack in standing.missing],
        "outlook": None
        if outlook is None
        else {
            "low": exact(outlook.low),
            "estimate": exact(outlook.estimate),
            "high": exact(outlook.high),
            "model": outlook.model.value,
        },
        "years": [_year(each) for each in standing.yearly],
    }


def _year(year: YearValue) -> dict[str, Any]:
    fact = year.fact
    return {
        "year": fact.year,
        "value": _text(year.value),
        "numerator": exact(fact.numerator.value),
        "denominator": exact(fact.denominator.value),
        "denominator_edition": fact.denominator.edition,
        "records": fact.numerator.records,
        "is_whole": fact.is_whole,
        "missing": [lack.text(_) for lack in year.missing],
    }


def _text(value: Number) -> str | None:
    return None if value is UNKNOWN else exact(value)
