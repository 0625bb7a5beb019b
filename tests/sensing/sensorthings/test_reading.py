"""What SensorThings answers, beside brute force over what was sent."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base import clock
from anlan.registers.models import Body, ReportingUnit
from anlan.sensing.models import Datastream, Station
from anlan.sensing.queries.sensorthings import holdings, observed
from anlan.sensing.rules.quality import names_of
from anlan.site import instance
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import ago, client_of, send

pytestmark = pytest.mark.usefixtures("kept")
ROOT = "/api/sensorthings/v1.1"


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


@pytest.fixture
def network(kept: None) -> None:
    """Two rain gauges of one county, an anemometer of another; 24 readings, some doubted."""
    for code, first in (("A-1", 0.0), ("B-2", 10.0)):
        make_stream(make_station(code=code, name=f"演示·{code}"))
        send(code, *((300.0 * n, first + n * 0.5) for n in range(1, 12)))
    send("A-1", (600.0, 99.0))  # a correction
    send("B-2", (3900.0, 301.0))  # out of range
    far = make_station(
        code="C-3",
        name="演示·C-3",
        body=Body.objects.get(code="emergency"),
        unit=ReportingUnit.objects.get(code="xia"),
    )
    make_stream(far, observed="wind", unit_of_measurement="m/s")


def get(client: Client, path: str, **options: str) -> Any:
    answer = client.get(f"{ROOT}{path}", {f"${name}": text for name, text in options.items()})
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def every(client: Client, path: str, **options: str) -> list[Any]:
    """All pages of a set."""
    found = get(client, path, **options)
    rows = list(found["value"])
    while link := found.get("@iot.nextLink"):
        answer = client.get(link)
        assert answer.status_code == 200, answer.content.decode()
        found = answer.json()
        rows += found["value"]
        assert len(rows) < 500
    return rows


@pytest.mark.usefixtures("network")
def test_the_root_says_what_is_kept_and_every_set_answers() -> None:
    client = client_of("bureau")
    root = client.get(ROOT).json()
    assert client.get(f"{ROOT}/").json() == root
    assert any("data-array" in each for each in root["serverSettings"]["conformance"])
    for each in root["value"]:
        found = client.get(each["url"], {"$top": "2", "$count": "true"}).json()
        assert found["@iot.count"] >= len(found["value"]) > 0
        for row in found["value"]:
            again = client.get(row["@iot.selfLink"])
            assert again.json() == row
            for name, link in row.items():
                if name.endswith("navigationLink"):
                    assert client.get(link).status_code == 200, link


@pytest.mark.usefixtures("network")
def test_entities_say_what_is_held() -> None:
    client = client_of("bureau")
    stream = Datastream.objects.get(code="A-1:rain")
    (thing,) = get(client, "/Things", filter="properties/code eq 'A-1'")["value"]
    assert thing["@iot.id"] == str(stream.station_id)
    assert thing["properties"]["owner"]["code"] == "water"
    found = get(
        client, f"/Datastreams({stream.pk})", expand="Thing($select=name),Sensor,ObservedProperty"
    )
    assert found["unitOfMeasurement"]["symbol"] == "mm"
    assert found["Thing"] == {"name": "演示·A-1"}
    assert found["ObservedProperty"]["@iot.id"] == "rain"
    assert found["Sensor"]["metadata"]["number"] == "1"
    assert found["phenomenonTime"].count("/") == 1
    (place,) = get(client, f"/Things('{stream.station_id}')/Locations")["value"]
    assert place["location"]["coordinates"] == [111.2, 35.6]
    text = client.get(f"{ROOT}/Things({stream.station_id})/name/$value")
    assert text.content.decode() == "演示·A-1"
    assert get(client, f"/Things({stream.station_id})/name") == {"name": "演示·A-1"}
    refs = get(client, "/Things/$ref", top="1")
    assert set(refs["value"][0]) == {"@iot.selfLink"}


@pytest.mark.usefixtures("network")
def test_each_role_sees_what_its_scope_holds() -> None:
    sizes = {
        login: len(every(client_of(login), "/Observations")) for login in ("bureau", "county")
    }
    assert sizes == {"bureau": 23, "county": 23}
    assert every(client_of("other"), "/Observations") == []
    assert len(every(client_of("other"), "/Things")) == 1
    key = Station.objects.get(code="A-1").pk
    assert client_of("other").get(f"{ROOT}/Things({key})").status_code == 404
    assert client_of("public").get(ROOT).status_code == 403
    answer = Client().get(ROOT)
    assert answer.status_code == 401


Row = tuple[dt.datetime, float, str, tuple[str, ...], int]


def held() -> list[Row]:
    """What the store holds, by its plainest read."""
    from anlan.sensing.store.reads import series

    rows: list[Row] = []
    for stream in Datastream.objects.order_by("pk"):
        for each in series(stream.pk, 0, 2**62, most=10_000):
            code = stream.station.code
            rows.append((each.at, each.value, code, names_of(each.flags), each.revision))
    return rows


def row_of(entity: dict[str, Any]) -> tuple[str, float]:
    return entity["phenomenonTime"], entity["result"]


def stamp(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


HALF = "st_within(Locations/location,geography'POLYGON((111 35, 112 35, 112 36))')"
BOX = "geography'POLYGON((111 35, 112 35, 112 36, 111 36, 111 35))'"
FAR = "geography'SRID=4326;POLYGON((100 20, 101 20, 101 21, 100 21, 100 20))'"


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("path", "text", "codes"),
    [
        ("/Things", f"st_within(Locations/location,{BOX})", "ABC"),
        ("/Things", f"not st_disjoint(Locations/location,{BOX})", "ABC"),
        ("/Things", f"st_within(Locations/location,{FAR})", ""),
        ("/Things", "Datastreams/ObservedProperty/id eq 'rain'", "AB"),
        ("/Things", "Datastreams/ObservedProperty/id eq 'wind'", "C"),
        ("/Things", "Datastreams/Sensor/metadata/number eq '1'", "ABC"),
        # two conditions on one datastream: both must hold of the same
        (
            "/Things",
            "Datastreams/ObservedProperty/id eq 'rain' and "
            "Datastreams/unitOfMeasurement/symbol eq 'm/s'",
            "",
        ),
        ("/Things", "Datastreams/ObservedProperty/id ne 'rain'", "C"),
        ("/Locations", f"geo.intersects(location, {BOX})", "ABC"),
        ("/Locations", "geo.distance(location, geography'POINT(111.2 35.6)') lt 0.001", "ABC"),
        ("/Locations", "geo.distance(location, geography'POINT(111.2 35.6)') gt 0.001", ""),
        ("/FeaturesOfInterest", f"st_within(feature,{BOX})", "ABC"),
        ("/Datastreams", f"st_within(observedArea,{BOX}) and startswith(name,'演示·A')", "A"),
        ("/Datastreams", f"st_intersects(Thing/Locations/location,{BOX})", "ABC"),
        ("/Datastreams", f"st_intersects(Thing/Locations/location,{FAR})", ""),
    ],
)
def test_filters_by_place_and_through_many(path: str, text: str, codes: str) -> None:
    found = every(client_of("bureau"), path, filter=text)
    assert "".join(sorted(row["name"].removeprefix("演示·")[0] for row in found)) == codes


@pytest.mark.usefixtures("network")
def test_observations_by_the_place_of_their_station_and_the_hour() -> None:
    client = client_of("bureau")
    where = "Datastream/Thing/Locations/location"
    assert len(every(client, "/Observations", filter=f"st_within({where},{BOX})")) == 23
    assert every(client, "/Observations", filter=f"st_within({where},{FAR})") == []
    feature = f"st_within(FeatureOfInterest/feature,{BOX}) and result gt 10.4"
    wanted = [row for row in held() if row[1] > 10.4]
    assert len(every(client, "/Observations", filter=feature)) == len(wanted)
    noon = sorted(row[0].time() for row in held())[10]
    text = f"time(phenomenonTime) gt {noon.isoformat()}"
    wanted = [row for row in held() if row[0].time() > noon]
    assert len(every(client, "/Observations", filter=text)) == len(wanted) > 0


@pytest.mark.usefixtures("network")
def test_a_station_without_a_point_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    region = {"region": Station.objects.get(code="A-1").region}
    make_station(code="D-4", name="演示·D", longitude_deg=None, latitude_deg=None, **region)
    client = client_of("bureau")
    for text in (f"st_within(Locations/location,{BOX})", f"st_disjoint(Locations/location,{FAR})"):
        names_ = [row["name"] for row in every(client, "/Things", filter=text)]
        assert len(names_) == 3
        assert "演示·D" not in names_
    nowhere = every(client, "/Things", filter="Locations/location eq null")
    assert [row["name"] for row in nowhere] == ["演示·D"]
    monkeypatch.setattr(holdings, "MOST_SCANNED", 2)
    answer = client.get(f"{ROOT}/Things", {"$filter": "Datastreams/name eq 'x'"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-query")


Meant = tuple[str, Callable[[Row], bool]]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}
OPS = st.sampled_from(sorted(COMPARE))
NUMBERS = st.sampled_from([0.5, 1.0, 5.5, 10.5, 15.0, 99.0, 301.0, -1.0])
TIMES = st.integers(-1, 14).map(lambda n: ago(300.0 * n))


def _number(op: str, number: float) -> Meant:
    return f"result {op} {number}", lambda row: COMPARE[op](row[1], number)


def _sum(op: str, number: float) -> Meant:
    return f"result mul 2 add 1 {op} {number}", lambda row: COMPARE[op](row[1] * 2 + 1, number)


def _time(op: str, at: dt.datetime) -> Meant:
    return f"phenomenonTime {op} {at.isoformat()}", lambda row: COMPARE[op](row[0], at)


def _turned(op: str, at: dt.datetime) -> Meant:
    return f"{at.isoformat()} {op} phenomenonTime", lambda row: COMPARE[op](at, row[0])


LEAVES: st.SearchStrategy[Meant] = st.one_of(
    st.builds(_number, OPS, NUMBERS),
    st.builds(_sum, OPS, NUMBERS),
    st.builds(_time, OPS, TIMES),
    st.builds(_turned, OPS, TIMES),
    st.sampled_from(
        [
            ("Datastream/Thing/properties/code eq 'A-1'", lambda row: row[2] == "A-1"),
            ("startswith(Datastream/properties/code,'B')", lambda row: row[2][0] == "B"),
            ("parameters/revision gt 0", lambda row: row[4] > 0),
            ("minute(phenomenonTime) ge 30", lambda row: row[0].minute >= 30),
            ("resultTime eq null", lambda row: True),
        ]
    ),
)
FILTERS: st.SearchStrategy[Meant] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda a: (f"not ({a[0]})", lambda row: not a[1](row)), inner),
        st.builds(
            lambda a, b: (f"({a[0]}) and ({b[0]})", lambda row: a[1](row) and b[1](row)),
            inner,
            inner,
        ),
        st.builds(
            lambda a, b: (f"({a[0]}) or ({b[0]})", lambda row: a[1](row) or b[1](row)),
            inner,
            inner,
        ),
    ),
    max_leaves=5,
)
ORDERS = st.sampled_from(
    ["", "phenomenonTime", "phenomenonTime desc", "result desc", "result,phenomenonTime desc"]
)


@pytest.mark.usefixtures("network")
def test_filters_orders_and_pages_agree_with_brute_force() -> None:
    client, rows = client_of("bureau"), held()
    assert len(rows) == 23

    @given(meant=FILTERS, order=ORDERS, top=st.integers(1, 9), skip=st.integers(0, 5))
    @settings(
        max_examples=120,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def attempt(meant: Meant, order: str, top: int, skip: int) -> None:
        text, holds = meant
        options = {"filter": text, "top": str(top), "skip": str(skip)}
        options |= {"orderby": order} if order else {}
        wanted = [row for row in rows if holds(row)]
        found = [row_of(each) for each in every(client, "/Observations", **options)]
        assert len(found) == max(0, len(wanted) - skip)
        if not skip:
            assert sorted(found) == sorted((stamp(row[0]), row[1]) for row in wanted)
        if order.startswith("phenomenonTime"):
            times = [at for at, _ in found]
            assert times == sorted(times, reverse=order.endswith("desc"))
        if order.startswith("result"):
            results = [value for _, value in found]
            assert results == sorted(results, reverse=order == "result desc")
        count = get(client, "/Observations", filter=text, count="true", top="0")
        assert (count["@iot.count"], count["value"]) == (len(wanted), [])

    attempt()


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("order", ["", "phenomenonTime", "phenomenonTime desc", "result"])
@pytest.mark.parametrize("budget", [10_000, 12])
def test_pages_repeat_and_lose_nothing_while_others_write(
    order: str, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if budget < 100 and order == "result":
        pytest.skip("is refused: what is sorted must be read at once")
    monkeypatch.setattr(holdings, "MOST_SCANNED", budget)
    monkeypatch.setattr(observed, "CHUNK", 4)
    monkeypatch.setattr(observed, "FEW", 3)
    client = client_of("bureau")
    before = {(stamp(row[0]), row[2]) for row in held()}
    options = {"top": "3"} | ({"orderby": order} if order else {})
    found = get(client, "/Observations", expand="Datastream($select=properties)", **options)
    seen: list[tuple[str, str]] = []
    for turn in range(60):
        seen += [
            (row["phenomenonTime"], row["Datastream"]["properties"]["code"].split(":")[0])
            for row in found["value"]
        ]
        later = NOW + dt.timedelta(seconds=turn + 1)
        with clock.at(later):
            if turn < 8:  # earlier, later, between, and a correction
                send("A-1", (7000.0 + turn, 1.0), (-1.0 - turn, 3.0), now=later)
                send("B-2", (450.0 + turn, 2.0), (900.0, 50.0 + turn), now=later)
            if "@iot.nextLink" not in found:
                break
            found = client.get(found["@iot.nextLink"]).json()
    assert len(seen) == len(set(seen))
    assert set(seen) == before


@pytest.mark.usefixtures("network")
def test_expanded_pages_lead_on_and_data_arrays_hold_the_same() -> None:
    client = client_of("bureau")
    (thing,) = get(
        client,
        "/Things",
        filter="properties/code eq 'A-1'",
        expand="Datastreams/Observations,Datastreams"
        if False
        else "Datastreams($expand=Observations($top=4;$count=true;$orderby=phenomenonTime desc;$select=result))",
    )["value"]
    (stream,) = thing["Datastreams"]
    assert stream["Observations@iot.count"] == 11
    assert [set(row) for row in stream["Observations"]] == [{"result"}] * 4
    rows = list(stream["Observations"])
    link = stream["Observations@iot.nextLink"]
    while link:
        page = client.get(link).json()
        rows += page["value"]
        link = page.get("@iot.nextLink")
    plain = every(
        client, f"/Datastreams({stream['@iot.id']})/Observations", orderby="phenomenonTime desc"
    )
    assert [row["result"] for row in rows] == [row["result"] for row in plain]
    groups = every(
        client, "/Observations", resultFormat="dataArray", select="phenomenonTime,result"
    )
    cells = [tuple(row) for group in groups for row in group["dataArray"]]
    assert sorted(cells) == sorted((stamp(row[0]), row[1]) for row in held())
    assert groups[0]["components"] == ["phenomenonTime", "result"]
    features = every(client, "/FeaturesOfInterest", filter="name eq '演示·A-1'")
    assert len(every(client, f"/FeaturesOfInterest({features[0]['@iot.id']})/Observations")) == 11


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        *(("/Colours", {}, 404), ("/Things(x)", {}, 404), ("/Observations(x-1)", {}, 404)),
        *(("/Things", {"$filter": "colour eq 1"}, 400), ("/Things", {"colour": "1"}, 400)),
        *(("/Things", {"$filter": "name gt 1"}, 400), ("/", {"$top": "1"}, 400)),
        *(("/HistoricalLocations", {}, 501), ("/Things", {"$filter": "any(name)"}, 501)),
        *(("/Things", {"$filter": "st_within(a,b)"}, 400), ("/Things", {"$filter": HALF}, 400)),
        ("/Locations", {"$filter": "location eq geography'POINT(111 35)'"}, 400),
        ("/Locations", {"$filter": "st_within(location,'POINT(111 35)')"}, 400),
        ("/Locations", {"$filter": "st_relate(location,location,'xyz')"}, 400),
        ("/Things", {"$filter": "Datastreams/Observations/result gt 1"}, 501),
        ("/Things", {"$orderby": "Datastreams/name"}, 501),
        *(("/Observations", {"$skiptoken": "x"}, 400), ("/Observations", {"$orderby": "x"}, 400)),
        ("/ObservedProperties('rain')/name", {"$top": "1"}, 400),
        ("/ObservedProperties('rain')/Datastreams(x)", {}, 404),
        ("/Datastreams(00000000-0000-7000-8000-000000000000)/Observations(a-1)", {}, 404),
        ("/Observations", {"$filter": "result"}, 400),
    ],
)
def test_what_cannot_be_answered_says_so(path: str, options: dict[str, str], status: int) -> None:
    answer = client_of("bureau").get(f"{ROOT}{path}", options)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.usefixtures("network")
def test_what_is_too_much_for_one_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("bureau")
    monkeypatch.setattr(holdings, "MOST_ENTITIES", 5)
    answer = client.get(f"{ROOT}/Observations", {"$top": "6"})
    assert answer.status_code == 400
    monkeypatch.setattr(holdings, "MOST_ENTITIES", 500)
    monkeypatch.setattr(holdings, "MOST_SCANNED", 12)
    for options in (
        {"$orderby": "result"},
        {"$count": "true"},
        {"$filter": "result gt 1", "$count": "true"},
    ):
        answer = client.get(f"{ROOT}/Observations", options)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-query")
    monkeypatch.setattr(observed, "MOST_MERGED", 1)
    assert client.get(f"{ROOT}/Observations", {"$orderby": "phenomenonTime"}).status_code == 400


TOKENS = st.sampled_from(
    [
        *("Things", "Observations", "Datastreams", "Thing", "(", ")", "'", "/", "rain", "$value"),
        *(
            "ObservedProperties('rain')",
            "$ref",
            "result",
            "id",
            "CreateObservations",
            "é",
            "%",
            ";",
        ),
    ]
)
TEXTS = st.lists(
    st.sampled_from(
        [
            *("result", " gt ", "1", "'a'", "(", ")", " and ", "Datastream", "/", "name", "now()"),
            *(
                "st_within(",
                "geo.distance(",
                "geography'POINT(1 1)'",
                "Locations/location",
                "08:00",
            ),
            *("Datastreams/name", "time(", "phenomenonTime", "observedArea", "feature"),
            *(",", ";", "$top=1", "$expand=", "Thing", "null", "-", " desc", "true", "x", "\x00"),
        ]
    ),
    max_size=8,
).map("".join)
NAMES = st.sampled_from(
    [
        "$filter",
        "$orderby",
        "$expand",
        "$select",
        "$top",
        "$skip",
        "$count",
        "$resultFormat",
        "$skiptoken",
        "x",
    ]
)


@pytest.mark.usefixtures("network")
def test_no_address_ends_in_a_failure() -> None:
    client = client_of("bureau")
    client.raise_request_exception = False

    @given(
        path=st.lists(TOKENS, max_size=6).map("".join),
        options=st.dictionaries(NAMES, TEXTS, max_size=3),
        valid=st.booleans(),
    )
    @settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def attempt(path: str, options: dict[str, str], valid: bool) -> None:
        where = "Observations" if valid else path
        answer = client.get(f"{ROOT}/{quote(where)}", options)
        assert answer.status_code in (200, 204, 400, 404, 422, 501), (where, options)

    attempt()
