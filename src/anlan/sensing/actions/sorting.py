"""How the samples of a batch end: stored, corrected, suspect, repeated or rejected.

A time that is known already is never written over. The same value again, or one that was
corrected since, changes nothing: what a network repeats late is harmless. Another value is a
revision, and the first stays. Readings beside a new one are judged again, since their neighbours
in time changed: the one after it for step and spike, the one before it for spike, and each only
where the new one is near enough to count. What changed is a revision of the same value.

All datastreams of a batch go by together, in arrays ordered by datastream and instant. A line is
what the judges see of a datastream: its new readings among those that are known around them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anlan.sensing.queries.neighbours import Asked, Surroundings, said_around, surroundings_of
from anlan.sensing.queries.resolving import Numbers, Resolved, Samples, Stream, refused
from anlan.sensing.rules.decoding.decoded import Why
from anlan.sensing.rules.judging import Limits, judge_many, limits_for
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.quality import (
    CONTEXT_INTERVALS,
    GAP_INTERVALS,
    Flag,
    apart_from_neighbours,
)
from anlan.sensing.store.engine import Session
from anlan.sensing.store.reads import known_within
from anlan.sensing.store.values import Counts, Rejection, Rows

SECOND_US = 1_000_000
IN_TIME = int(Flag.STEP | Flag.SPIKE)
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What a batch writes, what of it is rejected here, and how the others are counted."""

    rows: Rows
    rejected: list[Rejection]
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """The datastreams of a batch in the order of their keys, each with its limits."""

    streams: Sequence[Stream]
    limits: Sequence[Limits]

    @property
    def reach_us(self) -> Numbers:
        """How far around a reading others count for its judgement."""
        around = [max(x.flat_after_s or 0, CONTEXT_INTERVALS * x.interval_s) for x in self.limits]
        return np.array(around, dtype=np.float64).astype(np.int64) * SECOND_US

    @property
    def interval_us(self) -> Numbers:
        return np.array([stream.interval_s * SECOND_US for stream in self.streams], dtype=np.int64)


def sort(session: Session, resolved: Resolved, received_us: int) -> Sorted:
    """Decide about every sample. Reads the store inside the transaction that will write."""
    samples, repeated, twice = _once(resolved.samples)
    rejected = [refused(resolved.sent, place, Why.TWICE) for place in twice.tolist()]
    heard, samples = _by_key(resolved.streams, samples)
    known = known_within(session, _spans(heard, samples))
    revision, is_known = _matched(samples, known)
    repeated += int(is_known.sum())
    new = Rows(
        keys=known.keys,
        stream=samples.stream[~is_known],
        at_us=samples.at_us[~is_known],
        revision=revision[~is_known],
        value=samples.value[~is_known],
        flags=np.zeros(int((~is_known).sum()), dtype=np.int64),
        received_us=np.full(int((~is_known).sum()), received_us, dtype=np.int64),
    )
    line, is_new = _line(heard, known, new)
    mask = _judged(session, heard, line, is_new)
    rows = _written(heard, line, is_new, mask, received_us)
    first, doubted = line.revision[is_new] == 0, mask[is_new] != 0
    counts = Counts(
        stored=int((first & ~doubted).sum()),
        corrected=int((~first).sum()),
        suspect=int((first & doubted).sum()),
        repeated=repeated,
    )
    return Sorted(rows=rows, rejected=rejected, counts=counts)


def _once(samples: Samples) -> tuple[Samples, int, Numbers]:
    """One sample an instant. A batch that says two things of one instant says nothing of it.
    Returns them, how many were repeated, and the places of those that contradict each other."""
    if not len(samples.stream):
        return samples, 0, samples.place
    samples = _taken(samples, np.lexsort((samples.at_us, samples.stream)))
    changes = (np.diff(samples.stream) != 0) | (np.diff(samples.at_us) != 0)
    is_first = np.concatenate(([True], changes))
    group = np.cumsum(is_first) - 1
    differs = samples.value != samples.value[is_first][group]
    is_bad = np.bincount(group, weights=differs)[group] > 0
    repeated = int((~is_first & ~is_bad).sum())
    kept = _taken(samples, np.flatnonzero(is_first & ~is_bad))
    return kept, repeated, np.sort(samples.place[is_bad])


def _taken(samples: Samples, places: Numbers) -> Samples:
    return Samples(
        stream=samples.stream[places],
        at_us=samples.at_us[places],
        value=samples.value[places],
        place=samples.place[places],
    )


def _by_key(streams: Sequence[Stream], samples: Samples) -> tuple[_Heard, Samples]:
    """The datastreams that have a sample, and the samples in their order."""
    named = sorted(np.unique(samples.stream).tolist(), key=lambda each: streams[each].key.bytes)
    rank = np.zeros(len(streams), dtype=np.int64)
    rank[named] = np.arange(len(named))
    samples = replace(samples, stream=rank[samples.stream])
    samples = _taken(samples, np.argsort(samples.stream, kind="stable"))
    heard = [streams[each] for each in named]
    limits = [
        limits_for(
            ObservedProperty(stream.observed),
            stream.interval_s,
            lowest=stream.lowest,
            highest=stream.highest,
            step=stream.step,
        )
        for stream in heard
    ]
    return _Heard(streams=heard, limits=limits), samples


