"""The phone book: all or nothing, repeatable, and nobody is merged with somebody else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed, RequestReused
from anlan.base.models import JournalEntry
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.actions.phone_book import import_phone_book, plan_phone_book
from anlan.registers.actions.phone_book_check import ContactLine
from anlan.registers.actions.row_errors import RowsRefused
from anlan.registers.actions.tenures import TenureEndsTooEarly, hand_over
from anlan.registers.models import Body, Person, Post, Tenure
from anlan.registers.rules.scope import CAPABILITIES, PROGRAM, Role, Scope
from tests.registers.small_city import ADMINISTRATOR, NOW, TODAY, make_small_city

BUREAU = Actor(account="b", scope=Scope(capabilities=CAPABILITIES[Role.BUREAU]))
DEPARTMENT = Actor(account="d", scope=Scope(capabilities=CAPABILITIES[Role.DEPARTMENT]))


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    make_small_city(is_demonstration=False)


def line(row: int = 2, **cells: Any) -> ContactLine:
    return ContactLine(
        **{"row": row, "body": "市水务局", "name": "张三", "title": "联络员", **cells}
    )


def take(*lines: ContactLine, request_id: str = "take-one", actor: Actor = BUREAU) -> dict:
    return import_phone_book(lines, actor=actor, now=NOW, today=TODAY, request_id=request_id)


def refused(*lines: ContactLine, actor: Actor = BUREAU) -> list[tuple[int, str, str]]:
    plan = plan_phone_book(lines, actor=actor, today=TODAY)
    return [(error.row, error.field, error.refusal.code) for error in plan.errors]


def test_people_posts_and_tenures_in_one_entry() -> None:
    before = JournalEntry.objects.count()
    result = take(
        line(2, name="张\u3000三", mobile="１３８ 0000 1111", landline="（0359）2660000转8"),
        line(3, name="李四"),
        line(4, body="县应急局", unit="新绛县", name="王五", title="局长"),
    )
    assert result == {"new": 3, "post": 0, "number": 0, "unchanged": 0}
    assert JournalEntry.objects.count() == before + 1
    person = Person.objects.get(name="张三")
    assert (person.mobile, person.landline) == ("13800001111", "0359-2660000-8")
    assert (person.initials, person.is_invented) == ("zs", False)
    tenure = person.tenures.get()
    assert (tenure.post.body.code, tenure.post.role) == ("water", Role.DEPARTMENT)
    assert tenure.held_from == TODAY
    assert Post.objects.get(title="局长").role == Role.COUNTY
    assert Post.objects.count() == 2  # two people share one post


def test_personal_data_enter_the_journal_only_sealed() -> None:
    take(line(name="张三", mobile="13800001111"))
    content = JournalEntry.objects.get(request_id="take-one").content
    assert "张三" not in content
    assert "13800001111" not in content


def test_a_file_may_be_imported_again() -> None:
    lines = (line(2, mobile="13800001111"), line(3, name="李四"))
    take(*lines)
    again = take(*lines, request_id="take-two")
    assert again == {"new": 0, "post": 0, "number": 0, "unchanged": 2}
    assert not JournalEntry.objects.filter(request_id="take-two").exists()
    assert take(*lines) == {"new": 2, "post": 0, "number": 0, "unchanged": 0}
    with pytest.raises(RequestReused):
        take(lines[0])


def test_a_new_number_is_set_and_an_empty_cell_takes_nothing_away() -> None:
    take(line(mobile="13800001111", landline="0359-2660000"))
    assert take(line(mobile="13900001111"), request_id="take-two")["number"] == 1
    person = Person.objects.get()
    assert (person.mobile, person.landline, person.version) == ("13900001111", "0359-2660000", 2)


def test_one_person_may_hold_two_posts() -> None:
    take(line(2, mobile="13800001111"), line(3, mobile="13800001111", title="副局长"))
    assert Person.objects.get().tenures.count() == 2
    take(line(mobile="13800001111", body="市应急局"), request_id="take-two")
    assert Person.objects.get().tenures.count() == 3


def test_same_names_are_not_merged() -> None:
    """By name alone nobody of another body, and nobody with another number, is the same."""
    take(line(2, mobile="13800001111"), line(3, body="市应急局", mobile="13800002222"))
    take(line(4, title="副局长", mobile="13800003333"), request_id="take-two")
    assert Person.objects.count() == 3
    take(line(5, title="秘书", name="李四"), line(6, title="司机", name="李四"), request_id="t-3")
    assert Person.objects.filter(name="李四").count() == 1


def test_somebody_with_a_sign_in_gets_the_post_as_well() -> None:
    colleague = NewColleague(
        name="张三",
        mobile="13800001111",
        body=Body.objects.get(code="emergency").pk,
        title="系统管理员",
        role=Role.SYSTEM_ADMINISTRATOR,
        held_from=TODAY,
        login="zhang",
        password="a-long-enough-pass",
    )
    add_colleague(colleague, actor=ADMINISTRATOR, now=NOW, request_id="colleague")
    assert take(line(mobile="13800001111"))["post"] == 1
    assert Person.objects.count() == 1
    rights = line(body="市应急局", title="系统管理员", name="李四")
    assert refused(rights) == [(2, "title", "post-needs-administrator")]
    assert refused(rights, actor=Actor(account="a", scope=PROGRAM)) == []


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"body": ""}, "body", "cell-missing"),
        ({"name": " "}, "name", "cell-missing"),
        ({"title": ""}, "title", "cell-missing"),
        ({"title": "长" * 61}, "title", "cell-too-long"),
        ({"name": "13800001111"}, "name", "bad-name"),
        ({"mobile": "1380000111"}, "mobile", "bad-mobile"),
        ({"mobile": "1.38E+10"}, "mobile", "bad-mobile"),
        ({"landline": "无"}, "landline", "bad-landline"),
        ({"body": "市水利局"}, "body", "unknown-body"),
        ({"body": "县应急局"}, "unit", "several-bodies"),
        ({"body": "县应急局", "unit": "绛州"}, "unit", "no-such-unit"),
        ({"name": "演示·张三"}, "name", "invented-row"),
        ({"body": "演示水务局"}, "name", "invented-row"),
        ({"mobile": "19900000007"}, "name", "invented-row"),
        ({"mark": "X"}, "name", "invented-row"),
    ],
)
def test_a_row_that_cannot_be_taken(cells: dict[str, str], field: str, code: str) -> None:
    assert refused(line(7, **cells)) == [(7, field, code)]


def test_nearest_names_are_given_with_their_unit() -> None:
    plan = plan_phone_book((line(body="市水利局"),), actor=BUREAU, today=TODAY)
    assert "市水务局（市本级）" in plan.errors[0].refusal.text()
    several = plan_phone_book((line(body="县应急局"),), actor=BUREAU, today=TODAY)
    assert "夏县应急局（夏县）" in several.errors[0].refusal.text()


def test_rows_are_compared_with_each_other() -> None:
    assert refused(line(2), line(3)) == [(3, "name", "repeated-row")]
    numbers = (line(2, mobile="13800001111"), line(3, name="李四", mobile="13800001111"))
    assert refused(*numbers) == [(3, "mobile", "number-of-another")]
    take(numbers[0])
    assert refused(numbers[1]) == [(3, "mobile", "number-of-another")]


def test_nothing_is_half_imported() -> None:
    before = JournalEntry.objects.count()
    with pytest.raises(RowsRefused) as told:
        take(line(2), line(3, name="李四", mobile="1"), line(4, body="市水利局"))
    assert [error.row for error in told.value.errors] == [3, 4]
    assert "2" in told.value.text()
    assert (Person.objects.count(), Post.objects.count()) == (0, 0)
    assert JournalEntry.objects.count() == before


def test_who_may_not_keep_registers_is_refused() -> None:
    for call in (
        lambda: refused(line(), actor=DEPARTMENT),
        lambda: take(line(), actor=DEPARTMENT),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_demonstration_takes_its_own_people() -> None:
    from anlan.base.models import InstanceStamp

    InstanceStamp.objects.update(is_demonstration=True)
    take(line(name="演示·张三", mobile="19900000007"))
    assert Person.objects.get().is_invented


@pytest.fixture
def tenure() -> Tenure:
    take(line(held_from=dt.date(2024, 1, 1)), line(3, name="李四", title="副局长"))
    return Tenure.objects.get(person__name="张三")


def hand(tenure: Tenure, day: dt.date, **more: Any) -> Callable[[], Any]:
    return lambda: hand_over(
        tenure.pk, on=day, actor=BUREAU, now=NOW, request_id="hand-over", reason="调动", **more
    )


def test_a_post_changes_hands(tenure: Tenure) -> None:
    successor = Person.objects.get(name="李四")
    deputy = Post.objects.get(title="副局长")
    day = dt.date(2026, 12, 1)
    result = hand(tenure, day, successor=successor.pk, next_post=deputy.pk)()
    assert hand(tenure, day, successor=successor.pk, next_post=deputy.pk)() == result
    tenure.refresh_from_db()
    assert (tenure.held_until, tenure.version) == (day, 2)
    assert Tenure.objects.get(person=successor, post=tenure.post).held_from == day
    assert Tenure.objects.get(person=tenure.person, post=deputy).held_from == day


def test_a_post_may_stay_vacant_but_not_end_before_it_began(tenure: Tenure) -> None:
    with pytest.raises(TenureEndsTooEarly):
        hand(tenure, dt.date(2024, 1, 1))()
    hand(tenure, dt.date(2024, 1, 2))()
    assert not Tenure.objects.filter(post=tenure.post, held_until__isnull=True).exists()


def test_only_an_administrator_hands_over_rights(tenure: Tenure) -> None:
    from anlan.base.upkeep import change

    values = {"role": Role.BUREAU.value}
    change(
        Post,
        tenure.post_id,
        values,
        expected_version=1,
        actor=ADMINISTRATOR,
        now=NOW,
        request_id="role-change",
    )
    successor = Person.objects.get(name="李四")
    with pytest.raises(NotAllowed):
        hand(tenure, dt.date(2026, 12, 1), successor=successor.pk)()
    tenure.refresh_from_db()
    assert tenure.held_until is None
