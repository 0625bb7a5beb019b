"""The level of a slope by its tangent angle 切线角.

Source: Xu Qiang's improved tangent angle, from memory: a = arctan(v / v̄); a ≤ 45° initial or
steady, 45° to 80° yellow, from 80° orange, from 85° red.
Units and valid range: mm per day; the steady rate above zero, the rate not negative.
Edge cases: the angles decide, not the rounded ratios 5.67 and 11.43. Exactly 45° (the steady
rate itself) is not yellow; it is compared by the rates, without rounding. A rate missing: UNKNOWN.
Loess slides can fail with little warning: this alone clears nothing.
"""

import math
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.scale import Reached
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "slope-tangent-level"
TABLE: Final = "slope_tangent"
SHOWN_DECIMALS: Final = 2


class NoSteadyRate(ValueError):
    """The steady rate is zero or below: there is no angle."""


def slope_tangent_level(
    *, rate_mm_d: Decimal | None, steady_rate_mm_d: Decimal | None
) -> Verdict[Reached]:
    """The level of the angle."""
    table = read_table(TABLE)
    source = Source.of(table)
    inputs = pairs(rate_mm_d=rate_mm_d, steady_rate_mm_d=steady_rate_mm_d)
    if rate_mm_d is None or steady_rate_mm_d is None:
        note = Message.of(
            gettext_noop("The angle needs the rate and the steady rate. Give both to decide.")
        )
        return Verdict.unknown(source.reason(RULE, inputs, note=note))
    if steady_rate_mm_d <= 0:
        raise NoSteadyRate(steady_rate_mm_d)
    angle = math.degrees(math.atan2(float(rate_mm_d), float(steady_rate_mm_d)))
    limits = table["at_least_deg"]
    value = Reached.YELLOW if rate_mm_d > steady_rate_mm_d else Reached.NONE
    reached = [name for name, least in limits.items() if angle >= least]
    if reached:
        value = Reached(reached[0])
    note = Message.of(
        gettext_noop("A slope in loess can fail with little warning; look at rain and cracks too.")
    )
    details = pairs(angle_deg=round(angle, SHOWN_DECIMALS))
    return Verdict(value=value, reasons=(source.reason(RULE, inputs, note=note, details=details),))
