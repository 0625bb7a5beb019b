"""Rows of an uploaded table that cannot be taken: which row, which cell, why, what to do.

RowsRefused               the whole table was refused; carries one RowError a row
RowRefused
├── CellMissing           a needed cell is empty
├── CellTooLong           more characters than the register keeps
├── NoSuchUnit            the named unit is not a reporting unit
├── RepeatedRow           the same thing stands in the file twice
└── InventedRow           demonstration data in a real instance
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anlan.base.errors import Invalid, Refused
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.rules.labels import gettext_noop


class RowRefused(Invalid):
    code = "row-refused"


class CellMissing(RowRefused):
    code = "cell-missing"
    message = gettext_noop("This cell is empty. Fill it in.")


class CellTooLong(RowRefused):
    code = "cell-too-long"
    message = gettext_noop("At most {limit} characters are kept here.")


class NoSuchUnit(RowRefused):
    code = "no-such-unit"
    message = gettext_noop(
        "“{printed}” is no reporting unit. Write the city, a county or the development zone."
    )


class RepeatedRow(RowRefused):
    code = "repeated-row"
    message = gettext_noop("The same stands in row {row} already.")


class InventedRow(RowRefused):
    code = "invented-row"
    message = gettext_noop(
        "This is demonstration data (a name 演示…, a number 1990000xxxx or the mark X). "
        "A real instance takes no invented people or bodies."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A row that cannot be taken, the cell (empty: the row), and why (`refusal.text()`)."""

    row: int
    refusal: Invalid

    @property
    def field(self) -> str:
        return self.refusal.field


class RowsRefused(Refused):
    code = "rows-refused"
    message = gettext_noop(
        "{count} rows cannot be taken; nothing was imported. First, row {row}: {reason}"
    )

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(count=len(self.errors), row=first.row, reason=first.refusal)

    def text(self) -> str:
        self.params["reason"] = self.errors[0].refusal.text()
        return super().text()


def may_be_invented() -> bool:
    """Only a demonstration holds invented rows (its stamp decides, never a setting)."""
    return is_demonstration_now() is True
