"""Haze by the revision of 2013, which counts fine dust: apart from `weather-signal`, as a check.

Source: revision of 2013 of the haze signal (from memory, trust medium; its text was not seen):
visibility below the limit of a colour and dry air (below 80 %), or below it, humid air and PM2.5
above the first limit of the colour, or visibility below 5 km and PM2.5 above the second one. The
upper ends of the dust bands of a colour are the lower ends of the next, so they need no test.
Units and valid range: m, percent, µg/m³. Edge cases: visibility "below", dust "above": equal does
not reach; 80 % is humid. What is missing leaves open whatever it could raise: named, and UNKNOWN
where nothing is reached.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.scale import Reached, names
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "haze-signal-2013"
TABLE: Final = "haze_2013"


def haze_signal_2013(
    *,
    visibility_m: Decimal | None,
    humidity_pct: Decimal | None,
    pm25_ug_m3: Decimal | None,
) -> Verdict[Reached]:
    """The highest colour that the three figures reach."""
    table = read_table(TABLE)
    source = Source.of(table)
    is_humid = None if humidity_pct is None else humidity_pct >= table["humid_from"]
    found = {
        Reached(name): _holds(row, visibility_m, is_humid, pm25_ug_m3)
        for name, row in table["colours"].items()
    }
    value = next((colour for colour, holds in found.items() if holds), Reached.NONE)
    open_ = tuple(c for c, holds in found.items() if holds is None and c.rank() < value.rank())
    inputs = pairs(visibility_m=visibility_m, humidity_pct=humidity_pct, pm25_ug_m3=pm25_ug_m3)
    if not open_:
        return Verdict(value=value, reasons=(source.reason(RULE, inputs),))
    said = gettext_noop("Not excluded, since a value or limit is missing: {levels}.")
    note = Message.of(said, levels=names(open_))
    details = pairs(not_excluded=tuple(each.value for each in open_))
    if value is Reached.NONE:
        details = (*details, *pairs(at_least=value))
        return Verdict.unknown(source.reason(RULE, inputs, note=note, details=details))
    return Verdict(value=value, reasons=(source.reason(RULE, inputs, note=note, details=details),))


def _holds(
    row: Mapping[str, int],
    visibility_m: Decimal | None,
    is_humid: bool | None,
    pm25: Decimal | None,
) -> bool | None:
    """Whether one colour holds; None where what is missing decides."""
    near = None if visibility_m is None else visibility_m < row["visibility_m"]
    dense = None if visibility_m is None else visibility_m < row["dense_visibility_m"]
    is_dry = None if is_humid is None else not is_humid
    dusty = None if pm25 is None else pm25 > row["humid_pm25"]
    thick = None if pm25 is None else pm25 > row["dense_pm25"]
    return _any(_all(near, is_dry), _all(near, is_humid, dusty), _all(dense, thick))


def _all(*parts: bool | None) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _any(*parts: bool | None) -> bool | None:
    if True in parts:
        return True
    return None if None in parts else False
