"""How a report to the level above stands, and whether it was on time.

Source: House rule (coverage.md, W3: report upward with receipt). A report counts as received only
with the receipt of the receiving side: number, day, who, and the file. What was returned for
correction is sent again; the sending that was received counts, by the day on which it was sent.
Units and valid range: calendar days of the city. Edge cases: sent on the last day → on time; sent
on time, its day over, no receipt → not on time, and said as such; returned and sent again after
the last day → late; day not over, or withdrawn → left out.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-upward-report"


class UpwardState(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    SENT = "sent"
    RETURNED = "returned"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return UPWARD_LABELS[self]


UPWARD_LABELS: Final = {
    UpwardState.OPEN: gettext_noop("to be sent"),
    UpwardState.OVERDUE: gettext_noop("overdue, not sent"),
    UpwardState.SENT: gettext_noop("sent, no receipt yet"),
    UpwardState.RETURNED: gettext_noop("returned for correction"),
    UpwardState.RECEIVED: gettext_noop("received, with receipt"),
    UpwardState.WITHDRAWN: gettext_noop("no longer asked for (report)"),
}


class Timeliness(StrEnum):
    ON_TIME = "on-time"
    LATE = "late"
    NO_RECEIPT = "no-receipt"
    NOT_SENT = "not-sent"
    LEFT_OUT = "left-out"

    @property
    def label(self) -> str:
        return TIMELINESS_LABELS[self]


TIMELINESS_LABELS: Final = {
    Timeliness.ON_TIME: gettext_noop("sent on time, received with receipt"),
    Timeliness.LATE: gettext_noop("received, but sent after its day"),
    Timeliness.NO_RECEIPT: gettext_noop("sent, without a receipt"),
    Timeliness.NOT_SENT: gettext_noop("not sent by its day, or returned and not sent again"),
    Timeliness.LEFT_OUT: gettext_noop("its day is not over"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One sending, with what became of it; None where it did not happen."""

    on: dt.date
    received_on: dt.date | None = None
    returned_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpwardCourse:
    """`sendings` in the order in which they left."""

    due_on: dt.date
    sendings: tuple[Sent, ...] = ()
    is_withdrawn: bool = False

    @property
    def last(self) -> Sent | None:
        return self.sendings[-1] if self.sendings else None


class SendingRefused(RuleRefused):
    """A day of sending or of a receipt that cannot be."""


def upward_state(course: UpwardCourse, today: dt.date) -> Verdict[UpwardState]:
    """The state on a day. Source and edge cases: see the module."""
    value = _state(course, today)
    return Verdict(value=value, reasons=(_reason(course, today, value.label),))


def upward_timeliness(course: UpwardCourse, today: dt.date) -> Verdict[Timeliness]:
    """Whether a report was on time, as known on a day. Source and edge cases: see the module."""
    value = _timeliness(course, today)
    return Verdict(value=value, reasons=(_reason(course, today, value.label),))


def check_sent(sent_on: dt.date, today: dt.date, before: Sent | None) -> None:
    """Raises SendingRefused: in the future, or before the sending that was returned."""
    if sent_on > today:
        raise _refused(
            gettext_noop("{day} has not come yet: a sending is entered when it left."), sent_on
        )
    if before is not None and before.returned_on is not None and sent_on < before.returned_on:
        said = gettext_noop("It was returned on {day}: it can only be sent again since then.")
        raise _refused(said, before.returned_on)


def check_settled(on: dt.date, sent_on: dt.date, today: dt.date) -> None:
    """Raises SendingRefused: a receipt or return before the sending, or in the future."""
    if on > today:
        raise _refused(gettext_noop("{day} has not come yet: enter it when it is there."), on)
    if on < sent_on:
        raise _refused(gettext_noop("It was sent on {day}: nobody had it before."), sent_on)


def _refused(said: str, day: dt.date) -> SendingRefused:
    return SendingRefused(Message.of(said, day=day.isoformat()))


def _state(course: UpwardCourse, today: dt.date) -> UpwardState:
    last = course.last
    if course.is_withdrawn:
        return UpwardState.WITHDRAWN
    if last is None:
        return UpwardState.OVERDUE if today > course.due_on else UpwardState.OPEN
    if last.received_on is not None:
        return UpwardState.RECEIVED
    return UpwardState.RETURNED if last.returned_on is not None else UpwardState.SENT


def _timeliness(course: UpwardCourse, today: dt.date) -> Timeliness:
    state, last = _state(course, today), course.last
    if state is UpwardState.RECEIVED and last is not None:
        return Timeliness.ON_TIME if last.on <= course.due_on else Timeliness.LATE
    if state is UpwardState.WITHDRAWN or today <= course.due_on:
        return Timeliness.LEFT_OUT
    return Timeliness.NO_RECEIPT if state is UpwardState.SENT else Timeliness.NOT_SENT


def _reason(course: UpwardCourse, today: dt.date, label: str) -> Reason:
    last = course.last
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            due_on=course.due_on,
            sendings=len(course.sendings),
            sent_on="" if last is None else last.on,
            received_on="" if last is None else last.received_on or "",
            returned_on="" if last is None else last.returned_on or "",
            today=today,
        ),
        note=Message.of(label),
    )
