"""One short message: its form, what is cut, what never is."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.dispatch import MessageMode
from anlan.warning.rules.short_text import (
    COLOUR_WORDS,
    MARKS,
    MOST_CHARACTERS,
    VERBS,
    HeadTooLong,
    ShortWarning,
    short_text,
    units,
)
from anlan.warning.rules.signal import Change, Level

AT = dt.datetime(2024, 7, 15, 2, 5, tzinfo=dt.UTC)


def text(body: str = "", **fields: object) -> str:
    usual = {"issuer": "虚构市气象台", "issued_at": AT, "change": Change.ISSUE, "hazard": "暴雨"}
    usual |= {"level": Level.RED, "mode": MessageMode.ACTUAL}
    return short_text(ShortWarning(**(usual | fields), body=body))  # type: ignore[arg-type]


HEAD = "虚构市气象台7月15日10时05分发布暴雨红色预警信号"


def test_the_usual_form() -> None:
    assert (
        text("预计未来3小时将达100毫米以上。")
        == f"{HEAD}：预计未来3小时将达100毫米以上。请注意防范。"
    )
    assert text("预计强降雨，请做好防范。") == f"{HEAD}：预计强降雨，请做好防范。"
    assert text() == f"{HEAD}。"
    assert text(change=Change.LIFT) == HEAD.replace("发布", "解除") + "。"
    assert text("雨势减弱。", change=Change.LIFT).endswith("：雨势减弱。")
    assert text(" 预计\n有 雨。") == f"{HEAD}：预计有雨。请注意防范。"
    assert text("有雨") == f"{HEAD}：有雨"


def test_whole_sentences_are_kept() -> None:
    body = (
        "预计未来3小时降雨将达100毫米以上。"
        + "山洪和地质灾害风险很高，低洼和沿河人员请立即转移避险。"
    )
    assert text(body) == f"{HEAD}：预计未来3小时降雨将达100毫米以上。请注意防范。"
    exactly = "雨" * (MOST_CHARACTERS - len(HEAD) - 2) + "。"
    assert units(text(exactly)) == MOST_CHARACTERS
    assert text("雨" + exactly) == f"{HEAD}：" + "雨" * (MOST_CHARACTERS - len(HEAD) - 2) + "…"


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    body = "预计未来三小时内我市北部将出现一百毫米以上的强降雨，局地伴有雷电大风和短时强降水以及山洪。"
    assert text(body) == f"{HEAD}：预计未来三小时内我市北部将出现一百毫米以上的强降雨…"
    early = "注意，" + "雨" * 60
    assert text(early).endswith("雨…")


def test_an_exercise_is_marked() -> None:
    assert text(mode=MessageMode.EXERCISE).startswith("【演练】")
    assert text(mode=MessageMode.TEST).startswith("【测试】")


def test_a_head_that_is_too_long_is_refused() -> None:
    longest = "市" * (MOST_CHARACTERS - len(HEAD) - 1 + len("虚构市气象台"))
    assert units(text("有雨。", issuer=longest)) == MOST_CHARACTERS
    with pytest.raises(HeadTooLong) as refused:
        text(issuer=longest + "台")
    assert "71" in str(refused.value)
    tight = text("有雨。", issuer=longest[:-1])
    assert tight.endswith("预警信号。")
    for body in ("𠮷" * 9, "𠮷" * 9 + "。"):
        assert text(body, issuer=longest[:-3]).endswith(("预警信号。", "𠮷…"))
        assert text(body, issuer=longest[:-2]).endswith("预警信号。")
    with pytest.raises(ValueError, match="zone"):
        text(issued_at=dt.datetime(2024, 7, 15))  # noqa: DTZ001


def test_every_word_is_known() -> None:
    assert set(VERBS) == set(Change)
    assert set(COLOUR_WORDS) == set(Level)
    assert set(MARKS) == set(MessageMode)


BODIES = st.text(st.sampled_from("预计有雨大风，。；、！ \n𠮷😀a1"), max_size=120) | st.text(
    max_size=120
)


@given(BODIES, st.sampled_from(Change), st.sampled_from(Level), st.sampled_from(MessageMode))
def test_it_is_always_one_message(
    body: str, change: Change, level: Level, mode: MessageMode
) -> None:
    said = text(body, change=change, level=level, mode=mode)
    assert units(said) <= MOST_CHARACTERS
    assert said.startswith(MARKS[mode] + "虚构市气象台7月15日10时05分" + VERBS[change])
    assert f"暴雨{COLOUR_WORDS[level]}预警信号" in said
    told = said.partition("预警信号")[2]
    plain = "".join(body.split())
    if told != "。":
        kept = told.removeprefix("：").removesuffix("请注意防范。").removesuffix("…")
        assert plain.startswith(kept)
