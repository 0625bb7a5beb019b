"""Who may publish; the text that is passed on."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN, SourceStatus
from anlan.warning.rules.publishing import (
    KIND_OF,
    NO_ROW,
    NOT_OF_THAT_LAW,
    RELAY_ONLY,
    RESERVED,
    Kind,
    Right,
    may_publish,
    rights_of_law,
)
from anlan.warning.rules.reading.moment import CITY_TIME
from anlan.warning.rules.relay import LEFT_OUT, ONE_MESSAGE_CHARS, relay_text
from anlan.warning.rules.signal import Hazard, Level

DAY = dt.date(2026, 11, 24)
LAW = rights_of_law()
AT = dt.datetime(2023, 7, 21, 14, 30, tzinfo=CITY_TIME)
HEAD = "运城市气象台2023年07月21日14时30分发布暴雨红色预警信号："


def signer(**more: object) -> Right:
    row = Right(
        kind=Kind.GEOLOGICAL, bodies="市自然资源局", body="k", law="市签发表", level=Level.RED
    )
    return replace(row, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("level", [None, *Level])
def test_the_program_itself_may_never_publish(kind: Kind, level: Level | None) -> None:
    verdict = may_publish("", kind, level, (*LAW, signer()), on=DAY)
    assert verdict.value is not True
    assert RELAY_ONLY in [reason.note.msgid for reason in verdict.reasons if reason.note]


def test_signals_are_for_meteorological_stations_alone() -> None:
    verdict = may_publish("k", KIND_OF[Hazard.RAINSTORM], Level.RED, LAW, on=DAY)
    assert verdict.value is False
    reason = verdict.reasons[0]
    assert (reason.source, reason.article, reason.status) == (
        "气象灾害防御条例",
        "30",
        SourceStatus.VERIFIED,
    )
    assert reason.note is not None
    assert reason.note.msgid == RESERVED


def test_earthquake_forecasts_are_from_memory_and_say_so() -> None:
    verdict = may_publish("k", Kind.EARTHQUAKE, None, LAW, on=DAY)
    assert verdict.value is False
    assert verdict.reasons[0].status is SourceStatus.FROM_MEMORY


def test_where_the_table_is_empty_nobody_knows() -> None:
    verdict = may_publish("k", Kind.GEOLOGICAL, Level.RED, LAW, on=DAY)
    assert verdict.value is UNKNOWN
    assert verdict.reasons[0].note is not None
    assert verdict.reasons[0].note.msgid == NO_ROW


@pytest.mark.parametrize(
    ("body", "level", "day", "expected"),
    [
        ("k", Level.RED, DAY, True),
        ("other", Level.RED, DAY, False),
        ("k", Level.ORANGE, DAY, UNKNOWN),
        ("k", Level.RED, dt.date(2026, 10, 31), UNKNOWN),
        ("k", Level.RED, dt.date(2026, 11, 1), True),
        ("k", Level.RED, dt.date(2026, 11, 30), True),
        ("k", Level.RED, dt.date(2026, 12, 1), UNKNOWN),
    ],
)
def test_a_row_holds_for_its_body_level_and_days(
    body: str, level: Level, day: dt.date, expected: object
) -> None:
    row = signer(valid_from=dt.date(2026, 11, 1), valid_until=dt.date(2026, 12, 1))
    assert may_publish(body, Kind.GEOLOGICAL, level, (*LAW, row), on=day).value is expected


@pytest.mark.parametrize(
    ("law", "expected"),
    [("市政府文件", False), ("气象灾害防御条例", True), ("防震减灾法", False)],
)
def test_a_row_of_the_city_does_not_open_what_a_law_reserves(law: str, expected: bool) -> None:
    """Only a signer entered under that very law is one of the bodies that it names."""
    row = signer(kind=Kind.METEOROLOGICAL, bodies="市应急管理局", law=law, level=None)
    verdict = may_publish("k", Kind.METEOROLOGICAL, Level.RED, (*LAW, row), on=DAY)
    assert verdict.value is expected
    if not expected:
        notes = [reason.note.msgid for reason in verdict.reasons if reason.note]
        assert RESERVED in notes and NOT_OF_THAT_LAW in notes


def test_an_exclusive_row_that_is_over_reserves_nothing() -> None:
    over = replace(LAW[0], kind=Kind.GEOLOGICAL, valid_until=DAY)
    assert may_publish("k", Kind.GEOLOGICAL, Level.RED, (over, signer()), on=DAY).value is True
    holds = replace(over, valid_until=DAY + dt.timedelta(days=1))
    assert may_publish("k", Kind.GEOLOGICAL, Level.RED, (holds, signer()), on=DAY).value is False


def test_every_hazard_has_a_kind() -> None:
    assert set(KIND_OF) == set(Hazard)


def test_a_text_that_names_issuer_and_time_is_passed_on_as_it_is() -> None:
    relay = relay_text(f"{HEAD}请注意防范。", "运城市气象台", AT)
    assert (relay.full, relay.short, relay.is_cut) == (f"{HEAD}请注意防范。",) * 2 + (False,)


def test_a_text_without_them_has_them_before_it() -> None:
    relay = relay_text("新绛县将有暴雨。", "运城市气象台", AT)
    assert relay.full == "运城市气象台2023年07月21日14时30分：新绛县将有暴雨。"
    only_time = relay_text("运城市气象台发布暴雨红色预警信号", "运城市气象台", AT)
    assert only_time.full.startswith("2023年07月21日14时30分：运城市气象台发布")


@pytest.mark.parametrize(("length", "is_cut"), [(69, False), (70, False), (71, True)])
def test_one_message_holds_seventy(length: int, is_cut: bool) -> None:
    text = HEAD + "雨" * (length - len(HEAD))
    relay = relay_text(text, "运城市气象台", AT)
    assert relay.is_cut == is_cut
    assert len(relay.short) <= ONE_MESSAGE_CHARS
    if is_cut:
        assert relay.short == HEAD + LEFT_OUT


@given(text=st.text(alphabet="运城雨，。：；预警 红", min_size=1, max_size=200))
def test_the_short_text_is_the_beginning_of_the_full_one(text: str) -> None:
    relay = relay_text(text, "运城市气象台", AT)
    assert relay.full.endswith(text.strip())
    assert len(relay.short) <= ONE_MESSAGE_CHARS
    assert relay.full.startswith(
        relay.short.removesuffix(LEFT_OUT) if relay.is_cut else relay.full
    )
