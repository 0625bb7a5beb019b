"""Import and re-import of a notice: one entry, stable items, corrections laid over."""

import datetime as dt
from collections.abc import Callable

import pytest

from anlan.base.actor import Actor
from anlan.base.errors import Conflict, NotAllowed
from anlan.base.models import JournalEntry
from anlan.plan.actions.importing import (
    NothingAssigned,
    NoticeText,
    TooManyClauses,
    import_notice,
)
from anlan.plan.actions.reviewing import (
    CorrectionRefused,
    NameDecision,
    NewCorrection,
    ReasonMissing,
    correct_item,
    decide_name,
    withdraw_correction,
)
from anlan.plan.choices import NoticeSource
from anlan.plan.models import Correction, Duty, Notice, NoticeEdition, PlanItem
from anlan.plan.queries import items as plan_items
from anlan.plan.queries import overview
from anlan.plan.rules.corrections import Field
from anlan.plan.rules.notice.parse import parse
from anlan.registers.models import Body
from anlan.registers.rules.scope import PROGRAM

FIRST = """演示市人民政府办公室
演政办函〔2024〕7号
演示市人民政府办公室关于印发演示实施细则的通知
各县（市、区）人民政府：
一、重点任务
1. 第一组任务
（1）完善指挥体制。2024年建成指挥部。（市应急局牵头，市水务局、市气象局等按职责分工负责）
（2）健全物资储备。2025年建成储备库。（市财政局、市应急局按职责分工负责）
（3）开展演练。（市应急局牵头，各县（市、区）政府、市神秘办按职责分工负责）
演示市人民政府办公室
2024年3月1日
"""
SECOND = FIRST.replace("市水务局、市气象局等", "市教育局、市气象局等").replace(
    "（3）开展演练。（市应急局牵头，各县（市、区）政府、市神秘办按职责分工负责）\n", ""
)
ACTOR = Actor(account="program:test", scope=PROGRAM)
Ids = Callable[[], str]
pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def load(now: dt.datetime, request_ids: Ids) -> Callable[[str], dict]:
    def imported(text: str) -> dict:
        return import_notice(
            NoticeText(parsed=parse(text), text=text, source_kind=NoticeSource.FILE),
            actor=ACTOR,
            now=now,
            request_id=request_ids(),
        )

    return imported


def item(key: str) -> PlanItem:
    return PlanItem.objects.get(key=key, notice__number="演政办函〔2024〕7号")


def duties(key: str) -> dict[str, tuple[str, str]]:
    return {d.printed_name: (d.role, d.match) for d in Duty.objects.filter(item=item(key))}


def test_an_import_is_one_entry_and_matches_names(load: Callable[[str], dict]) -> None:
    before = JournalEntry.objects.count()
    result = load(FIRST)
    assert JournalEntry.objects.count() == before + 1
    assert result["clauses"] == 3
    assert result["unmatched"] == ["市神秘办"]
    assert duties("T1") == {
        "市应急局": ("lead", "name"),
        "市水务局": ("support", "name"),
        "市气象局": ("support", "name"),
    }
    assert {role for role, _ in duties("T2").values()} == {"joint"}
    assert duties("T3")["各县（市、区）政府"] == ("support", "group")
    assert duties("T3")["市神秘办"] == ("support", "open")
    assert item("T1").open_ended
    assert not item("T2").open_ended


def test_a_second_reading_keeps_the_items_and_marks_what_is_gone(
    load: Callable[[str], dict],
) -> None:
    load(FIRST)
    first = {key: item(key).id for key in ("T1", "T2", "T3")}
    assert load(SECOND)["edition"] == 2
    assert {key: item(key).id for key in first} == first
    assert item("T3").is_dropped
    assert not item("T1").is_dropped
    assert "市水务局" not in duties("T1")
    assert "市教育局" in duties("T1")
    assert NoticeEdition.objects.filter(notice=item("T1").notice).count() == 2


def test_reading_the_same_text_again_changes_no_item(load: Callable[[str], dict]) -> None:
    load(FIRST)
    versions = dict(Duty.objects.values_list("id", "version"))
    load(FIRST)
    assert dict(Duty.objects.values_list("id", "version")) == versions