def _edges(stream: Numbers, at_us: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """The first and the last instant of each datastream; an empty span where it has none."""
    first = np.full(count, np.iinfo(np.int64).max // 2)
    last = np.full(count, np.iinfo(np.int64).min // 2)
    np.minimum.at(first, stream, at_us)
    np.maximum.at(last, stream, at_us)
    return first, last


def _spans(heard: _Heard, samples: Samples) -> list[tuple[bytes, int, int]]:
    reach = heard.reach_us
    first, last = _edges(samples.stream, samples.at_us, len(reach))
    keys = [stream.key.bytes for stream in heard.streams]
    return list(zip(keys, (first - reach).tolist(), (last + reach + 1).tolist(), strict=True))


def _places(known: Rows, stream: Numbers, at_us: Numbers) -> tuple[Numbers, Numbers]:
    """One number for each datastream and instant: of what is known, and of others."""
    times = np.unique(np.concatenate((known.at_us, at_us)))
    return (
        known.stream * len(times) + np.searchsorted(times, known.at_us),
        stream * len(times) + np.searchsorted(times, at_us),
    )


def _matched(samples: Samples, known: Rows) -> tuple[Numbers, Truth]:
    """The revision that each sample would be, and whether it says what was said already."""
    held, here = _places(known, samples.stream, samples.at_us)
    left = np.searchsorted(held, here, side="left")
    revision = np.searchsorted(held, here, side="right") - left
    is_known = np.zeros(len(here), dtype=np.bool_)
    if len(here):
        beside = np.minimum(np.searchsorted(here, held), len(here) - 1)
        same = (here[beside] == held) & (samples.value[beside] == known.value)
        is_known[beside[same]] = True
    return revision, is_known


def _line(heard: _Heard, known: Rows, new: Rows) -> tuple[Rows, Truth]:
    """New readings among the last revisions that are known around them, in order; and which of
    them are new."""
    reach = heard.reach_us
    first, last = _edges(new.stream, new.at_us, len(reach))
    held, here = _places(known, new.stream, new.at_us)
    is_last = np.ones(len(held), dtype=np.bool_)
    is_last[:-1] = np.diff(held) != 0
    after = known.at_us >= (first - reach)[known.stream]
    before = known.at_us <= (last + reach)[known.stream]
    around = is_last & after & before & ~np.isin(held, here)
    order = np.argsort(np.concatenate((held[around], here)))
    names = ("stream", "at_us", "revision", "value", "flags", "received_us")
    columns = {
        name: np.concatenate((getattr(known, name)[around], getattr(new, name)))[order]
        for name in names
    }
    is_new = np.arange(len(order)) >= int(around.sum())
    return Rows(keys=known.keys, **columns), is_new[order]


def _judged(session: Session, heard: _Heard, line: Rows, is_new: Truth) -> Numbers:
    """The mask of every reading of the line."""
    mask = judge_many(
        line.value,
        line.at_us / SECOND_US,
        heard.limits,
        np.bincount(line.stream, minlength=len(heard.limits)).tolist(),
        received_s=line.received_us / SECOND_US,
    )
    compared = list(_compared(heard, line, is_new))
    said = said_around(session, [asked for asked, _, _ in compared])
    for (_, places, limit), around in zip(compared, said, strict=True):
        apart = apart_from_neighbours(line.value[places], around, limit)
        mask[places[apart]] |= int(Flag.NEIGHBOUR)
    return mask


def _compared(
    heard: _Heard, line: Rows, is_new: Truth
) -> Iterator[tuple[Asked, Numbers, float | None]]:
    """Datastreams that are compared with their neighbours, with the places of their new readings
    and the limit."""
    new = np.flatnonzero(is_new)
    edges = np.searchsorted(line.stream[new], np.arange(len(heard.streams) + 1)).tolist()
    around: dict[str, Surroundings] = {}
    for number, (stream, limits) in enumerate(zip(heard.streams, heard.limits, strict=True)):
        places = new[edges[number] : edges[number + 1]]
        if limits.neighbour is None or not len(places):
            continue
        if stream.observed not in around:
            around[stream.observed] = surroundings_of(stream.observed)
        keys = around[stream.observed].around(stream)
        asked = Asked(stream=stream, times_us=line.at_us[places], keys=keys)
        yield asked, places, limits.neighbour


def _written(heard: _Heard, line: Rows, is_new: Truth, mask: Numbers, received_us: int) -> Rows:
    """New readings with their flags, and those beside them whose flags changed."""
    same = np.diff(line.stream) == 0
    gap_us, interval_us = np.diff(line.at_us), heard.interval_us[line.stream[1:]]
    again = np.zeros(len(line), dtype=np.int64)
    again[:-1] = (same & (gap_us <= GAP_INTERVALS * interval_us) & is_new[1:]) * int(Flag.SPIKE)
    again[1:] |= (same & (gap_us <= CONTEXT_INTERVALS * interval_us) & is_new[:-1]) * IN_TIME
    wanted = (line.flags & ~again) | (mask & again)
    is_again = ~is_new & (wanted != line.flags)
    out = is_new | is_again
    return Rows(
        keys=line.keys,
        stream=line.stream[out],
        at_us=line.at_us[out],
        revision=(line.revision + is_again)[out],
        value=line.value[out],
        flags=np.where(is_new, mask, wanted)[out],
        received_us=np.full(int(out.sum()), received_us, dtype=np.int64),
    )
