"""What an SMS reply means: the words that confirm, the one call that is meant."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.catalogue import Catalogue
from anlan.warning.rules.ladder import Step, Way, Who, house_ladder
from anlan.warning.rules.registry import RULES
from anlan.warning.rules.reply import (
    CONFIRMATIONS,
    RULE,
    SLACK,
    OpenCall,
    asked_by_sms,
    calls_meant,
    is_confirmation,
)
from anlan.warning.rules.signal import Level

AT = dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "confirms"),
    [
        ("1", True),
        ("１", True),
        (" 1 \n", True),
        ("收到", True),
        ("收到。", True),
        ("“收到！”", True),
        ("1.", True),
        ("11", False),
        ("0", False),
        ("2", False),
        ("", False),
        ("。", False),
        ("没收到", False),
        ("收到吗", False),
        ("收到，路断了", False),
        ("不是1", False),
        ("TD", False),
        ("收到 收到", False),
    ],
)
def test_the_words_that_confirm(text: str, confirms: bool) -> None:
    assert is_confirmation(text) is confirms


@given(st.text(max_size=30), st.sampled_from(sorted(CONFIRMATIONS)))
def test_a_word_or_figure_more_never_confirms(more: str, word: str) -> None:
    if any(each.isalnum() for each in more):
        assert not is_confirmation(more + word)
        assert not is_confirmation(word + more)


def call(
    key: str = "a", *, opened_at: dt.datetime = AT, is_by_sms: bool = True, round_: str = ""
) -> OpenCall:
    return OpenCall(key=key, round=round_ or key, opened_at=opened_at, is_by_sms=is_by_sms)


@pytest.mark.parametrize(
    ("said_at", "meant"),
    [(AT - SLACK - TICK, ()), (AT - SLACK, ("a",)), (AT - SLACK + TICK, ("a",)), (AT, ("a",))],
)
def test_from_before_the_call_it_confirms_nothing(
    said_at: dt.datetime, meant: tuple[str, ...]
) -> None:
    assert calls_meant([call()], said_at).value == meant


def test_several_calls_or_none_and_one_that_asked_otherwise() -> None:
    assert calls_meant([], AT).value == ()
    assert calls_meant([call(), call("b")], AT).value == ()
    assert calls_meant([call(is_by_sms=False)], AT).value == ()
    assert calls_meant([call(is_by_sms=False), call("b")], AT).value == ("b",)
    assert calls_meant([call(), call("b", opened_at=AT + 2 * SLACK)], AT).value == ("a",)
    both = [call(round_="r"), call("b", round_="r")]
    assert calls_meant(both, AT).value == ("a", "b")


@given(st.lists(st.booleans(), max_size=6))
def test_it_is_meant_only_where_one_call_asked(asked: list[bool]) -> None:
    calls = [call(str(n), is_by_sms=each) for n, each in enumerate(asked)]
    verdict = calls_meant(calls, AT)
    assert bool(verdict.value) is (sum(asked) == 1)
    assert verdict.reasons[0].status.value == "D"


def test_only_a_step_that_was_begun_asks_by_sms() -> None:
    ways = [(Who.SELF, Way.IN_APP), (Who.SELF, Way.SMS), (Who.DEPUTY, Way.SMS)]
    steps = tuple(Step(who=who, way=way, minutes=5) for who, way in ways)
    ladder = replace(house_ladder(Level.RED), steps=steps)
    asked = [
        [asked_by_sms(ladder, n, who) for n in range(-1, 4)] for who in (Who.SELF, Who.DEPUTY)
    ]
    assert asked == [[False, False, True, True, True], [False, False, False, True, True]]
    assert not any(asked_by_sms(house_ladder(level), 4, Who.SELF) for level in Level)


@pytest.mark.parametrize(
    ("text", "rounds", "value"),
    [
        ("1", 1, True),
        (" 收到。", 1, True),
        ("1", 0, False),
        ("1", 2, False),
        ("收到了吗", 1, False),
    ],
)
def test_by_name_over_the_catalogue(text: str, rounds: int, value: bool) -> None:
    raw = {"text": text, "rounds": str(rounds)}
    verdict = Catalogue(RULES).evaluate(RULE, raw, today=dt.date(2026, 11, 24))
    assert verdict.value is value
    assert verdict.reasons[0].rule == RULE
