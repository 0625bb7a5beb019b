"""The skeleton: the same facts give the same blocks, and every number is bound to a figure."""

import json

import pytest

from anlan.plan.rules.evaluation.facts import EvaluationKind, facts_from
from anlan.plan.rules.evaluation.skeleton import blocks_of, title_of
from anlan.plan.rules.evaluation.text import BlockKind, numbers_in
from tests.plan.rules.evaluation.frozen import facts


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
