"""Own warning or proposal; what must be said; what fits what is in force."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.dispatch import MessageMode
from anlan.base.rules.verdict import UNKNOWN
from anlan.warning.rules.bulletin.content import (
    FIRST_HAS_NONE,
    FOLLOWS_NOTHING,
    NOT_EQUAL,
    NOT_HIGHER,
    NOT_LOWER,
    Content,
    Part,
    change_gap,
    gaps_of,
    law_of_content,
)
from anlan.warning.rules.bulletin.route import BulletinWay, route_of
from anlan.warning.rules.bulletin.words import Spoken, full_text, noun_of, short_form
from anlan.warning.rules.publishing import Kind, Right, rights_of_law
from anlan.warning.rules.reading.reading import read_warning
from anlan.warning.rules.short_text import MOST_CHARACTERS, units
from anlan.warning.rules.signal import Change, Hazard, Level

DAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
LAW = rights_of_law()
WATER = Right(
    kind=Kind.HYDROLOGICAL, bodies="市水务局", body="water", law="市签发表", level=Level.BLUE
)
WHOLE = Content(
    change=Change.ISSUE,
    level=Level.BLUE,
    areas=1,
    headline="汾河洪水蓝色预警",
    text="水位上涨",
    instruction="远离河道",
    effective_at=None,
    expires_at=NOW + dt.timedelta(hours=6),
)


def test_a_body_that_the_table_names_issues_itself() -> None:
    found = route_of("water", Hazard.RIVER_FLOOD, Level.BLUE, [*LAW, WATER], on=DAY)
    assert found.known().way is BulletinWay.PUBLISH
    assert found.reasons[0].source == "市签发表"
    other = route_of("water", Hazard.RIVER_FLOOD, Level.RED, [*LAW, WATER], on=DAY)
    assert other.known().way is BulletinWay.PROPOSE  # another level


def test_who_is_not_named_proposes_to_the_owner() -> None:
    rain = route_of("emergency", Hazard.RAINSTORM, Level.RED, LAW, on=DAY).known()
    assert (rain.way, rain.owner, rain.owner_body) == (
        BulletinWay.PROPOSE,
        "气象主管机构所属的气象台站",
        "",
    )
    flood = route_of("emergency", Hazard.RIVER_FLOOD, Level.BLUE, [*LAW, WATER], on=DAY).known()
    assert (flood.way, flood.owner, flood.owner_body) == (BulletinWay.PROPOSE, "市水务局", "water")


def test_no_row_is_no_permission_and_no_owner() -> None:
    found = route_of("emergency", Hazard.GEOLOGICAL, Level.RED, LAW, on=DAY)
    assert found.known().way is BulletinWay.PROPOSE and found.known().owner == ""
    with pytest.raises(ValueError, match="body"):
        route_of("", Hazard.GEOLOGICAL, Level.RED, LAW, on=DAY)


@given(st.sampled_from(Hazard), st.sampled_from(Level))
def test_the_law_alone_lets_no_body_publish(hazard: Hazard, level: Level) -> None:
    assert route_of("emergency", hazard, level, LAW, on=DAY).known().way is BulletinWay.PROPOSE


def test_a_right_holds_only_on_its_days() -> None:
    until = replace(WATER, valid_until=DAY)
    asked = ("water", Hazard.RIVER_FLOOD, Level.BLUE)
    assert route_of(*asked, [until], on=DAY).known().way is BulletinWay.PROPOSE
    before = DAY - dt.timedelta(days=1)
    assert route_of(*asked, [until], on=before).known().way is BulletinWay.PUBLISH


@pytest.mark.parametrize(
    ("part", "empty"),
    [
        (Part.AREAS, {"areas": 0}),
        (Part.HEADLINE, {"headline": "  "}),
        (Part.TEXT, {"text": ""}),
        (Part.INSTRUCTION, {"instruction": "\n"}),
        (Part.EXPIRES, {"expires_at": None}),
    ],
)
def test_each_part_is_missed_by_name(part: Part, empty: dict[str, object]) -> None:
    assert gaps_of(WHOLE, NOW) == ()
    assert gaps_of(replace(WHOLE, **empty), NOW) == (part,)  # type: ignore[arg-type]


@pytest.mark.parametrize(("end", "is_there"), [(-1, False), (0, False), (1, True)])
def test_an_end_lies_after_now_and_after_the_start(end: int, is_there: bool) -> None:
    ends = replace(WHOLE, expires_at=NOW + end * SECOND)
    assert (gaps_of(ends, NOW) == ()) is is_there
    start = NOW + dt.timedelta(hours=1)
    later = replace(WHOLE, effective_at=start, expires_at=start + end * SECOND)
    assert (gaps_of(later, NOW) == ()) is is_there


def test_a_lift_needs_its_words_only() -> None:
    lift = Content(
        change=Change.LIFT,
        level=Level.BLUE,
        areas=0,
        headline="",
        text="水位回落",
        instruction="",
        effective_at=None,
        expires_at=None,
    )
    assert gaps_of(lift, NOW) == ()
    assert gaps_of(replace(lift, text=" "), NOW) == (Part.TEXT,)
    assert law_of_content().article == "64"


@pytest.mark.parametrize(
    ("change", "level", "before", "note"),
    [
        (Change.ISSUE, Level.RED, None, None),
        (Change.ISSUE, Level.RED, Level.BLUE, FIRST_HAS_NONE),
        (Change.RAISE, Level.RED, None, FOLLOWS_NOTHING),
        (Change.LIFT, Level.RED, None, FOLLOWS_NOTHING),
        (Change.RAISE, Level.ORANGE, Level.YELLOW, None),
        (Change.RAISE, Level.YELLOW, Level.YELLOW, NOT_HIGHER),
        (Change.RAISE, Level.BLUE, Level.YELLOW, NOT_HIGHER),
        (Change.LOWER, Level.BLUE, Level.YELLOW, None),
        (Change.LOWER, Level.YELLOW, Level.YELLOW, NOT_LOWER),
        (Change.LOWER, Level.RED, Level.YELLOW, NOT_LOWER),
        (Change.RENEW, Level.YELLOW, Level.YELLOW, None),
        (Change.RENEW, Level.RED, Level.YELLOW, NOT_EQUAL),
        (Change.LIFT, Level.YELLOW, Level.YELLOW, None),
        (Change.LIFT, Level.RED, Level.YELLOW, NOT_EQUAL),
    ],
)
def test_the_change_fits_the_level_in_force(
    change: Change, level: Level, before: Level | None, note: str | None
) -> None:
    found = change_gap(change, level, BulletinWay.PUBLISH, before)
    assert (found.msgid if found else None) == note
    assert change_gap(change, level, BulletinWay.PROPOSE, before) is None


ISSUER = "演示·运城市水务局"


def spoken(**more: object) -> Spoken:
    given: dict[str, object] = {
        "issuer": ISSUER,
        "at": NOW,
        "change": Change.ISSUE,
        "hazard": Hazard.RIVER_FLOOD,
        "hazard_word": "洪水",
        "level": Level.ORANGE,
        "text": "预计未来6小时汾河新绛段水位将超过警戒水位",
        "instruction": "沿河村庄做好转移准备",
        "way": BulletinWay.PUBLISH,
        "mode": MessageMode.ACTUAL,
    }
    return Spoken(**(given | more))  # type: ignore[arg-type]


def test_the_full_text_has_the_usual_form() -> None:
    assert full_text(spoken()) == (
        "演示·运城市水务局2026年11月24日10时00分发布洪水橙色预警："
        "预计未来6小时汾河新绛段水位将超过警戒水位。防御指南：沿河村庄做好转移准备。"
    )
    assert full_text(spoken(text="", instruction="", change=Change.LIFT)).endswith(
        "解除洪水橙色预警。"
    )
    exercise = full_text(spoken(mode=MessageMode.EXERCISE))
    assert exercise.startswith("【演练】")
    with pytest.raises(ValueError, match="zone"):
        spoken(at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("change", list(Change))
@pytest.mark.parametrize("level", list(Level))
def test_the_reader_of_incoming_texts_reads_it_back(change: Change, level: Level) -> None:
    text = full_text(spoken(change=change, level=level))
    reading = read_warning(text, received_at=NOW).known()
    assert reading.issuer.value == ISSUER
    assert reading.hazard.value is Hazard.RIVER_FLOOD
    assert reading.level.value is level
    assert reading.change.value in (change, UNKNOWN)
    assert reading.issued_at.value == NOW


def test_only_meteorological_warnings_are_signals_and_a_proposal_is_none() -> None:
    assert noun_of(Hazard.RAINSTORM, BulletinWay.PUBLISH) == "预警信号"
    assert noun_of(Hazard.RIVER_FLOOD, BulletinWay.PUBLISH) == "预警"
    assert noun_of(Hazard.RAINSTORM, BulletinWay.PROPOSE) == "预警建议"
    assert "建议发布洪水橙色预警建议" in full_text(spoken(way=BulletinWay.PROPOSE))


@given(st.text(max_size=400), st.sampled_from(Change), st.sampled_from(Level))
def test_the_short_form_fits_one_message(text: str, change: Change, level: Level) -> None:
    short = short_form(spoken(text=text, change=change, level=level))
    assert units(short) <= MOST_CHARACTERS
    assert "洪水" in short and "预警信号" not in short.split("：")[0]
