"""Observations entered by the standard: the one intake, its quality, scope and request ids."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base import clock
from anlan.registers.models import Account
from anlan.sensing.actions import intake
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.store.engine import StoreFailed
from anlan.sensing.store.reads import series
from anlan.site import instance
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import ago

pytestmark = pytest.mark.usefixtures("kept")
ROOT = "/api/sensorthings/v1.1"


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


def post(login: str, path: str, body: Any, key: str = "") -> Any:
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(login=login))
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(
        f"{ROOT}{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def one(
    stream: Datastream, result: Any = 1.5, seconds: float = 600, **more: Any
) -> dict[str, Any]:
    row = {"Datastream": {"@iot.id": str(stream.pk)}, "result": result}
    return row | {"phenomenonTime": ago(seconds).isoformat()} | more


def held(stream: Datastream) -> list[float]:
    return [row.value for row in series(stream.pk, 0, 2**62, most=1000)]


def test_an_observation_is_entered_and_read_back(stream: Datastream) -> None:
    answer = post("bureau", "/Observations", one(stream), key="sta-entry-1")
    assert answer.status_code == 201, answer.content.decode()
    row = answer.json()
    assert (row["result"], row["resultQuality"]) == (1.5, [])
    assert answer.headers["Location"] == row["@iot.selfLink"]
    again = post("bureau", "/Observations", one(stream), key="sta-entry-1")
    assert again.json() == row
    assert IntakeBatch.objects.count() == 1
    other = post("bureau", "/Observations", one(stream, 2.0), key="sta-entry-1")
    assert other.status_code == 409
    doubted = post("bureau", f"/Datastreams('{stream.pk}')/Observations", {"result": 301})
    assert doubted.json()["resultQuality"] == ["range"]
    assert doubted.json()["phenomenonTime"] == NOW.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    assert held(stream) == [1.5, 301.0]


def test_a_request_id_stands_for_its_address_too(stream: Datastream) -> None:
    wind = make_stream(stream.station, observed="wind", unit_of_measurement="m/s")
    body = {"result": 2, "phenomenonTime": ago(60).isoformat()}
    for each, status in ((stream, 201), (stream, 201), (wind, 409)):
        path = f"/Datastreams('{each.pk}')/Observations"
        assert post("bureau", path, body, key="sta-entry-2").status_code == status
    assert (held(stream), held(wind)) == ([2.0], [])


def test_arrays_answer_each_row_in_its_order(stream: Datastream) -> None:
    rows = [[ago(900).isoformat(), 1], [ago(600).isoformat(), None], [ago(300).isoformat(), 3]]
    unknown = {"@iot.id": "00000000-0000-7000-8000-000000000000"}
    body = [
        {"Datastream": {"@iot.id": str(stream.pk)}, "components": ["phenomenonTime", "result"]}
        | {"dataArray": rows},
        {"Datastream": unknown, "components": ["result"], "dataArray": [[5]]},
    ]
    answer = post("bureau", "/CreateObservations", body, key="sta-arrays-1")
    assert answer.status_code == 201
    links = answer.json()
    assert [link.startswith("error") for link in links] == [False, True, False, True]
    client = Client()
    client.force_login(Account.objects.get(login="bureau"))
    assert client.get(links[2]).json()["result"] == 3.0
    assert post("bureau", "/CreateObservations", body, key="sta-arrays-1").json() == links
    assert held(stream) == [1.0, 3.0]


def test_scope_and_refusals(stream: Datastream) -> None:
    assert post("public", "/Observations", one(stream)).status_code == 403
    unseen = post("other", "/Observations", one(stream))
    assert (unseen.status_code, unseen.json()["code"]) == (422, "reading-rejected")
    assert (
        post("other", f"/Datastreams('{stream.pk}')/Observations", {"result": 1}).status_code
        == 404
    )
    for body, status in (
        (one(stream, "wet"), 422),
        (one(stream, seconds=-200_000), 422),
        (one(stream, parameters={"a": 1}), 501),
        ([], 400),
        ({"result": 1}, 400),
    ):
        answer = post("bureau", "/Observations", body)
        assert answer.status_code == status, body
        assert answer.json()["detail"]
    assert post("bureau", "/Things", {"name": "x"}).status_code == 501
    assert post("bureau", f"/Things('{stream.station_id}')/Datastreams", {}).status_code == 501
    assert post("bureau", "/ObservedProperties('rain')", {}).status_code == 501
    assert post("bureau", "/CreateObservations", []).status_code == 422
    foi = f"/FeaturesOfInterest('{stream.station_id}')/Observations"
    assert post("bureau", foi, {"result": 1}).status_code == 501
    assert held(stream) == []
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(login="bureau"))
    plain = client.post(f"{ROOT}/Observations", "x", content_type="text/plain")
    assert plain.status_code == 415
    assert client.delete(f"{ROOT}/Things").status_code == 405


def test_a_store_that_is_away_is_said_so_and_nothing_is_acknowledged(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise StoreFailed("database or disk is full")

    monkeypatch.setattr(intake, "writing", away)
    answer = post("bureau", "/Observations", one(stream), key="sta-away-1")
    assert (answer.status_code, answer.json()["code"]) == (503, "store-unavailable")
    monkeypatch.undo()
    assert post("bureau", "/Observations", one(stream), key="sta-away-1").status_code == 201


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Datastream", "@iot.id", "result", "components", "dataArray", "phenomenonTime"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


def test_no_body_ends_in_a_failure(stream: Datastream) -> None:
    @given(
        body=JSON, path=st.sampled_from(["/Observations", "/CreateObservations", "/Things", "/x"])
    )
    @settings(
        max_examples=120,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def attempt(body: Any, path: str) -> None:
        for sent in (body, one(stream, body), one(stream, 1, phenomenonTime=body)):
            status = post("bureau", path, sent).status_code
            assert status in (201, 400, 404, 409, 422, 501), (path, sent)

    attempt()


def test_what_is_not_offered_is_no_error_of_the_program(caplog: pytest.LogCaptureFixture) -> None:
    """An expected refusal; whoever looks after the program is not called for it."""
    assert post("bureau", "/Things", {"name": "x"}).status_code == 501
    assert [row for row in caplog.records if row.levelno >= logging.ERROR] == []
