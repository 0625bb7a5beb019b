"""Dues and the calendar over the API."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.due.holiday_notices import load_calendar
from anlan.base.models import Due, HolidayYear
from anlan.base.rules.due.clock import ClockKind
from anlan.registers.models import Account
from anlan.site import instance
from tests.base.due.life import DAY, NOW, Life, make_life, opened

pytestmark = pytest.mark.django_db
NOTICE = {
    "source": "测试用通知",
    "days_off": ["2027-01-01"],
    "worked_weekend_days": ["2027-01-02"],
}


@pytest.fixture
def life(db: None) -> Any:
    load_calendar(None, lambda line: None)
    made = make_life()
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield made
    instance.forget()


def as_(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def send(client: Client, method: str, path: str, body: Any, **headers: str) -> Any:
    call = getattr(client, method)
    return call(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_a_due_over_the_api(life: Life) -> None:
    due = opened(start_at=NOW - 40 * DAY)
    shown = as_("water").get(f"/api/v1/dues/{due.pk}")
    assert shown.headers["ETag"] == '"1"'
    row = shown.json()
    assert (row["state"], row["clock"], row["level"]) == ("overdue", "working_days", 0)
    assert [step["number"] for step in row["ladder"]] == [1, 2, 3, 4]
    assert {reason["rule"] for reason in row["reasons"]} >= {"due-end", "working-calendar"}


def test_filters(life: Life) -> None:
    late, soon = opened(start_at=NOW - 40 * DAY), opened(amount=2)
    client = as_("water")
    for when, due in (("overdue", late), ("soon", soon)):
        found = client.get(f"/api/v1/dues?mine=true&when={when}").json()["results"]
        assert [row["id"] for row in found] == [str(due.pk)]
    assert client.get("/api/v1/dues?body=airport").json()["count"] == 0
    assert client.get("/api/v1/dues?when=answered").json()["count"] == 0
    assert client.get("/api/v1/dues?when=never").status_code == 422
    newest = client.get("/api/v1/dues?sort=-due").json()["results"]
    assert [row["id"] for row in newest] == [str(soon.pk), str(late.pk)]


def test_pause_resume_answer(life: Life) -> None:
    due = opened()
    keeper, water = as_("keeper"), as_("water")
    path = f"dues/{due.pk}"
    assert send(keeper, "post", f"{path}/pause", {"reason": "等文"}).status_code == 428
    mute = send(keeper, "post", f"{path}/pause", {"expected_version": 1})
    assert (mute.status_code, mute.json()["code"]) == (422, "reason-missing")
    paused = send(keeper, "post", f"{path}/pause", {"reason": "等文", "expected_version": 1})
    assert (paused.json()["state"], paused.json()["due_at"]) == ("paused", None)
    with clock.at(NOW + DAY):  # a day later the session of today has ended
        keeper = as_("keeper")
        resumed = send(keeper, "post", f"{path}/resume", {"reason": "文到"}, **{"If-Match": '"2"'})
    assert resumed.json()["pauses"][0]["reason"] == "等文"
    refused = send(water, "post", f"{path}/withdraw", {"reason": "x", "expected_version": 3})
    assert refused.status_code == 403
    body = {"what": "已报送", "expected_version": 3}
    first = send(water, "post", f"{path}/answer", body, **{"Idempotency-Key": "answer-0001"})
    again = send(water, "post", f"{path}/answer", body, **{"Idempotency-Key": "answer-0001"})
    assert first.json() == again.json()
    assert first.json()["state"] == "answered"
    second = send(water, "post", f"{path}/answer", body)
    assert (second.status_code, second.json()["code"]) == (409, "due-closed")


def test_withdraw_and_day(life: Life) -> None:
    due, unset = opened(), opened(kind=ClockKind.NOT_SET, amount=0)
    keeper = as_("keeper")
    stated = {"reason": "测试", "expected_version": 1}
    gone = send(keeper, "post", f"dues/{due.pk}/withdraw", stated)
    assert gone.json()["state"] == "withdrawn"
    day = send(keeper, "post", f"dues/{unset.pk}/day", {**stated, "on": "2026-12-20"})
    assert day.json()["fixed_on"] == "2026-12-20"
    assert Due.objects.get(pk=unset.pk).due_at == dt.datetime(2026, 12, 20, 16, tzinfo=dt.UTC)


def test_a_year_is_read_entered_and_set_right(life: Life) -> None:
    reader, keeper = as_("reader"), as_("keeper")
    assert reader.get("/api/v1/holiday-years").json()["results"][0]["year"] == 2026
    assert reader.get("/api/v1/holiday-years/2027").status_code == 404
    assert send(reader, "put", "holiday-years/2027", NOTICE).status_code == 403
    entered = send(keeper, "put", "holiday-years/2027", {**NOTICE, "reason": "公布"})
    assert (entered.status_code, entered.json()["version"]) == (200, 1)
    assert send(keeper, "put", "holiday-years/2027", NOTICE).status_code == 428
    right = {**NOTICE, "days_off": [], "expected_version": 1}
    assert send(keeper, "put", "holiday-years/2027", right).json()["version"] == 2
    stale = send(keeper, "put", "holiday-years/2027", right)
    assert stale.status_code == 409
    misfit = {**NOTICE, "days_off": ["2027-01-02"], "expected_version": 2}
    refused = send(keeper, "put", "holiday-years/2027", misfit)
    assert (refused.status_code, refused.json()["field"]) == (422, "days_off")
    assert HolidayYear.objects.get(year=2027).version == 2
