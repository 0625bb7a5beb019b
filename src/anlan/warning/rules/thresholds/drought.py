"""The class of meteorological drought by MCI.

Source: GB/T 20481-2017, checked in a journal table: none above −0.5, light (−1.0, −0.5], moderate
(−1.5, −1.0], severe (−2.0, −1.5], extreme from −2.0 down.
Units and valid range: index without unit. Edge cases: a limit belongs to the drier class. The
index missing: UNKNOWN.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "drought-class"
TABLE: Final = "drought_class"


class DroughtClass(Enum):
    """From the wettest."""

    NONE = "NONE"
    LIGHT = "LIGHT"
    MODERATE = "MODERATE"
    SEVERE = "SEVERE"
    EXTREME = "EXTREME"

    def rank(self) -> int:
        """0 is no drought, 4 is extreme."""
        return list(DroughtClass).index(self)

    @property
    def label(self) -> str:
        return DROUGHT_LABELS[self]


DROUGHT_LABELS: Final[Mapping[DroughtClass, str]] = {
    DroughtClass.NONE: gettext_noop("no drought"),
    DroughtClass.LIGHT: gettext_noop("light drought"),
    DroughtClass.MODERATE: gettext_noop("moderate drought"),
    DroughtClass.SEVERE: gettext_noop("severe drought"),
    DroughtClass.EXTREME: gettext_noop("extreme drought"),
}


def drought_class(mci: Decimal | None) -> Verdict[DroughtClass]:
    """The driest class whose limit is reached."""
    table = read_table(TABLE)
    source, inputs = Source.of(table), pairs(mci=mci)
    if mci is None:
        note = Message.of(gettext_noop("The drought index is missing. Give it to decide."))
        return Verdict.unknown(source.reason(RULE, inputs, note=note))
    reached = [name for name, most in table["at_most"].items() if mci <= Decimal(most)]
    value = DroughtClass(reached[0]) if reached else DroughtClass.NONE
    return Verdict(value=value, reasons=(source.reason(RULE, inputs),))
