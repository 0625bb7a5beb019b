"""What the working loop refuses.

Invalid
├── BodyEnded            the body no longer exists on the day
├── AskedAlready         the same assignee is asked already
├── NotYetSigned         only what was signed for is broken down further
├── NotBrokenDown        the item is market-driven or a statement
├── NoCarrier            the body has no part in the item
├── ProofMissing         a report that finishes something proves nothing
├── ReasonNeeded         an act that needs a reason came without
├── NobodyReviews        no lead body and no plan office is known
├── AddressedToOneself   a request for coordination goes to another body
└── LoopRefused          a rule of the loop refused; carries its message
"""

from django.utils.translation import gettext

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused


class BodyEnded(Invalid):
    code = "body-ended"
    message = gettext_noop(
        "{name} ended on {day}. Its past duties stay with it; choose the body that succeeded it."
    )


class AskedAlready(Invalid):
    code = "asked-already"
    message = gettext_noop(
        "Asked already, and neither refused nor withdrawn: {names}. Leave them out, or assign "
        "anew from their own page."
    )


class NotYetSigned(Invalid):
    code = "not-yet-signed"
    message = gettext_noop("Sign for this first; then break it down further.")


class NotBrokenDown(Invalid):
    code = "not-broken-down"
    message = gettext_noop(
        "{item} is {handling}. To break it down, let the plan office change that on its page."
    )


class NoCarrier(Invalid):
    code = "no-carrier"
    message = gettext_noop(
        "{name} has no part in {item}: neither a duty in the notice nor an assignment."
    )


class ProofMissing(Invalid):
    code = "proof-missing"
    message = gettext_noop(
        "A report that finishes something proves it: add a file or a document number."
    )


class ReasonNeeded(Invalid):
    code = "reason-needed"
    message = gettext_noop("Say why: the other side reads it and decides by it.")


class NobodyReviews(Invalid):
    code = "nobody-reviews"
    message = gettext_noop(
        "{item} has no lead body in the register and nobody holds the plan office. Match the "
        "names of the notice first."
    )


class AddressedToOneself(Invalid):
    code = "addressed-to-oneself"
    message = gettext_noop("Choose another body: a request for coordination leaves one's own.")


class LoopRefused(Invalid):
    code = "loop-refused"

    @classmethod
    def of(cls, refusal: RuleRefused, field: str = "") -> "LoopRefused":
        return cls("{reason}", field=field, reason=refusal.message.text(gettext))
