"""Amounts of substances: typed in kilograms or tonnes, kept in tonnes.

Source: GB 18218-2018 counts in tonnes; 1 t = 1000 kg exactly.
Units and valid range: exact decimals; six decimals of a tonne are one gram.
Edge cases: a missing amount stays missing, it is never zero.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop

KG_PER_T: Final = Decimal(1000)


class MassUnit(StrEnum):
    """The unit in which an amount was typed."""

    TONNE = "t"
    KILOGRAM = "kg"

    @property
    def label(self) -> str:
        return MASS_LABELS[self]


MASS_LABELS: Final = {
    MassUnit.TONNE: gettext_noop("tonnes"),
    MassUnit.KILOGRAM: gettext_noop("kilograms"),
}


def in_tonnes(amount: Decimal | None, unit: MassUnit) -> Decimal | None:
    """The amount in tonnes; None stays None."""
    if amount is None or unit is MassUnit.TONNE:
        return amount
    return amount / KG_PER_T
