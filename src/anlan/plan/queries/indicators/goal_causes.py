"""What stands beside the sub-goal: its statements with their measures, the items that carry one of
these measures, what is late in them, what is proven, and whose they are. Nothing here is a cause.
"""

from dataclasses import dataclass
from typing import Any

from anlan.base import clock
from anlan.base.rules.verdict import Reason
from anlan.plan.models import Notice
from anlan.plan.queries.indicators.causes import BodyPart, ServingItem, bodies_of, serving_items
from anlan.plan.queries.indicators.subgoal import Statement, SubGoal, sub_goal
from anlan.plan.rules.indicators.serving import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCauses:
    goal: SubGoal
    items: tuple[ServingItem, ...]
    bodies: tuple[BodyPart, ...]

    def items_of(self, statement: Statement) -> tuple[ServingItem, ...]:
        """Those that share a measure with one statement."""
        named = {part.component.measure for part in statement.parts}
        return tuple(
            item
            for item in self.items
            if any(one.link is Link.MEASURE and one.by in named for one in item.verdict.known())
        )

    @property
    def reasons(self) -> tuple[Reason, ...]:
        judged = self.goal.statements[0].verdict.reasons[:1]
        links = self.items[0].verdict.reasons if self.items else ()
        return (*judged, *links)


def goal_causes(notice: Notice, *, scope: Any) -> GoalCauses | None:
    """None for a notice without a sub-goal. The statements are the city's, whoever reads; items
    and what is late in them are those in the reader's view."""
    now = clock.now()
    goal = sub_goal(notice, now)
    if goal is None:
        return None
    measures = frozenset(part.component.measure for each in goal.statements for part in each.parts)
    items = serving_items(goal.item, scope, now, measures=measures)
    return GoalCauses(goal=goal, items=items, bodies=bodies_of(items, scope))
