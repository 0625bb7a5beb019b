"""A reservoir that would pass its next level within 6 hours, through intake and sweep."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from anlan.base import clock
from anlan.base.journal.recording import recording
from anlan.registers.models import Account
from anlan.sensing.models import Datastream
from anlan.site import instance
from anlan.warning.models import MonitoringNotice, MonitoringRule, NoticeEvent
from anlan.warning.queries.monitoring import is_watched, reasons_of, watching
from anlan.warning.queries.monitoring_memory import memory
from anlan.warning.screens.monitoring_notice import numbers
from tests.registers.kept import said
from tests.warning.watched import HOUR, MINUTE, START, levels, limit, notices, only, speak, stream
from tests.warning.watched import watch as watched_at

pytestmark = pytest.mark.usefixtures("kept")
E = 0.001
LEVELS = {"flood-limit": 612.0, "design-flood": 616.4, "check-flood": 618.0}
RULE = "reservoir-rise"


def reservoir(*codes: str, **more: Any) -> Datastream:
    only(RULE, *codes)
    row = stream("reservoir-level", interval_s=3600, **more)
    for kind, own in LEVELS.items():
        limit(row, kind, own)
    watched_at(START)
    return row


def hear(
    row: Datastream,
    *values: float | None,
    start: dt.datetime = START,
    every: dt.timedelta = HOUR,
) -> dt.datetime:
    """Values an hour apart, each heard and watched at once; the last instant."""
    at = start
    for number, value in enumerate(values):
        at = start + number * every
        if value is not None:
            speak(row, [(at, value)], now=at)
        watched_at(at + MINUTE)
    return at


def kinds() -> list[str]:
    return list(NoticeEvent.objects.order_by("known_at", "pk").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("earlier", "newest", "level"),
    [
        (611.402, 611.487, []),  # 611.997
        (610.8, 610.8 + 0.171, []),  # 611.997
        (610.986, 611.131, ["yellow"]),  # 612.001
        (610.98, 611.125, []),  # 611.995
        (611.04, 611.16, []),  # 611.880
        (611.16, 611.28, []),  # 612.000: not above it
        (615.394, 615.537, []),  # 616.395
        (615.4, 615.543, ["orange"]),  # 616.401
        (615.7, 615.8, ["orange"]),  # 616.400
        (617.3, 617.4, ["red"]),  # 618.000
        (617.294, 617.394, []),  # 617.994
        (617.9, 618.0, []),
        (611.95, 611.9, []),
        (611.9, 611.9, []),
        (None, 611.999, []),
    ],
)
def test_the_next_level_at_its_edges(
    earlier: float | None, newest: float, level: list[str]
) -> None:
    row = reservoir()
    hear(row, earlier, newest)
    assert levels() == level


def test_it_says_value_rate_and_level() -> None:
    row = reservoir()
    at = hear(row, 611.4, 611.5)
    (found,) = notices()
    assert (found.value, found.limit, found.value_at) == (611.5, 612.0, at)
    assert found.grounds == {
        "passes": "flood-limit",
        "value_m": 611.5,
        "rate_m_h": 0.1,
        "predicted_m": 612.1,
        "since": START.isoformat(),
    }
    with override("zh-hans"):
        words = numbers(found)
    for part in ("611.5 m", "0.1 m", "612.1 m", "汛限水位", "612 m"):
        assert part in words
    clause, ours = reasons_of(found)
    assert clause.status.value == ours.status.value == "D"
    assert dict(clause.inputs)["predicted_m"] == 612.1


def test_it_ends_when_a_sound_reading_predicts_it_no_more() -> None:
    row = reservoir()
    at = hear(row, 611.4, 611.5)
    hear(row, 611.5, 611.5, start=at + HOUR)
    assert levels() == ["yellow"]
    hear(row, 611.5, start=at + 3 * HOUR)
    (found,) = notices()
    assert (found.ended_at, kinds()) == (at + 3 * HOUR, ["raised", "cleared"])
    with override("zh-hans"):
        assert "612.1 m" in numbers(found)


def test_silence_holds_it_and_is_said() -> None:
    row = reservoir()
    at = hear(row, 611.4, 611.5)
    watched_at(at + 20 * HOUR)
    (found,) = notices()
    assert (found.level, found.ended_at, found.silent_since) == ("yellow", None, at)
    assert kinds() == ["raised", "silent"]
    late = at + 20 * HOUR
    hear(row, 611.4, start=late)  # nothing in the hour before it: no rate is known
    assert (levels(), kinds()) == (["yellow"], ["raised", "silent", "heard"])
    hear(row, 611.4, 611.4, start=late + HOUR)  # since the first of these two it predicts nothing
    assert levels() == ["yellow"]
    hear(row, 611.4, start=late + 3 * HOUR)
    assert levels() == []


@pytest.mark.parametrize("clear_s", [0, 7200])
def test_a_level_that_swings_around_the_edge_is_told_once(clear_s: int) -> None:
    """Every ten minutes by turns more and less than what passes 612 m in six hours. Without a
    time after which it ends each turn would be a notice of its own."""
    row = reservoir()
    with recording(action="test.rule", actor=said()["actor"], now=START, request_id="c") as rec:
        rule = rec.lock(MonitoringRule, MonitoringRule.objects.get(code=RULE).pk)
        rule.clear_s = clear_s
        rec.save(rule)
    hear(row, *[611.4] * 6, every=10 * MINUTE)
    at = hear(row, *[611.52, 611.48] * 3, start=START + HOUR, every=10 * MINUTE)
    assert len(notices()) == (3 if not clear_s else 1)
    assert levels() == ([] if not clear_s else ["yellow"])
    at = hear(row, *[611.52] * 11, start=at + 10 * MINUTE, every=10 * MINUTE)
    assert levels() == ([] if not clear_s else ["yellow"])
    hear(row, 611.52, start=at + 10 * MINUTE)  # two hours after the last 611.48
    assert (levels(), len(notices())) == ([], 3 if not clear_s else 1)


def test_a_level_that_was_reached_is_not_passed_again_at_once() -> None:
    row = reservoir("reservoir-level")
    hear(row, *[611.4, 611.5, 611.6, 611.7, 611.8, 611.9], every=10 * MINUTE)
    hear(row, *[612.001, 611.999] * 4, start=START + HOUR, every=10 * MINUTE)
    assert [found.level for found in notices(RULE)] == ["yellow"]
    assert (levels(RULE), levels("reservoir-level")) == ([], ["yellow"])


def test_it_ends_when_the_level_itself_is_reached() -> None:
    row = reservoir("reservoir-level")
    at = hear(row, 611.4, 611.5)
    hear(row, 612.1, start=at + HOUR)
    assert levels(RULE) == []
    watched_at(at + 3 * HOUR)
    assert levels("reservoir-level") == ["yellow"]


def test_one_notice_becomes_higher_with_the_next_level() -> None:
    row = reservoir()
    at = hear(row, 611.0, 611.9)
    hear(row, 613.0, start=at + HOUR)
    (found,) = notices()
    assert (found.level, found.limit, kinds()) == ("orange", 616.4, ["raised", "higher"])


@pytest.mark.parametrize("minutes", [29, 91])
def test_a_gap_predicts_nothing(minutes: int) -> None:
    row = reservoir()
    hear(row, 611.0)
    hear(row, 611.9, start=START + minutes * MINUTE)
    assert levels() == []


def test_a_doubted_reading_predicts_and_ends_nothing() -> None:
    row = reservoir(lowest=500.0, highest=650.0)
    hear(row, 611.9, 700.0)
    assert levels() == []
    at = hear(row, 611.4, 611.4, 611.5, start=START + 2 * HOUR)  # the first: a jump back
    assert levels() == ["yellow"]
    hear(row, 700.0, start=at + HOUR)
    assert levels() == ["yellow"]
    hear(row, 510.0, start=at + 2 * HOUR)  # two hours after the last sound one: no rate is known
    assert levels() == ["yellow"]


def test_a_correction_is_looked_at_again() -> None:
    row = reservoir()
    at = hear(row, 611.4, 611.5)
    speak(row, [(at, 611.41)], now=at + 5 * MINUTE)
    watched_at(at + 6 * MINUTE)
    assert levels() == ["yellow"]
    hear(row, 611.41, start=at + HOUR)
    assert levels() == ["yellow"]
    hear(row, 611.41, start=at + 2 * HOUR)
    assert levels() == []


def test_swept_again_by_any_process_and_clock_it_stays_one() -> None:
    row = reservoir()
    at = hear(row, 611.4, 611.5)
    watched_at(at + 2 * MINUTE)
    memory.forget()
    for now in (at + 3 * MINUTE, at - 2 * HOUR, at + 90 * 24 * HOUR, at + 4 * MINUTE):
        watched_at(now)
    (found,) = notices()
    assert (found.level, found.silent_since) == ("yellow", None)
    hear(row, 611.5, 611.5, 611.5, start=at + HOUR)
    assert levels() == []


def test_whoever_has_a_level_of_its_own_is_watched() -> None:
    row = reservoir()
    other = stream("reservoir-level", code="YC-H-002", interval_s=3600)
    limit(other, "flood-limit", 612.0)
    bare = stream("reservoir-level", code="YC-H-003", interval_s=3600)
    at = hear(row, 611.4, 611.5)
    rule = MonitoringRule.objects.get(code=RULE)
    found = watching(rule, at)
    assert (found.places, set(found.streams)) == (2, {row, other})
    (notice,) = notices()
    assert is_watched(notice, at)
    notice.datastream = bare
    notice.place = str(bare.pk)
    assert not is_watched(notice, at)


def test_a_level_that_is_entered_later_is_watched_at_once() -> None:
    only(RULE)
    row = stream("reservoir-level", interval_s=3600)
    hear(row, 611.4, 611.5)
    assert levels() == []
    limit(row, "flood-limit", 612.0)
    watched_at(START + HOUR + 2 * MINUTE)
    assert levels() == ["yellow"]


def test_its_pages() -> None:
    row = reservoir()
    at = hear(row, 611.4, 611.5)
    (found,) = notices()
    instance.mark_ready(at)
    client = Client()
    client.force_login(Account.objects.get(login="bureau"))
    with clock.at(at + 5 * MINUTE):
        page = client.get(f"/monitoring/{found.pk}/").content.decode()
        rule = client.get(f"/monitoring/rules/{found.rule_id}/").content.decode()
    instance.forget()
    for text in ("汛限水位", "612.1 m", "0.1 m", "将超过的水位", "系统默认"):
        assert text in page
    for text in ("水库上涨预测", "6小时", "连续2小时", "120分钟", "系统默认", "无，不是法规"):
        assert text in rule
    assert "未见原文" not in rule
    assert page.index("每小时上涨") < page.index("基本信息")
    assert MonitoringNotice.objects.count() == 1
