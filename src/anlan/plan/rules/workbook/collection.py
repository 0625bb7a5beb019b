"""What a collection is for, where a returned file stands, and the stamp that names a workbook.

House rule: a stamp says year, round and body, is printed on the sheet and kept on a hidden one, so
that a file of another year or body is known for what it is before a row of it is read.
"""

import re
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop

STAMP: Final = re.compile(r"HS-(\d{4})-(\d{1,4})-(\d{1,4})")


class Purpose(StrEnum):
    PROGRESS = "progress"
    BACK_FILL = "back-fill"

    @property
    def label(self) -> str:
        return PURPOSE_LABELS[self]


PURPOSE_LABELS: Final = {
    Purpose.PROGRESS: gettext_noop("progress of the work"),
    Purpose.BACK_FILL: gettext_noop("back-filling of what was finished before"),
}


class ReturnState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    SET_ASIDE = "set-aside"

    @property
    def label(self) -> str:
        return RETURN_LABELS[self]


RETURN_LABELS: Final = {
    ReturnState.WAITING: gettext_noop("waits for a decision"),
    ReturnState.TAKEN: gettext_noop("taken"),
    ReturnState.SET_ASIDE: gettext_noop("set aside"),
}


def stamp_of(year: int, number: int, position: int) -> str:
    return f"HS-{year}-{number}-{position:03d}"


def stamps_in(text: str) -> tuple[str, ...]:
    """The stamps that a text carries, each once, in order."""
    return tuple(dict.fromkeys(match[0] for match in STAMP.finditer(text)))


def row_code(position: int) -> str:
    return f"R{position:03d}"
