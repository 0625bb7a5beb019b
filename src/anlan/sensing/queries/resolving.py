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
    """A value of one datastream at one instant, and where it stood in what was sent."""

    stream: uuid.UUID
    at_us: int
    value: float
    line: int
    text: str


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
    samples: list[Sample] = []
    for reading in decoded.readings:
        row = by_code.get(f"{reading.station}:{reading.key}")
        found = _sample(reading, row, scope, now, is_known=reading.station in seen)
        if isinstance(found, Why):
            text = cut(_text(reading))
            rejected.append(Rejection(line=reading.line, why=found.value, text=text))
        else:
            samples.append(found)
    return Resolved(
        streams={row.pk: row for row in by_code.values()}, samples=samples, rejected=rejected
    )


def _sample(
    reading: Reading, row: Datastream | None, scope: Scope, now: dt.datetime, *, is_known: bool
) -> Sample | Why:
    if row is None:
        return Why.UNKNOWN_PROPERTY if is_known else Why.UNKNOWN_STATION
    station = row.station
    if not scope.may_keep_for(station.unit.code, station.body.code):
        return Why.NOT_PERMITTED
    if {row.state, station.state} != {StationState.IN_USE.value}:
        return Why.NOT_IN_USE
    if not EARLIEST <= reading.at <= now + MOST_AHEAD:
        return Why.TIME_OUT_OF_RANGE
    try:
        unit = reading.unit or row.unit_of_measurement
        value = in_canonical_unit(ObservedProperty(row.observed), reading.value, unit)
    except UnitUnknown:
        return Why.UNKNOWN_UNIT
    return Sample(row.pk, to_us(reading.at), value, reading.line, _text(reading))


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
