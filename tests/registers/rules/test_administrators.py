"""Nobody is two of the three administrators on one day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registers.rules.administrators import HeldTask, may_hold
from anlan.registers.rules.scope import ADMINISTRATORS, Role

DAY = dt.date(2026, 3, 1)
ONE = dt.timedelta(days=1)
SYSTEM, SECURITY = Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


def task(role: Role, since: dt.date, until: dt.date | None = None) -> HeldTask:
    return HeldTask(role=role, since=since, until=until)


@pytest.mark.parametrize(
    ("since", "allowed"), [(DAY - ONE, False), (DAY, True), (DAY + ONE, True)]
)
def test_a_task_may_follow_another_from_its_end(since: dt.date, allowed: bool) -> None:
    held = [task(SYSTEM, DAY - 10 * ONE, DAY)]
    verdict = may_hold(task(SECURITY, since), held)
    assert verdict.known() is allowed
    assert verdict.reasons[0].source == "GB/T 22239-2019"


@pytest.mark.parametrize(
    ("until", "allowed"), [(DAY - ONE, True), (DAY, True), (DAY + ONE, False), (None, False)]
)
def test_a_task_may_precede_another_up_to_its_beginning(
    until: dt.date | None, allowed: bool
) -> None:
    wanted = task(SECURITY, DAY - 10 * ONE, until)
    assert may_hold(wanted, [task(SYSTEM, DAY)]).known() is allowed


def test_working_posts_and_the_same_task_are_no_conflict() -> None:
    assert may_hold(task(SYSTEM, DAY), [task(SYSTEM, DAY), task(Role.BUREAU, DAY)]).known()
    assert may_hold(task(Role.COUNTY, DAY), [task(SECURITY, DAY)]).known()
    assert may_hold(task(SYSTEM, DAY), []).known()


@given(
    st.sampled_from(ADMINISTRATORS),
    st.sampled_from(ADMINISTRATORS),
    st.lists(DAYS, min_size=2, max_size=2, unique=True),
    st.lists(DAYS, min_size=2, max_size=2, unique=True),
)
def test_it_agrees_with_counting_days(
    one: Role, other: Role, first: list[dt.date], second: list[dt.date]
) -> None:
    a, b = task(one, *sorted(first)), task(other, *sorted(second))
    days_a = {a.since + n * ONE for n in range((a.until - a.since).days)}  # type: ignore[operator]
    days_b = {b.since + n * ONE for n in range((b.until - b.since).days)}  # type: ignore[operator]
    assert may_hold(a, [b]).known() is (one is other or not days_a & days_b)
    assert may_hold(a, [b]).known() is may_hold(b, [a]).known()
