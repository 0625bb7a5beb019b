"""A bulletin that waits for approval is a term in the work of those who may approve it."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.due.queries import my_work
from anlan.base.errors import Refused
from anlan.base.models import IS_OPEN, Due
from anlan.warning.actions.bulletins.drafting import (
    discard_bulletin,
    take_back_bulletin,
)
from anlan.warning.actions.bulletins.reviewing import send_back_bulletin
from anlan.warning.actions.bulletins.terms import SUBJECT
from anlan.warning.models import Bulletin, PublishingRight
from anlan.warning.rules.bulletin.life import BulletinState
from tests.registers.kept import acting
from tests.registers.small_city import NOW
from tests.warning import bulletin_life
from tests.warning.bulletin_life import approve, give_right, issue, row, step, submit


def write(login: str = "department", **more: Any) -> Bulletin:
    return bulletin_life.write(login, **{"owner": "演示·省水利厅"} | more)


def terms(bulletin: Bulletin) -> list[Due]:
    return list(
        Due.objects.filter(subject_model=SUBJECT, subject_key=str(bulletin.pk)).order_by(
            "start_at", "id"
        )
    )


def work_of(login: str) -> set[str]:
    return {due.subject_key for due in my_work(acting(login).scope)}


@pytest.mark.usefixtures("town")
def test_a_draft_is_nobody_s_work_yet() -> None:
    found = write()
    assert terms(found) == []
    assert found.due is None


@pytest.mark.parametrize(
    ("level", "minutes"), [("red", 5), ("orange", 10), ("yellow", 30), ("blue", 30)]
)
@pytest.mark.usefixtures("town")
def test_the_minutes_of_the_level(level: str, minutes: int) -> None:
    found = submit(write(level=level))
    (term,) = terms(found)
    assert term.due_at == NOW + dt.timedelta(minutes=minutes)
    assert term.pk == found.due


@pytest.mark.usefixtures("town")
def test_a_red_one_of_a_city_body_is_asked_of_the_plan_office() -> None:
    found = submit(write(level="red"))
    assert str(found.pk) in work_of("bureau")
    assert str(found.pk) not in work_of("department")
    assert str(found.pk) not in work_of("county")


@pytest.mark.usefixtures("town")
def test_without_a_colleague_a_yellow_one_goes_to_the_plan_office() -> None:
    found = submit(write(level="yellow"))
    assert str(found.pk) in work_of("bureau")


@pytest.mark.usefixtures("town")
def test_a_colleague_of_the_body_is_asked_before_the_plan_office() -> None:
    found = submit(write("leader", body="emergency", level="yellow"), "leader")
    (term,) = terms(found)
    assert term.doer == "body:emergency"
    assert str(found.pk) in work_of("officer")


@pytest.mark.usefixtures("town")
def test_a_county_without_a_second_contact_asks_the_plan_office() -> None:
    found = submit(write("county", body="emergency-xinjiang", level="red"), "county")
    (term,) = terms(found)
    assert term.doer == "body:emergency"
    other = submit(write("bureau", body="emergency-xinjiang", level="red"), "bureau")
    assert terms(other)[0].doer == "unit:xinjiang"
    assert str(other.pk) in work_of("county")


@pytest.mark.usefixtures("town")
def test_the_approval_closes_it() -> None:
    found = approve(submit(write()), at=NOW + dt.timedelta(minutes=3))
    (term,) = terms(found)
    assert (term.state, term.answered_by) == ("answered", "bureau")
    assert work_of("bureau") == set()


@pytest.mark.usefixtures("town")
def test_sending_back_closes_it_with_the_reason() -> None:
    found = step(send_back_bulletin, submit(write()), "bureau")
    (term,) = terms(found)
    assert (term.state, "测试" in term.answer) == ("answered", True)


@pytest.mark.usefixtures("town")
def test_taking_back_withdraws_it_and_a_new_submission_asks_anew() -> None:
    found = step(take_back_bulletin, submit(write()), "department")
    (first,) = terms(found)
    assert first.state == "withdrawn"
    again = submit(found, at=NOW + dt.timedelta(minutes=9))
    old, new = terms(again)
    assert (old.pk, new.state, again.due) == (first.pk, "running", new.pk)
    assert new.due_at == NOW + dt.timedelta(minutes=39)


@pytest.mark.usefixtures("town")
def test_after_the_approval_sending_back_asks_nothing_new() -> None:
    found = step(send_back_bulletin, approve(submit(write())), "bureau")
    assert [term.state for term in terms(found)] == ["answered"]
    taken = step(take_back_bulletin, approve(submit(write())), "department")
    assert [term.state for term in terms(taken)] == ["answered"]


@pytest.mark.usefixtures("town")
def test_what_is_refused_leaves_the_term_open() -> None:
    found = submit(write())
    with pytest.raises(Refused):
        approve(found, "department")
    with pytest.raises(Refused):
        approve(found, version=found.version + 5)
    assert [term.state for term in terms(found)] == ["running"]


ACTS: dict[str, Any] = {
    "submit": lambda b: submit(b),
    "approve": lambda b: approve(b),
    "send-back": lambda b: step(send_back_bulletin, b, "bureau"),
    "take-back": lambda b: step(take_back_bulletin, b, "department"),
    "discard": lambda b: step(discard_bulletin, b, "department"),
    "issue": lambda b: issue(b),
}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.sampled_from(sorted(ACTS)), max_size=7))
def test_exactly_while_it_waits_one_term_is_open(town: None, acts: list[str]) -> None:
    if not PublishingRight.objects.filter(body__code="water").exists():
        give_right()
    found = write()
    for name in acts:
        try:
            found = ACTS[name](found)
        except Refused:
            found = row(found.pk)
        waits = found.state == BulletinState.SUBMITTED
        still = Due.objects.filter(IS_OPEN, subject_model=SUBJECT, subject_key=str(found.pk))
        assert still.count() == int(waits), (name, found.state)
