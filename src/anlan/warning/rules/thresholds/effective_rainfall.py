"""Effective antecedent rainfall 有效雨量.

Source: R_e = Σ α^i · R_i, i = 0 today, i days before; α 0.84 is the classic value, 0.7 to 0.9 in
use; 10 to 15 days (all from memory). It is a figure, not a threshold: critical values are those
of the place.
Units and valid range: mm per day, not negative; α above 0, at most 1.
Edge cases: a day that is missing is not a dry day: UNKNOWN, with the sum of the known days as
`at_least_mm`. Fewer than eleven days are said.
"""

from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "effective-rainfall"
TABLE: Final = "effective_rainfall"


def default_alpha() -> Decimal:
    return Decimal(read_table(TABLE)["alpha"])


def effective_rainfall(
    daily_mm: tuple[Decimal | None, ...], *, alpha: Decimal
) -> Verdict[Decimal]:
    """The weighed sum; `daily_mm` is today's rain, then yesterday's, and so on."""
    table = read_table(TABLE)
    source, inputs = Source.of(table), pairs(daily_mm=daily_mm, alpha=alpha)
    known = sum(
        (alpha**place * rain for place, rain in enumerate(daily_mm) if rain is not None),
        start=Decimal(0),
    )
    gaps = tuple(place for place, rain in enumerate(daily_mm) if rain is None)
    if gaps or not daily_mm:
        note = Message.of(
            gettext_noop(
                "The rain of these days is missing, counted back from today as 0: {days}. A "
                "missing day is not a dry day; give it to decide."
            ),
            days=tuple(str(gap) for gap in gaps) or ("0",),
        )
        details = pairs(at_least_mm=known)
        return Verdict.unknown(source.reason(RULE, inputs, note=note, details=details))
    wanted = table["days_before"]
    short = Message.of(
        gettext_noop("Only {given} days before today; {wanted} to 15 are in use."),
        given=len(daily_mm) - 1,
        wanted=wanted,
    )
    note_short = short if len(daily_mm) <= wanted else None
    return Verdict(value=known, reasons=(source.reason(RULE, inputs, note=note_short),))
