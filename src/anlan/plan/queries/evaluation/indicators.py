"""What an evaluation says of the core indicators: as the indicator pages compute them.

The evaluation of a year before the last one of the period says the value of that year and judges
nothing; from the last year on it says the value of the period, met or not, or what is missing.
"""

import datetime as dt

from django.utils.translation import gettext

from anlan.base.rules.message import Message
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.models import Notice, PlanItem
from anlan.plan.queries.indicators.board import Line, board
from anlan.plan.rules.evaluation.facts import IndicatorFacts
from anlan.plan.rules.indicator_table import IndicatorKind
from anlan.plan.rules.indicators.sentence import plain
from anlan.plan.rules.indicators.standing import Number, Period, Standing, Status
from anlan.plan.rules.notice.values import Kind

NO_FORMULA = "计算办法和数据"
SIGNS = {
    **{"<": "＜", "<=": "≤", ">": "＞", ">=": "≥", "=": "＝"},
    **{"down": "下降", "up": "上升"},
}
"""Comparisons as a paper names them."""
JUDGED = {Status.MET: True, Status.NOT_MET: False}


def readings(notice: Notice, year: int, now: dt.datetime) -> list[tuple[PlanItem, IndicatorFacts]]:
    """Every indicator of a notice in its order, as known at `now`."""
    items = PlanItem.objects.filter(
        notice=notice, kind=Kind.INDICATOR.value, is_dropped=False
    ).order_by("position")
    known = board(notice, at=now, with_units=False, projects=False)
    return [(item, _reading(item, known.line(item.key), known.period, year)) for item in items]


def _reading(item: PlanItem, line: Line | None, period: Period, year: int) -> IndicatorFacts:
    name, target = item.indicator_name or item.heading, target_of(item)
    if line is None:
        return IndicatorFacts(key=item.key, name=name, target=target, missing=(NO_FORMULA,))
    standing = line.verdict.known()
    base = _base(standing)
    if year >= period.last:
        return IndicatorFacts(
            key=item.key,
            name=name,
            target=target,
            base=base,
            value=_text(standing.value),
            met=JUDGED.get(standing.status),
            missing=_said(standing.missing),
        )
    found = next((each for each in standing.yearly if each.fact.year == year), None)
    return IndicatorFacts(
        key=item.key,
        name=name,
        target=target,
        base=base,
        value=_text(found.value) if found is not None else "",
        missing=_said(standing.missing if found is None else found.missing),
    )


def _base(standing: Standing) -> str:
    """The deaths of the base year, where the indicator is held against one."""
    if standing.indicator.kind is not IndicatorKind.FALL or not standing.yearly:
        return ""
    value = standing.yearly[0].fact.denominator.value
    return plain(value) if value is not None else ""


def _text(value: Number) -> str:
    return "" if value is UNKNOWN else plain(value)


def _said(lacks: tuple[Message, ...]) -> tuple[str, ...]:
    return tuple(lack.text(gettext) for lack in lacks)


def target_of(item: PlanItem) -> str:
    if item.indicator_value is None:
        return "—"
    number = f"{item.indicator_value.normalize():f}"
    unit = item.indicator_unit
    return f"{SIGNS.get(item.indicator_operator, '')}{number}{'' if unit == '—' else unit}"
