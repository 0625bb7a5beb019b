"""How the samples of a batch end: stored, corrected, suspect, repeated or rejected.

A time that is known already is never written over. The same value again, or one that was
corrected since, changes nothing: what a network repeats late is harmless. Another value is a
revision, and the first stays. Readings beside a new one are judged again for step and spike,
since their neighbours in time changed; what changed is a revision of the same value.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from anlan.sensing.models import Datastream
from anlan.sensing.queries.neighbours import said_around
from anlan.sensing.queries.resolving import Sample, by_stream
from anlan.sensing.rules.decoding.decoded import Why, cut
from anlan.sensing.rules.judging import Limits, judge, limits_for
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.quality import GAP_INTERVALS, Flag
from anlan.sensing.store.engine import Session
from anlan.sensing.store.reads import revisions, series_in
from anlan.sensing.store.values import Counts, Observation, Rejection

SECOND_US = 1_000_000
CONTEXT_INTERVALS = 3 * GAP_INTERVALS
IN_TIME = int(Flag.STEP | Flag.SPIKE)


@dataclass(slots=True)
class Sorted:
    """What a batch writes, and how its rows are counted."""

    rows: list[Observation] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    stored: int = 0
    corrected: int = 0
    suspect: int = 0
    repeated: int = 0

    def counts(self) -> Counts:
        return Counts(
            stored=self.stored,
            corrected=self.corrected,
            suspect=self.suspect,
            repeated=self.repeated,
            rejected=len(self.rejected),
        )


def sort(
    session: Session,
    samples: Iterable[Sample],
    streams: dict[uuid.UUID, Datastream],
    received_us: int,
) -> Sorted:
    """Decide about every sample. Reads the store inside the transaction that will write."""
    found = Sorted()
    for key, rows in by_stream(samples).items():
        once = _once(rows, found)
        if once:
            _sort_stream(session, streams[key], once, received_us, found)
    return found


def _once(rows: list[Sample], found: Sorted) -> list[Sample]:
    """One sample an instant. A batch that says two things of one instant says nothing of it."""
    by_time: dict[int, list[Sample]] = {}
    for row in rows:
        by_time.setdefault(row.at_us, []).append(row)
    kept: list[Sample] = []
    for same in by_time.values():
        if len({row.value for row in same}) == 1:
            kept.append(same[0])
            found.repeated += len(same) - 1
            continue
        found.rejected += [
            Rejection(line=row.line, why=Why.TWICE.value, text=cut(row.text)) for row in same
        ]
    return kept


def _sort_stream(
    session: Session,
    stream: Datastream,
    samples: list[Sample],
    received_us: int,
    found: Sorted,
) -> None:
    known = revisions(session, stream.pk, [sample.at_us for sample in samples])
    new: list[Observation] = []
    for sample in samples:
        before = known.get(sample.at_us, [])
        if any(row.value == sample.value for row in before):
            found.repeated += 1
            continue
        new.append(_revision(sample, len(before), received_us))
    if not new:
        return
    flagged, again = _judged(session, stream, new)
    for row in flagged:
        if row.revision:
            found.corrected += 1
        elif row.flags:
            found.suspect += 1
        else:
            found.stored += 1
    found.rows += flagged
    found.rows += again


def _revision(sample: Sample, revision: int, received_us: int) -> Observation:
    return Observation(
        stream=sample.stream,
        at_us=sample.at_us,
        revision=revision,
        value=sample.value,
        flags=0,
        received_us=received_us,
    )


def _judged(
    session: Session, stream: Datastream, new: list[Observation]
) -> tuple[list[Observation], list[Observation]]:
    """The new rows with their flags, and rows beside them whose flags changed."""
    limits = limits_for(
        ObservedProperty(stream.observed),
        stream.interval_s,
        lowest=stream.lowest,
        highest=stream.highest,
        step=stream.step,
    )
    reach = int(max(limits.flat_after_s or 0, CONTEXT_INTERVALS * stream.interval_s)) * SECOND_US
    fresh = {row.at_us: row for row in new}
    context = series_in(session, stream.pk, new[0].at_us - reach, new[-1].at_us + reach)
    line = {row.at_us: row for row in context} | fresh
    rows = [line[at_us] for at_us in sorted(line)]
    masks = _masks(session, stream, rows, limits)
    flagged = [
        replace(row, flags=mask) if mask else row
        for row, mask in zip(rows, masks, strict=True)
        if _is(row, fresh)
    ]
    again = [
        replace(row, flags=wanted, revision=row.revision + 1, received_us=new[0].received_us)
        for place, row in enumerate(rows)
        if not _is(row, fresh) and _is_beside(rows, place, fresh, stream)
        for wanted in [(row.flags & ~IN_TIME) | (masks[place] & IN_TIME)]
        if wanted != row.flags
    ]
    return flagged, again


def _masks(
    session: Session, stream: Datastream, rows: list[Observation], limits: Limits
) -> list[int]:
    around = None
    if limits.neighbour is not None:
        around = said_around(session, stream, [row.at_us for row in rows])
    masks = judge(
        np.array([row.value for row in rows], dtype=np.float64),
        np.array([row.at_us for row in rows], dtype=np.float64) / SECOND_US,
        limits,
        received_s=np.array([row.received_us for row in rows], dtype=np.float64) / SECOND_US,
        neighbours=around,
    )
    return [int(mask) for mask in masks]


def _is(row: Observation, fresh: dict[int, Observation]) -> bool:
    return fresh.get(row.at_us) is row


def _is_beside(
    rows: list[Observation], place: int, fresh: dict[int, Observation], stream: Datastream
) -> bool:
    """A reading next to it is new, and near enough for the tests in time."""
    reach = GAP_INTERVALS * stream.interval_s * SECOND_US
    here = rows[place].at_us
    beside = [*rows[max(0, place - 1) : place], *rows[place + 1 : place + 2]]
    return any(_is(row, fresh) and abs(row.at_us - here) <= reach for row in beside)
