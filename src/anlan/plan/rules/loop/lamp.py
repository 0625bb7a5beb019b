"""The lamp of an item: one sign for a chief, computed, never typed.

Source: House rule (no statute fixes lamps for plan items): red when something is overdue, yellow
when something is due within 30 calendar days or a request for coordination is overdue, green when
all is finished or on its way, grey when nothing is known. Missing is not normal: an item without a
deliverable, or with nothing but 待补录, is grey and never green; 待补录 is never red.
Edge cases: exactly 30 days before the end → yellow; a withdrawn deliverable counts for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.plan.rules.loop.deliverable import DeliverableState

RULE: Final = "plan-item-lamp"
SOON_CALENDAR_DAYS: Final = 30


class Lamp(StrEnum):
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"
    DONE = "done"

    @property
    def label(self) -> str:
        return LAMP_LABELS[self]

    @property
    def sign(self) -> str:
        return LAMP_SIGNS[self]

    @property
    def rank(self) -> int:
        """The gravest first."""
        return list(Lamp).index(self)


LAMP_LABELS: Final = {
    Lamp.RED: gettext_noop("overdue (lamp)"),
    Lamp.YELLOW: gettext_noop("due within 30 days, or waiting for coordination"),
    Lamp.GREEN: gettext_noop("on its way"),
    Lamp.GREY: gettext_noop("no information"),
    Lamp.DONE: gettext_noop("all finished"),
}
LAMP_SIGNS: Final = {
    Lamp.RED: "✕",
    Lamp.YELLOW: "▲",
    Lamp.GREEN: "▶",
    Lamp.GREY: "？",
    Lamp.DONE: "✓",
}
"""The sign beside the colour: a lamp is read without seeing colours."""

_ON_ITS_WAY: Final = (
    DeliverableState.IN_PROGRESS,
    DeliverableState.UNDER_REVIEW,
    DeliverableState.FINISHED,
    DeliverableState.BACK_FILLED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many deliverables of an item stand where; `due_soon` of the unfinished ones end within
    30 days, `waiting` requests for coordination are overdue."""

    states: Mapping[DeliverableState, int]
    due_soon: int = 0
    waiting: int = 0

    def of(self, *states: DeliverableState) -> int:
        return sum(self.states.get(state, 0) for state in states)


def item_lamp(counts: Counts) -> Verdict[Lamp]:
    """The lamp. Source and edge cases: see the module."""
    value = _lamp(counts)
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            **{state.value: number for state, number in counts.states.items() if number},
            due_soon=counts.due_soon,
            waiting=counts.waiting,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def _lamp(counts: Counts) -> Lamp:
    counted = sum(counts.states.values()) - counts.of(DeliverableState.WITHDRAWN)
    if counts.of(DeliverableState.OVERDUE):
        return Lamp.RED
    if counts.due_soon or counts.waiting:
        return Lamp.YELLOW
    done = counts.of(DeliverableState.FINISHED, DeliverableState.BACK_FILLED)
    if counted and done == counted:
        return Lamp.DONE
    if counts.of(DeliverableState.TO_BACK_FILL) or not counts.of(*_ON_ITS_WAY):
        return Lamp.GREY
    return Lamp.GREEN
