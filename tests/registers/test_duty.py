"""The duty roster: who may be on a shift, overlaps, swaps, signatures, who is on duty now."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Conflict, NotAllowed
from anlan.registers import duty_queries
from anlan.registers.actions import duty
from anlan.registers.actions.duty import NewShift, Rotation
from anlan.registers.actions.holding import end_tenure
from anlan.registers.models import (
    Body,
    DutyAssignment,
    DutyShift,
    HandoverSignature,
    Tenure,
)
from tests.registers.kept import acting, make_kept_city, person, said
from tests.registers.small_city import NOW, TODAY

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 24, 8, 30, tzinfo=CITY_ZONE)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    make_kept_city()


def new_shift(start: dt.datetime = START, body: str = "emergency", **more: Any) -> NewShift:
    given = {
        "body": Body.objects.get(code=body).pk,
        "starts_at": start,
        "ends_at": start + DAY,
        "leader": person("leader").pk,
        "officers": (person("officer").pk,),
    }
    return NewShift(**given | more)


def entered(start: dt.datetime = START, **more: Any) -> DutyShift:
    result = duty.add_shift(new_shift(start, **more), **said())
    return DutyShift.objects.get(pk=result["id"])


def test_only_who_holds_a_post_in_the_body_that_day_is_on_duty() -> None:
    with pytest.raises(duty.NotOfTheBody):
        entered(leader=person("county").pk)
    tenure = Tenure.objects.get(person=person("leader"))
    end_tenure(tenure.pk, held_until=TODAY, expected_version=1, **said("admin"))
    with pytest.raises(duty.NotOfTheBody):
        entered()
    assert entered(START - DAY).assignments.count() == 2
    assert DutyShift.objects.count() == 1


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_shifts_may_touch_but_not_overlap(offset: int) -> None:
    entered()
    start = START + DAY + dt.timedelta(minutes=offset)
    if offset < 0:
        with pytest.raises(duty.ShiftsOverlap):
            entered(start)
    else:
        entered(start)


def test_a_shift_has_a_length() -> None:
    for end in (START, START - DAY, START + duty.LONGEST_SHIFT + dt.timedelta(minutes=1)):
        with pytest.raises(duty.ShiftSpan):
            entered(ends_at=end)
    entered(ends_at=START + duty.LONGEST_SHIFT)


def test_who_may_keep_a_roster() -> None:
    water = new_shift(body="water", leader=None, officers=(person("department").pk,))
    duty.add_shift(water, **said("department"))
    county = new_shift(body="emergency-xinjiang", leader=None, officers=(person("county").pk,))
    for login in ("department", "other", "public"):
        with pytest.raises(NotAllowed):
            duty.add_shift(county, **said(login))
    duty.add_shift(county, **said("county"))


def test_people_take_turns_and_all_shifts_come_or_none() -> None:
    pair = (person("leader").pk, person("officer").pk)
    rotation = Rotation(
        body=Body.objects.get(code="emergency").pk,
        first=TODAY,
        last=TODAY + 2 * DAY,
        begins=dt.time(8, 30),
        hours=12,
        leaders=pair,
        officers=pair[::-1],
    )
    assert duty.fill_roster(rotation, **said()) == {"shifts": 6}
    roles = DutyAssignment.objects.order_by("shift__starts_at", "role")
    assert [a.person_id for a in roles if a.role == "leader"] == list(pair) * 3
    assert [a.person_id for a in roles if a.role == "officer"] == list(pair[::-1]) * 3
    with pytest.raises(duty.ShiftsOverlap):
        duty.fill_roster(
            Rotation(
                **{n: getattr(rotation, n) for n in Rotation.__slots__} | {"first": TODAY - DAY}
            ),
            **said(),
        )
    assert DutyShift.objects.count() == 6


def test_a_swap_keeps_a_reason_and_loses_to_a_faster_one() -> None:
    shift = entered()
    row = shift.assignments.get(role="officer")
    new = person("bureau").pk
    duty.swap_duty(row.pk, person=new, expected_version=1, **said())
    with pytest.raises(Conflict):
        duty.swap_duty(row.pk, person=person("officer").pk, expected_version=1, **said())
    with pytest.raises(duty.AlreadyOnShift):
        duty.swap_duty(row.pk, person=person("leader").pk, expected_version=2, **said())
    with pytest.raises(NotAllowed):
        duty.swap_duty(row.pk, person=new, expected_version=2, **said("county"))
    assert shift.assignments.get(role="officer").person_id == new


def test_a_vacancy_is_found_and_filled() -> None:
    shift = entered(leader=None)
    start = dt.datetime(2026, 11, 24, 8, 30, tzinfo=CITY_ZONE)
    verdict = duty_queries.roster_findings([shift], start, start + DAY)
    assert [f.fault for f in verdict.known()] == ["no-leader"]
    duty.assign_duty(
        shift.pk, person=person("leader").pk, role="leader", expected_version=1, **said()
    )
    with pytest.raises(Conflict):
        duty.assign_duty(
            shift.pk, person=person("bureau").pk, role="leader", expected_version=1, **said()
        )
    again = DutyShift.objects.get(pk=shift.pk)
    assert duty_queries.roster_findings([again], start, start + DAY).known() == ()


def test_both_sides_sign_once() -> None:
    shift = entered()
    officer = person("officer").pk
    asked = {"person": officer, "note": "钥匙", **said()}
    with pytest.raises(duty.NoNextShift):
        duty.sign_handover(shift.pk, side="taking", **asked)
    entered(START + DAY, officers=(person("bureau").pk,))
    with pytest.raises(duty.NotOnShift):
        duty.sign_handover(shift.pk, side="taking", **asked)
    duty.sign_handover(shift.pk, side="handing", **asked)
    repeated = duty.sign_handover(shift.pk, side="handing", **asked)
    assert repeated["shift"] == str(shift.pk)
    with pytest.raises(duty.AlreadySigned):
        duty.sign_handover(shift.pk, side="handing", person=officer, note="", **said())
    duty.sign_handover(shift.pk, side="taking", person=person("bureau").pk, note="", **said())
    assert HandoverSignature.objects.count() == 2


def test_on_duty_now_has_an_open_end() -> None:
    entered()
    scope = acting("bureau").scope
    for at, number in ((START, 1), (START + DAY, 0), (START - dt.timedelta(seconds=1), 0)):
        assert duty_queries.on_duty(scope, at).count() == number
    assert duty_queries.on_duty(acting("public").scope, NOW).count() == 0


def test_scope_of_a_roster() -> None:
    entered()
    duty.add_shift(
        new_shift(body="emergency-xinjiang", leader=None, officers=(person("county").pk,)),
        **said("county"),
    )
    seen = {
        login: DutyShift.objects.visible_to(acting(login).scope).count()
        for login in ("bureau", "county", "other", "public")
    }
    assert seen == {"bureau": 2, "county": 2, "other": 1, "public": 0}
