"""What a cell of a returned workbook says: a day, a state, or plain text.

Source: House rule: nothing is guessed. A day has year, month and day; a state is one of three
words or a usual synonym of one; whatever says less is refused with the words to write instead.
Units and valid range: calendar days from 2000-01-01 to 2099-12-31; spreadsheet serials count days
from 1899-12-30 (or from 1904-01-01 where the file says so).
Edge cases: an empty cell is empty text; full-width signs are read as half-width; a time behind a
day is dropped; 基本完成 ("mostly done") and 3月5日 (no year) are refused.
"""

import datetime as dt
import re
import unicodedata
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-workbook-day"
FIRST: Final = dt.date(2000, 1, 1)
LAST: Final = dt.date(2099, 12, 31)
EPOCH_1900: Final = dt.date(1899, 12, 30)
EPOCH_1904: Final = dt.date(1904, 1, 1)

_BLANKS: Final = re.compile(r"\s+")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_WRITTEN: Final = re.compile(
    r"(\d{4})\s*[年./\-·]\s*(\d{1,2})\s*[月./\-·]\s*(\d{1,2})\s*[日号]?"
    r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_JOINED: Final = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?")


class ReportedState(StrEnum):
    """What a body says of a row."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"

    @property
    def label(self) -> str:
        return REPORTED_LABELS[self]


REPORTED_LABELS: Final = {
    ReportedState.NOT_STARTED: gettext_noop("not started (reported)"),
    ReportedState.IN_PROGRESS: gettext_noop("in progress (reported)"),
    ReportedState.FINISHED: gettext_noop("finished (reported)"),
}
STATE_WORDS: Final = {
    "未启动": ReportedState.NOT_STARTED,
    "未开始": ReportedState.NOT_STARTED,
    "尚未启动": ReportedState.NOT_STARTED,
    "尚未开始": ReportedState.NOT_STARTED,
    "进行中": ReportedState.IN_PROGRESS,
    "推进中": ReportedState.IN_PROGRESS,
    "正在推进": ReportedState.IN_PROGRESS,
    "正在进行": ReportedState.IN_PROGRESS,
    "在推进": ReportedState.IN_PROGRESS,
    "已完成": ReportedState.FINISHED,
    "完成": ReportedState.FINISHED,
    "全部完成": ReportedState.FINISHED,
    "已办结": ReportedState.FINISHED,
    "办结": ReportedState.FINISHED,
    **{state.value: state for state in ReportedState},
}


class CellRefused(RuleRefused):
    """A cell that does not say enough."""


def tidy(text: str) -> str:
    """Half-width signs, single blanks, no invisible characters."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text.translate(_INVISIBLE))).strip()


def plain(text: str) -> str:
    """Free text as typed: signs of the language stay, blanks and invisible characters do not."""
    return _BLANKS.sub(" ", text.translate(_INVISIBLE)).strip()


def day_of_cell(text: str, *, is_1904: bool = False) -> Verdict[dt.date]:
    """The day that a cell says, or CellRefused. Source and edge cases: see the module."""
    cleaned = tidy(text)
    day, note = _day(cleaned, EPOCH_1904 if is_1904 else EPOCH_1900)
    if day is None or not FIRST <= day <= LAST:
        raise CellRefused(
            Message.of(
                gettext_noop(
                    "“{text}” is no full day. Write year, month and day, e.g. 2024-03-05."
                ),
                text=cleaned,
            )
        )
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(text=cleaned, is_1904=is_1904),
        note=Message.of(note),
    )
    return Verdict(value=day, reasons=(reason,))


def state_of_cell(text: str) -> ReportedState:
    """The state that a cell says, or CellRefused."""
    cleaned = tidy(text).replace(" ", "")
    found = STATE_WORDS.get(cleaned)
    if found is None:
        raise CellRefused(
            Message.of(
                gettext_noop("“{text}” is no state. Choose 未启动, 进行中 or 已完成."),
                text=cleaned,
            )
        )
    return found


def _day(text: str, epoch: dt.date) -> tuple[dt.date | None, str]:
    written = _WRITTEN.fullmatch(text) or _JOINED.fullmatch(text)
    if written is not None:
        year, month, day = (int(part) for part in written.groups())
        return _date(year, month, day), gettext_noop("read as a written day")
    serial = _SERIAL.fullmatch(text)
    if serial is not None:
        return epoch + dt.timedelta(days=int(serial[1])), gettext_noop("read as a day number")
    return None, ""


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
