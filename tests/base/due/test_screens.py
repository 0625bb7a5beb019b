"""The screens of dues and of the calendar as people meet them."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anlan.base import clock
from anlan.base.due import actions
from anlan.base.due.queries import When, grouped, narrowed
from anlan.base.models import Due, DuePause, HolidayYear
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.screens.dues.my_work import SHOWN_OF_A_GROUP, is_first_screen_of
from anlan.base.screens.holiday_years import DaysField
from anlan.registers.models import Account
from tests.base.due.life import DAY, NOW, Life, how, opened, vacate

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def as_(life: Life) -> SignIn:
    def signed_in(login: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(login=login))
        return client

    return signed_in


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with clock.at(NOW):
        yield


def text(response: Any) -> str:
    return str(response.content.decode())


def filled(page: Any, **more: str) -> dict[str, str]:
    """What a browser sends back of a form page."""
    hidden = re.findall(r'type="hidden" name="(request_id|expected_version)" value="(\w*)"', page)
    return {"reason": "测试", **dict(hidden), **more}


def lay_one_of_each() -> dict[When, Due]:
    late = opened(start_at=NOW - 40 * DAY, title="逾期的")
    soon = opened(amount=2, title="临近的")
    later = opened(amount=12, title="以后的")
    standing = opened(title="暂停的")
    actions.pause(standing.pk, expected_version=1, **how())
    standing.refresh_from_db()
    return {When.OVERDUE: late, When.SOON: soon, When.LATER: later, When.WAITING: standing}


def test_my_work_in_its_groups(as_: SignIn) -> None:
    dues = lay_one_of_each()
    opened(kind=ClockKind.NOT_SET, amount=0, title="没有日期的")
    page = text(as_("water").get(reverse("my-work")))
    order = [page.index(due.title) for due in dues.values()]
    assert order == sorted(order)
    assert "没有日期的" in page
    assert "逾期 " in page
    for when, due in dues.items():
        found = narrowed(Due.objects.all(), when, NOW)
        assert due in found
        assert list(grouped([due], NOW)[when]) == [due]
        listed = text(as_("water").get(reverse("my-work-list"), {"when": when.value}))
        assert due.title in listed
        assert all(other.title not in listed for w, other in dues.items() if w is not when)


def test_groups_and_filters_agree_at_every_boundary(life: Life) -> None:
    micro = dt.timedelta(microseconds=1)
    due = opened()
    for now in (due.due_at - 8 * DAY, due.due_at - 7 * DAY, due.due_at - 7 * DAY + micro):
        assert due in narrowed(Due.objects.all(), _only(grouped([due], now)), now)
    for now in (due.due_at - micro, due.due_at, due.due_at + micro):
        assert due in narrowed(Due.objects.all(), _only(grouped([due], now)), now)


def _only(groups: dict[When, list[Due]]) -> When:
    (when,) = [when for when, rows in groups.items() if rows]
    return when


def test_empty_pages_teach_and_lead_on(as_: SignIn) -> None:
    client = as_("airport")
    for name in ("my-work", "owed-this-week", "due-list", "my-work-list"):
        page = text(client.get(reverse(name)))
        assert 'class="empty"' in page
        assert page.count("href=") > 5


def test_my_work_takes_the_same_few_queries_whatever_its_length(as_: SignIn, life: Life) -> None:
    client = as_("water")
    opened()
    client.get(reverse("my-work"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("my-work"))
    for _ in range(SHOWN_OF_A_GROUP + 5):
        opened()
    with CaptureQueriesContext(connection) as many:
        page = text(client.get(reverse("my-work")))
    assert len(few) == len(many)
    assert sum('"base_due"' in query["sql"] for query in many.captured_queries) == 2
    assert page.count("报送防汛准备情况") == SHOWN_OF_A_GROUP


def test_export_and_print(as_: SignIn) -> None:
    lay_one_of_each()
    client = as_("water")
    for name in ("my-work-list", "due-list", "owed-this-week"):
        response = client.get(reverse(name), {"format": "csv"})
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert rows[1][0] == "应办事项"
        assert "逾期的" in [row[0] for row in rows]
        xlsx = client.get(reverse(name), {"format": "xlsx"})
        assert xlsx.content[:2] == b"PK"
    printed = text(client.get(reverse("my-work-list"), {"view": "print"}))
    assert "逾期的" in printed


def test_what_bodies_owe_this_week(as_: SignIn) -> None:
    lay_one_of_each()
    opened(title="机场的", amount=3, addressee=Addressee(body="airport", unit="city"))
    page = text(as_("keeper").get(reverse("owed-this-week")))
    assert page.index("市水务局") < page.index("市民航机场建设中心")  # who is late stands first
    assert "以后的" not in page
    own = text(as_("airport").get(reverse("owed-this-week")))
    assert "机场的" in own
    assert "逾期的" not in own


def test_the_page_of_a_due_shows_ladder_reasons_and_subject(as_: SignIn) -> None:
    due = opened(start_at=NOW - 40 * DAY)
    page = text(as_("keeper").get(reverse("due", args=[due.pk])))
    for said in ("升级阶梯", "报规划办督办", "民法典", "第二百零三条", "个工作日", "市水务局"):
        assert said in page
    assert f'href="{reverse("body", args=["water"])}"' in page
    history = text(as_("keeper").get(reverse("due", args=[due.pk]) + "?tab=history"))
    assert "开立待办" in history


def test_buttons_are_those_that_work(as_: SignIn, life: Life) -> None:
    running, standing, unset, late, closed = (
        opened(),
        opened(),
        opened(kind=ClockKind.NOT_SET, amount=0),
        opened(start_at=NOW - 40 * DAY),
        opened(),
    )
    actions.pause(standing.pk, expected_version=1, **how())
    actions.answer(closed.pk, what="x", expected_version=1, **how())
    every = ("due-answer", "due-pause", "due-resume", "due-day", "due-withdraw")
    shown = {
        ("keeper", running): {"due-answer", "due-pause", "due-withdraw"},
        ("keeper", standing): {"due-answer", "due-resume", "due-withdraw"},
        ("keeper", unset): {"due-answer", "due-day", "due-withdraw"},
        ("keeper", late): {"due-answer", "due-withdraw"},
        ("keeper", closed): set(),
        ("water", running): {"due-answer"},
        ("water", standing): {"due-answer"},
    }
    for (login, due), expected in shown.items():
        client = as_(login)
        page = text(client.get(reverse("due", args=[due.pk])))
        found = {name for name in every if reverse(name, args=[due.pk]) in page}
        assert found == expected, (login, due.state)
    refused = as_("water").get(reverse("due-withdraw", args=[running.pk]))
    assert refused.status_code == 403
    assert as_("airport").get(reverse("due-answer", args=[running.pk])).status_code == 404


def test_a_due_goes_through_its_forms(as_: SignIn) -> None:
    due = opened()
    keeper, water = as_("keeper"), as_("water")
    for name, state in (("due-pause", "paused"), ("due-resume", "running")):
        url = reverse(name, args=[due.pk])
        response = keeper.post(url, filled(text(keeper.get(url))))
        assert response.status_code == 302
        due.refresh_from_db()
        assert due.state == state
    url = reverse("due-answer", args=[due.pk])
    response = water.post(url, filled(text(water.get(url)), what="已报送", reason=""))
    assert response["Location"] == reverse("my-work")
    due.refresh_from_db()
    assert (due.state, due.answer, due.answered_by) == ("answered", "已报送", "water")
    assert DuePause.objects.get(due=due).ended_reason == "测试"


def test_wrong_input_is_refused_in_words_and_nothing_typed_is_lost(as_: SignIn) -> None:
    due = opened()
    water = as_("water")
    url = reverse("due-answer", args=[due.pk])
    page = text(water.get(url))
    empty = water.post(url, filled(page, what=""))
    assert empty.status_code == 422
    long = water.post(url, filled(page, what="长" * 501))
    assert long.status_code == 422
    assert "长" * 501 in text(long)
    sent = filled(page, what="第一份")
    assert water.post(url, sent).status_code == 302
    assert water.post(url, sent).status_code == 302  # sent twice: once
    late = water.post(url, filled(page, what="第二份", request_id="0" * 32))
    assert late.status_code == 409
    assert "第二份" in text(late)
    assert "已于" in text(late)


def test_two_writers_see_both_versions(as_: SignIn) -> None:
    due = opened()
    keeper = as_("keeper")
    url = reverse("due-pause", args=[due.pk])
    seen = filled(text(keeper.get(url)))
    keeper.post(url, filled(text(keeper.get(url))))
    keeper.post(
        reverse("due-resume", args=[due.pk]),
        filled(text(keeper.get(reverse("due-resume", args=[due.pk])))),
    )
    response = keeper.post(url, seen)
    assert response.status_code == 409
    due.refresh_from_db()
    assert due.state == "running"


def test_a_day_is_set_by_form(as_: SignIn) -> None:
    due = opened(kind=ClockKind.NOT_SET, amount=0)
    url = reverse("due-day", args=[due.pk])
    keeper = as_("keeper")
    bad = keeper.post(url, filled(text(keeper.get(url)), on="2026-13-01"))
    assert bad.status_code == 422
    keeper.post(url, filled(text(keeper.get(url)), on="2026-12-20"))
    due.refresh_from_db()
    assert due.fixed_on == dt.date(2026, 12, 20)


def test_what_is_provisional_and_what_was_passed_on_is_said(as_: SignIn, life: Life) -> None:
    from anlan.base.due.sweeping import follow_people

    named = Addressee(body="water", unit="city", post=life.posts["water-2"])
    due = opened(amount=40, addressee=named)
    vacate(life, "water-2", NOW.date())
    follow_people(NOW)
    for name in ("my-work", "due"):
        arguments = [due.pk] if name == "due" else []
        page = text(as_("water").get(reverse(name, args=arguments)))
        assert "暂定" in page
        assert "空缺" in page
    listed = text(as_("keeper").get(reverse("due-list"), {"provisional": "yes"}))
    assert "（暂定）" in listed


def test_who_begins_with_my_work(life: Life) -> None:
    begins = {login: is_first_screen_of(life.actor(login).scope) for login in life.posts}
    assert begins == {
        "keeper": False,
        "water": True,
        "water-2": True,
        "airport": True,
        "xinjiang": True,
        "xia": True,
        "reader": False,
    }


def test_a_notice_is_entered_and_set_right_by_form(as_: SignIn) -> None:
    due = opened(amount=30)
    keeper = as_("keeper")
    url = reverse("holiday-year-add")
    page = text(keeper.get(url))
    assert 'value="2027"' in page
    sent = filled(
        page,
        year="2027",
        source="国务院办公厅关于2027年部分节假日安排的通知",
        document_number="国办发明电〔2026〕测1号",
        days_off="2027-01-01～2027-01-03，2027-02-08",
        worked_weekend_days="2027-02-20",
        status="V",
    )
    wrong = keeper.post(url, sent | {"days_off": "春节"})
    assert wrong.status_code == 422
    assert "不是日期" in text(wrong)
    assert "春节" in text(wrong)
    misfit = keeper.post(url, sent | {"worked_weekend_days": "2027-02-19"})
    assert misfit.status_code == 422
    done = keeper.post(url, sent)
    assert done["Location"] == reverse("holiday-year", args=[2027])
    row = HolidayYear.objects.get(year=2027)
    assert row.days_off == ["2027-01-01", "2027-02-08"]
    due.refresh_from_db()
    assert not due.is_provisional
    again = keeper.post(url, sent | {"request_id": "0" * 32})
    assert again.status_code == 422
    change = reverse("holiday-year-change", args=[2027])
    page = text(keeper.get(change))
    sent |= {"days_off": "2027-01-01", **filled(page)}
    assert keeper.post(change, sent).status_code == 302
    row.refresh_from_db()
    assert row.days_off == ["2027-01-01"]
    assert as_("water").get(change).status_code == 403
    assert as_("reader").get(reverse("holiday-year", args=[2027])).status_code == 200
    assert as_("keeper").get(reverse("holiday-year", args=[2031])).status_code == 404


@pytest.mark.parametrize(
    ("weekend", "typed", "days"),
    [
        (False, "", []),
        (False, "2027-01-01", ["2027-01-01"]),
        (False, "2027-01-01、2027-01-01", ["2027-01-01"]),
        (False, "2027-02-05~2027-02-09", ["2027-02-05", "2027-02-08", "2027-02-09"]),
        (True, "2027-02-05至2027-02-09", ["2027-02-06", "2027-02-07"]),
    ],
)
def test_days_as_they_are_typed(weekend: bool, typed: str, days: list[str]) -> None:
    found = DaysField(weekend=weekend).clean(typed)
    assert [day.isoformat() for day in found] == days


@pytest.mark.parametrize(
    "typed", ["x", "2027-02-30", "2027-02-09~2027-02-05", "2027-01-01~2027-06-01", "20270101"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        DaysField(weekend=False).clean(typed)


def test_dues_are_found_by_the_search_box(as_: SignIn) -> None:
    due = opened()
    page = text(as_("water").get(reverse("search"), {"q": "防汛准备"}))
    assert reverse("due", args=[due.pk]) in page
