"""From frozen figures to the signed paper, through the actions, as every role and twice at once."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.file_store import EVIDENCE
from anlan.base.journal.content import canonical, plain_digest
from anlan.base.journal.recording import recording
from anlan.base.papers.word import document_xml
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.actions.evaluating.editing import take_generated
from anlan.plan.actions.evaluating.errors import (
    EvaluatedAlready,
    NotForEditing,
    NothingWritten,
    TooLong,
    UnknownFigure,
    YearNotBegun,
)
from anlan.plan.actions.evaluating.freezing import freeze_anew, open_evaluation
from anlan.plan.actions.evaluating.signing import (
    Signing,
    return_evaluation,
    sign_evaluation,
    submit_evaluation,
)
from anlan.plan.actions.loop.errors import LoopRefused, ReasonNeeded
from anlan.plan.models import (
    Deliverable,
    Evaluation,
    EvaluationEdit,
    EvaluationEdition,
    Obstacle,
)
from anlan.plan.queries.evaluation.draft import file_of, paper_bytes
from anlan.plan.queries.evaluation.indicators import JUDGED, readings
from anlan.plan.queries.evaluation.subgoal import JUDGED as GOAL_JUDGED
from anlan.plan.queries.indicators.board import board
from anlan.plan.queries.indicators.subgoal import sub_goal
from anlan.plan.rules.evaluation.facts import EvaluationKind
from anlan.plan.rules.evaluation.linter import Finding
from anlan.plan.rules.indicators.sentence import plain

MARK = "演示数据·非真实"
SIGNING = Signing(number="运应急发〔2026〕3号", signed_on=dt.date(2026, 11, 24), mark=MARK)


def _kinds(desk: Any) -> list[Finding]:
    return [found.finding for found in desk.draft().findings]


def test_the_frozen_figures_count_their_records(desk: Any) -> None:
    facts = desk.draft().facts
    for figure in facts.figures.values():
        if figure.said:
            continue
        counted = figure.part if figure.whole is None else figure.whole
        assert len(figure.records) == counted, figure.key
        assert all(key in facts.records for key in figure.records)
    asked = Deliverable.objects.filter(item__is_dropped=False, withdrawn_at__isnull=True)
    assert facts.figures["d.all"].part == asked.count()
    assert facts.figures["o.all"].part == Obstacle.objects.count()
    states = ("running", "overdue", "tofill", "notdue", "noday")
    parts = [facts.figures["d.done"].part, *(facts.figures[f"d.{s}"].part for s in states)]
    assert sum(parts) == facts.figures["d.all"].part


def test_the_edition_is_journaled_under_its_digest(desk: Any) -> None:
    edition = EvaluationEdition.objects.get()
    assert plain_digest(canonical(edition.facts).encode()) == edition.digest


def test_the_indicators_are_those_of_their_own_pages(desk: Any) -> None:
    facts, edition = desk.draft().facts, EvaluationEdition.objects.get()
    known = board(
        edition.evaluation.notice, at=dt.datetime.fromisoformat(facts.frozen_at), projects=False
    )
    assert [each.key for each in facts.indicators] == ["I1", "I2", "I3", "I4", "I5", "I6"]
    for each in facts.indicators:
        standing = known.line(each.key).verdict.known()
        assert each.met is JUDGED.get(standing.status), each.key
        assert each.value == ("" if standing.value is UNKNOWN else plain(standing.value))
        assert (each.met is None) is bool(each.missing), each.key
    judged = sum(each.met is not None for each in facts.indicators)
    assert facts.figures["i.known"].part == judged


def test_the_sub_goal_is_that_of_its_own_page(desk: Any) -> None:
    facts, edition = desk.draft().facts, EvaluationEdition.objects.get()
    goal = sub_goal(edition.evaluation.notice, dt.datetime.fromisoformat(facts.frozen_at))
    assert goal is not None
    assert facts.subgoal is not None
    assert [each.text for each in facts.subgoal.statements] == [
        each.text for each in goal.statements
    ]
    for mine, theirs in zip(facts.subgoal.statements, goal.statements, strict=True):
        assert mine.improved is GOAL_JUDGED.get(theirs.verdict.known())
        assert (mine.improved is None) is bool(mine.missing)
        assert len(mine.measures) == len(theirs.parts)
        assert f"as_of={facts.day}" in facts.records[f"statement:{mine.number}"].url
    assert facts.subgoal.improved == goal.improved
    assert facts.figures["g.known"].part == goal.determined
    assert ("g.improved" in facts.figures) is (goal.improved is not None)
    assert desk.draft().block("subgoal").text.startswith("I7")


def test_an_indicator_without_facts_is_not_determinable(desk: Any) -> None:
    """A year of which nothing is known has no value and is not judged."""
    notice = EvaluationEdition.objects.get().evaluation.notice
    long_ago = dt.datetime(2021, 4, 1, tzinfo=dt.UTC)
    found = [facts for _item, facts in readings(notice, 2021, long_ago)]
    assert len(found) == 6
    assert all(each.met is None and each.missing and not each.value for each in found)


def test_links_of_records_are_of_the_frozen_day(desk: Any) -> None:
    facts = desk.draft().facts
    urls = [facts.records[key].url for key in facts.figures["d.all"].records]
    assert all(f"as_of={facts.day}" in url for url in urls)


def test_the_same_edition_gives_the_same_paper_whatever_happens_since(desk: Any) -> None:
    before = file_of(desk.draft(), mark=MARK)
    desk.write("own.proposals", "请重新安排期限。")
    take_generated(desk.row().pk, "own.proposals", expected_version=1, **desk.by())
    open_evaluation(desk.notice().pk, EvaluationKind.FINAL, 2025, **desk.by())
    assert file_of(desk.draft(), mark=MARK) == before
    assert document_xml(file_of(desk.draft(), mark="", base_url="http://x")) == document_xml(
        file_of(desk.draft(), mark="")
    )


def test_one_of_a_kind_and_year(desk: Any) -> None:
    with pytest.raises(EvaluatedAlready):
        open_evaluation(desk.notice().pk, EvaluationKind.ANNUAL, 2025, **desk.by())
    made = open_evaluation(desk.notice().pk, EvaluationKind.ANNUAL, 2024, **desk.by())
    assert made["state"] == "draft"


@pytest.mark.parametrize("year", [1999, 2027])
def test_a_year_that_has_not_begun_is_refused(desk: Any, year: int) -> None:
    with pytest.raises(YearNotBegun):
        open_evaluation(desk.notice().pk, EvaluationKind.ANNUAL, year, **desk.by())


def test_a_repeated_request_opens_once(desk: Any) -> None:
    said = desk.by(request_id="open-twice-1")
    one = open_evaluation(desk.notice().pk, EvaluationKind.MIDTERM, 2023, **said)
    assert open_evaluation(desk.notice().pk, EvaluationKind.MIDTERM, 2023, **said) == one
    assert Evaluation.objects.filter(kind="midterm").count() == 1


@pytest.mark.parametrize("login", ["department", "county", "public", "admin", "audit"])
def test_only_the_plan_office_writes(desk: Any, login: str) -> None:
    with pytest.raises(NotAllowed):
        desk.write("own.proposals", "文字", by=login)
    with pytest.raises(NotAllowed):
        open_evaluation(desk.notice().pk, EvaluationKind.FINAL, 2025, **desk.by(login))
    row = desk.row()
    for act in (freeze_anew, submit_evaluation):
        with pytest.raises(NotAllowed):
            act(row.pk, expected_version=row.version, **desk.by(login))


def test_two_who_write_one_block_are_both_kept(desk: Any) -> None:
    desk.write("own.proposals", "先写的。")
    with pytest.raises(Conflict) as met:
        desk.write("own.proposals", "后写的。")
    assert met.value.row["text"] == "先写的。"
    assert (met.value.expected, met.value.current) == (0, 1)
    desk.write("own.proposals", "后写的。", version=1)
    assert desk.draft().block("own.proposals").text == "后写的。"


def test_two_who_write_two_blocks_do_not_meet(desk: Any) -> None:
    version = desk.row().version
    desk.write("own.proposals", "建议。")
    desk.write("overall.period", "另行说明。")
    assert desk.row().version == version


def test_wrong_edits_are_refused(desk: Any) -> None:
    with pytest.raises(NotForEditing):
        desk.write("indicators.table", "表")
    with pytest.raises(NothingWritten):
        desk.write("own.proposals", "  \n ")
    with pytest.raises(UnknownFigure):
        desk.write("own.proposals", "文字", "d.none")
    with pytest.raises(NotFound):
        desk.write("no.such", "文字")
    with pytest.raises(TooLong):
        desk.write("own.proposals", "长" * 4001)
    with pytest.raises(Conflict):
        desk.write("own.proposals", "文字", version=3)


def test_a_number_that_differs_from_its_figure_is_found(desk: Any) -> None:
    done = desk.draft().facts.figures["d.done"]
    right = f"已完成{done.part}项，占{done.percent}。"
    desk.write("overall.deliverables", right)
    assert Finding.CONTRADICTED not in _kinds(desk)
    desk.write("overall.deliverables", f"已完成{done.part + 1000}项。", version=1)
    assert Finding.CONTRADICTED in _kinds(desk)


def test_the_demonstration_shows_a_claim_without_evidence(desk: Any) -> None:
    found = [each for each in desk.draft().findings if each.block == "own.reasons"]
    assert [each.finding for each in found] == [Finding.NO_EVIDENCE]


def test_edits_survive_a_new_edition_and_what_changed_beneath_is_shown(desk: Any) -> None:
    row = desk.row()
    desk.write("problems.obstacles", "提请协调事项情况见附件。")
    desk.write("basis.source", "依据规划。")
    _one_obstacle_more(desk)
    made = freeze_anew(row.pk, expected_version=row.version, **desk.by())
    assert made["edition"] == 2
    draft = desk.draft()
    stale = draft.block("problems.obstacles")
    assert stale.text == "提请协调事项情况见附件。"
    assert stale.is_stale
    assert stale.edit is not None
    assert stale.edit.replaced != stale.block.text
    assert not draft.block("basis.source").is_stale
    assert Finding.CHANGED_BENEATH in _kinds(desk)
    edit = EvaluationEdit.objects.get(block="problems.obstacles")
    desk.write("problems.obstacles", stale.text, version=edit.version)
    assert Finding.CHANGED_BENEATH not in _kinds(desk)
    assert EvaluationEdition.objects.filter(evaluation=row).count() == 2


def _one_obstacle_more(desk: Any) -> None:
    old = Obstacle.objects.select_related("item").first()
    assert old is not None
    with recording(action="test.obstacle", payload={}, **desk.by()) as rec:
        names = ("item_id", "unit_id", "body_id", "addressee_id", "text", "asked", "state")
        copied = {name: getattr(old, name) for name in names}
        rec.add(Obstacle(**copied, raised_at=desk.now, raised_by="demo"))


def test_submitted_text_is_closed_and_returned_text_open(desk: Any) -> None:
    row = desk.row()
    submit_evaluation(row.pk, expected_version=row.version, **desk.by())
    with pytest.raises(LoopRefused):
        desk.write("own.proposals", "迟到的。")
    row = desk.row()
    with pytest.raises(LoopRefused):
        freeze_anew(row.pk, expected_version=row.version, **desk.by())
    with pytest.raises(ReasonNeeded):
        return_evaluation(row.pk, expected_version=row.version, reason=" ", **desk.by())
    return_evaluation(row.pk, expected_version=row.version, reason="请补充", **desk.by())
    assert desk.row().word == "请补充"
    desk.write("own.proposals", "补上的。")


def test_a_stale_version_is_refused(desk: Any) -> None:
    row = desk.row()
    with pytest.raises(Conflict):
        submit_evaluation(row.pk, expected_version=row.version + 1, **desk.by())


def test_a_signature_is_held_back_by_contradictions_and_wrong_numbers(desk: Any) -> None:
    desk.write("overall.deliverables", "已完成99999项。")
    row = desk.row()
    with pytest.raises(LoopRefused):
        sign_evaluation(row.pk, SIGNING, expected_version=row.version, **desk.by())
    submit_evaluation(row.pk, expected_version=row.version, **desk.by())
    row = desk.row()
    for wrong in (
        Signing(number="3号", signed_on=SIGNING.signed_on),
        Signing(number=SIGNING.number, signed_on=dt.date(2026, 11, 25)),
        Signing(number=SIGNING.number, signed_on=dt.date(2026, 1, 1)),
        SIGNING,
    ):
        with pytest.raises(LoopRefused):
            sign_evaluation(row.pk, wrong, expected_version=row.version, **desk.by("leader"))
    assert desk.row().state == "submitted"
    assert desk.row().document_number == ""


def test_whoever_submitted_does_not_sign(desk: Any) -> None:
    """Four eyes: the account that handed the draft over is refused, another of the office is not,
    and a return by a colleague does not turn the submitter into a signer."""
    row = desk.row()
    submit_evaluation(row.pk, expected_version=row.version, **desk.by())
    row = desk.row()
    with pytest.raises(LoopRefused, match="同一账号"):
        sign_evaluation(row.pk, SIGNING, expected_version=row.version, **desk.by())
    assert desk.row().state == "submitted"
    sign_evaluation(row.pk, SIGNING, expected_version=row.version, **desk.by("leader"))
    assert desk.row().signed_by != desk.row().submitted_by


def test_a_signed_paper_is_kept_and_never_changes(desk: Any) -> None:
    row = desk.row()
    submit_evaluation(row.pk, expected_version=row.version, **desk.by())
    row = desk.row()
    sign_evaluation(row.pk, SIGNING, expected_version=row.version, **desk.by("leader"))
    row = desk.row()
    content = EVIDENCE.content(row.file_digest)
    assert paper_bytes(desk.draft(), mark="") == content
    assert SIGNING.number.encode() in document_xml(content)
    assert "2026年11月24日".encode() in document_xml(content)
    for act in (freeze_anew, submit_evaluation):
        with pytest.raises(LoopRefused):
            act(row.pk, expected_version=row.version, **desk.by())
    with pytest.raises(LoopRefused):
        desk.write("own.proposals", "改。")
    with pytest.raises(LoopRefused):
        sign_evaluation(row.pk, SIGNING, expected_version=row.version, **desk.by())
