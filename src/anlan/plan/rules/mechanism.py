"""How the implementation mechanism of a body stands in a quarter, and by when it is confirmed.

Source: House rule (R3 健全保障机制 asks for an office and a named person per body; no statute
sets a term): confirmed once a quarter, by the end of its first month. A confirmation counts while
the person that it names still holds a post in the body; who left leaves the mechanism vacant until
somebody else is named, and it is said. A body counts in the quarters in which it existed on the
last day of its term: nobody can confirm for a body that was merged or ended before.
Units and valid range: calendar quarters of the city. Edge cases: confirmed after the term →
confirmed; the last day of the term itself → still waiting; nobody known who holds posts → what was
confirmed counts; no day of beginning or end → it existed always; the last day on which a body
exists is the one before its end; ended within its term but confirmed before → counts.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-mechanism"
PRESENCE_RULE: Final = "plan-mechanism-presence"
MONTHS: Final = 3


class Standing(StrEnum):
    CONFIRMED = "confirmed"
    VACANT = "vacant"
    WAITING = "waiting"
    OVERDUE = "overdue"
    NOT_ASKED = "not-asked"

    @property
    def label(self) -> str:
        return STANDING_LABELS[self]


STANDING_LABELS: Final = {
    Standing.CONFIRMED: gettext_noop("confirmed this quarter"),
    Standing.VACANT: gettext_noop("the person named has left: name somebody"),
    Standing.WAITING: gettext_noop("waits for confirmation"),
    Standing.OVERDUE: gettext_noop("not confirmed in time"),
    Standing.NOT_ASKED: gettext_noop("not asked: the body did not exist then"),
}


class Presence(StrEnum):
    """Whether a body existed in a quarter, as far as its mechanism goes."""

    THERE = "there"
    NOT_YET = "not-yet"
    ENDED_BEFORE = "ended-before"
    ENDED_IN_TERM = "ended-in-term"

    @property
    def label(self) -> str:
        return PRESENCE_LABELS[self]

    @property
    def counts(self) -> bool:
        return self is Presence.THERE


PRESENCE_LABELS: Final = {
    Presence.THERE: gettext_noop("existed in the quarter"),
    Presence.NOT_YET: gettext_noop("left out: the body begins after the quarter"),
    Presence.ENDED_BEFORE: gettext_noop("left out: the body had ended before the quarter"),
    Presence.ENDED_IN_TERM: gettext_noop("left out: the body ended before its term was over"),
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Quarter:
    """A quarter of a year; `number` 1 to 4."""

    year: int
    number: int

    @property
    def first_on(self) -> dt.date:
        return dt.date(self.year, (self.number - 1) * MONTHS + 1, 1)

    @property
    def last_on(self) -> dt.date:
        beyond = dt.date(self.year + self.number // 4, self.number % 4 * MONTHS + 1, 1)
        return beyond - dt.timedelta(days=1)

    @property
    def confirm_by(self) -> dt.date:
        """The last day of its first month."""
        first = self.first_on
        return dt.date(first.year, first.month + 1, 1) - dt.timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def quarter_of(day: dt.date) -> Quarter:
    return Quarter(year=day.year, number=(day.month - 1) // MONTHS + 1)


def presence_of(
    quarter: Quarter,
    *,
    confirm_by: dt.date,
    begins_on: dt.date | None,
    ended_on: dt.date | None,
    is_confirmed: bool,
) -> Verdict[Presence]:
    """Whether a body counts in a quarter; `ended_on` is excluded. Source: see the module."""
    if begins_on is not None and begins_on > quarter.last_on:
        value = Presence.NOT_YET
    elif ended_on is not None and ended_on <= quarter.first_on:
        value = Presence.ENDED_BEFORE
    elif ended_on is not None and ended_on <= confirm_by and not is_confirmed:
        value = Presence.ENDED_IN_TERM
    else:
        value = Presence.THERE
    reason = Reason(
        rule=PRESENCE_RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            quarter=str(quarter),
            begins_on=begins_on or "",
            ended_on=ended_on or "",
            confirm_by=confirm_by,
            is_confirmed=is_confirmed,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def standing_of(
    *,
    confirmed_on: dt.date | None,
    is_held: bool | None,
    confirm_by: dt.date,
    today: dt.date,
    presence: Presence = Presence.THERE,
) -> Verdict[Standing]:
    """How a body stands today. Source and edge cases: see the module."""
    if not presence.counts:
        value = Standing.NOT_ASKED
    elif confirmed_on is None:
        value = Standing.OVERDUE if today > confirm_by else Standing.WAITING
    else:
        value = Standing.VACANT if is_held is False else Standing.CONFIRMED
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            confirmed_on=confirmed_on or "",
            is_held="" if is_held is None else is_held,
            confirm_by=confirm_by,
            today=today,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))
