"""Targets A, B and C of the Sendai framework from one year's disaster figures.

Source: Sendai Framework indicators (fact sheet support-and-community §10.1): A-1 = (deaths +
missing) / population × 100 000; B-1 = people directly affected, double counts removed, /
population × 100 000; C-1 = direct economic loss / GDP.
Units and valid range: persons, yuan; nothing negative.
Edge cases: A missing figure or a zero denominator → UNKNOWN, never zero. The notice's person-times
(受灾人次) count repeats and are not B-1: without a figure of people B-1 is UNKNOWN.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs, shown

RULE: Final = "sendai-target"
SOURCE: Final = "Sendai Framework for Disaster Risk Reduction 2015–2030, global indicators"
EDITION: Final = "2017"
PER_PERSONS: Final = 100_000


class Target(StrEnum):
    A1 = "A-1"
    B1 = "B-1"
    C1 = "C-1"

    @property
    def label(self) -> str:
        return TARGET_LABELS[self]


TARGET_LABELS: Final = {
    Target.A1: gettext_noop("deaths and missing per 100 000 people"),
    Target.B1: gettext_noop("directly affected people per 100 000 people"),
    Target.C1: gettext_noop("direct economic loss as a share of GDP"),
}


def sendai_value(
    target: Target, parts: tuple[Decimal | None, ...], denominator: Decimal | None
) -> Verdict[Decimal]:
    """The value. `parts` are summed: deaths and missing, groups of people, or losses."""
    if not parts or any(part is not None and part < 0 for part in (*parts, denominator)):
        raise ValueError("parts are at least one number of at least 0, or missing")
    lacks = [f"#{n}" for n, part in enumerate(parts, start=1) if part is None]
    if lacks or not denominator:
        said = gettext_noop("{target} cannot be determined. A figure is missing.")
        return Verdict.unknown(_reason(target, parts, denominator, said))
    total = sum((Fraction(part) for part in parts if part is not None), Fraction(0))
    scale = 1 if target is Target.C1 else PER_PERSONS
    value = shown(total / Fraction(denominator) * scale)
    said = gettext_noop("{target} is the sum of the figures over the denominator.")
    return Verdict(value=value, reasons=(_reason(target, parts, denominator, said),))


def _reason(
    target: Target, parts: tuple[Decimal | None, ...], denominator: Decimal | None, said: str
) -> Reason:
    return Reason(
        rule=RULE,
        source=SOURCE,
        article=target.value,
        edition=EDITION,
        status=SourceStatus.VERIFIED,
        inputs=pairs(parts=parts, denominator=denominator),
        note=Message.of(said, target=target.value),
    )
