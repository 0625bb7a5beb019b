"""The life of a bulletin (预警稿): draft, submitted, approved, issued, then over.

`after` gives the state after an act; `check_hands` that two people stand behind an approval.

Source: draft, review, signature and release are four steps, and an update or a cancellation is
tied to the message before it (DB45/T 2427-2021, Guangxi, taken as a model); a warning is adjusted
and cancelled as things change (Emergency Response Law 2024 Art.70). House rule: the states, and
that whoever wrote or submitted it does not approve it (four eyes).
Edge cases: a proposal is never issued by us, it waits for its owner's answer; a lift that was
issued ends its warning and is over at once; what was sent back or taken back is a draft again and
its approval is void; what is over never changes.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

RULE: Final = "bulletin-life"


class BulletinState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent-back"
    APPROVED = "approved"
    ISSUED = "issued"
    LIFTING = "lifting"
    UPDATED = "updated"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    PROPOSED = "proposed"
    ADOPTED = "adopted"
    DECLINED = "declined"
    DISCARDED = "discarded"


STATE_LABELS: Final = {
    BulletinState.DRAFT: gettext_noop("bulletin draft"),
    BulletinState.SUBMITTED: gettext_noop("waits for approval"),
    BulletinState.SENT_BACK: gettext_noop("sent back"),
    BulletinState.APPROVED: gettext_noop("approved, not issued yet"),
    BulletinState.ISSUED: gettext_noop("issued, in force"),
    BulletinState.LIFTING: gettext_noop("issued, ended the warning"),
    BulletinState.UPDATED: gettext_noop("replaced by a later one"),
    BulletinState.CANCELLED: gettext_noop("cancelled"),
    BulletinState.EXPIRED: gettext_noop("expired by its time"),
    BulletinState.PROPOSED: gettext_noop("proposed, no answer yet"),
    BulletinState.ADOPTED: gettext_noop("adopted by the owner"),
    BulletinState.DECLINED: gettext_noop("not adopted by the owner"),
    BulletinState.DISCARDED: gettext_noop("discarded"),
}
EDITABLE: Final = frozenset({BulletinState.DRAFT, BulletinState.SENT_BACK})
OPEN: Final = EDITABLE | {BulletinState.SUBMITTED, BulletinState.APPROVED}
"""Nothing left the house yet."""
TOLD: Final = frozenset(
    {
        BulletinState.ISSUED,
        BulletinState.LIFTING,
        BulletinState.UPDATED,
        BulletinState.CANCELLED,
        BulletinState.EXPIRED,
    }
)
"""It was issued: everybody who works here reads it."""


class BulletinAct(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    TAKE_BACK = "take-back"
    APPROVE = "approve"
    SEND_BACK = "send-back"
    DISCARD = "discard"
    ISSUE = "issue"
    LIFT = "lift"
    PROPOSE = "propose"
    ADOPT = "adopt"
    DECLINE = "decline"
    REPLACE = "replace"
    CANCEL = "cancel"
    EXPIRE = "expire"


_S, _A = BulletinState, BulletinAct
NEXT: Final = {
    (_S.DRAFT, _A.EDIT): _S.DRAFT,
    (_S.SENT_BACK, _A.EDIT): _S.DRAFT,
    (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
    (_S.DRAFT, _A.DISCARD): _S.DISCARDED,
    (_S.SENT_BACK, _A.DISCARD): _S.DISCARDED,
    (_S.SUBMITTED, _A.TAKE_BACK): _S.DRAFT,
    (_S.APPROVED, _A.TAKE_BACK): _S.DRAFT,
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.SEND_BACK): _S.SENT_BACK,
    (_S.APPROVED, _A.SEND_BACK): _S.SENT_BACK,
    (_S.APPROVED, _A.ISSUE): _S.ISSUED,
    (_S.APPROVED, _A.LIFT): _S.LIFTING,
    (_S.APPROVED, _A.PROPOSE): _S.PROPOSED,
    (_S.PROPOSED, _A.ADOPT): _S.ADOPTED,
    (_S.PROPOSED, _A.DECLINE): _S.DECLINED,
    (_S.ISSUED, _A.REPLACE): _S.UPDATED,
    (_S.ISSUED, _A.CANCEL): _S.CANCELLED,
    (_S.ISSUED, _A.EXPIRE): _S.EXPIRED,
}


class BulletinActRefused(RuleRefused):
    """The act does not fit the state."""

    def __init__(self, state: BulletinState) -> None:
        said = gettext_noop(
            "This bulletin is in the state “{state}”: nothing was changed. Open it again and "
            "choose one of the steps that it offers now."
        )
        super().__init__(Message.of(said, state=Message.of(STATE_LABELS[state])))


class SameHands(RuleRefused):
    """Who wrote or submitted it wants to approve it."""

    def __init__(self) -> None:
        said = gettext_noop(
            "Whoever wrote or submitted a bulletin does not approve it (four eyes). Ask a "
            "colleague who may approve this level."
        )
        super().__init__(Message.of(said))


def after(state: BulletinState, act: BulletinAct) -> BulletinState:
    """The state after an act, or BulletinActRefused."""
    found = NEXT.get((state, act))
    if found is None:
        raise BulletinActRefused(state)
    return found


def may(state: BulletinState, act: BulletinAct) -> bool:
    return (state, act) in NEXT


def are_other_hands(writers: Iterable[str], approver: Iterable[str]) -> bool:
    """Whether none of the approver's keys (account, person) is one of the writers'. Empty keys
    name nobody."""
    return not {key for key in writers if key} & {key for key in approver if key}


def check_hands(writers: Iterable[str], approver: Iterable[str]) -> None:
    """Raises SameHands."""
    if not are_other_hands(writers, approver):
        raise SameHands
