"""Whose readings these are: rows of a sender → values of datastreams, in the unit kept.

A batch holds many readings and few namings (station, property, unit): what a naming means is asked
once, and the readings then go by in arrays. Namings that are taken are remembered for their sender
until the journal tells of a change.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from anlan.base.prepared import Mark, Prepared
from anlan.registers.rules.scope import Scope
from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream, Station
from anlan.sensing.queries.remembered import view_of
from anlan.sensing.rules.decoding.columns import Columns, columns_of
from anlan.sensing.rules.decoding.decoded import EARLIEST, Decoded, Why, cut
from anlan.sensing.rules.observed_property import (
    ObservedProperty,
    UnitUnknown,
    in_canonical_unit,
)
from anlan.sensing.store.values import Rejection, from_us, to_us

FEW = 16
"""So many datastreams are asked for by a statement that is compiled once."""
MOST_AHEAD = dt.timedelta(days=1)
"""House rule: a clock that is more than a day ahead measures nothing that can be placed."""
Numbers = NDArray[np.int64]
Naming = tuple[str, str, str]
"""Station, property and unit as a reading says them."""
_COLUMNS = (
    *("pk", "code", "observed", "unit_of_measurement", "interval_s", "lowest", "highest", "step"),
    *("state", "station", "station__state", "station__longitude_deg", "station__latitude_deg"),
    *("station__unit__code", "station__body__code"),
)
"""In the order of the fields of `Stream`."""


class Stream(NamedTuple):
    """A datastream with what its readings are decided by."""

    key: uuid.UUID
    code: str
    observed: str
    unit: str
    interval_s: int
    lowest: float | None
    highest: float | None
    step: float | None
    state: str
    station: uuid.UUID
    station_state: str
    longitude_deg: float | None
    latitude_deg: float | None
    of_unit: str
    of_body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Values of datastreams at instants; arrays of one length, in the order of the batch.
    `stream` counts into the datastreams, `place` into the readings as they were sent."""

    stream: Numbers
    at_us: Numbers
    value: NDArray[np.float64]
    place: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Samples of datastreams, and everything else with its reason."""

    streams: Sequence[Stream]
    samples: Samples
    sent: Columns
    rejected: list[Rejection]


def resolve(decoded: Decoded, scope: Scope, now: dt.datetime) -> Resolved:
    """Name each reading's datastream. What the sender may not keep is rejected, not dropped."""
    sent = columns_of(decoded.readings)
    number: defaultdict[Naming, int] = defaultdict(count().__next__)
    said = zip(sent.stations, sent.keys, sent.units, strict=True)
    naming = np.fromiter(map(number.__getitem__, said), dtype=np.int64, count=len(sent))
    means = _meanings(list(number), scope)
    at_us = np.array(sent.at_us, dtype=np.int64)
    is_out = (at_us < to_us(EARLIEST)) | (at_us > to_us(now + MOST_AHEAD))
    with np.errstate(over="ignore"):
        value = np.array(sent.values, dtype=np.float64) * means.factor[naming]
    is_bad = means.is_refused[naming] | is_out | ~np.isfinite(value)
    rejected = [Rejection(line=r.line, why=r.why.value, text=r.text) for r in decoded.rejected]
    for place in np.flatnonzero(is_bad).tolist():
        why = means.why[naming[place]]
        if is_out[place] and why in (None, Why.UNKNOWN_UNIT):
            why = Why.TIME_OUT_OF_RANGE
        rejected.append(refused(sent, place, why or Why.NOT_A_NUMBER))
    good = np.flatnonzero(~is_bad)
    samples = Samples(
        stream=means.stream[naming[good]],
        at_us=at_us[good],
        value=value[good] + 0.0,  # a zero has no sign: no engine keeps it
        place=good,
    )
    return Resolved(streams=means.streams, samples=samples, sent=sent, rejected=rejected)


def refused(sent: Columns, place: int, why: Why) -> Rejection:
    """A reading that could be read, and is not taken."""
    at = from_us(int(sent.at_us[place])).isoformat()
    said = f"{sent.stations[place]},{sent.keys[place]},{at},{sent.values[place]}"
    return Rejection(line=sent.lines[place], why=why.value, text=cut(said))


