"""A gateway of monitors hands packets over and gets the answers that its devices wait for."""

from collections.abc import Iterator

import pytest

from anlan.base import clock
from anlan.sensing.actions import intake
from anlan.sensing.models import IntakeBatch
from anlan.sensing.rules.decoding.hj212 import answers_to, packet
from anlan.sensing.store.engine import StoreFailed
from anlan.site import instance
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import client_of

pytestmark = pytest.mark.usefixtures("kept")
MEDIA = "text/x-hj212"
DATA = (
    "QN=20261124080000001;ST=22;CN=2011;PW=654321;MN=YC-R-001;Flag=5;CP=&&"
    "DataTime=20261124080000;a01001-Rtd=21.5,a01001-Flag=N&&"
)


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    make_stream(make_station(), observed="temperature", unit_of_measurement="°C")
    with clock.at(NOW):
        yield
    instance.forget()


def test_who_accepts_packets_is_answered_with_packets() -> None:
    client = client_of("bureau")
    for times in (1, 2):  # a repeat is answered too: the device has not heard
        answer = client.post("/api/v1/observations", packet(DATA), MEDIA, HTTP_ACCEPT=MEDIA)
        assert answer.status_code == 200, times
        assert answer.headers["Content-Type"] == MEDIA
        assert answer.content == answers_to(packet(DATA))
        assert b"CN=9014" in answer.content
    assert IntakeBatch.objects.count() == 2


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_others_are_answered_how_the_rows_ended(accept: str) -> None:
    answer = client_of("bureau").post(
        "/api/v1/observations", packet(DATA), MEDIA, HTTP_ACCEPT=accept
    )
    assert answer.json()["counts"]["stored"] == 1


def test_nothing_is_answered_for_what_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("bureau")

    def fails(*args: object) -> None:
        raise StoreFailed("database or disk is full")

    damaged = packet(DATA).replace(b"21.5", b"31.5")
    answer = client.post("/api/v1/observations", damaged, MEDIA, HTTP_ACCEPT=MEDIA)
    assert (answer.status_code, answer.content) == (200, b"")
    monkeypatch.setattr(intake, "write", fails)
    answer = client.post("/api/v1/observations", packet(DATA), MEDIA, HTTP_ACCEPT=MEDIA)
    assert answer.status_code == 503
    assert b"9014" not in answer.content


def test_a_mean_goes_to_a_sensor_of_its_own() -> None:
    mean = DATA.replace("CN=2011", "CN=2061").replace("Rtd=21.5", "Avg=25.5")
    client = client_of("bureau")
    answers = [
        client.post("/api/v1/observations", packet(data), MEDIA).json() for data in (DATA, mean)
    ]
    assert [answer["counts"]["corrected"] for answer in answers] == [0, 0]
    assert [row["why"] for row in answers[1]["rejected"]] == ["unknown-property"]
