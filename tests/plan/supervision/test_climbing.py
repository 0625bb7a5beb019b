"""What supervision does by itself, and what people do to its papers."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.models import Due, JournalEntry, OutgoingMessage
from anlan.plan.actions.loop.deliverables import withdraw_deliverable
from anlan.plan.actions.supervision import climbing
from anlan.plan.actions.supervision.answering import (
    accept_reply,
    appeal,
    decide_appeal,
    reply_to_slip,
    return_reply,
)
from anlan.plan.actions.supervision.errors import (
    AppealedAlready,
    MatterStillMissed,
    NothingMissed,
    NumberNeeded,
    SupervisionRefused,
    UnderSupervision,
)
from anlan.plan.actions.supervision.issuing import run_clock, stop_clock, withdraw_order
from anlan.plan.actions.supervision.settings import end_designation
from anlan.plan.models import (
    SlipAppeal,
    SlipIssuer,
    SlipReply,
    SupervisionOrder,
    SupervisionSlip,
)
from anlan.plan.queries.supervision.orders import first_instant

pytestmark = pytest.mark.django_db


def test_what_was_missed_is_reminded_of_once(desk: Any) -> None:
    assert desk.sweep() >= 1
    slip = desk.slip
    assert (slip.level, slip.paper, slip.state) == ("reminder", "reminder", "issued")
    assert (slip.to.code, desk.due().body) == ("water", "water")
    assert (desk.due().clock, desk.due().amount) == ("working_days", 3)
    told = OutgoingMessage.objects.filter(about_key=str(slip.pk))
    assert told.count() == 1
    entries = JournalEntry.objects.count()
    assert desk.sweep() == 0
    assert JournalEntry.objects.count() == entries


def test_what_is_refused_holds_up_nothing_else(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refused = climbing.open_order, []

    def first_refused(matter: Any, **more: Any) -> Any:
        if not refused:
            refused.append(matter)
            raise NothingMissed(title="演示")
        return real(matter, **more)

    monkeypatch.setattr(climbing, "open_order", first_refused)
    assert desk.sweep() >= 1
    assert not SupervisionOrder.objects.filter(matter=refused[0]).exists()
    assert SupervisionOrder.objects.filter(matter=desk.matter.due_id).exists()


def test_before_its_end_nothing_is_supervised(desk: Any) -> None:
    due = Due.objects.get(pk=desk.matter.due_id)
    assert due.due_at is not None
    climbing.supervise(due.due_at)
    assert not SupervisionOrder.objects.filter(matter=due).exists()
    climbing.supervise(due.due_at + dt.timedelta(microseconds=1))
    assert SupervisionOrder.objects.filter(matter=due).exists()


def test_what_fell_due_before_the_plan_was_kept_here_is_left_alone(desk: Any) -> None:
    desk.sweep()
    old = SupervisionOrder.objects.filter(matter__due_at__lt=first_instant())
    assert not old.exists()


def test_it_climbs_by_itself_but_no_slip_leaves_unsigned(desk: Any) -> None:
    blue = desk.climb_to_blue()
    slip = blue.slip
    assert (slip.level, slip.state, slip.number) == ("blue", "prepared", "")
    assert blue.due().body == "city-government-office"  # designated by its document
    first = SupervisionSlip.objects.get(order=blue.order, level="reminder")
    assert first.state == "overtaken"
    assert Due.objects.get(pk=first.due_id).state == "withdrawn"
    later = blue.later(days=300)
    later.sweep()
    assert later.order.level == "blue"


def test_a_slip_leaves_with_its_number_and_once(desk: Any) -> None:
    blue = desk.climb_to_blue()
    with pytest.raises(NumberNeeded):
        blue.sign(number=" ")
    with pytest.raises(NotAllowed):
        blue.sign(by="department")
    slip = blue.sign()
    assert (slip.state, slip.paper) == ("issued", "slip")
    assert Due.objects.filter(subject_key=str(slip.pk), rule="plan-supervision").count() == 2
    with pytest.raises(SupervisionRefused):
        blue.sign()
    assert OutgoingMessage.objects.filter(about_key=str(slip.pk)).count() == 1


def test_without_a_designation_it_is_a_letter_of_the_plan_office(desk: Any) -> None:
    blue = desk.climb_to_blue()
    issuer = SlipIssuer.objects.get()
    end_designation(
        issuer.pk,
        issuer.valid_from + dt.timedelta(days=1),
        expected_version=issuer.version,
        reason="文件废止",
        **blue.by("bureau"),
    )
    slip = blue.sign()
    assert (slip.paper, slip.issuer.code) == ("letter", "emergency")


def test_the_whole_ladder_to_red_and_no_further(desk: Any) -> None:
    at = desk.climb_to_blue()
    for level in ("blue", "orange", "red"):
        assert at.slip.level == level
        at.sign(number=f"督〔2026〕{level}")
        at = at.later(days=20)
        at.sweep()
    assert [s.level for s in SupervisionSlip.objects.filter(order=at.order)] == [
        "reminder",
        "blue",
        "orange",
        "red",
    ]
    assert at.slip.state == "issued"
    entries = JournalEntry.objects.count()
    assert at.later(days=90).sweep() == 0
    assert JournalEntry.objects.count() == entries


def test_reply_return_reply_accept(desk: Any) -> None:
    at = desk.climb_to_blue()
    slip = at.sign()
    with pytest.raises(NotAllowed):
        reply_to_slip(slip.pk, "代答", expected_version=slip.version, **at.by("bureau"))
    reply_to_slip(slip.pk, "正在办理", expected_version=slip.version, **at.by("department"))
    assert at.slip.state == "replied"
    waits = at.later(days=30)
    waits.sweep()
    assert waits.order.level == "blue"
    return_reply(
        slip.pk, expected_version=at.slip.version, reason="未说明时限", **waits.by("bureau")
    )
    assert waits.slip.state == "issued"
    due = waits.due()
    assert (due.amount, due.state) == (5, "running")
    reply_to_slip(
        slip.pk, "12月底前完成", expected_version=waits.slip.version, **waits.by("department")
    )
    with pytest.raises(MatterStillMissed):
        accept_reply(slip.pk, expected_version=waits.slip.version, **waits.by("bureau"))
    accept_reply(
        slip.pk,
        expected_version=waits.slip.version,
        reason="已明确时限，转日常调度管理",
        **waits.by("bureau"),
    )
    assert (waits.order.state, waits.slip.state) == ("closed", "accepted")
    assert [row.is_accepted for row in SlipReply.objects.filter(slip=slip)] == [False, True]
    assert not Due.objects.filter(subject_key=str(slip.pk), state="running").exists()


def test_a_matter_done_before_a_slip_ends_the_order_by_itself(desk: Any) -> None:
    desk.sweep()
    row = desk.matter
    withdraw_deliverable(
        row.pk, expected_version=row.version, reason="并入他项", **desk.by("bureau")
    )
    desk.sweep()
    assert (desk.order.state, desk.slip.state) == ("settled", "withdrawn")
    assert not Due.objects.filter(subject_key=str(desk.slip.pk), state="running").exists()


def test_an_appeal_lets_the_clock_stand_still_and_keeps_what_was_left(desk: Any) -> None:
    at = desk.climb_to_blue()
    slip = at.sign()
    end = at.due().due_at
    appeal(slip.pk, "任务主体有误", expected_version=slip.version, **at.by("department"))
    assert (at.slip.state, at.due().state) == ("appealed", "paused")
    long = at.later(days=40)
    long.sweep()
    assert long.order.level == "blue"
    decide_appeal(
        slip.pk,
        upholds=False,
        expected_version=at.slip.version,
        reason="职责清单载明由贵局承担",
        **long.by("bureau"),
    )
    assert long.slip.state == "issued"
    assert long.due().due_at > end
    with pytest.raises(AppealedAlready):
        appeal(slip.pk, "再次申诉", expected_version=long.slip.version, **long.by("department"))


def test_an_upheld_appeal_withdraws_the_order(desk: Any) -> None:
    at = desk.climb_to_blue()
    slip = at.sign()
    appeal(slip.pk, "任务主体有误", expected_version=slip.version, **at.by("department"))
    decide_appeal(
        slip.pk,
        upholds=True,
        expected_version=at.slip.version,
        reason="职责已划转",
        **at.by("bureau"),
    )
    assert (at.order.state, at.slip.state) == ("withdrawn", "withdrawn")
    assert SlipAppeal.objects.get(slip=slip).is_upheld
    assert not Due.objects.filter(subject_key=str(slip.pk), state="running").exists()
    assert at.sweep() == 0


def test_a_stopped_clock_does_not_climb_and_keeps_what_was_left(desk: Any) -> None:
    at = desk.climb_to_blue()
    slip = at.sign()
    stop_clock(slip.pk, expected_version=slip.version, reason="等待省里批复", **at.by("bureau"))
    long = at.later(days=60)
    long.sweep()
    assert long.order.level == "blue"
    run_clock(slip.pk, expected_version=at.slip.version, reason="批复已到", **long.by("bureau"))
    assert long.due().due_at > long.now
    with pytest.raises(NotAllowed):
        stop_clock(
            slip.pk, expected_version=long.slip.version, reason="x", **long.by("department")
        )


def test_an_order_is_taken_back_with_a_reason(desk: Any) -> None:
    at = desk.climb_to_blue()
    withdraw_order(
        at.slip.pk, expected_version=at.slip.version, reason="任务调整", **at.by("bureau")
    )
    assert at.order.state == "withdrawn"
    with pytest.raises(SupervisionRefused):
        withdraw_order(
            at.slip.pk, expected_version=at.slip.version, reason="再", **at.by("bureau")
        )


def test_the_plan_office_may_open_what_is_late_and_nothing_else(desk: Any) -> None:
    due = Due.objects.get(pk=desk.matter.due_id)
    early = desk.later(days=-5)
    with pytest.raises(NothingMissed):
        climbing.open_order(due.pk, reason="提前督办", **early.by("bureau"))
    with pytest.raises(NotAllowed):
        climbing.open_order(due.pk, reason="自己督办", **desk.by("department"))
    climbing.open_order(due.pk, reason="市长批示", **desk.by("bureau"))
    with pytest.raises(UnderSupervision):
        climbing.open_order(due.pk, reason="市长批示", **desk.by("bureau"))


def test_two_people_and_a_repeat(desk: Any) -> None:
    at = desk.climb_to_blue()
    slip = at.sign()
    version = slip.version
    same = at.by("department", "reply-once")
    first = reply_to_slip(slip.pk, "已完成", expected_version=version, **same)
    again = reply_to_slip(slip.pk, "已完成", expected_version=version, **same)
    assert first == again
    assert SlipReply.objects.filter(slip=slip).count() == 1
    with pytest.raises(Conflict):
        withdraw_order(slip.pk, expected_version=version, reason="晚到", **at.by("bureau"))


def test_a_county_does_not_see_what_is_put_to_the_water_bureau(desk: Any) -> None:
    at = desk.climb_to_blue()
    slip = at.sign()
    with pytest.raises(NotFound):
        reply_to_slip(slip.pk, "不是我", expected_version=slip.version, **at.by("county"))
