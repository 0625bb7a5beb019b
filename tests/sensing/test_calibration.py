"""What a station says of itself: owner, place, interval, calibration, every property."""

import datetime as dt

import pytest
from django.urls import reverse

from anlan.base import clock
from anlan.registers.models import Body
from anlan.sensing.admin import DatastreamAdmin, StationAdmin
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.site import instance
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import client_of

pytestmark = pytest.mark.usefixtures("kept")
NAMED = {
    *("rain", "river-level", "reservoir-level", "flow", "soil-moisture", "wind", "temperature"),
    *("visibility", "displacement", "crack", "methane", "carbon-monoxide", "combustible"),
    *("oxygen", "pressure", "tank-level", "seepage", "strain", "vibration"),
}
"""Point 1 of the issue: rain … crack, gas of mine and plant, pressure, tank, dam, bridge, pipe."""


@pytest.fixture(autouse=True)
def _ready(kept: None) -> None:
    instance.mark_ready(NOW)


def test_every_property_and_column_is_there_and_leaves_and_enters_by_files() -> None:
    assert {each.value for each in ObservedProperty} >= NAMED
    assert {"body", "longitude_deg", "latitude_deg", "region", "unit"} <= set(StationAdmin.columns)
    wanted = {"interval_s", "calibrated_on", "calibration_due_on", "observed", "number"}
    assert wanted <= set(DatastreamAdmin.columns)


@pytest.mark.parametrize(("days", "is_overdue"), [(1, False), (0, False), (-1, True)])
def test_an_overdue_calibration_is_said_on_every_page(days: int, is_overdue: bool) -> None:
    with clock.at(NOW):
        due = clock.today() + dt.timedelta(days=days)
        stream = make_stream(
            make_station(), calibrated_on=dt.date(2020, 1, 1), calibration_due_on=due
        )
        client = client_of("bureau")
        for address in (
            reverse("datastream-list"),
            reverse("datastream", args=[stream.pk]),
            reverse("station", args=[stream.station_id]),
        ):
            page = client.get(address).content.decode()
            assert due.isoformat() in page
            assert (f"{due} · 已逾期" in page) is is_overdue, address


def test_lists_narrow_to_an_owner() -> None:
    with clock.at(NOW):
        make_stream(make_station(code="A-1", name="演示·甲"))
        other = Body.objects.get(code="emergency")
        make_stream(make_station(code="B-2", name="演示·乙", body=other))
        client = client_of("bureau")
        for name in ("station-list", "datastream-list"):
            page = client.get(reverse(name), {"body": "emergency"}).content.decode()
            assert "演示·乙" in page
            assert "演示·甲" not in page
