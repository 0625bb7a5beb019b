"""The checks that the notice sets for its projects: clear progress by one year, all complete by
another (for P1 to P7: 2022 进展明显，部分建成; 2025 建设任务全部完成).

Source: the phrases, years and the document behind them come from the notice and stand in the
profile (运政办函〔2023〕9号, citing 运政办发〔2020〕2号). The notice does not say what 进展明显
means; House rule: progress is clear when a project of the item had started by the day and at least
one milestone, or a whole project, was done by then. All is complete when every project of the item
passed its acceptance by the day.
Units and valid range: days of the city, the day itself included. Edge cases: no project sheet, or
a sheet that says nothing of the time → not determinable, with what is missing; the day not over →
running, unless it is met already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs

RULE: Final = "project-notice-check"


class Asked(StrEnum):
    """What a check asks for."""

    PROGRESS = "progress"
    COMPLETE = "complete"


class Check(StrEnum):
    MET = "met"
    NOT_MET = "not-met"
    RUNNING = "running"
    NOT_DETERMINABLE = "not-determinable"

    @property
    def label(self) -> str:
        return CHECK_LABELS[self]


CHECK_LABELS: Final = {
    Check.MET: gettext_noop("met"),
    Check.NOT_MET: gettext_noop("not met"),
    Check.RUNNING: gettext_noop("its day is not over yet"),
    Check.NOT_DETERMINABLE: gettext_noop("not determinable"),
}
_NO_SHEET: Final = gettext_noop("No project sheet is entered for this item.")
_NO_MILESTONES: Final = gettext_noop(
    "A project sheet has no start, no finished milestone and no acceptance: enter or back-fill "
    "them."
)
_NO_ACCEPTANCE: Final = gettext_noop(
    "A project sheet says neither that it was accepted nor that it was still being built after "
    "the day: enter or back-fill it."
)
_SAID: Final = gettext_noop("Decided from {projects} project sheets.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What a project sheet says. `last_known_open_on` is the last day on which a record of its
    course (a payment, a delay, a photograph) shows it unfinished."""

    started_on: date | None = None
    accepted_on: date | None = None
    milestones_done: tuple[date, ...] = ()
    last_known_open_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The check as the notice prints it."""

    asked: Asked
    by: date
    phrase: str
    basis: str


def notice_check(clause: Clause, sheets: Sequence[SheetFacts], today: date) -> Verdict[Check]:
    """The check of an item over all its sheets. Source and edge cases: see the module."""
    decide = _progress if clause.asked is Asked.PROGRESS else _complete
    value, note = decide(clause.by, sheets, today)
    reason = Reason(
        rule=RULE,
        source=clause.basis,
        article=clause.phrase,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(by=clause.by, projects=len(sheets), today=today),
        note=note,
    )
    return Verdict(value=value, reasons=(reason,))


def _progress(by: date, sheets: Sequence[SheetFacts], today: date) -> tuple[Check, Message]:
    said = Message.of(_SAID, projects=len(sheets))
    if any(_moved(sheet, by) for sheet in sheets):
        return Check.MET, said
    if today <= by:
        return Check.RUNNING, Message.of(Check.RUNNING.label)
    if not sheets:
        return Check.NOT_DETERMINABLE, Message.of(_NO_SHEET)
    if any(_is_silent(sheet) for sheet in sheets):
        return Check.NOT_DETERMINABLE, Message.of(_NO_MILESTONES)
    return Check.NOT_MET, said


def _complete(by: date, sheets: Sequence[SheetFacts], today: date) -> tuple[Check, Message]:
    said = Message.of(_SAID, projects=len(sheets))
    if sheets and all(_accepted(sheet, by) for sheet in sheets):
        return Check.MET, said
    if today <= by:
        return Check.RUNNING, Message.of(Check.RUNNING.label)
    if not sheets:
        return Check.NOT_DETERMINABLE, Message.of(_NO_SHEET)
    if any(_open_after(sheet, by) for sheet in sheets):
        return Check.NOT_MET, said
    return Check.NOT_DETERMINABLE, Message.of(_NO_ACCEPTANCE)


def _moved(sheet: SheetFacts, by: date) -> bool:
    """Started, and a milestone or the whole done by the day."""
    if _accepted(sheet, by):
        return True
    has_started = sheet.started_on is not None and sheet.started_on <= by
    return has_started and any(day <= by for day in sheet.milestones_done)


def _accepted(sheet: SheetFacts, by: date) -> bool:
    return sheet.accepted_on is not None and sheet.accepted_on <= by


def _is_silent(sheet: SheetFacts) -> bool:
    """Nothing of its course is known, so nobody can say that it did not move."""
    return (
        sheet.started_on is None
        and sheet.accepted_on is None
        and not sheet.milestones_done
        and sheet.last_known_open_on is None
    )


def _open_after(sheet: SheetFacts, by: date) -> bool:
    """Known to be unfinished after the day: accepted later, begun later, or seen open later."""
    if sheet.accepted_on is not None:
        return sheet.accepted_on > by
    days = (sheet.started_on, *sheet.milestones_done, sheet.last_known_open_on)
    return any(day is not None and day > by for day in days)
