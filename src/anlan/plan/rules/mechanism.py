"""How the implementation mechanism of a body stands in a quarter, and by when it is confirmed.

Source: House rule (R3 健全保障机制 asks for an office and a named person per body; no statute
sets a term): confirmed once a quarter, by the end of its first month. A confirmation counts while
the person that it names still holds a post in the body; who left leaves the mechanism vacant until
somebody else is named, and it is said.
Units and valid range: calendar quarters of the city. Edge cases: confirmed after the term →
confirmed; the last day of the term itself → still waiting; nobody known who holds posts → what was
confirmed counts.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-mechanism"
MONTHS: Final = 3


class Standing(StrEnum):
    CONFIRMED = "confirmed"
    VACANT = "vacant"
    WAITING = "waiting"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        return STANDING_LABELS[self]


STANDING_LABELS: Final = {
    Standing.CONFIRMED: gettext_noop("confirmed this quarter"),
    Standing.VACANT: gettext_noop("the person named has left: name somebody"),
    Standing.WAITING: gettext_noop("waits for confirmation"),
    Standing.OVERDUE: gettext_noop("not confirmed in time"),
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
    def confirm_by(self) -> dt.date:
        """The last day of its first month."""
        first = self.first_on
        return dt.date(first.year, first.month + 1, 1) - dt.timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def quarter_of(day: dt.date) -> Quarter:
    return Quarter(year=day.year, number=(day.month - 1) // MONTHS + 1)


def standing_of(
    *, confirmed_on: dt.date | None, is_held: bool | None, confirm_by: dt.date, today: dt.date
) -> Verdict[Standing]:
    """How a body stands today. Source and edge cases: see the module."""
    if confirmed_on is None:
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
