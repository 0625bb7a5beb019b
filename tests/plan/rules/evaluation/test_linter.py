"""Claims without evidence, and evidence that contradicts them."""

import pytest

from anlan.plan.rules.evaluation.facts import EvaluationKind, Figure
from anlan.plan.rules.evaluation.linter import Finding, lint
from anlan.plan.rules.evaluation.skeleton import blocks_of
from anlan.plan.rules.evaluation.text import (
    BlockKind,
    Edit,
    Piece,
    ShownBlock,
    TextBlock,
    laid_over,
)
from tests.plan.rules.evaluation.frozen import facts

DONE = Figure(key="done", label="已完成", part=12, whole=40)
ALL = Figure(key="all", label="全部", part=40, whole=40)
LATE = Figure(key="late", label="逾期", part=5)
FIGURES = {figure.key: figure for figure in (DONE, ALL, LATE)}


def shown(text: str, *evidence: str, kind: BlockKind = BlockKind.SENTENCE) -> ShownBlock:
    block = TextBlock(key="a", kind=kind, pieces=(Piece(text="原文"),))
    return laid_over(block, Edit(text=text, replaced="原文", evidence=evidence), FIGURES)


@pytest.mark.parametrize(
    ("text", "evidence", "findings"),
    [
        ("已完成12项，占30.0%。", ("done",), []),
        ("已完成13项。", ("done",), [Finding.CONTRADICTED]),
        ("已完成12项，占31%。", ("done",), [Finding.CONTRADICTED]),
        ("已完成12项。", (), [Finding.NO_EVIDENCE]),
        ("各项任务全部完成。", ("done",), [Finding.CONTRADICTED]),
        ("各项任务全部完成。", ("all",), []),
        ("各项任务全部完成。", ("late",), [Finding.NO_EVIDENCE]),
        ("各项任务全部完成。", (), [Finding.NO_EVIDENCE]),
        ("40项任务全部完成。", ("all",), []),
        ("完成率100%。", ("done",), [Finding.CONTRADICTED, Finding.CONTRADICTED]),
        ("成效显著。", (), [Finding.NO_EVIDENCE]),
        ("成效显著。", ("done",), [Finding.NO_EVIDENCE]),
        ("发生三起事故。", (), [Finding.NO_EVIDENCE]),
        ("受灾两千人。", (), [Finding.NO_EVIDENCE]),
        ("下降百分之十五。", (), [Finding.NO_EVIDENCE]),
        ("涉及二十八项。", (), [Finding.NO_EVIDENCE]),
        ("已办十二项，占百分之三十。", ("done",), []),
        ("已办十三项。", ("done",), [Finding.CONTRADICTED]),
        ("已完成12项，占30%。", ("done",), []),
        ("各项任务百分之百完成。", ("done",), [Finding.CONTRADICTED, Finding.CONTRADICTED]),
        ("“两个坚持、三个转变”贯穿其中，三个月内补齐。", (), []),
        ("尚未完成的，应于2026年12月31日前完成。", (), []),
        ("受手续办理影响，进度较慢。", (), []),
        ("逾期5项。成效显著提高。", ("late",), [Finding.NO_EVIDENCE]),
    ],
)
def test_findings(text: str, evidence: tuple[str, ...], findings: list[Finding]) -> None:
    assert [found.finding for found in lint([shown(text, *evidence)], FIGURES)] == findings


def test_an_own_part_that_nobody_wrote_is_named() -> None:
    block = TextBlock(key="own", kind=BlockKind.OWN, pieces=(Piece(text="请填写"),))
    found = lint([laid_over(block, None, FIGURES)], FIGURES)
    assert [each.finding for each in found] == [Finding.NOT_WRITTEN]
    assert lint([shown("进度较慢。", kind=BlockKind.OWN)], FIGURES) == ()


def test_text_that_changed_beneath_is_named_and_holds_the_signature() -> None:
    block = TextBlock(key="a", kind=BlockKind.SENTENCE, pieces=(Piece(text="新文"),))
    stale = laid_over(block, Edit(text="进度较慢。", replaced="原文"), FIGURES)
    found = lint([stale], FIGURES)
    assert [each.finding for each in found] == [Finding.CHANGED_BENEATH]
    assert found[0].finding.blocks_signing


def test_only_contradictions_and_changes_hold_the_signature() -> None:
    assert {finding for finding in Finding if finding.blocks_signing} == {
        Finding.CONTRADICTED,
        Finding.CHANGED_BENEATH,
    }


@pytest.mark.parametrize("kind", list(EvaluationKind))
@pytest.mark.parametrize("done", [0, 12, 40])
def test_what_the_program_writes_has_no_finding_but_what_people_must_write(
    kind: EvaluationKind, done: int
) -> None:
    frozen = facts(kind, done)
    blocks = [laid_over(block, None, dict(frozen.figures)) for block in blocks_of(frozen)]
    found = lint(blocks, frozen.figures)
    assert {each.finding for each in found} == {Finding.NOT_WRITTEN}
