"""What an evaluation says of the sub-goal: as its own page says it, at the same instant."""

import datetime as dt

from django.utils.translation import gettext

from anlan.plan.models import Notice
from anlan.plan.queries.indicators.subgoal import Part, Statement, sub_goal
from anlan.plan.rules.evaluation.facts import StatementFacts, SubGoalFacts
from anlan.plan.rules.indicators.sentence import plain
from anlan.plan.rules.indicators.subgoal import Judgement

NOTHING = "缺"
JUDGED = {Judgement.IMPROVED: True, Judgement.NOT_IMPROVED: False}


def subgoal_facts(notice: Notice, now: dt.datetime) -> SubGoalFacts | None:
    """The four statements by the composition signed last, else by the last draft."""
    goal = sub_goal(notice, now)
    if goal is None:
        return None
    used = goal.composition
    return SubGoalFacts(
        key=goal.item.key,
        name=goal.item.heading,
        composition=used.document_number if used is not None and used.signed_on else "",
        statements=tuple(_statement(each) for each in goal.statements),
        improved=goal.improved,
    )


def _statement(each: Statement) -> StatementFacts:
    improved = JUDGED.get(each.verdict.known())
    note = each.verdict.reasons[-1].note
    return StatementFacts(
        number=each.number,
        text=each.text,
        measures=tuple(_measure(part) for part in each.parts),
        improved=improved,
        missing="" if improved is not None or note is None else note.text(gettext),
    )


def _measure(part: Part) -> str:
    """名称：基线70%，冻结时80%."""
    name = part.component.measure if part.measure is None else gettext(part.measure.label)
    known = {"基线": part.component.baseline, "冻结时": part.component.value}
    said = "，".join(
        f"{word}{NOTHING if value is None else f'{plain(value)}%'}"
        for word, value in known.items()
    )
    return f"{name}：{said}"
