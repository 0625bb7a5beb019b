"""What a test doubts is told wherever the value goes: page, API, CSV, Arrow, SensorThings."""

import csv
import io
from collections.abc import Iterator

import pyarrow as pa
import pytest

from anlan.base import clock
from anlan.sensing.models import Datastream
from anlan.sensing.rules.quality import FLAG_LABELS, Flag, names_of
from anlan.site import instance
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import client_of, send

pytestmark = pytest.mark.usefixtures("kept")
API = "/api/v1/datastreams"


@pytest.fixture
def doubted(kept: None) -> Iterator[Datastream]:
    """Three readings: sound, out of range, and one from a clock that runs ahead."""
    instance.mark_ready(NOW)
    row = make_stream(make_station())
    with clock.at(NOW):
        send("YC-R-001", (600.0, 1.0), (300.0, 301.0), (-61.0, 2.0))
        yield row
    instance.forget()


WANTED = [[], ["range"], ["clock"]]


def test_flags_travel_with_every_export(doubted: Datastream) -> None:
    client = client_of("bureau")
    span = {"start": "2020-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}
    answer = client.get(f"{API}/{doubted.pk}/observations", span).json()
    assert [row["flags"] for row in answer["observations"]] == WANTED
    text = client.get(f"{API}/{doubted.pk}/observations.csv", span).getvalue().decode()
    assert [row["flags"].split() for row in csv.DictReader(io.StringIO(text))] == WANTED
    content = client.get(f"{API}/{doubted.pk}/observations.arrows", span).getvalue()
    table = pa.ipc.open_stream(content).read_all()
    assert [text.split() for text in table["flags"].to_pylist()] == WANTED
    rows = client.get(f"/api/sensorthings/v1.1/Datastreams({doubted.pk})/Observations").json()
    assert [row["resultQuality"] for row in rows["value"]] == WANTED
    arrays = client.get(
        f"/api/sensorthings/v1.1/Datastreams({doubted.pk})/Observations",
        {"$resultFormat": "dataArray", "$select": "resultQuality"},
    ).json()
    assert [cells[0] for cells in arrays["value"][0]["dataArray"]] == WANTED


def test_the_page_tells_the_doubts(doubted: Datastream) -> None:
    page = client_of("bureau").get(f"/datastreams/{doubted.pk}/").content.decode()
    assert "有效范围" in page


def test_every_flag_has_a_name_and_a_label() -> None:
    assert set(FLAG_LABELS) == set(Flag)
    assert len(names_of(sum(Flag))) == len(Flag)


def test_a_file_that_comes_back_in_changes_nothing(doubted: Datastream) -> None:
    client = client_of("bureau")
    span = {"start": "2020-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}
    for suffix, media in (("csv", "text/csv"), ("arrows", "application/vnd.apache.arrow.stream")):
        content = client.get(f"{API}/{doubted.pk}/observations.{suffix}", span).getvalue()
        answer = client.post("/api/v1/observations", content, media)
        assert answer.status_code == 200, answer.content
        assert {k: v for k, v in answer.json()["counts"].items() if v} == {"repeated": 3}
