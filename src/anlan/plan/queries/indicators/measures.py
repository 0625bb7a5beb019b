"""Measures of I1–I7: of the years that decide (or the statements) those that are determined.

The figure and its list are one: a year counts when its value can be formed from records and
published figures, and opens them.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.measures import Measure, Proof, Share
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.models import Notice
from anlan.plan.queries.indicators.board import board
from anlan.plan.queries.indicators.subgoal import KEY, sub_goal
from anlan.plan.queries.items import current_notice
from anlan.plan.rules.indicators.sentence import plain
from anlan.plan.rules.indicators.subgoal import Judgement

Evidence = Callable[[Any, dt.datetime], Sequence[Proof]]


def _years(key: str) -> Evidence:
    def evidence(scope: Any, now: dt.datetime) -> list[Proof]:
        notice = current_notice(scope)
        line = _board_line(notice, key)
        if line is None:
            return []
        return [
            Proof(
                label=_("{key}, {year}").format(key=key, year=year.fact.year),
                url=f"{reverse('plan-indicator', args=[key])}?year={year.fact.year}",
                counts=year.value is not UNKNOWN,
                why="；".join(lack.text(_) for lack in year.missing)
                if year.value is UNKNOWN
                else f"{plain(year.value)}（{_(line.indicator.unit.label)}）",
            )
            for year in line.verdict.known().yearly
        ]

    return evidence


def _board_line(notice: Notice | None, key: str) -> Any:
    if notice is None:
        return None
    return board(notice, only=key, with_units=False, projects=False).line(key)


def _statements(scope: Any, now: dt.datetime) -> list[Proof]:
    notice = current_notice(scope)
    goal = None if notice is None else sub_goal(notice, now)
    if goal is None:
        return []
    return [
        Proof(
            label=each.text or str(each.number),
            url=reverse("plan-indicator", args=[KEY]),
            counts=each.verdict.known() is not Judgement.NOT_DETERMINABLE,
            why=_(each.verdict.known().label),
        )
        for each in goal.statements
    ]


def _measure(key: str, label: str, rule: str, evidence: Evidence) -> Measure:
    def query(scope: Any, now: dt.datetime) -> Share:
        proofs = evidence(scope, now)
        return Share(part=sum(proof.counts for proof in proofs), whole=len(proofs))

    return Measure(
        name=f"indicator-{key.lower()}",
        label=label,
        unit="%",
        direction="up",
        rule=rule,
        serves=(key,),
        query=query,
        evidence=evidence,
    )


YEARS_RULE = gettext_noop(
    "Of the years of the plan and its base year, those whose value follows from records and "
    "published figures. Each year opens them; what is missing is said."
)
MEASURES = (
    _measure(
        "I1",
        gettext_noop("Change of deaths in accidents: years determined"),
        YEARS_RULE,
        _years("I1"),
    ),
    _measure(
        "I2",
        gettext_noop("Deaths per 100 million yuan: years determined"),
        YEARS_RULE,
        _years("I2"),
    ),
    _measure(
        "I3", gettext_noop("Deaths per million tonnes: years determined"), YEARS_RULE, _years("I3")
    ),
    _measure(
        "I4",
        gettext_noop("Disaster deaths per million people: years determined"),
        YEARS_RULE,
        _years("I4"),
    ),
    _measure(
        "I5", gettext_noop("Affected person-times: years determined"), YEARS_RULE, _years("I5")
    ),
    _measure(
        "I6",
        gettext_noop("Direct loss as a share of GDP: years determined"),
        YEARS_RULE,
        _years("I6"),
    ),
    _measure(
        KEY,
        gettext_noop("Statements of the sub-goal determined"),
        gettext_noop(
            "Of the four statements of the sub-goal, those that a signed composition of measures "
            "decides: improved or not improved."
        ),
        _statements,
    ),
)
