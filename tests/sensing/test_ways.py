"""The page of the ways: on, off, in nobody's hands; and each row that was not taken."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.registers.models import Account
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.choices import IntakeWay
from anlan.sensing.queries.ways import way_states
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.rules.way_health import Health, health_of
from anlan.sensing.store.values import to_us
from anlan.sensing.store.ways import GONE_S, Way, note_way
from anlan.site import instance
from anlan.site.brokers import BrokerPlace
from tests.registers.kept import NOW, acting, said
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_messages import sent, take

pytestmark = pytest.mark.usefixtures("kept")
HEAD = b"station,property,time,value\n"


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def client_of(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def worker(state: str = "connected", *, ago_s: float = 0, detail: str = "", **more: Any) -> None:
    beat_us = to_us(NOW - dt.timedelta(seconds=ago_s))
    values = {"way": "mqtt", "worker": f"w-{state}", "backlog": 3, "message_us": None} | more
    note_way(Way(state=state, detail=detail, beat_us=beat_us, **values))


@pytest.mark.parametrize(
    ("is_on", "workers", "wanted"),
    [
        (False, [], Health.OFF),
        (False, [("connected", "")], Health.OFF),
        (True, [], Health.NOBODY),
        (True, [("unreachable", "")], Health.TROUBLE),
        (True, [("unreachable", ""), ("connected", "")], Health.WORKING),
        (True, [("connected", "writes-late"), ("connected", "")], Health.UNSAFE),
        (True, [("store-away", "writes-late")], Health.TROUBLE),
    ],
)
def test_health(is_on: bool, workers: list[tuple[str, str]], wanted: Health) -> None:
    assert health_of(is_on, workers) is wanted


def test_a_way_in_nobody_s_hands_is_not_working(settings: Any) -> None:
    def health() -> dict[IntakeWay, Health]:
        scope = acting("bureau").scope
        return {state.way: state.health for state in way_states(scope, NOW)}

    assert health()[IntakeWay.HTTP] is Health.WORKING
    assert health()[IntakeWay.MQTT] is Health.OFF
    settings.ANLAN_MQTT = BrokerPlace(host="127.0.0.1", port=1)
    assert health()[IntakeWay.MQTT] is Health.NOBODY
    worker(ago_s=GONE_S)
    assert health()[IntakeWay.MQTT] is Health.WORKING
    worker(ago_s=GONE_S + 0.001)
    assert health()[IntakeWay.MQTT] is Health.NOBODY


def test_the_page_shows_figures_backlog_and_what_was_not_taken(settings: Any) -> None:
    settings.ANLAN_MQTT = BrokerPlace(host="127.0.0.1", port=1)
    make_stream(make_station())
    worker("store-away")
    take(sent(0, 1), sent(5, "x<b>"))
    take_readings(HEAD + b"NOWHERE,rain,2026-11-24T00:00:00Z,1", CSV, **said())
    page = client_of("bureau").get(reverse("station-intake")).content.decode()
    for text in (
        "接入方式",
        "观测库无法写入",
        "异常",
        "NOWHERE",
        "x&lt;b&gt;",
        "演示·规划",
        "未启用",
    ):
        assert text in page, text
    only = client_of("bureau").get(reverse("station-intake"), {"way": "mqtt"}).content.decode()
    assert "NOWHERE" not in only and "x&lt;b&gt;" in only
    assert client_of("bureau").get(reverse("station-intake"), {"way": "?"}).status_code == 200


def test_the_same_over_the_api() -> None:
    make_stream(make_station())
    take(sent(0, 1), sent(5, "x"))
    answer = client_of("bureau").get("/api/v1/intake-ways").json()
    ways = {row["way"]: row for row in answer["ways"]}
    assert (ways["mqtt"]["health"], ways["mqtt"]["rows"], ways["mqtt"]["rejected"]) == (
        "off",
        2,
        1,
    )
    assert [(row["why"], row["way"]) for row in answer["not_taken"]] == [("not-a-number", "mqtt")]
    narrowed = client_of("bureau").get("/api/v1/intake-ways", {"way": "http"}).json()
    assert narrowed["not_taken"] == []


@pytest.mark.parametrize("login", ["county", "public"])
def test_who_may_not(login: str) -> None:
    assert client_of(login).get(reverse("station-intake")).status_code == 403
    assert client_of(login).get("/api/v1/intake-ways").status_code == 403
