"""Stations, datastreams and limits: who keeps and sees them, what is refused."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.errors import Conflict, Invalid, NotAllowed
from anlan.base.journal.recording import recording
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.importing import Reading, dry_run
from anlan.base.keeping.upload import read_upload, recognised
from anlan.base.models import JournalEntry
from anlan.registers.actions.sites import OutsideCity, RegionDiffers
from anlan.registers.models import Body, Region, ReportingUnit
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
from anlan.sensing.actions.stations import (
    add_station,
    add_threshold,
    change_datastream,
    change_station,
    end_threshold,
)
from anlan.sensing.choices import HAZARD_SITES
from anlan.sensing.models import Datastream, Station, Threshold
from tests.registers.kept import NOW, acting, said
from tests.sensing.stations import make_station, make_stream, station_values

pytestmark = pytest.mark.usefixtures("kept")
DAY = dt.date(2026, 5, 1)


def limit_values(stream: Datastream, **more: Any) -> dict[str, Any]:
    given = {"datastream": stream, "kind": "red", "value": 100.0, "valid_from": DAY}
    return given | {"source": "演示", "mark": "X"} | more


def test_the_region_follows_from_the_point() -> None:
    station = make_station()
    assert station.region.code == "140825"
    assert station.place_state == "inside"
    with pytest.raises(OutsideCity):
        make_station(code="FAR", longitude_deg=0.0)
    with pytest.raises(RegionDiffers):
        make_station(code="ELSE", region=Region.objects.get(code="140828"))


def test_a_station_without_a_point_lies_in_its_unit() -> None:
    station = make_station(longitude_deg=None, latitude_deg=None)
    assert (station.region.code, station.place_state) == ("140825", "none")


@pytest.mark.parametrize("kind", [*HAZARD_SITES])
def test_hazard_sites_are_never_public(kind: str) -> None:
    with pytest.raises(HazardNotPublic):
        make_station(kind=kind, grade="public")
    assert make_station(kind=kind, grade="internal").pk


@pytest.mark.parametrize(
    ("login", "may"),
    [
        ("bureau", True),
        ("county", True),
        ("department", True),
        ("other", False),
        ("public", False),
    ],
)
def test_who_may_enter_a_station(login: str, may: bool) -> None:
    """The office all, the county its own unit's, the owner its own; nobody else."""
    if may:
        assert make_station(login).pk
    else:
        with pytest.raises(NotAllowed):
            make_station(login)
        assert not Station.objects.exists()


@pytest.mark.parametrize(
    ("login", "sees"), [("bureau", 1), ("county", 1), ("other", 0), ("public", 0)]
)
def test_who_sees_a_station(login: str, sees: int) -> None:
    stream = make_stream(make_station())
    add_threshold(limit_values(stream), **said())
    scope = acting(login).scope
    for model in (Station, Datastream, Threshold):
        assert model.objects.visible_to(scope).count() == sees


def test_sensitive_stations_are_seen_by_their_own_unit_and_the_city() -> None:
    make_station(unit=ReportingUnit.objects.get(code="city"), grade="sensitive")
    assert Station.objects.visible_to(acting("bureau").scope).count() == 1
    assert Station.objects.visible_to(acting("county").scope).count() == 0


def test_the_code_of_a_datastream_follows_from_station_property_and_number() -> None:
    station = make_station()
    assert make_stream(station).code == "YC-R-001:rain"
    second = make_stream(station, observed="methane", number="T1", unit_of_measurement="ppm")
    assert second.code == "YC-R-001:methane.T1"
    with pytest.raises(Invalid):
        make_stream(station)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"unit_of_measurement": "kPa"}, UnitNotOfProperty),
        ({"lowest": 5.0, "highest": 5.0}, LimitsTurned),
        ({"lowest": 6.0, "highest": 5.0}, LimitsTurned),
        ({"calibrated_on": DAY, "calibration_due_on": DAY}, CalibrationTurned),
        ({"interval_s": 0}, Invalid),
        ({"step": 0.0}, Invalid),
    ],
)
def test_a_datastream_that_is_wrong_is_refused(more: dict[str, Any], refusal: Any) -> None:
    with pytest.raises(refusal):
        make_stream(make_station(), **more)


def test_limits_ask_for_what_their_kind_needs() -> None:
    stream = make_stream(make_station())
    village = Region.objects.get(code="140825")
    with pytest.raises(WindowMissing):
        add_threshold(limit_values(stream, kind="move"), **said())
    for more in ({"window_min": 60}, {"region": village}, {"soil": "wet"}):
        with pytest.raises(WindowNotWanted):
            add_threshold(limit_values(stream, kind="alarm", **more), **said())
    good = limit_values(stream, kind="move", window_min=60, soil="wet", region=village)
    key = add_threshold(good, **said())["id"]
    with pytest.raises(Invalid):
        add_threshold(good, **said())
    with pytest.raises(SpanTurned):
        end_threshold(key, DAY, expected_version=1, **said())
    end_threshold(key, DAY + dt.timedelta(days=1), expected_version=1, **said())
    assert Threshold.objects.get(pk=key).valid_until == DAY + dt.timedelta(days=1)


