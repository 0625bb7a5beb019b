"""The loop that wakes the sweeps of all stages while the program serves.

It holds no state of its own: what waits, and since when, stands in the rows that a sweep reads.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from django.db import OperationalError, close_old_connections, connection

from anlan.base import clock
from anlan.base.giving_way import in_a_pause, share_turns
from anlan.base.models import WorldFork
from anlan.base.parts import Sweep
from anlan.base.worlds import forks

logger = logging.getLogger(__name__)
SHORTEST_PAUSE_S = 0.2


def run_sweeps(sweeps: Sequence[Sweep], stop: threading.Event) -> None:
    """Run each sweep every `every_s` seconds, one after the other, until told to stop. A failure
    ends neither the loop nor the other sweeps; it is in the log and tried again next time."""
    share_turns()
    next_at = dict.fromkeys((sweep.name for sweep in sweeps), 0.0)
    while not stop.is_set():
        for sweep in sweeps:
            if stop.is_set() or time.monotonic() < next_at[sweep.name]:
                continue
            run_once(sweep)
            next_at[sweep.name] = time.monotonic() + sweep.every_s
        soonest = min(next_at.values(), default=time.monotonic() + SHORTEST_PAUSE_S)
        stop.wait(max(SHORTEST_PAUSE_S, soonest - time.monotonic()))
    connection.close()


def run_once(sweep: Sweep) -> int:
    """One run at a worker's outer edge, in the live world and, where the sweep says so, in each
    exercise. Returns how many rows it handled; a run that failed handled none."""
    done = _guarded(sweep, _run_live)
    if sweep.in_exercises:
        done += _guarded(sweep, _run_in_exercises)
    return done


def _run_live(sweep: Sweep) -> int:
    close_old_connections()
    with in_a_pause():
        return sweep.run(clock.now())


def _run_in_exercises(sweep: Sweep) -> int:
    return sum(_guarded(sweep, partial(_run_inside, fork)) for fork in forks.all_forks())


def _run_inside(fork: WorldFork, sweep: Sweep) -> int:
    if not forks.path_of(fork).exists():  # dropped meanwhile
        return 0
    with forks.inside(fork), in_a_pause():
        return sweep.run(clock.now())


def _guarded(sweep: Sweep, run: Callable[[Sweep], int]) -> int:
    try:
        return run(sweep)
    except (OperationalError, OSError) as error:
        logger.warning(
            "sweep postponed", extra={"sweep": sweep.name, "cause": type(error).__name__}
        )
    except Exception:
        logger.exception("sweep failed", extra={"sweep": sweep.name})
    return 0
