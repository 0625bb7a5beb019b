"""The part of an evaluation on the sub-goal: its statements, the measures that stand for them.

Source: 运政办函〔2023〕9号 part 二（一）2: four statements without a number; judged by
`sub-goal-statement` from the composition that the city signed. House rule: the words of this part,
and that the judgement is that of the frozen day, whatever year is evaluated (measures are known as
they are now, not as they were).
Edge cases: a statement that is not determined leaves the sub-goal without a number and says what
is missing; without a sub-goal there is no part.
"""

from collections.abc import Iterator
from typing import Final

from anlan.plan.rules.evaluation.facts import (
    NOT_DETERMINABLE,
    Facts,
    StatementFacts,
    SubGoalFacts,
)
from anlan.plan.rules.evaluation.text import BlockKind, Grid, Piece, TextBlock

COLUMNS: Final = ("表述", "依据的量化指标", "判定", "缺少")
JUDGED_WORDS: Final = {None: NOT_DETERMINABLE, True: "有提升", False: "未提升"}


def subgoal_blocks(facts: Facts) -> Iterator[TextBlock]:
    """Heading, sentence and table of the sub-goal; nothing for a notice without one."""
    goal = facts.subgoal
    if goal is None:
        return
    heading = Piece(text="分项目标")
    yield TextBlock(key="heading.subgoal", kind=BlockKind.HEADING, pieces=(heading,), level=1)
    yield TextBlock(key="subgoal", kind=BlockKind.SENTENCE, pieces=_sentence(facts, goal))
    rows = tuple(_row(goal, each) for each in goal.statements)
    yield TextBlock(
        key="subgoal.table",
        kind=BlockKind.TABLE,
        pieces=(Piece(text="分项目标完成情况"),),
        grid=Grid(columns=COLUMNS, rows=rows, weights=(6, 7, 3, 5)),
    )


def _sentence(facts: Facts, goal: SubGoalFacts) -> tuple[Piece, ...]:
    """How many improved is said only when all are determined."""
    known = facts.figures["g.known"]
    by = f"依据{goal.composition}，" if goal.composition else "衡量办法尚未签发，"
    said = [
        Piece(text=f"{goal.key} {goal.name}：{by}按冻结之日的量化指标，表述"),
        Piece(text=str(known.whole or 0), figure=known.key),
        Piece(text="项中可以判定的"),
        Piece(text=str(known.part), figure=known.key),
        Piece(text="项"),
    ]
    if goal.improved is None:
        return (*said, Piece(text=f"，分项目标是否实现{NOT_DETERMINABLE}。"))
    improved = Piece(text=str(goal.improved), figure="g.improved")
    return (*said, Piece(text="，有提升的"), improved, Piece(text="项。"))


def _row(goal: SubGoalFacts, each: StatementFacts) -> tuple[tuple[Piece, ...], ...]:
    figure = f"g.{goal.key}.{each.number}"
    verdict = JUDGED_WORDS[each.improved]
    cells = (each.text, "；".join(each.measures) or "—", verdict, each.missing or "—")
    return tuple((Piece(text=cell, figure="" if cell == "—" else figure),) for cell in cells)
