"""Stations, their datastreams, and the limits that hold there."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from anlan.base.actor import Actor
from anlan.base.journal.recording import Recording
from anlan.registers.access import require_keeping
from anlan.registers.actions.keeping import Request, add_row, change_row
from anlan.registers.actions.sites import placed
from anlan.registers.choices import DataGrade
from anlan.sensing.actions.errors import (
    CalibrationTurned,
    HazardNotPublic,
    LimitNotOfProperty,
    LimitsOutOfOrder,
    LimitsTurned,
    SpanTurned,
    UnitNotOfProperty,
    WindowMissing,
    WindowNotWanted,
)
from anlan.sensing.choices import (
    COLOURS,
    CRITICAL_RAINFALL,
    HAZARD_SITES,
    SoilState,
    ThresholdKind,
)
from anlan.sensing.models import Datastream, Station, Threshold
from anlan.sensing.rules.limit_kinds import is_for, is_in_order
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty

Check = Callable[[Any], None]


def add_station(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A new station. `values`: its columns, and `datum`, that of longitude and latitude."""
    row = Station(**placed(values, values["unit"].region))
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    return add_row(row, action="sensing.station.add", check=_station(actor), asked=asked)


def change_station(
    station_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct a station; its place is taken whole. Its code stays: messages name it by it."""
    return change_row(
        Station,
        station_id,
        placed(values, Station.objects.get(pk=station_id).region),
        expected_version=expected_version,
        action="sensing.station.change",
        check=_station(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def add_datastream(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    check = _datastream(actor)
    return add_row(Datastream(**values), action="sensing.datastream.add", check=check, asked=asked)


def change_datastream(
    datastream_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct a datastream. What it observes stays: readings belong to it."""
    return change_row(
        Datastream,
        datastream_id,
        values,
        expected_version=expected_version,
        action="sensing.datastream.change",
        check=_datastream(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def add_threshold(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A limit from a day on; an older one of the same kind is ended by itself, not changed."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    check = _new_threshold(actor)
    return add_row(Threshold(**values), action="sensing.threshold.add", check=check, asked=asked)


def end_threshold(
    threshold_id: uuid.UUID,
    valid_until: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The limit holds until a day (excluded)."""
    return change_row(
        Threshold,
        threshold_id,
        {"valid_until": valid_until},
        expected_version=expected_version,
        action="sensing.threshold.end",
        check=_threshold(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def check_station(row: Station) -> None:
    if row.kind in HAZARD_SITES and row.grade == DataGrade.PUBLIC:
        raise HazardNotPublic(field="grade")


def check_datastream(row: Datastream) -> None:
    quantity = QUANTITIES[ObservedProperty(row.observed)]
    if row.unit_of_measurement not in quantity.factors:
        raise UnitNotOfProperty(
            field="unit_of_measurement",
            observed=row.get_observed_display(),
            unit=row.unit_of_measurement,
            units="、".join(quantity.factors),
        )
    if row.lowest is not None and row.highest is not None and row.lowest >= row.highest:
        raise LimitsTurned(field="lowest")
    due, last = row.calibration_due_on, row.calibrated_on
    if due is not None and last is not None and due <= last:
        raise CalibrationTurned(field="calibration_due_on")


def check_threshold(row: Threshold) -> None:
    is_of_place = bool(row.region_id) or row.soil != SoilState.ANY
    is_colour = row.kind in COLOURS and row.datastream.observed == ObservedProperty.RAIN.value
    if row.kind in CRITICAL_RAINFALL or (is_colour and is_of_place):
        if not row.window_min:
            raise WindowMissing(field="window_min")
    elif (row.window_min and not is_colour) or is_of_place:
        raise WindowNotWanted(field="window_min")
    if row.valid_until is not None and row.valid_until <= row.valid_from:
        raise SpanTurned(field="valid_until")


def check_new_threshold(row: Threshold) -> None:
    """Besides: that something looks at it, and that it agrees with those that hold with it."""
    check_threshold(row)
    observed = ObservedProperty(row.datastream.observed)
    if not is_for(row.kind, observed):
        offered = [str(kind.label) for kind in ThresholdKind if is_for(kind, observed)]
        raise LimitNotOfProperty(
            field="kind",
            kind=row.get_kind_display(),
            observed=row.datastream.get_observed_display(),
            kinds="、".join(offered),
        )
    for other in _beside(row):
        if not is_in_order(row.kind, row.value, other.kind, other.value, observed):
            raise LimitsOutOfOrder(
                field="value",
                kind=row.get_kind_display(),
                value=f"{row.value:g}",
                other=other.get_kind_display(),
                other_value=f"{other.value:g}",
            )


def _beside(row: Threshold) -> QuerySet[Threshold]:
    """Limits of the same datastream, window, soil and village that hold on a day of this one."""
    rows: QuerySet[Threshold] = Threshold.objects.filter(
        datastream=row.datastream, window_min=row.window_min, soil=row.soil, region=row.region
    )
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=row.valid_from))
    if row.valid_until is not None:
        rows = rows.filter(valid_from__lt=row.valid_until)
    return rows.exclude(pk=row.pk)


def prepare_station(rec: Recording, row: Station, stored: Station | None) -> None:
    """A station that came by a file: its point is in CGCS2000 and decides its region."""
    check_station(row)
    place = {
        "longitude_deg": row.longitude_deg,
        "latitude_deg": row.latitude_deg,
        "region": row.region,
    }
    for name, value in placed(place, row.region).items():
        setattr(row, name, value)


def prepare_datastream(rec: Recording, row: Datastream, stored: Datastream | None) -> None:
    check_datastream(row)


def prepare_threshold(rec: Recording, row: Threshold, stored: Threshold | None) -> None:
    """An older one may be ended whatever it is."""
    if stored is None:
        check_new_threshold(row)
    else:
        check_threshold(row)


def follow_nothing(rec: Recording, row: Any, stored: Any) -> None:
    """Nothing goes with it."""


def _station(actor: Actor) -> Check:
    def check(row: Station) -> None:
        require_keeping(actor, row.unit.code, row.body.code)
        check_station(row)

    return check


def _datastream(actor: Actor) -> Check:
    def check(row: Datastream) -> None:
        require_keeping(actor, row.station.unit.code, row.station.body.code)
        check_datastream(row)

    return check


def _new_threshold(actor: Actor) -> Check:
    keeping = _threshold(actor)

    def check(row: Threshold) -> None:
        keeping(row)
        check_new_threshold(row)

    return check


def _threshold(actor: Actor) -> Check:
    def check(row: Threshold) -> None:
        station = row.datastream.station
        require_keeping(actor, station.unit.code, station.body.code)
        check_threshold(row)

    return check
