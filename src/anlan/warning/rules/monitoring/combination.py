"""Two notices at one place that together say more than each: rain and a slope that moves.

Source: loess slides can fail with little warning, combine rain and displacement (fact sheet,
geological hazards). House rule (**ours, `D`**): where both hold at least the level that the rule
asks, the combination is one level above the higher of the two, at most red.
Units and valid range: levels 0 (none) to 4 (red). Edge cases: each of the two keeps its level
while it is silent, so silence ends no combination; one of them without a level: none.
"""

from typing import Final

RED: Final = 4


class BadLevel(ValueError):
    """Not a level from 0 to 4."""


def combined_level(first: int, second: int, *, least: int) -> int:
    """The level of the combination; `least` is what each of the two has to hold."""
    if not (0 <= first <= RED and 0 <= second <= RED and 1 <= least <= RED):
        raise BadLevel(first, second, least)
    if min(first, second) < least:
        return 0
    return min(RED, max(first, second) + 1)
