"""Whose readings these are: rows of a sender → values of datastreams, in the unit kept."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from anlan.registers.rules.scope import Scope
from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream, Station
from anlan.sensing.rules.decoding.decoded import EARLIEST, Decoded, Reading, Why, cut
from anlan.sensing.rules.observed_property import (
    ObservedProperty,
    UnitUnknown,
    in_canonical_unit,
)
from anlan.sensing.store.values import Rejection, to_us

MOST_AHEAD = dt.timedelta(days=1)
"""House rule: a clock that is more than a day ahead measures nothing that can be placed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A value of one datastream at one instant, and the reading that it was sent as."""

    stream: uuid.UUID
    at_us: int
    value: float
    sent: Reading

    @property
    def line(self) -> int:
        return self.sent.line

    @property
    def text(self) -> str:
        return _text(self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Samples by datastream, and everything else with its reason."""

    streams: dict[uuid.UUID, Datastream]
    samples: list[Sample]
    rejected: list[Rejection]


def resolve(decoded: Decoded, scope: Scope, now: dt.datetime) -> Resolved:
    """Name each reading's datastream. What the sender may not keep is rejected, not dropped."""
    stations = {reading.station for reading in decoded.readings}
    seen = set(
        Station.objects.visible_to(scope).filter(code__in=stations).values_list("code", flat=True)
    )
    rows = Datastream.objects.visible_to(scope).filter(station__code__in=stations)
    by_code = {row.code: row for row in rows.select_related("station__unit", "station__body")}
    rejected = [Rejection(line=r.line, why=r.why.value, text=r.text) for r in decoded.rejected]
    targets = {code: _target(row, scope) for code, row in by_code.items()}
    latest = now + MOST_AHEAD
    samples: list[Sample] = []
    for reading in decoded.readings:
        target = targets.get(f"{reading.station}:{reading.key}")
        if target is None:
            found: Sample | Why = (
                Why.UNKNOWN_PROPERTY if reading.station in seen else Why.UNKNOWN_STATION
            )
        else:
            found = _sample(reading, target, latest)
        if isinstance(found, Why):
            text = cut(_text(reading))
            rejected.append(Rejection(line=reading.line, why=found.value, text=text))
        else:
            samples.append(found)
    return Resolved(
        streams={row.pk: row for row in by_code.values()}, samples=samples, rejected=rejected
    )


@dataclass(frozen=True, slots=True)
class _Target:
    """A datastream as each of its readings needs it: asked once a batch, not once a row."""

    stream: uuid.UUID
    observed: ObservedProperty
    unit: str
    refusal: Why | None


def _target(row: Datastream, scope: Scope) -> _Target:
    station, refusal = row.station, None
    if not scope.may_keep_for(station.unit.code, station.body.code):
        refusal = Why.NOT_PERMITTED
    elif {row.state, station.state} != {StationState.IN_USE.value}:
        refusal = Why.NOT_IN_USE
    observed = ObservedProperty(row.observed)
    return _Target(row.pk, observed, row.unit_of_measurement, refusal)


def _sample(reading: Reading, target: _Target, latest: dt.datetime) -> Sample | Why:
    if target.refusal is not None:
        return target.refusal
    if not EARLIEST <= reading.at <= latest:
        return Why.TIME_OUT_OF_RANGE
    try:
        value = in_canonical_unit(target.observed, reading.value, reading.unit or target.unit)
    except UnitUnknown:
        return Why.UNKNOWN_UNIT
    return Sample(target.stream, to_us(reading.at), value, reading)


def _text(reading: Reading) -> str:
    return f"{reading.station},{reading.key},{reading.at.isoformat()},{reading.value}"


def by_stream(samples: Iterable[Sample]) -> dict[uuid.UUID, list[Sample]]:
    """Samples of each datastream in the order of their times."""
    found: dict[uuid.UUID, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.stream, []).append(sample)
    for rows in found.values():
        rows.sort(key=lambda sample: sample.at_us)
    return found
