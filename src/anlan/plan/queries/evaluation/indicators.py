"""What an evaluation knows of the core indicators.

The seam for whoever computes them: `SOURCE` gives the reading of an item for a year, and is asked
first. Without one, or when it knows nothing, the rule of the indicator says what is missing;
nothing is made up.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from anlan.plan.models import Notice, PlanItem
from anlan.plan.rules.evaluation.facts import IndicatorFacts
from anlan.plan.rules.indicator import YearFigures, evaluate_indicator
from anlan.plan.rules.indicator_table import indicators
from anlan.plan.rules.notice.values import Kind

Source = Callable[[PlanItem, int, Any, dt.datetime], IndicatorFacts | None]
_sources: list[Source] = []
NO_FORMULA = "计算办法和数据"
SIGNS = {
    **{"<": "＜", "<=": "≤", ">": "＞", ">=": "≥", "=": "＝"},
    **{"down": "下降", "up": "上升"},
}
FIGURES = {
    "deaths": "死亡人数",
    "base_deaths": "基期死亡人数",
    "gdp_100m_yuan": "地区生产总值",
    "coal_mt": "原煤产量",
    "population": "人口",
    "affected_person_times": "受灾人次",
    "loss_100m_yuan": "直接经济损失",
}
"""Comparisons and figures as a paper names them."""


def declare_source(source: Source) -> None:
    """Whoever computes indicators declares itself once, at start."""
    if source not in _sources:
        _sources.append(source)


def readings(
    notice: Notice, year: int, scope: Any, now: dt.datetime
) -> list[tuple[PlanItem, IndicatorFacts]]:
    """Every indicator of a notice in its order."""
    items = PlanItem.objects.filter(
        notice=notice, kind=Kind.INDICATOR.value, is_dropped=False
    ).order_by("position")
    return [(item, _reading(item, year, scope, now)) for item in items]


def _reading(item: PlanItem, year: int, scope: Any, now: dt.datetime) -> IndicatorFacts:
    for source in _sources:
        found = source(item, year, scope, now)
        if found is not None:
            return found
    return IndicatorFacts(
        key=item.key,
        name=item.indicator_name or item.heading,
        target=target_of(item),
        missing=_missing(item.key),
    )


def target_of(item: PlanItem) -> str:
    if item.indicator_value is None:
        return "—"
    number = f"{item.indicator_value.normalize():f}"
    unit = item.indicator_unit
    return f"{SIGNS.get(item.indicator_operator, '')}{number}{'' if unit == '—' else unit}"


def _missing(key: str) -> tuple[str, ...]:
    known = indicators().get(key)
    if known is None:
        return (NO_FORMULA,)
    nothing = (YearFigures(numerator=None, denominator=None),)
    reason = evaluate_indicator(known, nothing).reasons[0]
    codes: tuple[str, ...] = dict(reason.details)["missing"]  # type: ignore[assignment]
    return tuple(FIGURES[code.split()[0]] for code in codes)
