"""The house ladder of each level, its boundaries, and ladders that nobody could climb."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.rules.message import RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, SourceStatus
from anlan.site.discovery import rule_catalogue
from anlan.warning.rules.ladder import BadLadder, Ladder, Step, Way, Who, call_ladder, house_ladder
from anlan.warning.rules.signal import Level

DUTY = {"township-duty", "county-duty", "city-duty"}
VILLAGE = {
    *("village-contact", "grid-warden", "site-warden", "school", "enterprise-safety"),
    "first-responder",
}


@pytest.mark.parametrize(
    ("level", "minutes", "kinds"),
    [
        (Level.BLUE, None, DUTY),
        (Level.YELLOW, 30, DUTY | {"township-head"}),
        (
            Level.ORANGE,
            15,
            DUTY | VILLAGE | {"township-head", "county-leader-in-charge", "flood-hq-head"},
        ),
        (
            Level.RED,
            5,
            DUTY
            | VILLAGE
            | {"township-head", "county-leader-in-charge", "flood-hq-head"}
            | {"county-chief-leader", "city-chief-leader", "emergency-director"},
        ),
    ],
)
def test_the_house_default(level: Level, minutes: int | None, kinds: set[str]) -> None:
    ladder = house_ladder(level)
    assert ladder.answer_within_minutes == minutes
    assert ladder.kinds == kinds
    assert ladder.alarm_after_failures == 3
    assert ladder.is_default


def test_steps_go_from_the_next_channel_to_the_deputy_and_upward() -> None:
    verdict = call_ladder(Level.RED)
    steps = [(row["who"], row["channel"], row["minutes"]) for row in verdict.known()]
    assert steps == [
        ("self", "in-app", 5),
        ("self", "phone", 5),
        ("deputy", "phone", 5),
        ("upper", "phone", 5),
        ("self", "visit", None),
    ]
    (reason,) = verdict.reasons
    assert (reason.rule, reason.source) == ("call-ladder", HOUSE_RULE)
    assert reason.status is SourceStatus.HOUSE_DEFAULT


def test_a_ladder_comes_back_as_it_was_frozen() -> None:
    for level in Level:
        ladder = house_ladder(level)
        assert Ladder.from_json(ladder.to_json()) == ladder


@pytest.mark.parametrize(
    ("minutes", "is_good"), [(0, False), (1, True), (1440, True), (1441, False)]
)
def test_a_time_has_one_minute_to_a_day(minutes: int, is_good: bool) -> None:
    if is_good:
        assert Step(who=Who.SELF, way=Way.PHONE, minutes=minutes).minutes == minutes
        return
    with pytest.raises(BadLadder):
        Step(who=Who.SELF, way=Way.PHONE, minutes=minutes)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": []},
        {"steps": [{"who": "self", "channel": "phone", "minutes": 5}] * 13},
        {"steps": [{"who": "deputy", "channel": "phone", "minutes": 5}]},
        {"kinds": []},
        {"alarm_after_failures": 0},
        {"alarm_after_failures": 13},
    ],
)
def test_ladders_that_nobody_could_climb_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadLadder):
        Ladder.from_json(house_ladder(Level.RED).to_json() | change)


def test_the_catalogue_knows_it() -> None:
    today = dt.date(2026, 11, 24)
    verdict = rule_catalogue().evaluate("call-ladder", {"level": "RED"}, today=today)
    assert verdict.known()[0]["minutes"] == 5
    with pytest.raises(RuleRefused):
        rule_catalogue().evaluate("call-ladder", {"level": "PURPLE"}, today=today)
