"""What collecting offers to the program: words of its journal entries, pages of its terms."""

from anlan.base.parts import ANSWER_AND_DAY, DueSubject
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import CollectionSheet
from anlan.plan.screens.common import page_of

ACTIONS = (
    ("plan.collection.issue", gettext_noop("Workbooks sent out")),
    ("plan.collection.close", gettext_noop("Round of workbooks closed")),
    ("plan.workbook.receive", gettext_noop("Returned workbook received")),
    ("plan.workbook.columns", gettext_noop("Columns of a returned workbook named")),
    ("plan.workbook.take", gettext_noop("Rows of a returned workbook taken")),
    ("plan.workbook.set-aside", gettext_noop("Returned workbook set aside")),
    ("plan.deliverable.back-fill", gettext_noop("Back-filled")),
)
DUE_SUBJECTS = (
    DueSubject(
        model="plan.collectionsheet",
        label=gettext_noop("workbook to return"),
        url=page_of("plan-sheet", CollectionSheet),
        own_acts=ANSWER_AND_DAY,
    ),
)
