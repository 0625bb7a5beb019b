"""How an instrument (制度成果: mechanism, system, list, catalogue, measures …) stands on a day.

Source: House rule. An instrument that is not adopted is a draft; it is in force from the day it
says to the day before it ends; in force with its review date reached it is due for review and
still in force. No statute fixes a common review term, so the day is the instrument's own.
Units and valid range: days of the city; `in_force_until` is excluded. Edge cases: adopted without
a first day in force → adopted, not in force (missing is not normal); the review day itself → due
for review; the last day in force → in force.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "instrument-state"


class InstrumentState(StrEnum):
    DRAFTING = "drafting"
    ADOPTED = "adopted"
    IN_FORCE = "in-force"
    DUE_FOR_REVIEW = "due-for-review"
    REPEALED = "repealed"

    @property
    def label(self) -> str:
        return INSTRUMENT_STATE_LABELS[self]

    @property
    def is_in_force(self) -> bool:
        return self in (InstrumentState.IN_FORCE, InstrumentState.DUE_FOR_REVIEW)


INSTRUMENT_STATE_LABELS: Final = {
    InstrumentState.DRAFTING: gettext_noop("drafting"),
    InstrumentState.ADOPTED: gettext_noop("adopted, not in force yet"),
    InstrumentState.IN_FORCE: gettext_noop("in force today"),
    InstrumentState.DUE_FOR_REVIEW: gettext_noop("in force, due for review"),
    InstrumentState.REPEALED: gettext_noop("repealed or expired"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentDates:
    """The days of an instrument; None is unknown or open."""

    adopted_on: date | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None
    review_on: date | None = None


def instrument_state(dates: InstrumentDates, today: date) -> Verdict[InstrumentState]:
    """The state on a day. Source and edge cases: see the module."""
    value = _state(dates, today)
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            adopted_on=dates.adopted_on or "",
            in_force_from=dates.in_force_from or "",
            in_force_until=dates.in_force_until or "",
            review_on=dates.review_on or "",
            today=today,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def _state(dates: InstrumentDates, today: date) -> InstrumentState:
    if dates.in_force_until is not None and today >= dates.in_force_until:
        return InstrumentState.REPEALED
    if dates.adopted_on is None or dates.adopted_on > today:
        return InstrumentState.DRAFTING
    if dates.in_force_from is None or today < dates.in_force_from:
        return InstrumentState.ADOPTED
    if dates.review_on is not None and today >= dates.review_on:
        return InstrumentState.DUE_FOR_REVIEW
    return InstrumentState.IN_FORCE