class _Meaning(NamedTuple):
    """What one naming means: a datastream, and what its values are multiplied with; or why it is
    refused."""

    stream: Stream | None
    factor: float
    why: Why | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meanings:
    """What each naming of a batch means: which datastream and factor, or why none."""

    streams: list[Stream]
    stream: Numbers
    factor: NDArray[np.float64]
    why: list[Why | None]

    @property
    def is_refused(self) -> NDArray[np.bool_]:
        return np.array([why is not None for why in self.why], dtype=np.bool_)


def _meanings(namings: Sequence[Naming], scope: Scope) -> _Meanings:
    view = view_of("namings", scope)
    means = {naming: view.get(naming) for naming in namings}
    unknown = [naming for naming, meaning in means.items() if meaning is None]
    if unknown:
        means |= view.ask(lambda: _asked(unknown, scope), is_kept=lambda each: each.why is None)
    place: dict[uuid.UUID, int] = {}
    streams: list[Stream] = []
    numbers = []
    for meaning in means.values():
        stream = meaning.stream
        if stream is not None and stream.key not in place:
            place[stream.key] = len(streams)
            streams.append(stream)
        numbers.append(0 if stream is None else place[stream.key])
    return _Meanings(
        streams=streams,
        stream=np.array(numbers, dtype=np.int64),
        factor=np.array([each.factor for each in means.values()], dtype=np.float64),
        why=[each.why for each in means.values()],
    )


def _asked(namings: Sequence[Naming], scope: Scope) -> dict[Naming, _Meaning]:
    """What namings mean, as the registers are now. Names of what is not taken are not remembered:
    there is no end of them."""
    codes = {f"{station}:{key}" for station, key, _ in namings}
    streams = {stream.code: stream for stream in _streams(codes, scope)}
    refusal = {code: _refusal(stream, scope) for code, stream in streams.items()}
    nowhere = {station for station, key, _ in namings if f"{station}:{key}" not in streams}
    seen = _stations(nowhere, scope) if nowhere else set()
    found = {}
    for station, key, unit in namings:
        code = f"{station}:{key}"
        if code in streams:
            factor, why = _factor(streams[code], unit, refusal[code])
            found[station, key, unit] = _Meaning(streams[code], factor, why)
        else:
            why = Why.UNKNOWN_PROPERTY if station in seen else Why.UNKNOWN_STATION
            found[station, key, unit] = _Meaning(None, 0.0, why)
    return found


def _streams(codes: set[str], scope: Scope) -> list[Stream]:
    if len(codes) > FEW:
        return [Stream._make(row) for row in _rows(codes, scope)]
    wanted = dict(enumerate([*codes, *[""] * (FEW - len(codes))]))  # no code is empty
    given = {f"code_{place}": code for place, code in wanted.items()}
    return [Stream._make(row) for row in _rows_of_few(scope).rows(**given)]


def _rows(codes: Iterable[Any], scope: Scope) -> QuerySet[Any]:
    rows = Datastream.objects.visible_to(scope).filter(code__in=codes).order_by()
    return rows.values_list(*_COLUMNS)


@lru_cache(maxsize=64)
def _rows_of_few(scope: Scope) -> Prepared:
    return Prepared(lambda: _rows([Mark(f"code_{place}") for place in range(FEW)], scope))


def _stations(codes: set[str], scope: Scope) -> set[str]:
    """Those of the stations that are in view."""
    rows = Station.objects.visible_to(scope).filter(code__in=codes)
    return set(rows.values_list("code", flat=True))


def _refusal(stream: Stream, scope: Scope) -> Why | None:
    if not scope.may_keep_for(stream.of_unit, stream.of_body):
        return Why.NOT_PERMITTED
    if {stream.state, stream.station_state} != {StationState.IN_USE.value}:
        return Why.NOT_IN_USE
    return None


def _factor(stream: Stream, unit: str, refusal: Why | None) -> tuple[float, Why | None]:
    """What a value in a unit is multiplied with, unless the datastream refuses it."""
    if refusal is not None:
        return 0.0, refusal
    try:
        observed = ObservedProperty(stream.observed)
        return in_canonical_unit(observed, 1.0, unit or stream.unit), None
    except UnitUnknown:
        return 0.0, Why.UNKNOWN_UNIT
