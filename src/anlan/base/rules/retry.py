"""When something that failed is tried again.

House rule: after one minute, then twice as long each time, at most an hour apart: a fault of a
moment is over soon, a lasting one must not fill the log.
"""

import datetime as dt

FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)
DOUBLINGS_AT_MOST = 10


def next_attempt_after(now: dt.datetime, attempts: int) -> dt.datetime:
    """The instant of the next attempt after `attempts` failures (1 or more)."""
    if attempts < 1:
        raise ValueError("attempts counts the failures so far, at least 1")
    doublings = min(attempts - 1, DOUBLINGS_AT_MOST)
    pause: dt.timedelta = FIRST_PAUSE * (1 << doublings)
    return now + min(pause, LONGEST_PAUSE)
