"""When a message that fails is tried again, and when it is put aside.

Source: House rule: an error of the program or a row that the store never takes must not hold up
what comes after it; what is put aside is kept as it came, so few tries are enough. Units and valid
range: seconds; tries that failed, from 1. Edge cases: an engine that is away is no failure of a
message and is not counted: whoever asks waits for it however long. Tries are counted by the
process alone: a program that was started anew may be the one that can read it.
"""

from typing import Final

MOST_TRIES: Final = 4
FIRST_PAUSE_S: Final = 0.5


def pause_s(tries: int) -> float | None:
    """How long until the next try; None when it is to be put aside."""
    if tries < 1:
        raise ValueError(tries)
    return None if tries >= MOST_TRIES else FIRST_PAUSE_S * 2.0 ** (tries - 1)
