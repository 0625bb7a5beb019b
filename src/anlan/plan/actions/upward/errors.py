"""What reporting to the level above refuses.

UpwardRefused
├── NotSigned            only a signed evaluation is reported
├── ToNobody             neither a body here nor the name of one outside
├── ToOneself            a body does not report to itself
├── ReportTaken          the body owes a report of this title by this day already
├── DayOver              the day by which it is owed is past
├── NotTheTurn           the state of the report does not allow this act
└── ReceiptMissing       without a receipt nothing counts as received
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class UpwardRefused(Invalid):
    code = "upward-refused"


class NotSigned(UpwardRefused):
    code = "not-signed"
    message = gettext_noop(
        "“{title}” is not signed. Only a signed evaluation is reported to the level above."
    )


class ToNobody(UpwardRefused):
    code = "to-nobody"
    message = gettext_noop("Say to whom it is reported: a body here, or the name of one outside.")


class ToOneself(UpwardRefused):
    code = "to-oneself"
    message = gettext_noop("A body does not report to itself. Choose another one.")


class ReportTaken(UpwardRefused):
    code = "report-taken"
    message = gettext_noop("{body} owes a report of this title by {day} already. Open it.")


class DayOver(UpwardRefused):
    code = "day-over"
    message = gettext_noop("This day is past. Choose today or a later one.")


class NotTheTurn(UpwardRefused):
    code = "not-the-turn"
    message = gettext_noop(
        "This report is in the state “{state}”: nothing was changed. Open its page to see what "
        "can be done."
    )


class ReceiptMissing(UpwardRefused):
    code = "receipt-missing"
    message = gettext_noop(
        "Without a receipt nothing counts as received: add its number, who gave it, and the file."
    )
