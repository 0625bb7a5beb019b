"""The life of an order of supervision and of each of its papers.

Source: House rule; the due process of issue, reply, acceptance, appeal and closure is the practice
of supervision (`docs/rules/plan-supervision.md`).
Edge cases: what is over is not changed; a paper that was never issued is never answered; an appeal
stands against a paper that runs, once; a reply that was returned starts a new term of the same
paper and is no new level.
"""

from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused


class SlipState(StrEnum):
    PREPARED = "prepared"
    ISSUED = "issued"
    APPEALED = "appealed"
    REPLIED = "replied"
    ACCEPTED = "accepted"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return SLIP_LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in OPEN_SLIPS


SLIP_LABELS: Final = {
    SlipState.PREPARED: gettext_noop("draft, waits for signature"),
    SlipState.ISSUED: gettext_noop("issued, waits for a reply"),
    SlipState.APPEALED: gettext_noop("appealed against, clock stands still"),
    SlipState.REPLIED: gettext_noop("replied to, waits for acceptance"),
    SlipState.ACCEPTED: gettext_noop("reply accepted"),
    SlipState.OVERTAKEN: gettext_noop("followed by the next level"),
    SlipState.WITHDRAWN: gettext_noop("withdrawn (slip)"),
}
OPEN_SLIPS: Final = frozenset(
    {SlipState.PREPARED, SlipState.ISSUED, SlipState.APPEALED, SlipState.REPLIED}
)


class SlipAct(StrEnum):
    ISSUE = "issue"
    REPLY = "reply"
    ACCEPT = "accept"
    RETURN = "return"
    APPEAL = "appeal"
    DISMISS = "dismiss"
    OVERTAKE = "overtake"
    WITHDRAW = "withdraw"


NEXT: Final = {
    (SlipState.PREPARED, SlipAct.ISSUE): SlipState.ISSUED,
    (SlipState.PREPARED, SlipAct.WITHDRAW): SlipState.WITHDRAWN,
    (SlipState.ISSUED, SlipAct.REPLY): SlipState.REPLIED,
    (SlipState.ISSUED, SlipAct.APPEAL): SlipState.APPEALED,
    (SlipState.ISSUED, SlipAct.OVERTAKE): SlipState.OVERTAKEN,
    (SlipState.ISSUED, SlipAct.WITHDRAW): SlipState.WITHDRAWN,
    (SlipState.APPEALED, SlipAct.DISMISS): SlipState.ISSUED,
    (SlipState.APPEALED, SlipAct.WITHDRAW): SlipState.WITHDRAWN,
    (SlipState.REPLIED, SlipAct.ACCEPT): SlipState.ACCEPTED,
    (SlipState.REPLIED, SlipAct.RETURN): SlipState.ISSUED,
    (SlipState.REPLIED, SlipAct.WITHDRAW): SlipState.WITHDRAWN,
}


class OrderState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return ORDER_LABELS[self]


ORDER_LABELS: Final = {
    OrderState.OPEN: gettext_noop("under supervision"),
    OrderState.CLOSED: gettext_noop("closed, reply accepted"),
    OrderState.SETTLED: gettext_noop("settled, the matter was done"),
    OrderState.WITHDRAWN: gettext_noop("withdrawn (order)"),
}


class SlipActRefused(RuleRefused):
    """The act does not fit the state."""

    def __init__(self, state: SlipState) -> None:
        said = gettext_noop(
            "This paper is in the state “{state}”: nothing was changed. Reload the page to see "
            "what can be done now."
        )
        super().__init__(Message.of(said, state=Message.of(state.label)))


def after(state: SlipState, act: SlipAct) -> SlipState:
    """The state after an act, or SlipActRefused."""
    found = NEXT.get((state, act))
    if found is None:
        raise SlipActRefused(state)
    return found
