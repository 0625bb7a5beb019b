"""The life of an assignment, and how the tree of a break-down is built.

Source: House rule (the notice asks for clear responsibility, 明确责任主体; how it is signed for
is ours). City → county unit → body → person or post; a step may be skipped, never turned back.
Edge cases: a refused or withdrawn assignment keeps its row for ever; asking again is a new row
that names the one it replaces. What was signed may still be withdrawn, never refused; what was
refused waits until whoever assigned it assigns anew or withdraws it. What lives when another item
takes its item up is carried over: the row stays, a new one on the other item names it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

RULE: Final = "plan-assignment"


class AssignmentState(StrEnum):
    PROPOSED = "proposed"
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CARRIED = "carried"

    @property
    def label(self) -> str:
        return ASSIGNMENT_LABELS[self]

    @property
    def is_living(self) -> bool:
        """Whether it still asks something of somebody."""
        return self in (AssignmentState.PROPOSED, AssignmentState.SIGNED)


ASSIGNMENT_LABELS: Final = {
    AssignmentState.PROPOSED: gettext_noop("waits for signature"),
    AssignmentState.SIGNED: gettext_noop("signed"),
    AssignmentState.REFUSED: gettext_noop("refused, back to whoever assigned"),
    AssignmentState.WITHDRAWN: gettext_noop("withdrawn"),
    AssignmentState.CARRIED: gettext_noop("carried over"),
}


class AssignmentAct(StrEnum):
    SIGN = "sign"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    CARRY = "carry"


NEXT: Final = {
    (AssignmentState.PROPOSED, AssignmentAct.SIGN): AssignmentState.SIGNED,
    (AssignmentState.PROPOSED, AssignmentAct.REFUSE): AssignmentState.REFUSED,
    (AssignmentState.PROPOSED, AssignmentAct.WITHDRAW): AssignmentState.WITHDRAWN,
    (AssignmentState.SIGNED, AssignmentAct.WITHDRAW): AssignmentState.WITHDRAWN,
    (AssignmentState.REFUSED, AssignmentAct.WITHDRAW): AssignmentState.WITHDRAWN,
    (AssignmentState.PROPOSED, AssignmentAct.CARRY): AssignmentState.CARRIED,
    (AssignmentState.SIGNED, AssignmentAct.CARRY): AssignmentState.CARRIED,
}


class ActRefused(RuleRefused):
    """The act does not fit the state."""

    def __init__(self, state: AssignmentState) -> None:
        said = gettext_noop(
            "This assignment is {state}: nothing was changed. Reload the page, and assign anew "
            "where it has to go on."
        )
        super().__init__(Message.of(said, state=Message.of(state.label)))


def after(state: AssignmentState, act: AssignmentAct) -> AssignmentState:
    """The state after an act, or ActRefused."""
    found = NEXT.get((state, act))
    if found is None:
        raise ActRefused(state)
    return found


class Step(StrEnum):
    """How far down an assignment reaches."""

    UNIT = "unit"
    BODY = "body"
    PERSON = "person"

    @property
    def label(self) -> str:
        return STEP_LABELS[self]

    @property
    def depth(self) -> int:
        return list(Step).index(self)


STEP_LABELS: Final = {
    Step.UNIT: gettext_noop("reporting unit"),
    Step.BODY: gettext_noop("body"),
    Step.PERSON: gettext_noop("person or post"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """Keys as text, empty where not named. A person or post stands in a body, a body in a unit."""

    unit: str
    body: str = ""
    post: str = ""
    person: str = ""

    @property
    def step(self) -> Step:
        if self.post or self.person:
            return Step.PERSON
        return Step.BODY if self.body else Step.UNIT


class AssigneeRefused(RuleRefused):
    """The assignee is incomplete, or stands outside the assignment above."""

    def __init__(self, msgid: str) -> None:
        super().__init__(Message.of(msgid))


def check_assignee(new: Assignee, above: Assignee | None) -> Step:
    """The step of an assignee below another (None: below the city). AssigneeRefused otherwise."""
    if not new.unit or ((new.post or new.person) and not new.body):
        raise AssigneeRefused(
            gettext_noop("Name a reporting unit or a body; a person or post stands in a body.")
        )
    if new.post and new.person:
        raise AssigneeRefused(gettext_noop("Name a post or a person, not both."))
    if above is None:
        return new.step
    if new.step.depth <= above.step.depth:
        raise AssigneeRefused(
            gettext_noop(
                "A break-down goes down: from a unit to its bodies, from a body to people."
            )
        )
    if new.unit != above.unit or (above.body and new.body != above.body):
        raise AssigneeRefused(
            gettext_noop("Choose somebody inside the unit or body that signed for this.")
        )
    return new.step
