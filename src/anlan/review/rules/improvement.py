"""How an improvement stands: to be carried out, said done, taken as done, checked for its effect.

Source: House rule. No statute sets these steps for plan work; that what was done needs a file,
that another account takes it as done, and that the effect is checked against a measure, is ours.
Units and valid range: calendar days of the city. Edge cases: the last day of the term itself → not
overdue; done late stays visible in the term; the check waits until what was done was taken as
done, however late that is, and is due on the later of both days.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.review.rules.effect import Effect

RULE: Final = "improvement-state"


class ImprovementState(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    WAITING = "waiting"
    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not-effective"
    NOT_DETERMINABLE = "not-determinable"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]

    @property
    def is_closed(self) -> bool:
        return self in CLOSED


STATE_LABELS: Final = {
    ImprovementState.OPEN: gettext_noop("being carried out"),
    ImprovementState.OVERDUE: gettext_noop("overdue (improvement)"),
    ImprovementState.DONE: gettext_noop("said done, waits for a second look"),
    ImprovementState.WAITING: gettext_noop("carried out, waits for the check of its effect"),
    ImprovementState.EFFECTIVE: gettext_noop("effective"),
    ImprovementState.NOT_EFFECTIVE: gettext_noop("not effective"),
    ImprovementState.NOT_DETERMINABLE: gettext_noop("effect not determinable"),
    ImprovementState.WITHDRAWN: gettext_noop("withdrawn (improvement)"),
}
CLOSED: Final = frozenset(
    {
        ImprovementState.EFFECTIVE,
        ImprovementState.NOT_EFFECTIVE,
        ImprovementState.NOT_DETERMINABLE,
        ImprovementState.WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is known of an improvement; days, None where it did not happen."""

    due_on: dt.date
    done_on: dt.date | None = None
    taken_on: dt.date | None = None
    effect: Effect | None = None
    is_withdrawn: bool = False


class NotTaken(RuleRefused):
    """What was done cannot be taken as done."""


def improvement_state(course: Course, today: dt.date) -> Verdict[ImprovementState]:
    """The state on a day. Source and edge cases: see the module."""
    value = _state(course, today)
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            due_on=course.due_on,
            done_on=course.done_on or "",
            taken_on=course.taken_on or "",
            effect="" if course.effect is None else course.effect.value,
            today=today,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def check_day(check_on: dt.date, taken_on: dt.date) -> dt.date:
    """The day from which the effect is checked: the later one."""
    return max(check_on, taken_on)


def check_taken(*, files: int, doer: str, decider: str) -> None:
    """Raises NotTaken: no file that proves it, or the same account on both sides."""
    if files < 1:
        raise NotTaken(
            Message.of(
                gettext_noop("Nothing proves that it was done. Return it and ask for a file.")
            )
        )
    if doer == decider:
        raise NotTaken(
            Message.of(
                gettext_noop("Whoever said that it was done does not decide: ask a colleague.")
            )
        )


def _state(course: Course, today: dt.date) -> ImprovementState:
    if course.is_withdrawn:
        return ImprovementState.WITHDRAWN
    if course.effect is not None:
        return ImprovementState(course.effect.value)
    if course.taken_on is not None:
        return ImprovementState.WAITING
    if course.done_on is not None:
        return ImprovementState.DONE
    return ImprovementState.OVERDUE if today > course.due_on else ImprovementState.OPEN
