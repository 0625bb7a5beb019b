"""The skeleton: the same facts give the same blocks, and every number is bound to a figure."""

import json
from dataclasses import replace

import pytest

from anlan.plan.rules.evaluation.facts import EvaluationKind, Facts, facts_from
from anlan.plan.rules.evaluation.skeleton import blocks_of, title_of
from anlan.plan.rules.evaluation.text import BlockKind, numbers_in
from tests.plan.rules.evaluation.frozen import GOAL, facts


@pytest.mark.parametrize("kind", list(EvaluationKind))
def test_facts_come_back_from_json_as_they_went(kind: EvaluationKind) -> None:
    frozen = facts(kind)
    assert facts_from(json.loads(json.dumps(frozen.to_json()))) == frozen


@pytest.mark.parametrize("kind", list(EvaluationKind))
def test_the_same_facts_give_the_same_blocks_with_keys_of_their_own(
    kind: EvaluationKind,
) -> None:
    blocks = blocks_of(facts(kind))
    assert blocks == blocks_of(facts_from(facts(kind).to_json()))
    keys = [block.key for block in blocks]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("kind", list(EvaluationKind))
def test_every_number_of_a_sentence_is_bound_and_every_figure_exists(
    kind: EvaluationKind,
) -> None:
    frozen = facts(kind)
    for block in blocks_of(frozen):
        cells = [] if block.grid is None else [p for r in block.grid.rows for c in r for p in c]
        assert all(p.figure in frozen.figures for p in [*block.pieces, *cells] if p.figure)
        if block.kind is BlockKind.SENTENCE:
            loose = [p.text for p in block.pieces if not p.figure]
            assert not [n for text in loose for n in numbers_in(text)]


def test_an_indicator_without_value_is_not_determinable_and_says_what_is_missing() -> None:
    table = next(b for b in blocks_of(facts()) if b.key == "indicators.table")
    assert table.grid is not None
    texts = ["".join(piece.text for piece in cell) for cell in table.grid.rows[0]]
    assert texts[5:] == ["无法判定", "死亡人数"]
    assert texts[1] == texts[3] == "—"


def test_titles_and_own_parts_follow_the_kind() -> None:
    assert title_of(facts()) == "2025年规划实施情况年度监测分析报告"
    assert "总结评估" in title_of(facts(EvaluationKind.FINAL))
    own = {
        kind: [b.key for b in blocks_of(facts(kind)) if b.kind is BlockKind.OWN]
        for kind in EvaluationKind
    }
    assert own[EvaluationKind.ANNUAL] == ["own.reasons", "own.proposals"]
    assert own[EvaluationKind.FINAL] == ["own.conditions", "own.reasons", "own.proposals"]


def test_the_sub_goal_has_no_number_while_a_statement_is_not_determined() -> None:
    said = _text("subgoal", facts())
    assert "表述2项中可以判定的1项" in said
    assert "无法判定" in said
    assert "有提升的" not in said
    both = tuple(replace(each, improved=True, missing="") for each in GOAL.statements)
    whole = replace(GOAL, statements=both, improved=2)
    assert "有提升的2项" in _text("subgoal", facts(subgoal=whole))
    table = next(b for b in blocks_of(facts()) if b.key == "subgoal.table")
    assert table.grid is not None
    rows = [["".join(p.text for p in cell) for cell in row] for row in table.grid.rows]
    assert rows == [
        ["甲", "按期报告率：基线70%，冻结时80%", "有提升", "—"],
        ["乙", "—", "无法判定", "还没有度量"],
    ]


def test_a_sub_goal_without_a_signed_paper_says_so() -> None:
    assert "衡量办法尚未签发" in _text("subgoal", facts(subgoal=replace(GOAL, composition="")))


def test_an_edition_frozen_before_the_sub_goal_was_read_gives_its_old_blocks() -> None:
    without = facts(subgoal=None)
    old = json.loads(json.dumps(without.to_json()))
    del old["subgoal"]
    blocks = blocks_of(facts_from(old))
    assert blocks == blocks_of(without)
    assert not [block.key for block in blocks if "subgoal" in block.key]


def _text(key: str, frozen: Facts) -> str:
    block = next(b for b in blocks_of(frozen) if b.key == key)
    return "".join(piece.text for piece in block.pieces)
