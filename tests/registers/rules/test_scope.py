"""Who sees what: default refusal, dated posts, the dated tree of reporting units."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registers.rules.scope import (
    ADMINISTRATORS,
    CAPABILITIES,
    NOTHING,
    Capability,
    HeldPost,
    Role,
    UnitEdge,
    scope_of,
)

BEGIN = dt.date(2021, 1, 1)
DAY = dt.date(2026, 11, 24)
COUNTIES = ("yanhu", "linyi", "xinjiang", "zone")
TREE = (
    UnitEdge(unit="city", parent=None, valid_from=BEGIN),
    *(UnitEdge(unit=unit, parent="city", valid_from=BEGIN) for unit in COUNTIES),
)


def post(role: Role, unit: str, **span: dt.date) -> HeldPost:
    return HeldPost(role=role, body=f"body-{unit}", unit=unit, held_from=BEGIN, **span)


def test_nobody_without_a_post_may_do_anything() -> None:
    assert scope_of([], TREE, DAY) == NOTHING
    assert not any(NOTHING.may(capability) for capability in Capability)


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (dt.date(2020, 12, 31), False),
        (dt.date(2021, 1, 1), True),
        (dt.date(2023, 2, 27), True),
        (dt.date(2023, 2, 28), False),
    ],
)
def test_a_post_counts_from_its_first_day_to_the_day_before_its_end(
    day: dt.date, held: bool
) -> None:
    posts = [post(Role.DEPARTMENT, "city", held_until=dt.date(2023, 2, 28))]
    assert scope_of(posts, TREE, day).may(Capability.READ_INTERNAL) is held


@given(st.sampled_from(COUNTIES))
def test_a_county_sees_itself_and_the_city_and_never_a_sibling(unit: str) -> None:
    scope = scope_of([post(Role.COUNTY, unit)], TREE, DAY)
    assert scope.units == {unit, "city"}
    assert scope.own_units == {unit}


def test_the_bureau_sees_every_unit() -> None:
    scope = scope_of([post(Role.BUREAU, "city")], TREE, DAY)
    assert scope.units == {"city", *COUNTIES}


def test_a_public_reader_belongs_to_no_unit() -> None:
    scope = scope_of([post(Role.PUBLIC, "city")], TREE, DAY)
    assert scope.units == scope.own_units == scope.bodies == frozenset()
    assert scope.capabilities == {Capability.READ_PUBLISHED}


def test_the_zone_is_a_sibling_though_its_code_lies_inside_a_district() -> None:
    scope = scope_of([post(Role.COUNTY, "yanhu")], TREE, DAY)
    assert "zone" not in scope.units


def test_a_unit_that_ended_is_no_longer_below_the_city() -> None:
    ended = UnitEdge(unit="old", parent="city", valid_from=BEGIN, valid_until=dt.date(2024, 1, 1))
    scope = scope_of([post(Role.BUREAU, "city")], [*TREE, ended], DAY)
    assert "old" not in scope.units


WORKING = [role for role in Role if role not in ADMINISTRATORS]


@given(
    st.lists(st.tuples(st.sampled_from(WORKING), st.sampled_from(COUNTIES)), max_size=5),
    st.tuples(st.sampled_from(list(Role)), st.sampled_from(COUNTIES)),
)
def test_another_post_never_takes_anything_away(
    some: list[tuple[Role, str]], more: tuple[Role, str]
) -> None:
    before = scope_of([post(*held) for held in some], TREE, DAY)
    after = scope_of([post(*held) for held in [*some, more]], TREE, DAY)
    assert before.capabilities <= after.capabilities
    assert before.units <= after.units


@given(st.lists(st.tuples(st.sampled_from(WORKING), st.sampled_from(COUNTIES)), min_size=1))
def test_capabilities_are_those_of_the_roles_held(held: list[tuple[Role, str]]) -> None:
    scope = scope_of([post(*one) for one in held], TREE, DAY)
    assert scope.capabilities == frozenset().union(*(CAPABILITIES[role] for role, _ in held))


@given(st.lists(st.sampled_from(list(Role)), min_size=1))
def test_two_administrators_in_one_person_are_none(held: list[Role]) -> None:
    scope = scope_of([post(role, COUNTIES[0]) for role in held], TREE, DAY)
    tasks = {role for role in held if role in ADMINISTRATORS}
    counted = [role for role in held if len(tasks) < 2 or role not in ADMINISTRATORS]
    assert scope.roles == frozenset(counted)
    assert scope.capabilities == frozenset().union(*(CAPABILITIES[role] for role in counted))


@pytest.mark.parametrize(
    ("capability", "holder"),
    [
        (Capability.MANAGE_ACCOUNTS, Role.SYSTEM_ADMINISTRATOR),
        (Capability.ASSIGN_RIGHTS, Role.SECURITY_ADMINISTRATOR),
        (Capability.AUDIT, Role.AUDIT_ADMINISTRATOR),
    ],
)
def test_each_administrator_has_a_task_of_his_own(capability: Capability, holder: Role) -> None:
    assert [role for role in Role if capability in CAPABILITIES[role]] == [holder]


def test_the_audit_administrator_changes_nothing() -> None:
    reading = {c for c in Capability if c.value.startswith("read-")} | {Capability.AUDIT}
    assert CAPABILITIES[Role.AUDIT_ADMINISTRATOR] <= reading
