"""The score of warnings: the whole, told apart by one cut, and the records behind it."""

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from anlan.base import clock
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Day
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.rules.labels import gettext_noop
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.forms.scoring import MOST_DAYS, usual_period
from anlan.warning.queries.scoring import Board, Cut, base_year, of_fate
from anlan.warning.queries.scoring_records import Of, Period, may_score
from anlan.warning.rules.scoring.matching import JudgedEvent
from anlan.warning.rules.scoring.score import Rate, Score

router = Router(tags=["warnings"])


class BadPeriod(Invalid):
    code = "bad-period"
    message = gettext_noop("The last day lies before the first, or more than ten years after it.")


class PeriodQuery(Schema):
    """Days of the city, the last one included; this year and the two before it when absent."""

    first: Day | None = None
    last: Day | None = None
    whose: Of = Of.WARNINGS


class ScoreQuery(PeriodQuery):
    by: Cut = Cut.HAZARD


class RecordQuery(Paging):
    first: Day | None = None
    last: Day | None = None
    whose: Of = Of.WARNINGS
    side: Literal["event", "alarm"] = "event"


class RateRow(Schema):
    """`value` and the 95 % interval are null of none."""

    part: int
    whole: int
    value: float | None
    low: float | None
    high: float | None


class ScoreRow(Schema):
    """Counts of events and of warnings. What is undecidable is part of no rate."""

    hits: int
    late: int
    misses: int
    events_undecidable: int
    alarms_hit: int
    alarms_late: int
    false_alarms: int
    alarms_undecidable: int
    detection: RateRow
    false_share: RateRow
    success: RateRow
    lead_minutes: list[float]
    lead_median_minutes: float | None
    lead_unknown: int


class CutRow(Schema):
    code: str
    score: ScoreRow


class LoadRow(Schema):
    days: int
    messages: int
    budget_a_day: int
    days_over_budget: int


class Scores(Schema):
    """`base` is the score of the base year, null when nothing of it is on record."""

    first: dt.date
    last: dt.date
    total: ScoreRow
    base_year: int
    base: ScoreRow | None
    load: LoadRow
    by: Cut
    rows: list[CutRow]


class RecordRow(Schema):
    """An event or a warning with its fate; `why` is a code when nothing can be said."""

    label: str
    url: str
    kind: str
    began_at: dt.datetime
    is_timed: bool
    places: list[str]
    fate: str
    why: str
    lead_minutes: float | None
    others: int


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval or (None, None)
    return {
        "part": rate.part,
        "whole": rate.whole,
        "value": rate.value,
        "low": low,
        "high": high,
    }


def score_row(score: Score) -> dict[str, Any]:
    return {
        "hits": score.hits,
        "late": score.late,
        "misses": score.misses,
        "events_undecidable": score.events_undecidable,
        "alarms_hit": score.alarms_hit,
        "alarms_late": score.alarms_late,
        "false_alarms": score.false_alarms,
        "alarms_undecidable": score.alarms_undecidable,
        "detection": _rate(score.detection),
        "false_share": _rate(score.false_share),
        "success": _rate(score.success),
        "lead_minutes": list(score.leads.minutes),
        "lead_median_minutes": score.leads.median_min,
        "lead_unknown": score.leads.unknown,
    }


def _board(request: HttpRequest, query: PeriodQuery | RecordQuery) -> Board:
    scope = scope_for(request, Capability.READ_INTERNAL)
    if not may_score(scope) or not isinstance(scope, Scope):
        raise NotAllowed
    now = clock.now()
    usual = usual_period(clock.today())
    period = Period(first=query.first or usual.first, last=query.last or usual.last)
    if not 0 <= (period.last - period.first).days <= MOST_DAYS:
        raise BadPeriod(field="last")
    return Board(scope, period, now, query.whose)


@router.get("/warning-scores", response=Scores)
def get_scores(request: HttpRequest, query: Query[ScoreQuery]) -> dict[str, Any]:
    """Detection, false alarms, lead time and load of a period, as on the page of the score."""
    board = _board(request, query)
    base = base_year(board.scope, board.now, board.of)
    has_base = bool(base.total.events or base.total.alarms)
    return {
        "first": board.period.first,
        "last": board.period.last,
        "total": score_row(board.total),
        "base_year": base.terms.base_year,
        "base": score_row(base.total) if has_base else None,
        "load": {
            "days": board.load.days,
            "messages": board.load.total,
            "budget_a_day": board.load.budget,
            "days_over_budget": len(board.load.over),
        },
        "by": query.by,
        "rows": [
            {"code": row.code, "score": score_row(row.score)} for row in board.rows(query.by)
        ],
    }


@router.get("/warning-scores/records", response=Page[RecordRow])
def list_records(request: HttpRequest, query: Query[RecordQuery]) -> dict[str, Any]:
    """Every event, or every warning, with what became of it."""
    board = _board(request, query)
    rows = list(reversed(of_fate(board.judged, query.side, "")))
    return page_of(request, rows, query, lambda one: _record(board, one))


def _record(board: Board, one: Any) -> dict[str, Any]:
    is_event = isinstance(one, JudgedEvent)
    record = one.event if is_event else one.alarm
    return {
        "label": board.pages[record.key].label,
        "url": board.pages[record.key].url,
        "kind": record.family if is_event else record.hazard.value,
        "began_at": record.onset_from if is_event else record.begun_at,
        "is_timed": record.is_timed if is_event else True,
        "places": sorted(record.places),
        "fate": one.fate.value,
        "why": one.why.value,
        "lead_minutes": one.lead_min if is_event else None,
        "others": len(one.alarms if is_event else one.events),
    }
