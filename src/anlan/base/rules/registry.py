"""Rules of `base` that others may call by name."""

from datetime import date
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict
from anlan.base.rules.working_days import (
    FIRST_DAY,
    LAST_DAY,
    MOST_WORKING_DAYS,
    DateOutOfRange,
    add_working_days,
    national_calendar,
)


def _working_day_add(arguments: Arguments) -> Verdict[date]:
    start = arguments.need("start", date)
    days = arguments.need("days", int)
    try:
        return add_working_days(start, days, national_calendar())
    except DateOutOfRange:
        fewer = Message.of(gettext_noop("fewer days, ending by {last}"), last=LAST_DAY)
        raise BadArgument("days", str(days), fewer) from None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="working-day-add",
        title=gettext_noop("End of a term of working days"),
        stage="base",
        source="国务院办公厅关于部分节假日安排的通知（逐年）；民法典第二百零一条",
        parameters=(
            Parameter(
                name="start",
                kind=Kind.DATE,
                minimum=FIRST_DAY,
                maximum=LAST_DAY,
                help=gettext_noop("first day of the term; it is not counted"),
            ),
            Parameter(
                name="days",
                kind=Kind.INTEGER,
                minimum=0,
                maximum=MOST_WORKING_DAYS,
                help=gettext_noop("number of working days"),
            ),
        ),
        evaluate=_working_day_add,
    ),
)
