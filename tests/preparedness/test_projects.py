"""Project sheets: refusals, course, scope, two writers, repeats, measures."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.measures import share_of
from anlan.base.models import Attachment, Due, InstanceStamp
from anlan.preparedness.actions.course import (
    NewAcceptance,
    NewPayment,
    NewPhotograph,
    add_payment,
    add_photograph,
    record_acceptance,
    record_delay,
)
from anlan.preparedness.actions.demonstration import picture
from anlan.preparedness.actions.errors import (
    AlreadyAccepted,
    BackFillTooLate,
    DayInFuture,
    DaysOutOfOrder,
    MilestoneDone,
    MilestonesOpen,
    MilestoneTaken,
    NotAPhotograph,
    NotBuiltYet,
    NoteForOverBudget,
    NothingLate,
    PaymentTaken,
    PointIncomplete,
    ProjectTaken,
    QuantityIncomplete,
)
from anlan.preparedness.actions.milestones import (
    add_milestone,
    finish_milestone,
    move_milestone,
)
from anlan.preparedness.actions.projects import (
    BackFill,
    add_place,
    back_fill_project,
    change_project,
)
from anlan.preparedness.models import (
    Acceptance,
    Delay,
    Milestone,
    NoticeCheck,
    Payment,
    Photograph,
    Project,
    ProjectPlace,
)
from anlan.preparedness.queries import (
    checks_of,
    finished,
    kilometres,
    milestones_done,
    milestones_in_time,
    paid,
    state_of,
    with_course,
)
from anlan.preparedness.rules.notice_check import Check
from anlan.preparedness.rules.project import ProjectState
from anlan.registers.actions.instruments import CitedOutOfForce, add_instrument
from anlan.registers.models import Citation, Region
from anlan.registers.rules.scope import NOTHING
from tests.preparedness.conftest import body, make_project
from tests.registers.kept import acting, said
from tests.registers.small_city import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept")]
ONE = dt.timedelta(days=1)


def state(project: Project) -> ProjectState:
    row = with_course(Project.objects.filter(pk=project.pk)).get()
    return state_of(row, TODAY).known()


def step_of(project: Project, due_on: dt.date = TODAY + ONE, name: str = "主体完工") -> Milestone:
    result = add_milestone(project.pk, name, due_on, **said())
    found: Milestone = Milestone.objects.get(pk=result["id"])
    return found


def pay(project: Project, fen: int, document: str, note: str = "", **more: Any) -> Any:
    new = NewPayment(paid_on=TODAY, amount_fen=fen, document=document, note=note)
    return add_payment(project.pk, new, **(said() | more))


def test_days_out_of_order_and_after_today() -> None:
    for more, refusal, field in (
        ({"planned_finish_on": dt.date(2025, 1, 1)}, DaysOutOfOrder, "planned_finish_on"),
        ({"built_on": dt.date(2026, 1, 31)}, DaysOutOfOrder, "built_on"),
        ({"started_on": TODAY + ONE}, DayInFuture, "started_on"),
        ({"built_on": TODAY + ONE}, DayInFuture, "built_on"),
    ):
        with pytest.raises(refusal) as refused:
            make_project(**more)
        assert refused.value.field == field
    assert not Project.objects.exists()


def test_who_keeps_a_sheet_and_who_sees_it() -> None:
    row = make_project("department")
    county = make_project("county", name="演示·县工程", lead=body("emergency-xinjiang"))
    with pytest.raises(ProjectTaken):
        make_project()
    for login in ("county", "other", "public"):
        with pytest.raises(NotAllowed):
            make_project(login, name="演示·拒")
        with pytest.raises((NotAllowed, NotFound)):
            add_milestone(row.pk, "x", TODAY, **said(login))
    with pytest.raises((NotAllowed, NotFound)):
        add_milestone(county.pk, "x", TODAY, **said("other"))
    seen = {
        login: Project.objects.visible_to(acting(login).scope).count()
        for login in ("bureau", "county", "other", "department", "public")
    }
    assert seen == {"bureau": 2, "county": 2, "other": 1, "department": 2, "public": 0}
    step_of(county)
    for model in (Project, Milestone, Payment, ProjectPlace, Photograph, Acceptance, Delay):
        assert model.objects.visible_to(NOTHING).count() == 0
    assert Milestone.objects.visible_to(acting("other").scope).count() == 0


def test_a_lead_body_is_not_exchanged_for_one_of_others() -> None:
    row = make_project("county", name="演示·县工程", lead=body("emergency-xinjiang"))
    with pytest.raises(NotAllowed):
        change_project(
            row.pk, {"lead": body("water")}, expected_version=row.version, **said("county")
        )


def test_two_writers_and_a_repeated_request() -> None:
    row = make_project()
    change_project(row.pk, {"note": "甲"}, expected_version=row.version, **said())
    with pytest.raises(Conflict):
        change_project(row.pk, {"note": "乙"}, expected_version=row.version, **said())
    told = said(request_id="pay-me-once-please")
    first = pay(row, 100, "凭证1", **told)
    assert pay(row, 100, "凭证1", **told) == first
    assert Payment.objects.count() == 1


def test_a_milestone_has_a_term_and_is_ticked_once() -> None:
    row = make_project()
    step = step_of(row)
    assert step.due is not None
    assert (step.due.body, step.due.fixed_on) == ("water", TODAY + ONE)
    with pytest.raises(MilestoneTaken):
        step_of(row)
    with pytest.raises(DayInFuture):
        finish_milestone(step.pk, TODAY + ONE, "记录", expected_version=1, **said())
    result = finish_milestone(
        step.pk, TODAY, "记录", expected_version=step.version, **said("department")
    )
    step.refresh_from_db()
    assert step.version == result["version"]
    assert Due.objects.get(pk=step.due_id).state == "answered"
    with pytest.raises(MilestoneDone):
        finish_milestone(step.pk, TODAY, "再来", expected_version=step.version, **said())
    with pytest.raises(MilestoneDone):
        move_milestone(step.pk, TODAY, expected_version=step.version, **said())


def test_a_moved_milestone_closes_its_term_and_a_past_day_opens_none() -> None:
    row = make_project()
    step = step_of(row)
    moved = move_milestone(step.pk, TODAY + 9 * ONE, expected_version=step.version, **said())
    old = Due.objects.get(pk=step.due_id)
    step.refresh_from_db()
    assert old.state == "withdrawn"
    assert step.due is not None
    assert step.due.fixed_on == TODAY + 9 * ONE
    move_milestone(step.pk, TODAY - ONE, expected_version=moved["version"], **said())
    step.refresh_from_db()
    assert step.due is None
    assert not Due.objects.filter(state="running").exists()


def test_paid_above_the_budget_needs_a_note() -> None:
    row = make_project()
    pay(row, 1_000_00, "凭证1")
    with pytest.raises(NoteForOverBudget) as refused:
        pay(row, 1, "凭证2")
    assert refused.value.field == "note"
    assert "1,000.01" in refused.value.text()
    pay(row, 1, "凭证2", "市政府批准")
    with pytest.raises(PaymentTaken):
        pay(row, 5, "凭证2", "x")
    assert list(Payment.objects.values_list("is_over_budget", flat=True)) == [False, True]
    free = make_project(name="演示·无预算", budget_fen=None)
    pay(free, 10**12, "凭证3")


def test_photographs_say_when_they_were_taken_or_that_nobody_knows() -> None:
    row = make_project()
    step = step_of(row)
    for name, taken in (("a.jpg", "2026:11:20 10:00:00"), ("b.jpg", "")):
        new = NewPhotograph(
            file_name=name, content=picture(taken, tint=len(taken)), what="演示", milestone=step.pk
        )
        add_photograph(row.pk, new, **said())
    known, unknown = Photograph.objects.order_by("pk")
    assert known.taken_at == dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
    assert (known.time_proof, unknown.time_proof) == ("city-zone", "missing")
    assert unknown.taken_at is None
    assert Attachment.objects.filter(subject_key=row.pk).count() == 2
    with pytest.raises(NotAPhotograph):
        add_photograph(row.pk, NewPhotograph(file_name="c", content=b"text"), **said())
    stray = NewPhotograph(file_name="d.jpg", content=picture("", tint=9), milestone=new_id())
    with pytest.raises(NotFound):
        add_photograph(row.pk, stray, **said())
    assert Attachment.objects.count() == 2


def accept(project: Project, result: str = "passed", **more: Any) -> Any:
    new = NewAcceptance(
        **(
            {
                "accepted_on": TODAY,
                "result": result,
                "by": "演示·验收组",
                "document": f"演示验〔{result}〕1号",
            }
            | more
        )
    )
    project.refresh_from_db()
    return record_acceptance(project.pk, new, expected_version=project.version, **said())


def test_only_what_is_built_passes_and_only_once() -> None:
    row = make_project()
    with pytest.raises(NotBuiltYet):
        accept(row)
    accept(row, "failed")
    row.refresh_from_db()
    change_project(row.pk, {"built_on": TODAY}, expected_version=row.version, **said())
    assert state(row) is ProjectState.BUILT
    step_of(row)
    with pytest.raises(MilestonesOpen) as refused:
        accept(row)
    assert "主体完工" in refused.value.text()
    accept(row, note="该节点取消，经批准")
    assert state(row) is ProjectState.FINISHED
    with pytest.raises(AlreadyAccepted):
        accept(row, document="演示验〔2〕号")
    with pytest.raises(AlreadyAccepted):
        step_of(row, name="后补节点")


def test_an_acceptance_cites_what_it_followed_or_nothing_is_written() -> None:
    row = make_project(built_on=TODAY)
    values = {
        "name": "演示·验收办法",
        "kind": "measures",
        "issuer": body("emergency"),
        "source": "演示",
        "mark": "X",
    }
    draft = add_instrument(values, **said())["id"]
    with pytest.raises(CitedOutOfForce):
        accept(row, instrument=draft)
    assert not Acceptance.objects.exists()
    living = values | {
        "name": "演示·现行办法",
        "adopted_on": dt.date(2024, 1, 1),
        "in_force_from": dt.date(2024, 1, 1),
    }
    accept(row, instrument=add_instrument(living, **said())["id"])
    found = Citation.objects.get()
    assert (found.subject_model, found.subject_key) == ("preparedness.project", str(row.pk))


def test_a_delay_moves_the_finish_and_keeps_the_old_one() -> None:
    row = make_project()
    with pytest.raises(NothingLate):
        record_delay(row.pk, "雨季", dt.date(2027, 6, 30), expected_version=row.version, **said())
    record_delay(row.pk, "雨季", dt.date(2027, 7, 1), expected_version=row.version, **said())
    row.refresh_from_db()
    delay = Delay.objects.get()
    assert row.planned_finish_on == dt.date(2027, 7, 1)
    assert delay.was_planned_on == dt.date(2027, 6, 30)


def back_fill(project: Project, **more: Any) -> Any:
    known = {
        "started_on": dt.date(2019, 5, 1),
        "built_on": dt.date(2020, 9, 1),
        "accepted_on": dt.date(2020, 12, 1),
        "document": "演示验〔2020〕8号",
        "accepted_by": "演示·验收组",
        "confirmed_by": "演示·张",
    } | more
    return back_fill_project(
        project.pk, BackFill(**known), expected_version=project.version, **said()
    )


def test_what_was_finished_before_is_back_filled_once() -> None:
    InstanceStamp.objects.update(made_at=dt.datetime(2021, 1, 4, tzinfo=dt.UTC))
    row = make_project(
        planned_start_on=None, planned_finish_on=dt.date(2020, 12, 31), started_on=None
    )
    assert state(row) is ProjectState.TO_BACK_FILL
    scope = acting("bureau").scope
    assert share_of(finished(scope, NOW)).whole == 0, "listed, and not counted as late"
    with pytest.raises(BackFillTooLate):
        back_fill(row, accepted_on=dt.date(2021, 1, 4))
    with pytest.raises(DaysOutOfOrder):
        back_fill(row, built_on=dt.date(2020, 12, 2))
    back_fill(row)
    assert state(row) is ProjectState.BACK_FILLED
    row.refresh_from_db()
    with pytest.raises(AlreadyAccepted):
        back_fill(row)
    assert share_of(finished(scope, NOW)).part == 1


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"longitude_deg": 111.0}, PointIncomplete),
        ({"longitude_deg": 35.0, "latitude_deg": 111.0}, PointIncomplete),
        ({"what": "管网", "unit_of_work": "m"}, QuantityIncomplete),
        ({"planned": Decimal(10)}, QuantityIncomplete),
        ({"done": Decimal(10)}, QuantityIncomplete),
    ],
)
def test_half_a_place_is_refused(more: dict[str, Any], refusal: type[Exception]) -> None:
    values = {
        "project": make_project(),
        "name": "演示·河段",
        "region": Region.objects.get(code="140825"),
    }
    with pytest.raises(refusal):
        add_place(values | more, **said())
    assert not ProjectPlace.objects.exists()


def test_measures_count_what_was_recorded() -> None:
    row = make_project()
    scope = acting("bureau").scope
    late, early = step_of(row, TODAY - ONE, "先"), step_of(row, TODAY + ONE, "后")
    InstanceStamp.objects.update(made_at=dt.datetime(2021, 1, 4, tzinfo=dt.UTC))
    assert share_of(milestones_done(scope, NOW)).percent == 0
    assert share_of(milestones_in_time(scope, NOW)).whole == 1, "the open one is not counted yet"
    for step in (late, early):
        finish_milestone(step.pk, TODAY, "记录", expected_version=step.version, **said())
    assert share_of(milestones_done(scope, NOW)).percent == 100
    in_time = share_of(milestones_in_time(scope, NOW))
    assert (in_time.part, in_time.whole) == (1, 2)
    place = {
        "project": row,
        "name": "演示·管线",
        "region": Region.objects.get(code="140825"),
        "what": "管网",
        "unit_of_work": "m",
        "planned": Decimal(24500),
        "done": Decimal(12250),
    }
    add_place(place, **said())
    pay(row, 25_000, "凭证1")
    assert share_of(kilometres(scope, NOW)).percent == 50
    assert share_of(paid(scope, NOW)).percent == 25
    for evidence in (milestones_done, kilometres, paid, finished):
        assert {proof.items for proof in evidence(scope, NOW)} == {("P3",)}
        assert evidence(acting("public").scope, NOW) == []


def test_the_checks_of_the_notice_follow_the_sheets() -> None:
    from anlan.base.journal.recording import recording

    with recording(action="tests.check", **said()) as rec:
        rec.add(
            NoticeCheck(
                item_key="P3",
                asked="complete",
                by=dt.date(2025, 12, 31),
                phrase="建设任务全部完成",
                basis="演示",
            )
        )
    ((_, verdict),) = checks_of("P3", TODAY)
    assert verdict.known() is Check.NOT_DETERMINABLE
    row = make_project(started_on=dt.date(2024, 1, 1), built_on=dt.date(2025, 12, 20))
    accept(row, accepted_on=dt.date(2025, 12, 31))
    ((_, verdict),) = checks_of("P3", TODAY)
    assert verdict.known() is Check.MET
    make_project(name="演示·二期")
    ((_, verdict),) = checks_of("P3", TODAY)
    assert verdict.known() is Check.NOT_MET, "it began after the day"
    assert checks_of("T14", TODAY) == []
