"""Which low-flow signal of the water authority a level or a lack of inflow reaches.

Source: 水情预警发布管理办法 (水汛〔2013〕1号; the number is from memory, the table was checked):
inflow of the last 30 days less than its mean of the same period by 40, 60, 75, 90 percent; or the
level at or below the drought-warning level (yellow), the lowest of the same period (orange), the
lowest on record (red). Blue "close to" the drought-warning level has no number: not judged.
Units and valid range: percent; m, heights of one station in one datum.
Edge cases: any criterion suffices, the highest holds; equal reaches. A limit of the level that is
not known leaves its colour open: it is named. When nothing was given, or nothing is reached and a
limit is missing: UNKNOWN.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.scale import Reached, names
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "low-flow-signal"
TABLE: Final = "low_flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowWater:
    """None: not known. The limits matter only where the level is given."""

    inflow_deficit_pct: Decimal | None = None
    level_m: Decimal | None = None
    drought_warning_m: Decimal | None = None
    period_lowest_m: Decimal | None = None
    record_lowest_m: Decimal | None = None


def low_flow_signal(water: LowWater) -> Verdict[Reached]:
    """The highest colour that any criterion gives."""
    table = read_table(TABLE)
    deficit = water.inflow_deficit_pct
    met = [
        Reached(name)
        for name, least in table["deficit_pct"].items()
        if deficit is not None and deficit >= Decimal(least)
    ]
    limits = {
        Reached.RED: water.record_lowest_m,
        Reached.ORANGE: water.period_lowest_m,
        Reached.YELLOW: water.drought_warning_m,
    }
    level = water.level_m
    met += [
        colour
        for colour, limit in limits.items()
        if level is not None and limit is not None and level <= limit
    ]
    value = min(met, key=Reached.rank, default=Reached.NONE)
    is_level_asked = level is not None or deficit is None
    open_ = tuple(
        colour
        for colour, limit in limits.items()
        if is_level_asked and (level is None or limit is None) and colour.rank() < value.rank()
    )
    return _verdict(water, value, open_)


def _verdict(water: LowWater, value: Reached, open_: tuple[Reached, ...]) -> Verdict[Reached]:
    source = Source.of(read_table(TABLE))
    values = {name: getattr(water, name) for name in LowWater.__slots__}
    inputs = tuple((name, each) for name, each in values.items() if each is not None)
    if not open_:
        is_close_open = value is Reached.NONE and water.level_m is not None
        near = Message.of(gettext_noop("“Close to” the drought-warning level is not judged."))
        reason = source.reason(RULE, inputs, note=near if is_close_open else None)
        return Verdict(value=value, reasons=(reason,))
    said = gettext_noop("Not excluded, since a value or limit is missing: {levels}.")
    note = Message.of(said, levels=names(open_))
    details = pairs(not_excluded=tuple(each.value for each in open_))
    if value is Reached.NONE:
        more = (*details, *pairs(at_least=value))
        return Verdict.unknown(source.reason(RULE, inputs, note=note, details=more))
    reason = source.reason(RULE, inputs, note=note, details=details)
    return Verdict(value=value, reasons=(reason,))
