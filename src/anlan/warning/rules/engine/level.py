"""The level of a rule after one more slot, for all stations at once.

House rule: a level begins when its limit has been reached long enough, and ends when the value
has been below its lower limit long enough with nothing of the window missing. What is missing can
hold or raise a level, never lower it.
Shapes: level by station; limits (level, station or 1).
"""

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import LEVELS
from anlan.warning.rules.engine.state import Row

Flags = NDArray[np.bool_]


def next_level(level: Row, value: Row, missing: Row, upper: Row, lower: Row) -> Row:
    """Without hold and clear times."""
    reached, kept = np.zeros_like(level), np.zeros_like(level)
    for least, release in zip(upper, lower, strict=True):
        reached += value >= least
        kept += value >= release
    held = np.minimum(level, kept)
    return np.maximum(np.where(missing == 0, held, level), reached)


def next_level_in_time(
    level: Row, counts: tuple[Row, Row], flags: tuple[Flags, Flags], *, hold: int, clear: int
) -> tuple[Row, Row, Row]:
    """With hold and clear times: (level, rising, falling). `flags` say by level whether its limit
    is reached, and whether the value is surely below the lower one."""
    rising = np.where(flags[0], counts[0] + 1, 0)
    falling = np.where(flags[1], counts[1] + 1, 0)
    is_on = level >= np.arange(1, LEVELS + 1)[:, None]
    is_on = (is_on & (falling <= clear)) | (rising > hold)
    return is_on.sum(axis=0, dtype=np.int64), rising, falling
