"""The term for handing a workbook back."""

import datetime as dt

from django.utils.translation import gettext

from anlan.base.city_language import city_language
from anlan.base.due.applying import NewDue, apply_open
from anlan.base.journal.recording import Recording
from anlan.base.models import Due
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.loop.common import body_addressee
from anlan.plan.models import CollectionSheet

RULE = "plan-workbook-return"
TITLE = gettext_noop("Fill in and return the workbook {stamp}")


def leave_sheet(rec: Recording, sheet: CollectionSheet) -> None:
    """A body was merged into one that has a workbook of the same collection: both come back. This
    one keeps the name that is printed on it; its term goes over with the other dues."""


def open_return_term(rec: Recording, sheet: CollectionSheet, on: dt.date) -> Due:
    """A due of the body until the day that was set."""
    with city_language():
        title = gettext(TITLE).format(stamp=sheet.stamp)
    return apply_open(
        rec,
        NewDue(
            subject_model=sheet._meta.label_lower,
            subject_key=str(sheet.pk),
            title=title,
            rule=RULE,
            source=str(sheet.collection.notice),
            addressee=body_addressee(sheet.body),
            kind=ClockKind.FIXED_DAY,
            start_at=rec.now,
            fixed_on=on,
            policy=HOUSE_POLICY,
        ),
    )
