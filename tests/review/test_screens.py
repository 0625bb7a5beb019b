"""Improvements on screens and over the API, as every role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base.identity import new_id
from anlan.plan.models import PlanItem, Problem
from anlan.registers.models import Body
from anlan.review.models import Improvement

SignedIn = Callable[[str], Client]


def _form(**more: Any) -> dict[str, Any]:
    return {
        "problem": "演示数据：巡查不到位",
        "todo": "演示数据：逐日巡查",
        "owner": str(Body.objects.get(code="water").pk),
        "due_on": "2099-12-10",
        "measure": "instruments-used",
        "check_on": "2100-01-10",
        "origin": "other",
        "request_id": new_id().hex,
        "expected_version": "0",
        **more,
    }


def test_from_the_page_of_a_problem_to_a_second_look(client_as: SignedIn) -> None:
    office, body = client_as("bureau"), client_as("department")
    problem = Problem.objects.order_by("pk").first()
    assert problem is not None
    page = office.get(f"/plan/problems/{problem.pk}/").content.decode()
    add = f"/improvements/add/?model=plan.problem&amp;key={problem.pk}"
    assert add in page
    address = add.replace("&amp;", "&")
    assert problem.text in office.get(address).content.decode()
    made = office.post(address, _form())
    assert made.status_code == 302, made.content.decode()
    one = made["Location"]
    row = Improvement.objects.get(pk=one.rstrip("/").rsplit("/", 1)[1])
    assert (row.subject_key, row.origin) == (str(problem.pk), "inspection")
    for text in ("从问题到成效", "现场检查", problem.text[:20]):
        assert text in office.get(one).content.decode()
    assert row.todo in office.get(f"/plan/problems/{problem.pk}/").content.decode()
    phone = body.get(f"{one}phone/").content.decode()
    assert "data-offline" in phone
    done = {
        "done": "演示数据：已逐日巡查",
        "done_on": row.before_on.isoformat(),
        "files": SimpleUploadedFile("p.txt", "演示数据".encode()),
        "request_id": new_id().hex,
        "expected_version": "1",
    }
    assert body.post(f"{one}done/", done).status_code == 302
    look = {
        "decision": "take",
        "word": "演示数据：看过",
        "request_id": new_id().hex,
        "expected_version": "2",
    }
    assert office.post(f"{one}look/", look).status_code == 302
    assert "待核查成效" in office.get(one).content.decode()


def test_wrong_input_comes_back_with_what_to_do(client_as: SignedIn) -> None:
    office = client_as("bureau")
    late = office.post("/improvements/add/", _form(check_on="2099-12-09"))
    assert late.status_code == 422
    assert "2099-12-10" in late.content.decode()
    assert "演示数据：逐日巡查" in late.content.decode()
    unknown = office.post("/improvements/add/", _form(measure="nothing"))
    assert unknown.status_code == 422
    assert office.get("/improvements/add/?follows=x").status_code == 404
    assert office.get("/improvements/add/?model=plan.problem&key=x").status_code == 404


def test_the_list_filters_counts_and_exports(client_as: SignedIn) -> None:
    office = client_as("bureau")
    page = office.get("/improvements/").content.decode()
    for text in ("逾期未完成", "待核查成效", "已报完成"):
        assert text in page
    overdue = office.get("/improvements/?state=overdue").content.decode()
    assert "警示牌" in overdue
    assert "联络员更替" not in overdue
    for form in ("csv", "xlsx"):
        assert office.get(f"/improvements/?format={form}").status_code == 200
    assert client_as("public").get("/improvements/").status_code == 403


@pytest.mark.parametrize("login", ["bureau", "department", "county", "admin", "audit"])
def test_every_role_opens_what_it_may_see(client_as: SignedIn, login: str) -> None:
    client = client_as(login)
    seen = client.get("/improvements/")
    assert seen.status_code == 200
    for row in Improvement.objects.filter(owner__code="water"):
        assert client.get(f"/improvements/{row.pk}/").status_code == 200
        keeps = login in ("bureau", "department", "admin")
        phone = client.get(f"/improvements/{row.pk}/phone/").status_code
        assert phone == (200 if keeps else 403)


def test_an_item_shows_its_improvements(client_as: SignedIn) -> None:
    item = PlanItem.objects.filter(key="T13", is_dropped=False).first()
    assert item is not None
    page = client_as("bureau").get(f"/plan/{item.notice_id}/items/T13/").content.decode()
    assert "巡查逐日签字" in page
    assert "item=T13" in page


def test_the_api_sets_reads_and_refuses(client_as: SignedIn) -> None:
    office = client_as("bureau")
    problem = Problem.objects.order_by("pk").first()
    assert problem is not None
    said = {
        "owner": "water",
        "problem": "演示数据：接口提出",
        "todo": "演示数据：办理",
        "due_on": "2099-12-10",
        "measure": "instruments-used",
        "check_on": "2100-01-10",
        "subject_model": "plan.problem",
        "subject_key": str(problem.pk),
    }
    made = office.post("/api/v1/improvements", said, content_type="application/json")
    assert made.status_code == 201, made.content
    one = f"/api/v1/improvements/{made.json()['id']}"
    row = office.get(one).json()
    assert (row["state"], row["origin"]) == ("open", "inspection")
    assert row["subject"]["key"] == str(problem.pk)
    assert row["effect"] is None
    listed = office.get("/api/v1/improvements?state=overdue").json()["results"]
    assert listed and all(each["state"] == "overdue" for each in listed)
    file = SimpleUploadedFile("p.txt", "演示数据".encode())
    done = {"done": "办了", "done_on": row["before"]["on"], "expected_version": 1, "file": file}
    assert client_as("department").post(f"{one}/done", done).status_code == 200
    look = {"is_taken": False, "reason": "缺照片", "expected_version": 2}
    assert office.post(f"{one}/look", look, content_type="application/json").status_code == 200
    stale = office.post(f"{one}/look", look, content_type="application/json")
    assert stale.status_code == 409
    away = {"reason": "重复", "expected_version": 3}
    assert office.post(f"{one}/withdraw", away, content_type="application/json").status_code == 200
    assert office.get(one).json()["state"] == "withdrawn"
    wrong = office.post(
        "/api/v1/improvements", said | {"measure": "none"}, content_type="application/json"
    )
    assert wrong.status_code == 422
    assert client_as("public").get(one).status_code == 403
