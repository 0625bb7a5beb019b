"""What carrying over refuses.

Invalid
├── CarryRefused         a rule of the carry-over refused; carries its code and message
├── CarryOverClosed      a closed carry-over is not changed any more
├── DecidedAlready       somebody decided this item before
├── NotDecidedYet        nothing to take back
├── NoProposal           several items at once take their proposals, and some have none
├── NotOrphaned          the body still has its place, or nothing runs there
├── SameOwner            the work would stay where it is
└── WorkIsClosed         nothing is open there any more
"""

from typing import Any

from django.utils.translation import gettext

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused


class CarryRefused(Invalid):
    code = "carry-refused"

    @classmethod
    def of(cls, refusal: RuleRefused) -> "CarryRefused":
        found = cls(
            "{reason}",
            field=getattr(refusal, "field", ""),
            reason=refusal.message.text(gettext),
        )
        found.code = getattr(refusal, "code", cls.code)
        return found


class CarryOverClosed(Invalid):
    code = "carry-over-closed"
    status = 409
    message = gettext_noop(
        "This carry-over was closed on {day}: nothing of it is changed any more. What runs now "
        "stands on the items of the successor."
    )


class DecidedAlready(Invalid):
    code = "decided-already"
    status = 409
    message = gettext_noop(
        "{item} was decided already by {by} on {day}: {decision}. Nothing was overwritten; take "
        "that decision back first, with a reason."
    )

    @classmethod
    def of(cls, row: Any, by: str) -> "DecidedAlready":
        return cls(
            item=str(row.item),
            by=by,
            day=row.decided_at.date().isoformat(),
            decision=row.get_decision_display(),
        )


class NotDecidedYet(Invalid):
    code = "not-decided-yet"
    status = 409
    message = gettext_noop("{item} has no decision that could be taken back.")


class NoProposal(Invalid):
    code = "no-proposal"
    message = gettext_noop(
        "No counterpart is proposed for {items}. Decide those one by one; nothing was changed."
    )


class NotOrphaned(Invalid):
    code = "not-orphaned"
    message = gettext_noop(
        "{body} has no work here that lost its ground: the new item names it, or nothing runs. "
        "Reload the page."
    )


class SameOwner(Invalid):
    code = "same-owner"
    message = gettext_noop(
        "The work would stay where it is. Choose another body or item, or withdraw it with a "
        "reason."
    )


class WorkIsClosed(Invalid):
    code = "work-is-closed"
    status = 409
    message = gettext_noop("Nothing is open there any more: somebody was faster. Reload the page.")
