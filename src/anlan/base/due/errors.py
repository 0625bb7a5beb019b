"""What is refused about a due.

Invalid
├── DueClosed              answered or withdrawn already; says when and by whom
├── DueNotRunning          no clock runs that could be stopped
├── DueNotPaused           the clock does not stand still
├── DueOver                the term is over: a breach is not paused away
├── DoneElsewhere          the subject's own act does it; says on whose page
├── DayAlreadySet          the day is known; withdraw and open anew instead
└── BadTerm                the rule refused the term
"""

from django.utils.translation import gettext

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused


class DueClosed(Invalid):
    code = "due-closed"
    status = 409
    message = gettext_noop("“{title}” was closed at {at} by {by}. A closed due is not changed.")


class DueNotRunning(Invalid):
    code = "due-not-running"
    message = gettext_noop("No clock runs here that could be stopped.")


class DueNotPaused(Invalid):
    code = "due-not-paused"
    message = gettext_noop("The clock does not stand still, so it cannot be set running.")


class DueOver(Invalid):
    code = "due-over"
    message = gettext_noop(
        "The term ended at {at}. What is overdue is not paused: answer it, or withdraw it with a "
        "reason."
    )


class DoneElsewhere(Invalid):
    code = "done-elsewhere"
    status = 409
    message = gettext_noop(
        "“{title}” is closed by the work itself, so that nothing is ticked off undone. Do it on "
        "the page of the {subject}."
    )


class DayAlreadySet(Invalid):
    code = "day-already-set"
    message = gettext_noop(
        "The end of this term is known. To ask for another day, withdraw this and open it anew."
    )


class BadTerm(Invalid):
    code = "bad-term"

    @classmethod
    def of(cls, refusal: RuleRefused, field: str = "") -> "BadTerm":
        return cls("{reason}", field=field, reason=refusal.message.text(gettext))
