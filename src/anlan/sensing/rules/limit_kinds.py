"""Which limit may be entered for which property, and in which order the limits of one lie.

Source: House rule: a limit that no rule looks at, or that lies the wrong way round, is refused
when it is entered; else the station is silently not watched. Order of levels: river 警戒 < 保证,
record above; reservoir 汛限, 设计, 校核, crest (fact sheet of flood levels); low water 旱警,
lowest of the same period, on record, each below the one before; colours from blue to red, alarm
beside yellow, cut-off beside orange (ours, as the monitoring rules take them). Lower limits (low,
low-low) are for what may be too high and too low; oxygen and visibility have theirs as colours.
Units and valid range: limits of one datastream that hold at the same time. Edge cases: equal
limits make an order; what falls when it gets worse (oxygen, visibility) lies the other way round;
soil moisture has none, since a limit of it may mean either.
"""

from collections.abc import Mapping
from typing import Final

from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.station_state import LOWER_IS_WORSE, NOT_COMPARED

P = ObservedProperty
ONLY_FOR: Final[Mapping[str, frozenset[ObservedProperty]]] = {
    **dict.fromkeys(
        ("warning-level", "guarantee-level", "record-level"), frozenset({P.RIVER_LEVEL})
    ),
    **dict.fromkeys(("drought-level", "period-low", "record-low"), frozenset({P.RIVER_LEVEL})),
    **dict.fromkeys(
        ("flood-limit", "design-flood", "check-flood", "crest"), frozenset({P.RESERVOIR_LEVEL})
    ),
    **dict.fromkeys(("prepare", "move", "effective-rain"), frozenset({P.RAIN})),
    **dict.fromkeys(
        ("low-alarm", "low-low-alarm"),
        frozenset({P.PRESSURE, P.FLOW, P.WIND, P.TEMPERATURE, P.TANK_LEVEL, P.RESERVOIR_LEVEL}),
    ),
    "steady-rate": frozenset({P.DISPLACEMENT}),
}
"""Limits that belong to some properties; the others, colours and alarms, go with any."""
NOT_FOR: Final[Mapping[str, ObservedProperty]] = {
    "yellow": ObservedProperty.METHANE,
    "orange": ObservedProperty.METHANE,
}
"""Methane has an alarm and a cut-off by its place; these two take the place of the colours."""
RANKS: Final[Mapping[str, tuple[str, int]]] = {
    **{kind: ("river", n) for n, kind in enumerate(("warning-level", "guarantee-level"))},
    "record-level": ("river", 2),
    **{
        kind: ("reservoir", n)
        for n, kind in enumerate(("flood-limit", "design-flood", "check-flood", "crest"))
    },
    **{kind: ("colour", n) for n, kind in enumerate(("blue", "yellow", "orange", "red"))},
    "alarm": ("colour", 1),
    "cut-off": ("colour", 2),
    **{kind: ("critical", n) for n, kind in enumerate(("prepare", "move"))},
    **{kind: ("low", n) for n, kind in enumerate(("low-alarm", "low-low-alarm"))},
    **{
        kind: ("low-water", n)
        for n, kind in enumerate(("drought-level", "period-low", "record-low"))
    },
}
"""Kind → the row that it belongs to, and its place in it, the mildest first."""
LOWER_ROWS: Final = ("low", "low-water")
LOWER_LIMITS: Final = frozenset(kind for kind, (row, _) in RANKS.items() if row in LOWER_ROWS)
"""Limits that are reached from above, whatever they are of."""


def is_for(kind: str, observed: ObservedProperty) -> bool:
    """Whether a limit of this kind may be entered for the property."""
    only = ONLY_FOR.get(kind)
    return NOT_FOR.get(kind) is not observed and (only is None or observed in only)


def is_in_order(
    kind: str, value: float, other: str, other_value: float, observed: ObservedProperty
) -> bool:
    """Whether two limits of one datastream (and window, soil, village) can hold together."""
    if kind not in RANKS or other not in RANKS or observed in NOT_COMPARED:
        return True
    (row, place), (other_row, other_place) = RANKS[kind], RANKS[other]
    if row != other_row or place == other_place or value == other_value:
        return True
    is_rising = (place < other_place) is (value < other_value)
    is_falling = row in LOWER_ROWS or (row == "colour" and observed in LOWER_IS_WORSE)
    return is_rising is not is_falling
