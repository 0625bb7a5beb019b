"""Six named tests of a reading. What one of them doubts is kept, with a flag that stays with it.

Source: the tests follow the usual order of quality control of surface observations (WMO-No. 8,
part on quality control: plausible range, time consistency, persistence, spatial consistency;
from memory). **Every number below is ours (`D`), not a regulation**; a datastream may say
narrower ones.

| test | flags a reading | not judged |
|---|---|---|
| range | below `lowest` or above `highest` | no limit given |
| step | differs from the reading before by more than `step`; where that is more than 3 intervals \
before, by more than `step` for each interval between | none before within 9 intervals |
| spike | jumps, and back with the next reading, and the two beside it agree within `step` | none \
before within 6 intervals, or after within 3 |
| flat line | equals all readings before for `flat_after_s` or longer | no such limit |
| neighbour | differs from the median of at least 3 neighbours by more than the limit | fewer |
| clock | observed more than 60 s after it was received | – |

Units and valid range: values in the canonical unit, times in seconds, one datastream, times
strictly rising; arrays of one length, shape (n,). Several datastreams may stand one after the
other: `begins` then says of each reading whether it is the first of its datastream, and the
numbers of a test are arrays as well, infinite where a datastream has no limit. Edge cases: exactly
a limit is not beyond it (flat line: exactly `flat_after_s` is flagged); a value that is not a
number is never flagged here: it is refused before, and missing is not normal.
"""

from enum import IntFlag
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.observed_property import ObservedProperty

Values = NDArray[np.float64]
Truth = NDArray[np.bool_]
Number = float | Values
"""One number, or one for each reading."""

GAP_INTERVALS: Final = 3
SPIKE_INTERVALS: Final = 2 * GAP_INTERVALS
"""With the gap after it within what is read around: the reading after may come first."""
CONTEXT_INTERVALS: Final = 3 * GAP_INTERVALS
"""How far back a reading is compared with the one before, and others are read around it."""
AHEAD_S: Final = 60.0
LEAST_NEIGHBOURS: Final = 3
NEIGHBOUR_KM: Final = 30.0
FLAT_AFTER_S: Final = {
    ObservedProperty.TEMPERATURE: 12 * 3600.0,
    ObservedProperty.STRAIN: 24 * 3600.0,
    ObservedProperty.PORE_PRESSURE: 7 * 86_400.0,
}
"""Only what always moves a little; rain, levels and gas may rightly stand still."""
NEIGHBOUR_LIMIT: Final = {ObservedProperty.TEMPERATURE: 10.0}
"""Only what changes slowly over some kilometres; convective rain does not."""


class Flag(IntFlag):
    """What was doubted. The sum is kept with the value."""

    RANGE = 1
    STEP = 2
    SPIKE = 4
    FLAT = 8
    NEIGHBOUR = 16
    CLOCK = 32


FLAG_LABELS: Final = {
    Flag.RANGE: gettext_noop("outside the valid range"),
    Flag.STEP: gettext_noop("jump from the reading before"),
    Flag.SPIKE: gettext_noop("single spike"),
    Flag.FLAT: gettext_noop("unchanged for too long"),
    Flag.NEIGHBOUR: gettext_noop("differs from the stations around"),
    Flag.CLOCK: gettext_noop("clock of the station runs ahead"),
}


def names_of(mask: int) -> tuple[str, ...]:
    """Codes of the flags in a mask, in the order of the tests."""
    return tuple(str(flag.name).lower() for flag in Flag if mask & flag)


def outside_range(values: Values, lowest: Number | None, highest: Number | None) -> Truth:
    """Below the lowest or above the highest valid value."""
    found = np.zeros(values.shape, dtype=np.bool_)
    if lowest is not None:
        found |= values < lowest
    if highest is not None:
        found |= values > highest
    return found


def jumps(
    values: Values,
    times_s: Values,
    step: Number | None,
    interval_s: Number,
    begins: Truth | None = None,
) -> Truth:
    """Differs from the reading before, if that is near enough in time, by more than the step;
    after a gap by more than the step for each interval of it, of parts of one a part."""
    found = np.zeros(values.shape, dtype=np.bool_)
    if step is None or values.size < 2:
        return found
    after = slice(1, None)
    intervals = np.diff(times_s) / _part(interval_s, after)
    most = _part(step, after) * np.where(intervals > GAP_INTERVALS, intervals, 1)
    found[1:] = (np.abs(np.diff(values)) > most) & (intervals <= CONTEXT_INTERVALS)
    if begins is not None:
        found &= ~begins
    return found


def spikes(
    values: Values,
    times_s: Values,
    step: Number | None,
    interval_s: Number,
    begins: Truth | None = None,
    jumped: Truth | None = None,
) -> Truth:
    """Jumps from the reading before and back with the next, and these two agree within the step.
    The last reading is never one yet. `jumped` is what `jumps` says of the same."""
    found = np.zeros(values.shape, dtype=np.bool_)
    if step is None or values.size < 3:
        return found
    if jumped is None:
        jumped = jumps(values, times_s, step, interval_s, begins)
    intervals = np.diff(times_s) / _part(interval_s, slice(1, None))
    near = (intervals[:-1] <= SPIKE_INTERVALS) & (intervals[1:] <= GAP_INTERVALS)
    rises = values[1:] > values[:-1]
    turned = jumped[1:-1] & jumped[2:] & (rises[:-1] != rises[1:])
    agree = np.abs(values[2:] - values[:-2]) <= _part(step, slice(1, -1))
    found[1:-1] = turned & agree & near
    return found


def stands_still(
    values: Values, times_s: Values, after_s: Number | None, begins: Truth | None = None
) -> Truth:
    """Has been the same value for `after_s` or longer."""
    found = np.zeros(values.shape, dtype=np.bool_)
    if after_s is None or values.size < 2:
        return found
    starts = np.concatenate(([True], np.diff(values) != 0))
    if begins is not None:
        starts |= begins
    began = times_s[np.maximum.accumulate(np.where(starts, np.arange(values.size), 0))]
    found[:] = times_s - began >= after_s
    return found


def _part(number: Number, which: slice) -> Number:
    return number[which] if isinstance(number, np.ndarray) else number


def apart_from_neighbours(
    values: Values, neighbours: NDArray[np.float64], limit: float | None
) -> Truth:
    """`neighbours` has shape (n, k): what k stations around said then, not a number where they
    said nothing. Fewer than three that said something decide nothing."""
    found = np.zeros(values.shape, dtype=np.bool_)
    if limit is None or not neighbours.size:
        return found
    heard = np.sum(~np.isnan(neighbours), axis=1) >= LEAST_NEIGHBOURS
    if heard.any():
        median = np.nanmedian(neighbours[heard], axis=1)
        found[heard] = np.abs(values[heard] - median) > limit
    return found


def runs_ahead(times_s: Values, received_s: float) -> Truth:
    """Observed after it was received, by more than a clock may err."""
    return times_s - received_s > AHEAD_S
