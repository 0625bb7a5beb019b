"""Wind force from the speed, and back.

Source: GB/T 28591-2012, forces 5 to 14, from memory. Units and valid range: m/s.
Edge cases: a speed between two printed bands (10.7 and 10.8) belongs to the lower one. Below
force 5 and above force 14 the table at hand ends.
"""

from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from anlan.warning.rules.thresholds.source import Source, read_table

TABLE = "wind_force"


@lru_cache(maxsize=1)
def _speeds() -> MappingProxyType[int, Decimal]:
    rows = read_table(TABLE)["from_m_s"]
    return MappingProxyType({int(force): Decimal(speed) for force, speed in rows.items()})


def lower_speed_m_s(force: int) -> Decimal:
    """The speed from which a force of the table counts."""
    return _speeds()[force]


def wind_force(speed_m_s: Decimal) -> int | None:
    """The highest force of the table whose speed is reached; None below the lowest."""
    reached = [force for force, least in _speeds().items() if speed_m_s >= least]
    return max(reached, default=None)


def source() -> Source:
    return Source.of(read_table(TABLE))
