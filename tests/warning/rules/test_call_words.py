"""What a called person is told: issuer and time, one SMS, the word that confirms, the mark."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.dispatch import MessageMode
from anlan.warning.rules.call_words import ASK, Told, call_words
from anlan.warning.rules.ladder import Way
from anlan.warning.rules.reading.moment import CITY_TIME
from anlan.warning.rules.reply import CONFIRMATIONS, is_confirmation
from anlan.warning.rules.short_text import units

AT = dt.datetime(2026, 7, 21, 14, 30, tzinfo=CITY_TIME)
USUAL = "运城市气象台2026年07月21日14时30分发布暴雨红色预警信号："
LONG = USUAL + "过去3小时新绛县、稷山县降雨量已达100毫米以上，预计未来3小时仍将持续，请立即转移。"


def told(text: str = LONG, mode: MessageMode = MessageMode.ACTUAL) -> Told:
    return Told(text=text, issuer="运城市气象台", issued_at=AT, mode=mode)


def test_an_sms_is_one_message_and_asks_for_the_word_that_confirms() -> None:
    text = call_words(told(), Way.SMS, asks=True)
    assert units(text) <= 70
    assert text.startswith(USUAL) and text.endswith(f"…{ASK}")
    assert "1" in ASK and is_confirmation("1") and "1" in CONFIRMATIONS


def test_a_message_that_asks_for_no_answer_asks_for_none() -> None:
    assert ASK not in call_words(told(), Way.SMS, asks=False)


@pytest.mark.parametrize("way", [Way.IN_APP, Way.VOICE])
def test_the_other_ways_tell_it_whole(way: Way) -> None:
    assert call_words(told(), way, asks=True) == LONG


def test_words_without_issuer_and_time_have_them_before_them() -> None:
    text = call_words(told("沿河村庄立即转移。"), Way.SMS, asks=True)
    assert text == f"运城市气象台2026年07月21日14时30分：沿河村庄立即转移。{ASK}"


@pytest.mark.parametrize(
    ("mode", "mark"), [(MessageMode.EXERCISE, "【演练】"), (MessageMode.TEST, "【测试】")]
)
@pytest.mark.parametrize("way", [Way.IN_APP, Way.SMS, Way.VOICE])
def test_what_is_rehearsed_says_so_first(mode: MessageMode, mark: str, way: Way) -> None:
    text = call_words(told(mode=mode), way, asks=True)
    assert text.startswith(mark)
    assert way is not Way.SMS or units(text) <= 70


@pytest.mark.parametrize(("length", "is_cut"), [(60, False), (61, False), (62, True)])
def test_seventy_with_the_ask(length: int, is_cut: bool) -> None:
    text = USUAL + "雨" * (length - len(USUAL))
    said = call_words(told(text), Way.SMS, asks=True)
    assert (units(said) <= 70, "…" in said) == (True, is_cut)


@given(st.text(max_size=200), st.sampled_from(list(MessageMode)), st.booleans())
def test_no_text_needs_a_second_message(text: str, mode: MessageMode, asks: bool) -> None:
    said = call_words(told(text, mode), Way.SMS, asks=asks)
    assert units(said) <= 70
    assert said.endswith(ASK) is asks or ASK in text
