"""The life of an obstacle that became a request for coordination.

Source: House rule; 运政办函〔2023〕9号 part 三 (真抓实干，协调推进). Open → replied → closed, or
escalated to the plan office, which replies again.
Edge cases: a reply is final only when whoever raised the obstacle accepts it; a closed one is not
opened again, a new one is raised. Exactly at the end of the term is in time.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-obstacle"
IN_TIME_RULE: Final = "plan-obstacle-in-time"


class ObstacleState(StrEnum):
    OPEN = "open"
    REPLIED = "replied"
    ESCALATED = "escalated"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return OBSTACLE_LABELS[self]

    @property
    def waits_for_reply(self) -> bool:
        return self in (ObstacleState.OPEN, ObstacleState.ESCALATED)


OBSTACLE_LABELS: Final = {
    ObstacleState.OPEN: gettext_noop("waits for a reply"),
    ObstacleState.REPLIED: gettext_noop("replied, waits for acceptance"),
    ObstacleState.ESCALATED: gettext_noop("escalated to the plan office"),
    ObstacleState.CLOSED: gettext_noop("closed"),
}


class ObstacleAct(StrEnum):
    REPLY = "reply"
    ACCEPT = "accept"
    ESCALATE = "escalate"
    CLOSE = "close"


NEXT: Final = {
    (ObstacleState.OPEN, ObstacleAct.REPLY): ObstacleState.REPLIED,
    (ObstacleState.ESCALATED, ObstacleAct.REPLY): ObstacleState.REPLIED,
    (ObstacleState.REPLIED, ObstacleAct.ACCEPT): ObstacleState.CLOSED,
    (ObstacleState.REPLIED, ObstacleAct.ESCALATE): ObstacleState.ESCALATED,
    (ObstacleState.OPEN, ObstacleAct.ESCALATE): ObstacleState.ESCALATED,
    (ObstacleState.OPEN, ObstacleAct.CLOSE): ObstacleState.CLOSED,
    (ObstacleState.ESCALATED, ObstacleAct.CLOSE): ObstacleState.CLOSED,
}


class ObstacleActRefused(RuleRefused):
    """The act does not fit the state."""

    def __init__(self, state: ObstacleState) -> None:
        said = gettext_noop(
            "This request is already in the state “{state}”: nothing was changed. Reload the "
            "page, or raise a new one."
        )
        super().__init__(Message.of(said, state=Message.of(state.label)))


def after(state: ObstacleState, act: ObstacleAct) -> ObstacleState:
    """The state after an act, or ObstacleActRefused."""
    found = NEXT.get((state, act))
    if found is None:
        raise ObstacleActRefused(state)
    return found


class Answered(StrEnum):
    """How a request stands for the measure W2."""

    IN_TIME = "in-time"
    LATE = "late"
    RUNNING = "running"

    @property
    def label(self) -> str:
        return ANSWERED_LABELS[self]


ANSWERED_LABELS: Final = {
    Answered.IN_TIME: gettext_noop("answered in time"),
    Answered.LATE: gettext_noop("answered late, or overdue"),
    Answered.RUNNING: gettext_noop("term still running"),
}


def answered_in_time(
    replied_at: datetime | None, due_at: datetime | None, now: datetime
) -> Verdict[Answered]:
    """Whether the first reply came before its term ended. Source and edge cases: see the module.

    Without an end (a clock that stands still) an unanswered request is still running.
    """
    judged = replied_at if replied_at is not None else now
    is_over = due_at is not None and judged > due_at
    if is_over:
        value = Answered.LATE
    else:
        value = Answered.RUNNING if replied_at is None else Answered.IN_TIME
    reason = Reason(
        rule=IN_TIME_RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            replied_at=replied_at or "",
            due_at=due_at or "",
            now=now,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))
