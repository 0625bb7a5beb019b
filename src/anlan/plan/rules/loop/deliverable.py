"""What state a deliverable is in, and by which day the clause wants it.

Source: the years of a clause are printed in the notice; that such a year means its last day, that
"expected" without a day is never overdue, and that what fell due before the system went live
without information is 待补录 and never red, are House rules (coverage.md: missing is not normal,
and not late either).
Units and valid range: days and instants of the city. Edge cases: exactly at the end → not overdue;
no day → `NO_DAY`; a clock that stands still (paused) → never overdue; a report under review holds
the overdue state back only while it is in review.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-deliverable"
LAST_MONTH, LAST_DAY = 12, 31


class DeliverableState(StrEnum):
    NO_DAY = "no-day"
    NOT_DUE = "not-due"
    IN_PROGRESS = "in-progress"
    UNDER_REVIEW = "under-review"
    FINISHED = "finished"
    OVERDUE = "overdue"
    BACK_FILLED = "back-filled"
    TO_BACK_FILL = "to-back-fill"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return DELIVERABLE_LABELS[self]

    @property
    def is_done(self) -> bool:
        return self in (DeliverableState.FINISHED, DeliverableState.BACK_FILLED)


DELIVERABLE_LABELS: Final = {
    DeliverableState.NO_DAY: gettext_noop("expected, no day set"),
    DeliverableState.NOT_DUE: gettext_noop("not due yet"),
    DeliverableState.IN_PROGRESS: gettext_noop("in progress"),
    DeliverableState.UNDER_REVIEW: gettext_noop("under review"),
    DeliverableState.FINISHED: gettext_noop("finished"),
    DeliverableState.OVERDUE: gettext_noop("overdue (deliverable)"),
    DeliverableState.BACK_FILLED: gettext_noop("finished, back-filled"),
    DeliverableState.TO_BACK_FILL: gettext_noop("to be back-filled: no information"),
    DeliverableState.WITHDRAWN: gettext_noop("no longer asked for"),
}


class Finish(StrEnum):
    """How the program knows that something is finished."""

    REPORT = "report"
    BACK_FILL = "back-fill"

    @property
    def label(self) -> str:
        return FINISH_LABELS[self]


FINISH_LABELS: Final = {
    Finish.REPORT: gettext_noop("by an accepted report"),
    Finish.BACK_FILL: gettext_noop("back-filled with evidence"),
}


class Basis(StrEnum):
    """Where the day of a deliverable comes from."""

    CLAUSE_YEAR = "clause-year"
    DATE = "date"
    EXPECTED = "expected"

    @property
    def label(self) -> str:
        return BASIS_LABELS[self]


BASIS_LABELS: Final = {
    Basis.CLAUSE_YEAR: gettext_noop("year of the clause, to its last day"),
    Basis.DATE: gettext_noop("day set by a person"),
    Basis.EXPECTED: gettext_noop("expected, the clause names no year"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is known about a deliverable. `due_at` is the end of its term, None without a day or
    while the clock stands still; `information` counts reports that were submitted or accepted."""

    due_at: datetime | None
    has_day: bool = True
    finish: Finish | None = None
    in_review: bool = False
    information: int = 0
    is_withdrawn: bool = False


def deliverable_state(
    known: Progress, *, now: datetime, live_from: datetime
) -> Verdict[DeliverableState]:
    """The state at an instant. Source and edge cases: see the module."""
    value = _state(known, now, live_from)
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            due_at=known.due_at or "",
            finish=known.finish.value if known.finish else "",
            in_review=known.in_review,
            information=known.information,
            now=now,
            live_from=live_from,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def _state(known: Progress, now: datetime, live_from: datetime) -> DeliverableState:
    if known.is_withdrawn:
        return DeliverableState.WITHDRAWN
    if known.finish is not None:
        is_back = known.finish is Finish.BACK_FILL
        return DeliverableState.BACK_FILLED if is_back else DeliverableState.FINISHED
    if known.in_review:
        return DeliverableState.UNDER_REVIEW
    if known.due_at is not None and now > known.due_at:
        is_old = known.due_at <= live_from and not known.information
        return DeliverableState.TO_BACK_FILL if is_old else DeliverableState.OVERDUE
    if known.information:
        return DeliverableState.IN_PROGRESS
    return DeliverableState.NOT_DUE if known.has_day else DeliverableState.NO_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A deliverable that a clause asks for: its text, and its day when the clause names a year."""

    text: str
    due_on: date | None


def deliverables_of(
    texts: Sequence[str], years: Sequence[int], stage_text: str
) -> tuple[Asked, ...]:
    """What a clause asks for: every text by the last year it names; each earlier year asks for
    progress by its end (`stage_text` with a field `year`). No year: expected, without a day.

    House rule, see the module; a clause without own deliverables has none until a person says so.
    """
    if not texts:
        return ()
    ordered = sorted(set(years))
    last = year_end(ordered[-1]) if ordered else None
    stages = [
        Asked(text=stage_text.format(year=year), due_on=year_end(year)) for year in ordered[:-1]
    ]
    return (*stages, *(Asked(text=text, due_on=last) for text in texts))


def year_end(year: int) -> date:
    return date(year, LAST_MONTH, LAST_DAY)
