"""How a project (工程) on the ground stands on a day, and whether a payment needs a note.

Source: House rule (coverage.md, project sheets): a project is finished when its acceptance (验收)
passed; built but not accepted is not finished. Progress is milestones done of those planned, never
a typed percentage. What should have finished before the program was kept here and about which
nothing is known is 待补录 (to be back-filled), never late.
Units and valid range: days of the city; money in fen. Edge cases: the planned last day itself →
not late; no planned last day → no schedule; a failed acceptance → built; budget unknown → no
payment can be said to be above it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, UNKNOWN, Reason, SourceStatus, Verdict, pairs

RULE: Final = "project-state"
PAYMENT_RULE: Final = "project-over-budget"
_NO_BUDGET: Final = gettext_noop("The budget is unknown, so nothing can be above it.")


class ProjectState(StrEnum):
    NO_SCHEDULE = "no-schedule"
    NOT_STARTED = "not-started"
    UNDER_WAY = "under-way"
    LATE = "late"
    TO_BACK_FILL = "to-back-fill"
    BUILT = "built"
    FINISHED = "finished"
    BACK_FILLED = "back-filled"

    @property
    def label(self) -> str:
        return PROJECT_STATE_LABELS[self]

    @property
    def is_finished(self) -> bool:
        return self in (ProjectState.FINISHED, ProjectState.BACK_FILLED)


PROJECT_STATE_LABELS: Final = {
    ProjectState.NO_SCHEDULE: gettext_noop("no schedule entered"),
    ProjectState.NOT_STARTED: gettext_noop("not started"),
    ProjectState.UNDER_WAY: gettext_noop("under way"),
    ProjectState.LATE: gettext_noop("late"),
    ProjectState.TO_BACK_FILL: gettext_noop("to be back-filled: no information"),
    ProjectState.BUILT: gettext_noop("built, not accepted yet"),
    ProjectState.FINISHED: gettext_noop("finished and accepted"),
    ProjectState.BACK_FILLED: gettext_noop("finished, back-filled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """What is known of a project. `informed` is whether anything was recorded of its course."""

    planned_finish_on: date | None = None
    started_on: date | None = None
    built_on: date | None = None
    accepted_on: date | None = None
    is_back_filled: bool = False
    informed: bool = False


def project_state(facts: ProjectFacts, *, today: date, live_from: date) -> Verdict[ProjectState]:
    """The state on a day. Source and edge cases: see the module."""
    value = _state(facts, today, live_from)
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            planned_finish_on=facts.planned_finish_on or "",
            started_on=facts.started_on or "",
            built_on=facts.built_on or "",
            accepted_on=facts.accepted_on or "",
            is_back_filled=facts.is_back_filled,
            informed=facts.informed,
            today=today,
            live_from=live_from,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def _state(facts: ProjectFacts, today: date, live_from: date) -> ProjectState:
    if facts.accepted_on is not None and facts.accepted_on <= today:
        is_back = facts.is_back_filled
        return ProjectState.BACK_FILLED if is_back else ProjectState.FINISHED
    if facts.built_on is not None and facts.built_on <= today:
        return ProjectState.BUILT
    planned = facts.planned_finish_on
    if planned is not None and planned < today:
        is_old = planned < live_from and not facts.informed
        return ProjectState.TO_BACK_FILL if is_old else ProjectState.LATE
    if facts.started_on is not None and facts.started_on <= today:
        return ProjectState.UNDER_WAY
    return ProjectState.NO_SCHEDULE if planned is None else ProjectState.NOT_STARTED


def over_budget(*, budget_fen: int | None, paid_fen: int, amount_fen: int) -> Verdict[bool]:
    """Whether a payment brings what is paid above the budget; then it needs a note."""
    value = UNKNOWN if budget_fen is None else paid_fen + amount_fen > budget_fen
    reason = Reason(
        rule=PAYMENT_RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            budget_fen="" if budget_fen is None else budget_fen,
            paid_fen=paid_fen,
            amount_fen=amount_fen,
        ),
        note=Message.of(_NO_BUDGET) if budget_fen is None else None,
    )
    return Verdict(value=value, reasons=(reason,))