@pytest.mark.parametrize("kind", ["blue", "yellow", "orange", "red"])
def test_a_colour_of_rain_may_have_a_window(kind: str) -> None:
    """A county's table: by windows, and as critical rainfall by soil and village. Without a window
    it is a limit of one reading, and that has neither."""
    stream = make_stream(make_station())
    village = Region.objects.get(code="140825")
    for more in ({"region": village}, {"soil": "wet"}):
        with pytest.raises(WindowMissing):
            add_threshold(limit_values(stream, kind=kind, **more), **said())
    own = {"window_min": 60, "soil": "wet", "region": village}
    for more in ({}, {"window_min": 60}, own):
        assert add_threshold(limit_values(stream, kind=kind, **more), **said())["id"]


def test_a_colour_of_something_else_has_no_window() -> None:
    river = make_stream(make_station(), observed="flow", unit_of_measurement="m³/s")
    village = Region.objects.get(code="140825")
    for more in ({"window_min": 60}, {"region": village}, {"soil": "wet"}):
        with pytest.raises(WindowNotWanted):
            add_threshold(limit_values(river, **more), **said())


def test_the_colours_of_a_window_make_an_order() -> None:
    stream = make_stream(make_station())
    add_threshold(limit_values(stream, kind="yellow", value=45.0, window_min=60), **said())
    with pytest.raises(LimitsOutOfOrder):
        add_threshold(limit_values(stream, kind="blue", value=45.1, window_min=60), **said())
    add_threshold(limit_values(stream, kind="blue", value=45.1, window_min=180), **said())


def test_a_limit_that_nothing_would_watch_is_refused() -> None:
    rain = make_stream(make_station())
    with pytest.raises(LimitNotOfProperty) as refused:
        add_threshold(limit_values(rain, kind="guarantee-level"), **said())
    assert refused.value.field == "kind"
    assert "临界雨量" in str(refused.value)


def test_limits_that_contradict_each_other_are_refused() -> None:
    river = make_stream(make_station(), observed="river-level", unit_of_measurement="m")
    values = {"kind": "guarantee-level", "value": 342.0}
    first = add_threshold(limit_values(river, **values), **said())["id"]
    wrong = {"kind": "warning-level", "value": 342.5}
    with pytest.raises(LimitsOutOfOrder) as refused:
        add_threshold(limit_values(river, **wrong), **said())
    assert refused.value.field == "value"
    add_threshold(limit_values(river, kind="warning-level", value=340.0), **said())
    later = DAY + dt.timedelta(days=30)
    end_threshold(first, later, expected_version=1, **said())
    add_threshold(limit_values(river, kind="record-level", value=341, valid_from=later), **said())


def test_an_old_limit_that_contradicts_may_still_be_ended() -> None:
    river = make_stream(make_station(), observed="river-level", unit_of_measurement="m")
    key = add_threshold(limit_values(river, kind="guarantee-level", value=342.0), **said())["id"]
    with recording(**{k: v for k, v in said().items() if k != "reason"}, action="test.old") as rec:
        old = rec.lock(Threshold, key)
        old.kind = "move"  # as an older program took it
        old.window_min = 60
        rec.save(old)
    end_threshold(key, DAY + dt.timedelta(days=1), expected_version=2, **said())


def test_one_limit_a_day_without_a_village_too() -> None:
    stream = make_stream(make_station())
    add_threshold(limit_values(stream), **said())
    with pytest.raises(Invalid):
        add_threshold(limit_values(stream), **said())


def test_two_writers_and_a_repeated_request() -> None:
    station = make_station()
    values = station_values(name="演示·改名")
    values.pop("code")
    first = change_station(station.pk, values, expected_version=1, **said(request_id="once"))
    again = change_station(station.pk, values, expected_version=1, **said(request_id="once"))
    assert first == again
    assert JournalEntry.objects.filter(action="sensing.station.change").count() == 1
    with pytest.raises(Conflict):
        change_station(station.pk, values, expected_version=1, **said())


def test_another_county_changes_nothing() -> None:
    stream = make_stream(make_station())
    with pytest.raises(NotAllowed):
        change_datastream(stream.pk, {"interval_s": 60}, expected_version=1, **said("other"))
    with pytest.raises(NotAllowed):
        add_threshold(limit_values(stream), **said("other"))


def test_a_file_passes_the_same_checks() -> None:
    kept = keeping_of(Station)
    assert kept is not None
    head = (
        "code,name,kind,state,body,unit,region,longitude_deg,latitude_deg,grade,note,source,mark"
    )
    good = "A-1,演示·甲,rain,in-use,water,xinjiang,140825,111.2,35.6,internal,,演示,X"
    bad = "A-2,演示·乙,dam,in-use,water,xinjiang,140825,111.2,35.6,public,,演示,X"
    upload = read_upload(f"{head}\n{good}\n{bad}\n".encode(), kept)
    reading = Reading(upload=upload, mapping=recognised(upload, kept))
    found = dry_run(kept, reading, actor=acting("bureau"), now=NOW)
    assert [line.outcome for line in found.outcomes] == ["new", "refused"]
    assert not Station.objects.exists()


def test_invented_stations_are_for_a_demonstration_alone() -> None:
    from anlan.base.models import InstanceStamp

    InstanceStamp.objects.update(is_demonstration=False)
    with pytest.raises(Invalid):
        add_station(station_values(), **said())
    assert Body.objects.exists()
