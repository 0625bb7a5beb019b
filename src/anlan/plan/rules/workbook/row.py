"""Whether what a row says can be true together.

Source: House rule (coverage.md, back-fill): something finished has its day, which is neither in
the future nor after the return was received; it proves itself by a document number or by words on
the evidence; what was finished before the plan was kept in this system is 补录 and names who
confirms it. A day without 已完成 is a contradiction that only its author can resolve.
Units and valid range: days of the city. Edge cases: finished today → possible; finished on the
first day in the system → not 补录.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.plan.rules.workbook.cell import ReportedState
from anlan.plan.rules.workbook.column import SheetField

Values = Mapping[SheetField, str]

FUTURE: Final = gettext_noop("{day} lies in the future: only what is finished has such a day.")
NO_DAY: Final = gettext_noop("Finished, but without a day. Fill in 完成日期.")
DAY_WITHOUT: Final = gettext_noop(
    "There is a day of finishing, but the state is not 已完成. Correct one of the two."
)
NO_PROOF: Final = gettext_noop("Finished, but nothing proves it. Fill in 文号 or 佐证说明.")
NO_CONFIRMER: Final = gettext_noop(
    "Finished before {day}, when the plan began to be kept here: it is back-filled and needs "
    "somebody who confirms it. Fill in 确认人."
)
NOT_BEFORE: Final = gettext_noop(
    "{day} is not before {live}, when the plan began to be kept here. Back-filling is for what "
    "was finished before; report it on the page of the item."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What days are held against. `only_past`: the workbook is for back-filling alone."""

    today: dt.date
    live_from: dt.date
    only_past: bool = False


def is_back_fill(day: dt.date, live_from: dt.date) -> bool:
    return day < live_from


def row_fault(values: Values, frame: Frame) -> Message | None:
    """The first contradiction of a row, or None. Source and edge cases: see the module."""
    state, written = values.get(SheetField.STATE, ""), values.get(SheetField.DONE_ON, "")
    if state != ReportedState.FINISHED:
        return Message.of(DAY_WITHOUT) if written else None
    if not written:
        return Message.of(NO_DAY)
    day = dt.date.fromisoformat(written)
    if day > frame.today:
        return Message.of(FUTURE, day=written)
    if not values.get(SheetField.DOCUMENT) and not values.get(SheetField.EVIDENCE):
        return Message.of(NO_PROOF)
    return _past_fault(day, values, frame)


def _past_fault(day: dt.date, values: Values, frame: Frame) -> Message | None:
    live = frame.live_from.isoformat()
    if is_back_fill(day, frame.live_from):
        return None if values.get(SheetField.FILLED_BY) else Message.of(NO_CONFIRMER, day=live)
    if frame.only_past:
        return Message.of(NOT_BEFORE, day=day.isoformat(), live=live)
    return None
