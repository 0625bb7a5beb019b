"""Numbers in sentences: what claims something, and which figure it prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.evaluation.facts import Figure
from anlan.plan.rules.evaluation.numeral import numeral_value
from anlan.plan.rules.evaluation.text import (
    BlockKind,
    Edit,
    Piece,
    TextBlock,
    bound_pieces,
    laid_over,
    numbers_in,
)

DONE = Figure(key="done", label="已完成", part=12, whole=40)
LATE = Figure(key="late", label="逾期", part=5)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("已完成12项，占30.0%。", ["12", "30.0%"]),
        ("已完成 12 项，占 30.0 %", ["12", "30.0%"]),
        ("占30.0％", ["30.0%"]),
        ("受灾12,500人", ["12500"]),
        ("2025年12月31日前", []),
        ("（运政办函〔2023〕9号）", []),
        ("见表1、附件2、第3条", []),
        ("T3、P16和I1三项", []),
        ("1.总体情况", []),
        ("发生三起事故，两千人受灾", ["3", "2000"]),
        ("较上年下降百分之十五", ["15%"]),
        ("下降百分之三点五", ["3.5%"]),
        ("百分之百完成，百分百覆盖", ["100%", "100%"]),
        ("二十八项任务，十三个县，一百零五处", ["28", "13", "105"]),
        ("两万五千零一十二户、三亿二千万元", ["25012", "320000000"]),
        ("十起、十一起、二十起", ["10", "11", "20"]),
        ("二〇起", ["20"]),
        ("约七成", ["70%"]),
        ("三分之一的企业", ["三分之一"]),
        (
            "三十余人、数十人、百余人、几千户、三百多名",
            ["三十余", "数十", "百余", "几千", "三百多"],
        ),
        ("发生一起较大事故，一人死亡", ["1", "1"]),
        ("一起推进，一次会议，形成一个闭环，建立一套机制", []),
        ("第三项，每一项，逐一项，无一人死亡，一户一策，同一项", []),
        ("一是、二是、三、四是；进一步、十分、统一、万一、一成不变", []),
        ("二〇二五年十二月三十一日前，十五个工作日，三个月内，三十日", []),
        ("“两个坚持、三个转变”，三管三必须，两个至上", []),
        ("煤矿百万吨死亡率、每百万人口、每十万人受灾人次、亿元国内生产总值", []),
        ("十四五、三年行动、四级、一类", []),
        ("逾期5项、三项", ["5", "3"]),
        ("", []),
    ],
)
def test_which_numbers_claim_something(text: str, numbers: list[str]) -> None:
    assert [number for _, _, number in numbers_in(text)] == numbers


def test_numbers_that_print_a_figure_are_bound_to_it() -> None:
    pieces = bound_pieces("40项中完成12项，占30.0%，逾期5项，另有7项。", [DONE, LATE])
    bound = [(piece.text, piece.figure) for piece in pieces if piece.figure]
    assert bound == [("40", "done"), ("12", "done"), ("30.0%", "done"), ("5", "late")]


def test_numbers_in_words_are_bound_as_numbers_in_figures_are() -> None:
    pieces = bound_pieces("四十项中完成十二项，占百分之三十，逾期五项，另有七项。", [DONE, LATE])
    bound = [(piece.text, piece.figure) for piece in pieces if piece.figure]
    assert bound == [("四十", "done"), ("十二", "done"), ("百分之三十", "done"), ("五", "late")]


@given(st.integers(min_value=1, max_value=99_999_999))
def test_every_numeral_is_read_as_it_is_written(value: int) -> None:
    assert numeral_value(_words(value)) == value


def _words(value: int) -> str:
    """A whole number as papers write it in words."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        filler = "零" if 0 < low < 1000 else ""
        return f"{_words(high)}万{filler}{_words(low) if low else ''}"
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if gap and text else "") + "一二三四五六七八九"[digit - 1] + name
        gap = digit == 0
    return text


@given(
    st.text(alphabet="已完成项，。0123456789.%年月第〔〕T 一二十百两万百分之余起人", max_size=80)
)
def test_binding_loses_no_character(text: str) -> None:
    assert "".join(piece.text for piece in bound_pieces(text, [DONE, LATE])) == text


def _block(text: str) -> TextBlock:
    pieces = (Piece(text=text), Piece(text="12", figure="done"))
    return TextBlock(key="a", kind=BlockKind.SENTENCE, pieces=pieces)


def test_an_edit_stays_and_says_when_the_text_beneath_changed() -> None:
    figures = {"done": DONE, "late": LATE}
    edit = Edit(text="完成12项，逾期5项。", replaced="已完成12", evidence=("late",))
    same = laid_over(_block("已完成"), edit, figures)
    assert (same.text, same.is_stale) == (edit.text, False)
    assert same.figures == ("done", "late")
    changed = laid_over(_block("共完成"), edit, figures)
    assert (changed.text, changed.is_stale) == (edit.text, True)


def test_a_figure_that_no_longer_exists_binds_nothing() -> None:
    edit = Edit(text="逾期5项。", replaced="已完成12", evidence=("gone",))
    shown = laid_over(_block("已完成"), edit, {"done": DONE})
    assert shown.figures == ("done",)
    assert not any(piece.figure for piece in shown.pieces)


def test_a_share_of_nothing_is_not_determinable() -> None:
    none = Figure(key="x", label="无", part=0, whole=0)
    assert none.percent == "无法判定"
    assert none.is_short
