"""The pages of stations, and their addresses in the API."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from anlan.sensing.models import Datastream, Station, Threshold

pytestmark = pytest.mark.usefixtures("city")
JSON = "application/json"
SignedIn = Callable[[str], Client]
TYPED = {
    "code": "YC-T-900",
    "name": "演示·新站",
    "kind": "rain",
    "state": "in-use",
    "grade": "internal",
    "datum": "CGCS2000",
    "longitude_deg": "111.0076",
    "latitude_deg": "35.0264",
    "source": "演示",
    "mark": "V",
    "reason": "测试",
    "request_id": "station-screen",
}


def test_the_demonstration_has_stations_in_every_county(client_as: SignedIn) -> None:
    assert Station.objects.count() >= 20
    assert Datastream.objects.count() >= 30
    assert Threshold.objects.exists()
    assert Station.objects.values("unit").distinct().count() >= 12
    page = client_as("bureau").get(reverse("station-list"))
    assert "演示·解州雨量站" in page.content.decode()


@pytest.mark.parametrize("name", ["station-list", "datastream-list", "threshold-list"])
def test_the_public_reads_no_station(client_as: SignedIn, name: str) -> None:
    assert client_as("public").get(reverse(name)).status_code == 403
    assert client_as("county").get(reverse(name)).status_code == 200


def test_a_station_with_its_sensor_and_limit_from_the_screens(client_as: SignedIn) -> None:
    from anlan.registers.models import Body, ReportingUnit

    client = client_as("bureau")
    body = Body.objects.get(code="water").pk
    unit = ReportingUnit.objects.get(code="yanhu").pk
    typed = TYPED | {"body": body, "unit": unit}
    refused = client.post(reverse("station-add"), typed | {"longitude_deg": "11"})
    assert refused.status_code == 422
    assert "演示·新站" in refused.content.decode()
    assert client.post(reverse("station-add"), typed).status_code == 302
    station = Station.objects.get(code="YC-T-900")
    stream = {
        "observed": "river-level",
        "number": "1",
        "unit_of_measurement": "cm",
        "interval_s": "300",
        "state": "in-use",
        **{name: TYPED[name] for name in ("source", "mark", "reason")},
        "request_id": "stream-screen",
    }
    assert client.post(reverse("datastream-add", args=[station.pk]), stream).status_code == 302
    found = Datastream.objects.get(station=station)
    limit = {
        "kind": "warning-level",
        "value": "340.5",
        "soil": "any",
        "valid_from": "2026-05-01",
        **{name: TYPED[name] for name in ("source", "mark", "reason")},
        "request_id": "limit-screen",
    }
    assert client.post(reverse("threshold-add", args=[found.pk]), limit).status_code == 302
    page = client.get(reverse("datastream", args=[found.pk])).content.decode()
    assert "340.5 m" in page
    end = {
        "valid_until": "2026-06-01",
        "reason": "测试",
        "request_id": "limit-end-screen",
        "expected_version": "1",
    }
    row = Threshold.objects.get(datastream=found)
    assert client.post(reverse("threshold-end", args=[row.pk]), end).status_code == 302
    row.refresh_from_db()
    assert row.valid_until == dt.date(2026, 6, 1)


def test_the_same_over_the_api(client_as: SignedIn) -> None:
    client = client_as("bureau")
    made = {
        "code": "YC-T-901",
        "name": "演示·接口站",
        "kind": "hydrology",
        "body": "water",
        "unit": "yanhu",
        "source": "演示",
    }
    answer = client.post("/api/v1/stations", made, content_type=JSON)
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["place"], row["region"]["code"]) == (None, "140802")
    stream = {
        "station": row["id"],
        "observed": "river-level",
        "unit_of_measurement": "cm",
        "interval_s": 600,
        "source": "演示",
    }
    answer = client.post("/api/v1/datastreams", stream, content_type=JSON)
    assert answer.status_code == 201, answer.content
    found = answer.json()
    assert (found["code"], found["unit"]) == ("YC-T-901:river-level", "m")
    wrong = stream | {"number": "2", "unit_of_measurement": "mm"}
    refusal = client.post("/api/v1/datastreams", wrong, content_type=JSON)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "unit-not-of-property")
    limit = {
        "datastream": found["id"],
        "kind": "warning-level",
        "value": 340.5,
        "valid_from": "2026-05-01",
        "source": "演示",
    }
    lower = limit | {"kind": "low-alarm"}
    refusal = client.post("/api/v1/thresholds", lower, content_type=JSON)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "limit-not-of-property")
    kept = client.post("/api/v1/thresholds", limit, content_type=JSON).json()
    end = {"valid_until": "2026-06-01", "expected_version": 1}
    ended = client.post(f"/api/v1/thresholds/{kept['id']}/end", end, content_type=JSON)
    assert ended.json()["valid_until"] == "2026-06-01"
    stale = client.post(f"/api/v1/thresholds/{kept['id']}/end", end, content_type=JSON)
    assert stale.status_code == 409
    changed = {"unit_of_measurement": "m", "interval_s": 300, "source": "演示"}
    path = f"/api/v1/datastreams/{found['id']}"
    put = client.put(path, changed | {"expected_version": 1}, content_type=JSON)
    assert (put.status_code, put.json()["interval_s"]) == (200, 300)
    station = Station.objects.get(code="YC-R-001")
    row = client.get(f"/api/v1/stations/{station.pk}").json()
    assert row["place"]["type"] == "Point"
    streams = client.get("/api/v1/datastreams", {"station": str(station.pk)}).json()["results"]
    assert {stream["station"] for stream in streams} == {str(station.pk)}
    assert client.get("/api/v1/thresholds").json()["count"] >= 10


def test_the_demonstration_speaks_and_some_of_it_is_silent(client_as: SignedIn) -> None:
    from anlan.base.models import JournalEntry

    page = client_as("bureau").get(reverse("station-live")).content.decode()
    assert "失联" in page
    assert "在线" in page
    assert JournalEntry.objects.filter(action="sensing.batch.take").count() == 5


def test_the_form_of_a_limit_offers_what_is_watched(client_as: SignedIn) -> None:
    client = client_as("bureau")

    def page(code: str) -> str:
        row = Datastream.objects.get(code=code)
        return client.get(reverse("threshold-add", args=[row.pk])).content.decode()

    river, rain = page("YC-H-001:river-level"), page("YC-R-001:rain")
    assert "警戒水位" in river and "临界雨量" not in river
    assert "临界雨量" in rain and "警戒水位" not in rain
    for name in ("window_min", "soil", "region"):
        assert f'name="{name}"' in rain
        assert f'name="{name}"' not in river
    row = Datastream.objects.get(code="YC-H-001:flow")
    wrong = {"kind": "crest", "value": "5", "valid_from": "2026-11-01", "source": "演示"}
    wrong |= {"mark": "V", "reason": "测试", "request_id": "limit-of-a-dam"}
    answer = client.post(reverse("threshold-add", args=[row.pk]), wrong)
    assert answer.status_code == 422
    rain_row = Datastream.objects.get(code="YC-R-001:rain")
    table = wrong | {"kind": "blue", "value": "35", "soil": "wet", "region": ""}
    table |= {"window_min": "", "request_id": "colour-of-a-soil"}
    answer = client.post(reverse("threshold-add", args=[rain_row.pk]), table)
    assert answer.status_code == 422
    assert "须对应时段" in answer.content.decode()
    table |= {"window_min": "60", "request_id": "colour-of-a-window"}
    answer = client.post(reverse("threshold-add", args=[rain_row.pk]), table)
    assert answer.status_code == 302
    kept = Threshold.objects.get(datastream=rain_row)
    assert (kept.kind, kept.window_min, kept.soil) == ("blue", 60, "wet")
    assert "低报警" in page("YC-H-001:flow") and "低报警" not in river
    right = wrong | {"kind": "yellow", "request_id": "limit-of-a-flow"}
    assert client.post(reverse("threshold-add", args=[row.pk]), right).status_code == 302
    assert Threshold.objects.get(datastream=row).kind == "yellow"
