"""Rules of `base` that others may call by name."""

from datetime import date, datetime
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.due.clock import (
    END_ARTICLE,
    MOST_DAYS,
    Clock,
    ClockKind,
    TermRefused,
    due_of,
)
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


COUNTED_CLOCKS: Final = (
    ClockKind.WORKING_DAYS,
    ClockKind.CALENDAR_DAYS,
    ClockKind.HOURS,
    ClockKind.MINUTES,
)


def _due_end(arguments: Arguments) -> Verdict[datetime]:
    kind, amount = ClockKind(arguments.need("clock", str)), arguments.need("amount", int)
    try:
        clock = Clock(kind=kind, amount=amount, start=arguments.need("start", datetime))
        return due_of(clock, national_calendar())
    except (TermRefused, DateOutOfRange):
        shorter = Message.of(gettext_noop("a shorter term, ending by {last}"), last=LAST_DAY)
        raise BadArgument("amount", str(amount), shorter) from None


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
    Rule(
        name="due-end",
        title=gettext_noop("End of a term by its clock"),
        stage="base",
        source=f"中华人民共和国民法典{END_ARTICLE}；国务院办公厅关于部分节假日安排的通知（逐年）",
        parameters=(
            Parameter(
                name="clock",
                kind=Kind.CHOICE,
                choices=tuple(kind.value for kind in COUNTED_CLOCKS),
                help=gettext_noop("how the term is counted"),
            ),
            Parameter(
                name="amount",
                kind=Kind.INTEGER,
                minimum=0,
                maximum=MOST_DAYS * 24 * 60,
                help=gettext_noop("how many of them"),
            ),
            Parameter(
                name="start",
                kind=Kind.DATETIME,
                help=gettext_noop("when the clock starts; that day is not counted"),
            ),
        ),
        evaluate=_due_end,
    ),
)
