"""What collecting by workbook refuses.

Invalid
├── NothingToCollect     no body owes a row
├── CollectionClosed     nothing is received or taken any more
├── UnknownWorkbook      its number was never given out here
├── AnotherWorkbook      it belongs to another collection; says to which
├── AlreadyDecided       the file was taken or set aside before
├── ColumnsAsked         a column has to be named first
├── ChoiceNeeded         a conflict without a choice
├── RowNotTaken          a chosen row contradicts itself, or is no longer what was shown
└── FinishedByReport     an accepted report says another day
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class NothingToCollect(Invalid):
    code = "nothing-to-collect"
    message = gettext_noop(
        "No row to send: match the names of the notice to bodies first, or choose another notice."
    )


class CollectionClosed(Invalid):
    code = "collection-closed"
    message = gettext_noop(
        "The collection {collection} is closed since {day}. Start a new round to go on."
    )


class UnknownWorkbook(Invalid):
    code = "unknown-workbook"
    message = gettext_noop(
        "“{file}” carries the number {stamp}, which was never given out here. It may be of "
        "another city's program."
    )


class AnotherWorkbook(Invalid):
    code = "another-workbook"
    message = gettext_noop(
        "“{file}” is {stamp}: {what}, {body}. It was not taken here; open that collection and "
        "hand it in there."
    )


class AlreadyDecided(Invalid):
    code = "already-decided"
    message = gettext_noop("This file was decided on {day}. Its receipt says what was taken.")


class ColumnsAsked(Invalid):
    code = "columns-asked"
    message = gettext_noop(
        "Say first which column is {columns}: its head was changed in the file."
    )


class ChoiceNeeded(Invalid):
    code = "choice-needed"
    message = gettext_noop(
        "Row {row}, {column}: two values stand against each other. Choose one, or leave the row."
    )


class RowNotTaken(Invalid):
    code = "row-not-taken"
    message = gettext_noop("Row {row} cannot be taken: {reason}")


class FinishedByReport(Invalid):
    code = "finished-by-report"
    message = gettext_noop(
        "Row {row}: an accepted report says that it was finished on {day}. Leave the row; a "
        "wrong day is put right by its reviewer."
    )