def test_a_repeated_request_gives_the_first_result(now: dt.datetime) -> None:
    text = NoticeText(parsed=parse(FIRST), text=FIRST, source_kind=NoticeSource.FILE)
    first = import_notice(text, actor=ACTOR, now=now, request_id="same-request-1")
    again = import_notice(text, actor=ACTOR, now=now, request_id="same-request-1")
    assert first == again
    assert NoticeEdition.objects.filter(notice=first["notice"]).count() == 1


def test_a_text_that_divides_no_work_is_refused_and_leaves_nothing(
    load: Callable[[str], dict],
) -> None:
    before = (Notice.objects.count(), JournalEntry.objects.count())
    with pytest.raises(NothingAssigned):
        load("今天天气很好。\n主要负责人负责日常工作。\n")
    assert (Notice.objects.count(), JournalEntry.objects.count()) == before


def test_too_many_clauses_are_refused(
    load: Callable[[str], dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.plan.actions.importing.MAX_CLAUSES", 2)
    with pytest.raises(TooManyClauses):
        load(FIRST)


def test_an_import_that_breaks_half_way_leaves_nothing(
    load: Callable[[str], dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (Notice.objects.count(), PlanItem.objects.count(), JournalEntry.objects.count())

    def break_off(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("anlan.plan.actions.importing._edition", break_off)
    with pytest.raises(OSError, match="disk full"):
        load(FIRST)
    after = (Notice.objects.count(), PlanItem.objects.count(), JournalEntry.objects.count())
    assert after == before


def test_a_public_reader_may_not_import(
    actor_as: Callable[[str], Actor], now: dt.datetime
) -> None:
    text = NoticeText(parsed=parse(FIRST), text=FIRST, source_kind=NoticeSource.FILE)
    for login in ("public", "county", "department"):
        with pytest.raises(NotAllowed):
            import_notice(text, actor=actor_as(login), now=now, request_id=f"import-{login}")


def correct(key: str, field: Field, value: object, request_id: str, **given: object) -> PlanItem:
    found = item(key)
    return correct_item(
        NewCorrection(
            item=found.id, field=field, value=value, reason=str(given.get("reason", "原文有误"))
        ),
        expected_version=int(given.get("version", found.version)),
        actor=ACTOR,
        now=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        request_id=request_id,
    )


def test_a_correction_survives_a_new_reading(load: Callable[[str], dict]) -> None:
    load(FIRST)
    correct("T2", Field.MODE, "lead_support", "correct-mode-1")
    correct("T2", Field.LEAD_UNITS, ["市应急局"], "correct-lead-1")
    correct("T2", Field.SUPPORT_UNITS, ["市财政局"], "correct-support-1")
    assert duties("T2")["市应急局"][0] == "lead"
    load(FIRST)
    assert duties("T2") == {"市应急局": ("lead", "name"), "市财政局": ("support", "name")}
    assert item("T2").mode == "lead_support"
    assert plan_items.reread_corrections(item("T2").notice_id) == []


def test_a_text_that_changed_under_a_correction_is_flagged(load: Callable[[str], dict]) -> None:
    load(FIRST)
    correct("T1", Field.SUPPORT_UNITS, ["市公安局"], "correct-support-2")
    load(SECOND)
    assert set(duties("T1")) == {"市应急局", "市公安局"}
    [(row, now_read)] = plan_items.reread_corrections(item("T1").notice_id)
    assert (row.item_key, now_read) == ("T1", ["市教育局", "市气象局"])


def test_withdrawing_a_correction_restores_what_was_read(
    load: Callable[[str], dict], now: dt.datetime
) -> None:
    load(FIRST)
    correct("T1", Field.DEADLINE_YEARS, [2030], "correct-years-1")
    assert item("T1").deadline_years == [2030]
    row = Correction.objects.get(item_key="T1")
    withdraw_correction(
        row.id,
        expected_version=row.version,
        reason="误改",
        actor=ACTOR,
        now=now,
        request_id="withdraw-1",
    )
    assert item("T1").deadline_years == [2024]
    assert not Correction.objects.filter(notice=item("T1").notice).exists()


def test_the_second_of_two_reviewers_is_told(load: Callable[[str], dict]) -> None:
    load(FIRST)
    version = item("T1").version
    correct("T1", Field.HEADING, "甲改的标题", "reviewer-one", version=version)
    with pytest.raises(Conflict) as told:
        correct("T1", Field.HEADING, "乙改的标题", "reviewer-two", version=version)
    assert told.value.row["heading"] == "甲改的标题"
    assert item("T1").heading == "甲改的标题"


def test_the_second_of_two_reviewers_of_the_bodies_is_told(load: Callable[[str], dict]) -> None:
    load(FIRST)
    version = item("T1").version
    correct("T1", Field.SUPPORT_UNITS, ["市公安局"], "bodies-one", version=version)
    with pytest.raises(Conflict):
        correct("T1", Field.SUPPORT_UNITS, ["市教育局"], "bodies-two", version=version)
    assert "市公安局" in duties("T1")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.HEADING, ""),
        (Field.HEADING, "字" * 301),
        (Field.DEADLINE_YEARS, [1948]),
        (Field.DEADLINE_YEARS, [2101]),
        (Field.DEADLINE_YEARS, "明年"),
        (Field.MODE, "whatever"),
        (Field.LEAD_UNITS, ["名" * 201]),
        (Field.INDICATOR, {"name": "x"}),
        (Field.INDICATOR, {"name": "x", "operator": "~", "value": 1}),
        (Field.INDICATOR, {"name": "x", "operator": "<", "value": "many"}),
        (Field.INDICATOR, {"name": "x", "operator": "<", "value": "NaN"}),
    ],
)
def test_wrong_corrections_are_refused(
    load: Callable[[str], dict], field: Field, value: object
) -> None:
    load(FIRST)
    with pytest.raises(CorrectionRefused) as refusal:
        correct("T1", field, value, "wrong-correction")
    assert refusal.value.field == field.value


def test_a_correction_needs_a_reason(load: Callable[[str], dict]) -> None:
    load(FIRST)
    with pytest.raises(ReasonMissing):
        correct("T1", Field.HEADING, "标题", "no-reason-1", reason="  ")


def test_a_decided_name_holds_for_later_imports(
    load: Callable[[str], dict], now: dt.datetime
) -> None:
    load(FIRST)
    body = Body.objects.get(code="reform")
    decide_name(
        NameDecision(
            unit=item("T3").notice.unit_id, printed_name="市神秘办", body=body.id, reason="问过"
        ),
        actor=ACTOR,
        now=now,
        request_id="decide-name-1",
    )
    assert duties("T3")["市神秘办"] == ("support", "person")
    assert load(FIRST)["unmatched"] == []
    assert Duty.objects.get(printed_name="市神秘办").body == body


def test_a_decision_names_one_target(load: Callable[[str], dict], now: dt.datetime) -> None:
    load(FIRST)
    with pytest.raises(CorrectionRefused):
        decide_name(
            NameDecision(unit=item("T3").notice.unit_id, printed_name="市神秘办"),
            actor=ACTOR,
            now=now,
            request_id="decide-name-2",
        )


def test_the_matrix_agrees_with_the_duties(load: Callable[[str], dict]) -> None:
    load(FIRST)
    notice = item("T1").notice
    found = overview.matrix(notice, dt.date(2026, 11, 24))
    rows = {row.body.code: row for row in found.rows}
    assert (rows["emergency"].totals.lead, rows["emergency"].totals.joint) == (2, 1)
    assert rows["water"].cells["T1"].support == 1
    assert rows["gov-linyi"].cells["T3"].via_group == 1
    assert found.open_names == 1
    day = dt.date(2026, 11, 24)
    lines = {line.unit.code: line.total for line in overview.by_unit(notice, day)}
    assert lines["linyi"] == 1
    assert lines["zone"] == 0
    assert [d["name"] for d in plan_items.open_names(notice.id)] == ["市神秘办"]
