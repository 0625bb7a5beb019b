"""The live map: the symbols are the rows of the list, for every role and narrowing."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.worlds.current import World, standing_in
from anlan.registers.models import Account, Body, Region, ReportingUnit
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.actions.stations import add_threshold
from anlan.sensing.models import Datastream
from anlan.sensing.queries.station_map import Narrowing, placed_stations
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.rules.station_state import Shown
from anlan.sensing.screens.station_map import APART, spread
from anlan.site import instance
from tests.registers.kept import NOW, PEOPLE, acting, said
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import HEAD, ago, client_of, send

pytestmark = pytest.mark.usefixtures("kept")
YESTERDAY = NOW.date() - dt.timedelta(days=2)
SYMBOL = re.compile(r'data-station="([^"]+)" data-state="([^"]+)"')
ROW = re.compile(r'data-row="([^"]+)" data-state="([^"]+)"')


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def limit(stream: Datastream, value: float, **more: Any) -> None:
    values = {
        "datastream": stream,
        "kind": "alarm",
        "value": value,
        "window_min": 0,
        "soil": "any",
        "region": None,
        "valid_from": dt.date(2025, 1, 1),
        "source": "演示",
        "mark": "X",
    }
    add_threshold(values | more, **said())


@pytest.fixture
def network(kept: None) -> None:
    """One station a state; one without a point, one of another county and owner."""
    for code, seconds in (("A-NORMAL", 60), ("B-LATE", 900), ("C-SILENT", 9000), ("G-OVER", 60)):
        stream = make_stream(make_station(code=code, name=f"演示·{code}"))
        send(code, (seconds, 1.5))
    limit(stream, 1.5, kind="alarm")
    make_stream(make_station(code="D-NEVER", name="演示·D-NEVER"))
    old = make_stream(
        make_station(
            code="E-OLD",
            name="演示·E-OLD",
            longitude_deg=None,
            latitude_deg=None,
            region=Region.objects.get(code="140825"),
        ),
        calibrated_on=dt.date(2020, 1, 1),
        calibration_due_on=YESTERDAY,
    )
    send("E-OLD", (60, 0.0))
    assert old.calibration_due_on == YESTERDAY
    other = make_station(
        code="F-XIA",
        name="演示·F-XIA",
        body=Body.objects.get(code="emergency"),
        unit=ReportingUnit.objects.get(code="xia"),
    )
    make_stream(other, observed="wind", unit_of_measurement="m/s")
    make_stream(make_station(code="P-PAUSED", name="演示·P-PAUSED", state="paused"))


def page_of(client: Client, **asked: str) -> str:
    answer = client.get(reverse("station-map"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("network")
def test_map_list_and_features_are_the_same_for_every_role_and_narrowing() -> None:
    asks = [
        {},
        *({"state": state.value} for state in Shown),
        {"observed": "wind"},
        {"observed": "rain", "body": "water"},
        {"unit": "xinjiang"},
        {"kind": "mine"},
    ]
    seen: dict[str, int] = {}
    for login, *_ in PEOPLE:
        client = Client()
        client.force_login(Account.objects.get(login=login))
        if login == "public":
            assert client.get(reverse("station-map")).status_code == 403
            assert client.get("/api/v1/stations.geojson").status_code == 403
            continue
        for asked in asks:
            text = page_of(client, **asked)
            symbols, rows = SYMBOL.findall(text), ROW.findall(text)
            answer = client.get("/api/v1/stations.geojson", asked).json()
            features = [(f["id"], f["properties"]["state"]) for f in answer["features"]]
            assert len(symbols) == len(set(symbols))
            assert sorted(symbols) == sorted(rows) == sorted(features)
            assert rows == features  # the most urgent first in both
            seen[login] = seen.get(login, 0) + len(rows)
    assert seen["bureau"] > seen["county"] > 0
    assert 0 < seen["other"] < seen["county"]


@pytest.mark.usefixtures("network")
def test_each_station_stands_under_its_most_urgent_state() -> None:
    rows = placed_stations(acting("bureau").scope, NOW, Narrowing()).rows
    found = {row.station.code: row.shown for row in rows}
    assert found == {
        "G-OVER": Shown.OVER,
        "C-SILENT": Shown.SILENT,
        "D-NEVER": Shown.NEVER,
        "F-XIA": Shown.NEVER,
        "B-LATE": Shown.LATE,
        "E-OLD": Shown.CALIBRATION,
        "A-NORMAL": Shown.NORMAL,
    }
    assert next(iter(found)) == "G-OVER"
    text = page_of(client_of("bureau"))
    assert "位置不详" in text  # the one without a point is drawn all the same
    assert "警戒" not in text
    assert "1.5 mm" in text


@pytest.mark.usefixtures("network")
def test_a_station_that_went_silent_over_a_limit_stays_over() -> None:
    later = NOW + dt.timedelta(days=3)
    rows = placed_stations(acting("bureau").scope, later, Narrowing()).rows
    (over,) = [row for row in rows if row.station.code == "G-OVER"]
    assert over.states == (Shown.OVER, Shown.SILENT)


def test_critical_rainfall_is_compared_with_the_sum_of_its_window() -> None:
    stream = make_stream(make_station())
    limit(stream, 30.0, kind="prepare", window_min=60, soil="normal")
    scope = acting("bureau").scope

    def shown() -> Shown:
        (row,) = placed_stations(scope, NOW, Narrowing()).rows
        return row.shown

    send("YC-R-001", (3600, 25.0), (1200, 14.5), (60, 15.4))  # the first is outside the window
    assert shown() is Shown.NORMAL
    send("YC-R-001", (600, 0.1))
    assert shown() is Shown.OVER


def test_a_past_map_shows_what_was_known_then() -> None:
    make_stream(make_station())
    send("YC-R-001", (9000, 1.0), now=ago(8900))
    past = World(alias="default", token="past", as_of=ago(8800))
    with standing_in(past):
        (row,) = placed_stations(acting("bureau").scope, NOW, Narrowing()).rows
    assert row.shown is Shown.NORMAL
    (now,) = placed_stations(acting("bureau").scope, NOW, Narrowing()).rows
    assert now.shown is Shown.SILENT


def test_symbols_at_one_point_step_aside_and_stay_near() -> None:
    points = spread([(100.0, 100.0)] * 30 + [(300.0, 100.0)])
    assert points[0] == (100.0, 100.0)
    assert points[-1] == (300.0, 100.0)
    apart = [
        max(abs(a[0] - b[0]), abs(a[1] - b[1]))
        for place, a in enumerate(points)
        for b in points[:place]
    ]
    assert min(apart) >= APART / 2
    assert max(abs(x - 100) for x, _ in points[:-1]) <= 3 * APART


def test_an_empty_map_and_an_unknown_code_lead_on() -> None:
    client = client_of("bureau")
    assert reverse("station-list") in page_of(client)
    make_stream(make_station())
    none = page_of(client, observed="?", body="x")
    assert "没有" in none
    assert client.get("/api/v1/stations.geojson", {"observed": "?"}).status_code == 422
    assert "data-part" in page_of(client)


def test_a_rate_and_a_sum_of_days_are_no_limits_of_the_value() -> None:
    """A slope that has moved 64 mm in all is not over its steady rate of 1 mm a day."""
    slope = make_station(code="S-1", name="演示·S-1", kind="slope")
    moved = make_stream(slope, observed="displacement", unit_of_measurement="mm")
    rain = make_stream(slope)
    limit(moved, 1.0, kind="steady-rate")
    limit(rain, 0.5, kind="effective-rain")
    send("S-1", (60, 1.5))
    row = f"S-1,displacement,{ago(60).isoformat()},64"
    take_readings(f"{HEAD}\n{row}".encode(), CSV, **said(now=NOW))
    (found,) = placed_stations(acting("bureau").scope, NOW, Narrowing()).rows
    assert (found.shown, found.reached) == (Shown.NORMAL, ())


@pytest.mark.parametrize(
    ("value", "shown"),
    [(200.001, Shown.NORMAL), (200.0, Shown.OVER), (199.999, Shown.OVER), (600.0, Shown.OVER)],
)
def test_a_pressure_may_be_too_high_and_too_low(value: float, shown: Shown) -> None:
    pipe = make_station(code="P-1", name="演示·P-1", kind="pipe")
    row = make_stream(pipe, observed="pressure", unit_of_measurement="kPa")
    limit(row, 600.0, kind="alarm")
    limit(row, 200.0, kind="low-alarm")
    line = f"P-1,pressure,{ago(60).isoformat()},{value}"
    take_readings(f"{HEAD}\n{line}".encode(), CSV, **said(now=NOW))
    (found,) = placed_stations(acting("bureau").scope, NOW, Narrowing()).rows
    assert found.shown is shown


def test_a_table_of_colours_is_compared_with_the_sum_over_its_window() -> None:
    """3 readings of 1.5 mm within the hour: 4.5 reaches blue and yellow, one reading neither."""
    row = make_stream(make_station(code="R-9", name="演示·R-9"))
    for kind, value in (("blue", 3.0), ("yellow", 4.5), ("orange", 4.501), ("red", 9.0)):
        limit(row, value, kind=kind, window_min=60)
    send("R-9", (50, 1.5), (30, 1.5), (10, 1.5))
    (found,) = placed_stations(acting("bureau").scope, NOW, Narrowing()).rows
    assert sorted(each.limit.kind for each in found.reached) == ["blue", "yellow"]
    assert {each.value for each in found.reached} == {4.5}
