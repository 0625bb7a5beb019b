"""What stations say now: silence first, past states, the measure, the pages."""

import csv
import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.worlds.current import World, standing_in
from anlan.registers.models import Account
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.models import Datastream
from anlan.sensing.queries import exporting
from anlan.sensing.queries.live import known_until, live_stations, lives
from anlan.sensing.queries.measures import MEASURES
from anlan.sensing.rules.decoding.arrow_stream import ARROW
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.rules.silence import Heard
from anlan.sensing.screens.picture import Limit, picture_of
from anlan.sensing.store.values import Observation, to_us
from anlan.site import instance
from tests.registers.kept import NOW, acting, said
from tests.sensing.stations import make_station, make_stream

pytestmark = pytest.mark.usefixtures("kept")
HEAD = "station,property,time,value"


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def ago(seconds: float) -> dt.datetime:
    return NOW - dt.timedelta(seconds=seconds)


def send(station: str, *sent: tuple[float, float], now: dt.datetime = NOW) -> None:
    rows = [f"{station},rain,{ago(seconds).isoformat()},{value}" for seconds, value in sent]
    take_readings("\n".join([HEAD, *rows]).encode(), CSV, **said(now=now))


def client_of(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


@pytest.fixture
def network(kept: None) -> None:
    """Five stations: fresh, late, silent, never heard, paused."""
    for code, seconds in (("A-FRESH", 60), ("B-LATE", 900), ("C-SILENT", 9000)):
        make_stream(make_station(code=code, name=f"演示·{code}"))
        send(code, (seconds, 1.5))
    make_stream(make_station(code="D-NEVER", name="演示·D-NEVER"))
    make_stream(make_station(code="E-PAUSED", name="演示·E-PAUSED", state="paused"))


@pytest.mark.usefixtures("network")
def test_the_silent_come_first_and_the_paused_are_not_asked() -> None:
    rows = live_stations(acting("bureau").scope, NOW)
    assert [(row.station.code, row.heard) for row in rows] == [
        ("C-SILENT", Heard.SILENT),
        ("D-NEVER", Heard.NEVER),
        ("B-LATE", Heard.LATE),
        ("A-FRESH", Heard.FRESH),
    ]
    assert live_stations(acting("other").scope, NOW) == []


@pytest.mark.usefixtures("network")
def test_a_station_is_as_bad_as_its_worst_sensor() -> None:
    make_stream(
        Datastream.objects.get(code="A-FRESH:rain").station,
        observed="wind",
        unit_of_measurement="m/s",
    )
    rows = {row.station.code: row for row in live_stations(acting("bureau").scope, NOW)}
    assert rows["A-FRESH"].heard is Heard.NEVER
    assert rows["A-FRESH"].last_at == ago(60)


def test_a_station_without_a_sensor_was_never_heard() -> None:
    make_station()
    (row,) = live_stations(acting("bureau").scope, NOW)
    assert (row.heard, row.last_at) == (Heard.NEVER, None)


def test_a_clock_that_runs_ahead_does_not_make_a_station_fresh() -> None:
    make_stream(make_station())
    send("YC-R-001", (9000, 1.0), (-7200, 2.0))
    (live,) = lives(Datastream.objects.all(), NOW)
    assert (live.heard, live.last and live.last.value) == (Heard.SILENT, 1.0)


def test_a_past_state_shows_what_was_known_then_and_an_exercise_nothing() -> None:
    stream = make_stream(make_station())
    send("YC-R-001", (7200, 1.0), now=ago(7100))
    send("YC-R-001", (3600, 2.0), (7200, 9.0), now=ago(3500))
    rows = [stream]
    past = World(alias="default", token="past", as_of=ago(5000))
    with standing_in(past):
        (live,) = lives(rows, NOW)
        assert live.last is not None
        assert (live.last.value, live.last.at) == (1.0, ago(7200))
    with standing_in(World(alias="elsewhere", token="ex", name="演练")):
        assert known_until() is not None
        assert lives(rows, NOW)[0].last is None
    assert lives(rows, NOW)[0].last.value == 2.0  # type: ignore[union-attr]


@pytest.mark.usefixtures("network")
def test_the_measure_counts_what_the_list_shows() -> None:
    (measure,) = MEASURES
    share = measure.query(acting("bureau").scope, NOW)
    assert (share.part, share.whole) == (2, 4)
    proofs = measure.evidence(acting("bureau").scope, NOW)
    assert sum(proof.counts for proof in proofs) == share.part
    none = measure.query(acting("other").scope, NOW)
    assert none.percent is None  # none of none is not determinable


@pytest.mark.usefixtures("network")
def test_the_list_narrows_and_leads_on() -> None:
    client = client_of("bureau")
    page = client.get(reverse("station-live")).content.decode()
    assert page.index("C-SILENT") < page.index("D-NEVER") < page.index("A-FRESH")
    assert "E-PAUSED" not in page
    assert "1.5 mm" in page
    narrowed = client.get(reverse("station-live"), {"state": "silent"}).content.decode()
    assert "C-SILENT" in narrowed
    assert "A-FRESH" not in narrowed
    none = client.get(reverse("station-live"), {"unit": "xia"})
    assert none.status_code == 200
    assert client.get(reverse("station-live"), {"page": "x", "state": "?"}).status_code == 200
    assert client_of("public").get(reverse("station-live")).status_code == 403


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_list_of_the_silent_is_taken_out(ending: str) -> None:
    client, url = client_of("bureau"), reverse("station-live")
    assert f"format={ending}" in client.get(url).content.decode()
    answer = client.get(url, {"format": ending, "state": "silent"})
    assert (answer.status_code, ending in answer["Content-Disposition"]) == (200, True)
    if ending == "csv":
        lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
        mark, head, *rows = lines
        assert mark == ["演示数据·非真实"]
        assert head[0] == "监测站点"
        (row,) = (dict(zip(head, row, strict=True)) for row in rows)
        assert (row["监测站点"], row["状态"], row["监测项"]) == ("演示·C-SILENT", "失联", "降雨量")
        assert (row["最新值"], row["存疑"]) == ("1.5 mm", "")
    assert client_of("public").get(url, {"format": ending}).status_code == 403


def test_an_empty_list_says_what_to_do() -> None:
    page = client_of("bureau").get(reverse("station-live")).content.decode()
    assert reverse("station-list") in page


def test_the_page_of_a_sensor_shows_picture_flags_and_correction() -> None:
    stream = make_stream(make_station())
    send("YC-R-001", (900, 1.0), (600, 301.0), (300, 2.0))
    send("YC-R-001", (300, 2.5))
    client = client_of("county")
    page = client.get(reverse("datastream", args=[stream.pk])).content.decode()
    assert "<svg" in page
    assert "超出有效范围" in page
    assert "已修订" in page
    old = client.get(reverse("datastream", args=[stream.pk]), {"until": "2026-01-01T00:00:00Z"})
    text = old.content.decode()
    assert "这不等于正常" in text
    assert "until=" in text  # leads to the newest reading
    for wrong in ("x", "9999-99-99", "0001-01-01"):
        address = reverse("datastream", args=[stream.pk])
        assert client.get(address, {"days": "5", "until": wrong}).status_code == 200


def test_the_file_of_readings_comes_back_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "EXPORT_PAGE", 4)
    stream = make_stream(make_station(), unit_of_measurement="cm")
    send("YC-R-001", *((300 * n, n / 3) for n in range(1, 11)))
    client = client_of("bureau")
    answer = client.get(reverse("datastream-readings", args=[stream.pk]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    lines = content.decode().splitlines()
    assert len(lines) == 11
    times = [line.split(",")[2] for line in lines[1:]]
    assert times == sorted(times)
    back = take_readings(content, CSV, **said())
    assert back["counts"]["repeated"] == 10
    away = client_of("other").get(reverse("datastream-readings", args=[stream.pk]))
    assert away.status_code == 404
    arrow = client.get(reverse("datastream-arrow", args=[stream.pk]))
    parts = b"".join(arrow.streaming_content)  # type: ignore[attr-defined]
    assert take_readings(parts, ARROW, **said())["counts"]["repeated"] == 10
    for media, decoder in (("csv", CSV), ("arrows", ARROW)):
        address = f"/api/v1/datastreams/{stream.pk}/observations.{media}"
        found = client.get(address)
        sent = b"".join(found.streaming_content)  # type: ignore[attr-defined]
        assert take_readings(sent, decoder, **said())["counts"]["repeated"] == 10
        back = client.post(
            "/api/v1/observations", sent, content_type=found.headers["Content-Type"]
        )
        assert back.json()["counts"]["repeated"] == 10
        assert client_of("other").get(address).status_code == 404
        none = client.get(
            address, {"start": "2001-01-01T00:00:00Z", "end": "2001-01-02T00:00:00Z"}
        )
        assert b"YC-R-001" not in b"".join(none.streaming_content)  # type: ignore[attr-defined]


def observed(*values: float, gap_at: int = -1) -> list[Observation]:
    start = to_us(ago(86_400))
    key = uuid.uuid4()
    return [
        Observation(
            stream=key,
            at_us=start + (n + (100 if -1 < gap_at <= n else 0)) * 300_000_000,
            revision=0,
            value=value,
            flags=0,
            received_us=start,
        )
        for n, value in enumerate(values)
    ]


def test_a_gap_is_never_drawn_through() -> None:
    rows = observed(1, 2, 3, 4, 5, 6, gap_at=3)
    picture = picture_of(rows, ago(86_400), NOW, interval_s=300)
    assert picture is not None
    assert len(picture.lines) == 2
    whole = picture_of(observed(1, 2, 3), ago(86_400), NOW, interval_s=300)
    assert whole is not None
    assert len(whole.lines) == 1
    assert picture_of([], ago(86_400), NOW, interval_s=300) is None


def test_limits_far_away_are_named_and_not_drawn() -> None:
    limits = (Limit(value=3.5, name="近"), Limit(value=900, name="远"))
    picture = picture_of(observed(1, 2, 3), ago(86_400), NOW, interval_s=300, limits=limits)
    assert picture is not None
    assert [tick.text for tick in picture.limits] == ["近 3.5"]
    assert picture.far == ("远 900",)


def test_a_long_series_is_thinned_to_its_extremes() -> None:
    rows = observed(*(n % 2 for n in range(200)), 99.0)
    many = [
        Observation(
            stream=rows[0].stream,
            at_us=rows[0].at_us + n * 1_000_000,
            revision=0,
            value=99.0 if n == 777 else n % 3,
            flags=0,
            received_us=0,
        )
        for n in range(20_000)
    ]
    picture = picture_of(many, ago(86_400), NOW, interval_s=1)
    assert picture is not None
    points = sum(len(line.split()) for line in picture.lines)
    assert points < 8_000
    top = min(float(p.split(",")[1]) for line in picture.lines for p in line.split())
    assert top < 60  # the highest reading is still there
