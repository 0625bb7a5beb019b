"""All tests of one datastream together: a mask for every reading.

Source: House rule; see `quality` for each test and its numbers. Units and valid range: values in
the canonical unit, seconds since 1970, times strictly rising. Edge cases: the spike test needs the
reading after; a reading that had none is judged again when it comes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty
from anlan.sensing.rules.quality import (
    FLAT_AFTER_S,
    NEIGHBOUR_LIMIT,
    Flag,
    Truth,
    Values,
    apart_from_neighbours,
    jumps,
    names_of,
    outside_range,
    runs_ahead,
    spikes,
    stands_still,
)

RULE: Final = "reading-quality"
Masks = NDArray[np.int64]
_NUMBERS_ARE_OURS = gettext_noop("The numbers of these tests are ours, not a regulation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How the readings of one datastream are judged; None: that test does not apply."""

    interval_s: float
    lowest: float | None = None
    highest: float | None = None
    step: float | None = None
    flat_after_s: float | None = None
    neighbour: float | None = None


@lru_cache(maxsize=4096)
def limits_for(
    observed: ObservedProperty,
    interval_s: float,
    *,
    lowest: float | None = None,
    highest: float | None = None,
    step: float | None = None,
) -> Limits:
    """Those of the catalogue, unless the datastream says its own. Most datastreams of a property
    are judged alike, so the same are not made again."""
    quantity = QUANTITIES[observed]
    return Limits(
        interval_s=interval_s,
        lowest=quantity.lowest if lowest is None else lowest,
        highest=quantity.highest if highest is None else highest,
        step=quantity.step if step is None else step,
        flat_after_s=FLAT_AFTER_S.get(observed),
        neighbour=NEIGHBOUR_LIMIT.get(observed),
    )


def judge(
    values: Values,
    times_s: Values,
    limits: Limits,
    *,
    received_s: Values,
    neighbours: NDArray[np.float64] | None = None,
) -> Masks:
    """The mask of every reading; `received_s` is when each came."""
    around = np.empty((values.size, 0)) if neighbours is None else neighbours
    step, interval_s = limits.step, limits.interval_s
    jumped = jumps(values, times_s, step, interval_s)
    tests = (
        (Flag.RANGE, outside_range(values, limits.lowest, limits.highest)),
        (Flag.STEP, jumped),
        (Flag.SPIKE, spikes(values, times_s, step, interval_s, jumped=jumped)),
        (Flag.FLAT, stands_still(values, times_s, limits.flat_after_s)),
        (Flag.NEIGHBOUR, apart_from_neighbours(values, around, limits.neighbour)),
        (Flag.CLOCK, runs_ahead(times_s - received_s, 0.0)),
    )
    return _masks(tests, values.shape)


def judge_many(
    values: Values,
    times_s: Values,
    limits: Sequence[Limits],
    counts: Sequence[int],
    *,
    received_s: Values,
) -> Masks:
    """The same of several datastreams that stand one after the other, `counts` readings each, but
    for the test against neighbours, which is asked for each datastream by itself."""
    begins = np.zeros(values.shape, dtype=np.bool_)
    sizes = np.array(counts, dtype=np.int64)
    begins[(np.cumsum(sizes) - sizes)[sizes > 0]] = True

    def each(numbers: Iterable[float | None], absent: float) -> Values:
        known = [absent if number is None else number for number in numbers]
        return np.repeat(np.array(known, dtype=np.float64), sizes)

    lowest = each((limit.lowest for limit in limits), -np.inf)
    highest = each((limit.highest for limit in limits), np.inf)
    step = each((limit.step for limit in limits), np.inf)
    interval_s = each((limit.interval_s for limit in limits), np.inf)
    flat_after_s = each((limit.flat_after_s for limit in limits), np.inf)
    with np.errstate(invalid="ignore", over="ignore"):
        jumped = jumps(values, times_s, step, interval_s, begins)
        tests = (
            (Flag.RANGE, outside_range(values, lowest, highest)),
            (Flag.STEP, jumped),
            (Flag.SPIKE, spikes(values, times_s, step, interval_s, begins, jumped)),
            (Flag.FLAT, stands_still(values, times_s, flat_after_s, begins)),
            (Flag.CLOCK, runs_ahead(times_s - received_s, 0.0)),
        )
    return _masks(tests, values.shape)


def _masks(tests: Iterable[tuple[Flag, Truth]], shape: tuple[int, ...]) -> Masks:
    mask = np.zeros(shape, dtype=np.int64)
    for flag, found in tests:
        mask |= np.where(found, int(flag), 0)
    return mask


def reading_quality(
    observed: ObservedProperty, value: float, before: float | None, interval_s: float
) -> Verdict[tuple[str, ...]]:
    """What the tests doubt about one reading that follows another after one interval."""
    limits = limits_for(observed, interval_s)
    values = np.array([value] if before is None else [before, value], dtype=np.float64)
    times = np.arange(values.size, dtype=np.float64) * interval_s
    mask = int(judge(values, times, limits, received_s=times)[-1])
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            observed=observed.value,
            value=value,
            before=before,
            lowest=limits.lowest,
            highest=limits.highest,
            step=limits.step,
        ),
        note=Message.of(_NUMBERS_ARE_OURS),
    )
    return Verdict(value=names_of(mask), reasons=(reason,))
