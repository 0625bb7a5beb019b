"""What supervision refuses.

Invalid
├── NumberNeeded         a slip or letter is signed with its document number
├── AppealedAlready      a paper is appealed against once
├── MatterStillMissed    a reply is accepted for a missed matter only with a reason
├── NothingMissed        only what is overdue comes under supervision
├── UnderSupervision     the matter has its order already
├── NobodyIssues         no body may issue and no plan office is known
└── SupervisionRefused   a rule refused; carries its message
"""

from django.utils.translation import gettext

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused


class NumberNeeded(Invalid):
    code = "number-needed"
    message = gettext_noop(
        "A slip or letter leaves with its document number: enter the one under which it was "
        "registered. Until then it stays a draft."
    )


class AppealedAlready(Invalid):
    code = "appealed-already"
    message = gettext_noop(
        "This paper was appealed against already, and the appeal was decided. Reply to the paper."
    )


class MatterStillMissed(Invalid):
    code = "matter-still-missed"
    message = gettext_noop(
        "The matter itself is not done yet. Return the reply, or say why it is closed all the "
        "same (at least ten characters)."
    )


class NothingMissed(Invalid):
    code = "nothing-missed"
    message = gettext_noop("“{title}” is not overdue: nothing comes under supervision yet.")


class UnderSupervision(Invalid):
    code = "under-supervision"
    message = gettext_noop("“{title}” is under supervision already. Open its order instead.")


class NobodyIssues(Invalid):
    code = "nobody-issues"
    message = gettext_noop(
        "No body may issue papers of supervision and no plan office is known. Enter the post of "
        "the plan office first."
    )


class SupervisionRefused(Invalid):
    code = "supervision-refused"

    @classmethod
    def of(cls, refusal: RuleRefused, field: str = "") -> "SupervisionRefused":
        return cls("{reason}", field=field, reason=refusal.message.text(gettext))
