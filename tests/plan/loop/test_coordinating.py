"""Requests for coordination, control figures, deliverables by hand, the measures."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.measures import share_of
from anlan.base.models import Due
from anlan.base.parts import registry
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.actions.loop.coordinating import (
    NewObstacle,
    escalate_obstacle,
    raise_obstacle,
    reply_to_obstacle,
    settle_obstacle,
)
from anlan.plan.actions.loop.deliverables import (
    NewDeliverable,
    add_deliverable,
    derive_deliverables,
    set_day,
    withdraw_deliverable,
)
from anlan.plan.actions.loop.errors import AddressedToOneself, LoopRefused
from anlan.plan.actions.loop.figures import (
    NewTable,
    NotAnIndicator,
    UnitFigure,
    UnknownUnit,
    set_control_table,
)
from anlan.plan.models import ControlTable, Deliverable, ItemMeasure, Notice, Obstacle
from anlan.plan.queries.loop.figures import check_table
from anlan.plan.rules.loop.control_figures import Nature, Sum
from anlan.registers.queries import reporting_units

pytestmark = pytest.mark.django_db


def raised(loop: Any, to: str = "finance", request_id: str = "") -> Obstacle:
    new = NewObstacle(
        item=loop.item("P3").pk,
        body=loop.body("water").pk,
        addressee=loop.body(to).pk,
        text="资金未到位",
        asked="请下达资金",
    )
    made = raise_obstacle(new, **loop.by("department", request_id))
    return Obstacle.objects.get(pk=made["id"])


def test_reply_accept_and_the_clock(loop: Any) -> None:
    row = raised(loop, "emergency")
    due = Due.objects.get(pk=row.first_due_id)
    assert (due.rule, due.amount, due.clock, due.body) == (
        "plan-reply",
        5,
        "working_days",
        "emergency",
    )
    with pytest.raises(NotAllowed):
        reply_to_obstacle(row.pk, "代答", expected_version=1, **loop.by("department"))
    reply_to_obstacle(row.pk, "已安排", expected_version=1, **loop.by("bureau"))
    row.refresh_from_db()
    assert Due.objects.get(pk=row.first_due_id).state == "answered"
    assert Due.objects.get(pk=row.due_id).rule == "plan-decide"
    with pytest.raises(NotAllowed):
        settle_obstacle(row.pk, expected_version=2, reason="好", **loop.by("bureau"))
    settle_obstacle(row.pk, expected_version=2, reason="已解决", **loop.by("department"))
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("closed", "已解决")
    with pytest.raises(LoopRefused):
        settle_obstacle(row.pk, expected_version=3, reason="再", **loop.by("department"))


def test_escalation_reaches_the_plan_office(loop: Any) -> None:
    row = raised(loop)
    escalate_obstacle(row.pk, expected_version=1, reason="未答复", **loop.by("department"))
    row.refresh_from_db()
    assert Due.objects.get(pk=row.due_id).body == "emergency"
    reply_to_obstacle(row.pk, "规划办协调", expected_version=2, **loop.by("bureau"))
    row.refresh_from_db()
    assert (row.state, row.reply) == ("replied", "规划办协调")


def test_two_reply_at_once_the_second_is_told(loop: Any) -> None:
    row = raised(loop, "emergency")
    reply_to_obstacle(row.pk, "甲", expected_version=1, **loop.by("bureau"))
    with pytest.raises(Conflict):
        reply_to_obstacle(row.pk, "乙", expected_version=1, **loop.by("bureau"))


def test_refusals_and_a_repeat(loop: Any) -> None:
    with pytest.raises(AddressedToOneself):
        raised(loop, "water")
    first = raised(loop, "finance", "obstacle-once")
    assert raised(loop, "finance", "obstacle-once").pk == first.pk
    for login in ("county", "public"):
        scope = loop.actor_as(login).scope
        seen = Obstacle.objects.visible_to(scope).filter(pk=first.pk).exists()
        assert seen is (login == "county"), "a county reads what the city has open"


def table(loop: Any, **more: Any) -> NewTable:
    units = reporting_units()
    values = {
        "item": loop.item("I1").pk,
        "year": 2030,
        "nature": Nature.WHOLE,
        "city_value": Decimal(14),
        "figures": {unit.code: UnitFigure(value=Decimal(1)) for unit in units},
    }
    return NewTable(**(values | more))


def test_control_figures_are_checked_and_never_refused_for_their_sum(loop: Any) -> None:
    made = set_control_table(table(loop), expected_version=0, **loop.by("bureau"))
    row = ControlTable.objects.get(pk=made["id"])
    assert check_table(row).known() is Sum.EQUAL
    changed = table(loop, city_value=Decimal(13))
    set_control_table(changed, expected_version=1, **loop.by("bureau"))
    row.refresh_from_db()
    assert check_table(row).known() is Sum.OVER
    fewer = dict(list(table(loop).figures.items())[1:])
    set_control_table(table(loop, figures=fewer), expected_version=2, **loop.by("bureau"))
    row.refresh_from_db()
    assert check_table(row).value is UNKNOWN
    with pytest.raises(Conflict):
        set_control_table(changed, expected_version=1, **loop.by("bureau"))


def test_control_figures_that_are_refused(loop: Any) -> None:
    cases = (
        (table(loop, city_value=Decimal("1.5")), LoopRefused),
        (table(loop, figures={"nowhere": UnitFigure(value=Decimal(1))}), UnknownUnit),
        (table(loop, item=loop.item("T1").pk), NotAnIndicator),
    )
    for new, refusal in cases:
        with pytest.raises(refusal):
            set_control_table(new, expected_version=0, **loop.by("bureau"))
    for login in ("department", "county", "public", "admin"):
        with pytest.raises(NotAllowed):
            set_control_table(table(loop), expected_version=0, **loop.by(login))


def test_deliverables_by_hand(loop: Any) -> None:
    item = loop.item("S5")
    made = add_deliverable(NewDeliverable(item=item.pk, text="月报"), **loop.by("bureau"))
    row = Deliverable.objects.get(pk=made["id"])
    assert Due.objects.get(pk=row.due_id).state == "expected"
    set_day(
        row.pk, dt.date(2027, 3, 31), expected_version=1, reason="明确时限", **loop.by("bureau")
    )
    row.refresh_from_db()
    assert Due.objects.get(pk=row.due_id).fixed_on == dt.date(2027, 3, 31)
    withdraw_deliverable(row.pk, expected_version=2, reason="并入季报", **loop.by("bureau"))
    row.refresh_from_db()
    assert Due.objects.get(pk=row.due_id).state == "withdrawn"
    for login in ("department", "county"):
        with pytest.raises((NotAllowed, NotFound)):
            add_deliverable(NewDeliverable(item=item.pk, text="x"), **loop.by(login))


def test_deriving_again_makes_nothing_new(loop: Any) -> None:
    notice = Notice.objects.latest("issued_on")
    before = Deliverable.objects.count()
    assert derive_deliverables(notice.pk, **loop.by("bureau"))["made"] == 0
    assert Deliverable.objects.count() == before > 100


def test_every_measure_counts_its_own_proofs(loop: Any) -> None:
    for login in ("bureau", "department", "county", "public"):
        scope = loop.actor_as(login).scope
        for measure in registry.measures():
            proofs = measure.evidence(scope, loop.now)
            share = measure.query(scope, loop.now)
            assert share == share_of(proofs)
            assert not any(proof.counts and proof.left_out for proof in proofs)
            counted = [proof for proof in proofs if not proof.left_out]
            if all(proof.whole is None for proof in counted):  # no amounts: every record is one
                assert share.whole == len(counted)
                assert share.part == sum(proof.counts for proof in counted)
            assert measure.serves or ItemMeasure.objects.filter(measure=measure.name).exists()
    names = {name for measure in registry.measures() for name in measure.serves}
    assert {"R1", "W1", "W2"} <= names


def test_w2_knows_late_from_in_time(loop: Any) -> None:
    measure = next(m for m in registry.measures() if m.serves == ("W2",))
    scope = loop.actor_as("bureau").scope
    before = measure.query(scope, loop.now)
    row = raised(loop)
    assert measure.query(scope, loop.now) == before, "a running term is not counted"
    end = Due.objects.get(pk=row.first_due_id).due_at
    late = measure.query(scope, end + dt.timedelta(seconds=1))
    assert late.whole > before.whole
