"""I7 from its composition: the four statements with their measures, as they are now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anlan.base.measures import Measure
from anlan.base.parts import registry
from anlan.base.rules.verdict import Verdict
from anlan.plan.models import Notice, PlanItem, SubGoalComposition
from anlan.plan.rules.indicators.subgoal import (
    STATEMENTS,
    Component,
    Judgement,
    judge_statement,
    statements_improved,
)
from anlan.registers.queries import whole_city
from anlan.registers.rules.scope import Scope

KEY = "I7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A measure of a statement, with its baseline and where that comes from."""

    measure: Measure | None
    component: Component
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    number: int
    text: str
    parts: tuple[Part, ...]
    verdict: Verdict[Judgement]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubGoal:
    item: PlanItem
    composition: SubGoalComposition | None
    statements: tuple[Statement, ...]
    improved: int | None

    @property
    def determined(self) -> int:
        found = [each.verdict.known() for each in self.statements]
        return sum(each is not Judgement.NOT_DETERMINABLE for each in found)


def sub_goal(
    notice: Notice, now: dt.datetime, composition: SubGoalComposition | None = None
) -> SubGoal | None:
    """The sub-goal by the composition signed last, else by the last draft, or by the one given.
    None for a notice without it. Its measures count the whole city, whoever reads."""
    item = PlanItem.objects.filter(notice=notice, key=KEY, is_dropped=False).first()
    if item is None:
        return None
    used = composition or composition_of(notice)
    texts = [str(each) for each in item.deliverables][:STATEMENTS]
    rows = list(used.components) if used is not None else []
    measures = {measure.name: measure for measure in offered_measures()}
    values = _values({row["measure"] for row in rows}, measures, now)
    statements = []
    for number in range(1, STATEMENTS + 1):
        mine = [row for row in rows if row["statement"] == number]
        parts = tuple(_part(row, measures, values) for row in mine)
        verdict = judge_statement(
            tuple(part.component for part in parts),
            is_signed=used is not None and used.signed_on is not None,
        )
        text = texts[number - 1] if number <= len(texts) else ""
        statements.append(Statement(number=number, text=text, parts=parts, verdict=verdict))
    judged = tuple(each.verdict.known() for each in statements)
    return SubGoal(
        item=item,
        composition=used,
        statements=tuple(statements),
        improved=statements_improved(judged),
    )


def composition_of(notice: Notice) -> SubGoalComposition | None:
    """The version signed last; the last draft while none is signed."""
    rows = SubGoalComposition.objects.filter(notice=notice)
    signed = rows.filter(signed_on__isnull=False).order_by("-number").first()
    found: SubGoalComposition | None = signed or rows.order_by("-number").first()
    return found


def offered_measures() -> list[Measure]:
    """The measures that may stand for a statement: all but that of the sub-goal itself."""
    return [measure for measure in registry.measures() if KEY not in measure.serves]


def _values(
    names: set[str], measures: Mapping[str, Measure], now: dt.datetime
) -> dict[str, Decimal | None]:
    scope = whole_city()
    return {
        name: _percent(measures[name], scope, now) if name in measures else None
        for name in sorted(names)
    }


def _part(
    row: Mapping[str, Any],
    measures: Mapping[str, Measure],
    values: Mapping[str, Decimal | None],
) -> Part:
    measure = measures.get(row["measure"])
    return Part(
        measure=measure,
        component=Component(
            measure=row["measure"],
            higher_is_better=measure is None or measure.direction == "up",
            baseline=None if row["baseline"] is None else Decimal(row["baseline"]),
            value=values[row["measure"]],
            label="" if measure is None else measure.label,
        ),
        source=row["source"],
    )


def _percent(measure: Measure, scope: Scope, now: dt.datetime) -> Decimal | None:
    share = measure.query(scope, now)
    if not share.whole:
        return None
    return (Decimal(100) * share.part / share.whole).quantize(Decimal("0.0001"))
