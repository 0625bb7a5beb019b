"""Limits of stations in the score: rises as events, neighbours tried, nothing changed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.actions.stations import add_threshold
from anlan.sensing.models import Datastream, Threshold
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.warning.queries import scoring_limits
from tests.registers.kept import said
from tests.registers.small_city import NOW
from tests.sensing.stations import make_station, make_stream
from tests.warning.test_scoring import board, fates, flood, july, text_of, warn

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _town(town: None) -> None:
    """The small city in which people can be called."""


def limit(stream: Datastream, kind: str, value: float, **more: Any) -> None:
    values = {
        "datastream": stream,
        "kind": kind,
        "value": value,
        "valid_from": dt.date(2026, 1, 1),
        "source": "演示",
        "mark": "X",
    }
    add_threshold(values | more, **said(reason="演示"))


def river(*sent: tuple[dt.datetime, float], value: float = 10.0) -> Datastream:
    """A river station whose warning level is 10 m, and its readings."""
    station = make_station(code="YC-H-009", name="演示·水文站", kind="hydrology")
    stream = make_stream(station, observed="river-level", unit_of_measurement="m")
    limit(stream, "warning-level", value)
    read("YC-H-009", "river-level", sent)
    return stream


def read(station: str, observed: str, sent: Any) -> None:
    rows = [f"{station},{observed},{at.isoformat()},{value}" for at, value in sent]
    text = "\n".join(["station,property,time,value", *rows]).encode()
    take_readings(text, CSV, **said(now=NOW))


def test_a_rise_above_the_warning_level_is_an_event_with_its_hour() -> None:
    river((july(1, 8), 9.9), (july(1, 9), 10.0), (july(1, 10), 10.4), (july(1, 11), 9.0))
    warn(july(1, 6), july(1, 20), hazard="river-flood")
    found = board()
    assert fates(found) == (["hit"], ["hit"])
    assert found.total.leads.minutes == (180,)
    assert found.judged.events[0].event.ended_at == july(1, 10)


def test_a_limit_holds_from_its_day_on(signed_in: SignIn) -> None:
    stream = river((july(1, 9), 11.0), value=10.0)
    assert Threshold.objects.filter(datastream=stream).count() == 1
    early = scoring_limits.watched(
        Threshold.objects.get(), board().period, scoring_limits.Places(), NOW
    )
    assert len(early.readings) == 1
    limit(stream, "guarantee-level", 10.5, valid_from=dt.date(2026, 7, 2))
    late = Threshold.objects.get(kind="guarantee-level")
    found = scoring_limits.watched(late, board().period, scoring_limits.Places(), NOW)
    assert found.readings == []


def test_above_so_many_limits_the_rises_are_left_out_and_it_is_said(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    river((july(1, 9), 10.5))
    monkeypatch.setattr(scoring_limits, "MOST_LIMITS", 0)
    found = board()
    assert (fates(found), found.with_limits) == (([], []), False)
    with clock.at(NOW):
        page = text_of(signed_in("bureau").get(reverse("warning-scores")))
    assert "未计入实测超阈值事件" in page


def test_the_page_proposes_and_changes_nothing(signed_in: SignIn) -> None:
    noise = [(july(day, 9), 10.1) for day in (2, 6, 10)]
    river(*noise, (july(20, 8), 10.6), (july(20, 12), 9.0))
    flood(july(20, 10))
    entries = JournalEntry.objects.count()
    with clock.at(NOW):
        page = text_of(signed_in("bureau").get(reverse("warning-score-limits")))
    assert "若阈值为 10.2，空报将减少 3 次" in page
    assert JournalEntry.objects.count() == entries
    assert Threshold.objects.get().value == 10.0


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([], "没有在册读数"),
        ([(july(2, 9), 9.9)], "从未超过现行阈值"),
        ([(july(2, 9), 10.1)], "是否属于误报由人判断"),
    ],
)
def test_what_the_readings_cannot_say_is_not_proposed(
    signed_in: SignIn, sent: Any, words: str
) -> None:
    station = make_station(code="YC-H-009", name="演示·水文站", kind="hydrology")
    stream = make_stream(station, observed="river-level", unit_of_measurement="m")
    limit(stream, "warning-level", 10.0)
    if sent:
        read("YC-H-009", "river-level", sent)
    flood(july(20, 10))
    with clock.at(NOW):
        page = text_of(signed_in("bureau").get(reverse("warning-score-limits")))
    assert words in page
    assert "若阈值为" not in page


def test_critical_rainfall_is_tried_over_its_window(signed_in: SignIn) -> None:
    stream = make_stream(make_station())
    limit(stream, "move", 30.0, window_min=60, soil="any")
    read("YC-R-001", "rain", [(july(5, 8) + n * HOUR / 4, 9.0) for n in range(4)])
    flood(july(5, 10), hazard="landslide")
    with clock.at(NOW):
        page = text_of(signed_in("bureau").get(reverse("warning-score-limits")))
    cells = [part.split("<")[0] for part in page.split('data-label="阈值">')[1:]]
    assert cells == ["24", "27", "30", "33", "37.5"]
    rows = [part.split("<")[0] for part in page.split('data-label="超阈值过程">')[1:]]
    assert rows == ["1", "1", "1", "1", "0"]
