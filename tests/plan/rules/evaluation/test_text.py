"""Numbers in sentences: what claims something, and which figure it prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.evaluation.facts import Figure
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
        ("", []),
    ],
)
def test_which_numbers_claim_something(text: str, numbers: list[str]) -> None:
    assert [number for _, _, number in numbers_in(text)] == numbers


def test_numbers_that_print_a_figure_are_bound_to_it() -> None:
    pieces = bound_pieces("40项中完成12项，占30.0%，逾期5项，另有7项。", [DONE, LATE])
    bound = [(piece.text, piece.figure) for piece in pieces if piece.figure]
    assert bound == [("40", "done"), ("12", "done"), ("30.0%", "done"), ("5", "late")]


@given(st.text(alphabet="已完成项，。0123456789.%年月第〔〕T ", max_size=80))
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
