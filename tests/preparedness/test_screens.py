"""The pages of the project sheets, as every role; the telephone; the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base.identity import new_id
from anlan.preparedness.actions.demonstration import picture
from anlan.preparedness.models import Milestone, Photograph, Project

As = Callable[[str], Client]
ROLES = ("bureau", "department", "county", "public", "admin", "security", "audit")


def project(name: str = "演示·农村危桥改造（二批）") -> Project:
    return Project.objects.get(name=name)


def test_who_opens_what(client_as: As) -> None:
    row = project()
    of_county = project("演示·新绛县综合减灾示范社区创建")
    for login in ROLES:
        client, is_public = client_as(login), login == "public"
        assert client.get("/projects/").status_code == (403 if is_public else 200), login
        status = client.get(f"/projects/{row.pk}/").status_code
        assert status == (403 if is_public else 200), login
        phone = client.get(f"/projects/{row.pk}/phone/").status_code
        assert phone == (200 if login in ("bureau", "admin") else 403), login
    assert client_as("county").get(f"/projects/{of_county.pk}/phone/").status_code == 200


def test_the_page_draws_the_schedule_and_the_checks(client_as: As) -> None:
    bureau = client_as("bureau")
    page = bureau.get(f"/projects/{project('演示·涑水河重点河段堤防加固').pk}/").content.decode()
    assert "<svg" in page
    assert "进展明显，部分建成" in page
    assert "达到" in page
    assert "超出预算" in page
    back = project("演示·中小学校舍抗震加固（一期）")
    assert "补录" in bureau.get(f"/projects/{back.pk}/").content.decode()


def test_the_telephone_adds_a_photograph_and_ticks_a_milestone_once(client_as: As) -> None:
    row, bureau = project(), client_as("bureau")
    page = bureau.get(f"/projects/{row.pk}/phone/").content.decode()
    assert page.count("data-offline") >= 2
    step = Milestone.objects.get(project=row, done_on__isnull=True)
    asked = {
        "request_id": new_id().hex,
        "from": "phone",
        "what": "演示：桥面",
        "milestone": str(step.pk),
    }
    for _twice in range(2):
        file = SimpleUploadedFile("a.jpg", picture("2026:11:20 10:00:00", tint=3))
        answer = bureau.post(f"/projects/{row.pk}/photographs/add/", asked | {"file": file})
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("/phone/")
    assert Photograph.objects.filter(project=row, what="演示：桥面").count() == 1
    tick = {
        "request_id": new_id().hex,
        "expected_version": step.version,
        "done_on": "2026-11-20",
        "proof": "演示：交工记录",
        "from": "phone",
    }
    for _twice in range(2):
        assert bureau.post(f"/milestones/{step.pk}/tick/", tick).status_code in (302, 404, 422)
    step.refresh_from_db()
    assert step.proof == "演示：交工记录"
    late = tick | {"request_id": new_id().hex}
    assert "已于" in bureau.post(f"/milestones/{step.pk}/tick/", late).content.decode()


def test_wrong_input_comes_back_with_words(client_as: As) -> None:
    row, bureau = project(), client_as("bureau")
    said = {"request_id": new_id().hex, "expected_version": row.version}
    payment = {"paid_on": "2026-11-01", "amount_yuan": "9000000", "document": "演示9"}
    answer = bureau.post(f"/projects/{row.pk}/payments/add/", payment | said)
    assert answer.status_code == 422
    assert "请在备注中说明由谁批准" in answer.content.decode()
    assert "9000000" in answer.content.decode(), "what was typed stays"
    for amount in ("0", "-1", "1.234", "x"):
        answer = bureau.post(
            f"/projects/{row.pk}/payments/add/", payment | said | {"amount_yuan": amount}
        )
        assert answer.status_code == 422, amount
    file = SimpleUploadedFile("a.jpg", b"no picture")
    answer = bureau.post(
        f"/projects/{row.pk}/photographs/add/", {"request_id": new_id().hex, "file": file}
    )
    assert answer.status_code == 422
    assert "不是可读取的照片" in answer.content.decode()


def test_a_sheet_over_the_api(client_as: As) -> None:
    bureau: Any = client_as("bureau")
    body = {
        "name": "演示·接口工程",
        "lead": "water",
        "item_key": "P3",
        "budget_fen": 500_00,
        "source": "演示",
        "mark": "X",
    }
    made = bureau.post("/api/v1/projects", body, content_type="application/json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["paid_fen"]) == ("no-schedule", 0)
    here = f"/api/v1/projects/{row['id']}"
    step = {"name": "演示·节点", "due_on": "2026-12-31"}
    added = bureau.post(f"{here}/milestones", step, content_type="application/json")
    assert added.status_code == 201, added.content
    steps = bureau.get(f"{here}/milestones").json()["results"]
    assert [each["name"] for each in steps] == ["演示·节点"]
    paying = {"paid_on": "2026-11-01", "amount_fen": 500_01, "document": "演示1"}
    refused = bureau.post(f"{here}/payments", paying, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "note-for-over-budget")
    paying["note"] = "演示：批准"
    assert (
        bureau.post(f"{here}/payments", paying, content_type="application/json").status_code == 201
    )
    file = SimpleUploadedFile("a.jpg", picture("", tint=5))
    sent = bureau.post(f"{here}/photographs", {"file": file, "what": "演示"})
    assert sent.status_code == 201, sent.content
    photos = bureau.get(f"{here}/photographs").json()["results"]
    assert [(p["taken_at"], p["time_proof"]) for p in photos] == [(None, "missing")]
    stale = {"cause": "演示", "new_finish_on": "2027-01-01", "expected_version": 1}
    late = bureau.post(f"{here}/delay", stale, content_type="application/json")
    assert late.status_code == 409
    checks = bureau.get("/api/v1/project-checks?page_size=50").json()["results"]
    assert len(checks) == 14
    assert client_as("county").post(
        f"{here}/payments", paying, content_type="application/json"
    ).status_code in (403, 404)


@pytest.mark.parametrize("query", ["?format=csv", "?format=keep-xlsx", "?view=print", "?item=P3"])
def test_the_list_is_kept_with_the_kit(client_as: As, query: str) -> None:
    assert client_as("bureau").get(f"/projects/{query}").status_code == 200
    assert client_as("bureau").get(f"/institutions/{query}").status_code == 200


def test_every_form_opens_and_takes_what_is_typed(client_as: As) -> None:
    bureau = client_as("bureau")
    ids = iter(f"form-number-{n}" for n in range(30))

    def post(address: str, version: int = 1, **data: Any) -> Any:
        said = {"request_id": next(ids), "expected_version": version, "reason": "测试"}
        assert bureau.get(address).status_code == 200, address
        return bureau.post(address, said | data)

    from anlan.registers.models import Body, Region

    lead = Body.objects.get(code="water")
    sheet = {
        "name": "演示·表单工程",
        "item_key": "P3",
        "lead": str(lead.pk),
        "budget_yuan": "1000.50",
        "planned_finish_on": "2027-01-01",
        "source": "演示",
        "mark": "X",
    }
    assert post("/projects/add/", **(sheet | {"item_key": "第三"})).status_code == 422
    assert post("/projects/add/", **sheet).status_code == 302
    row = Project.objects.get(name="演示·表单工程")
    assert row.budget_fen == 100050
    here = f"/projects/{row.pk}/"
    change = sheet | {"started_on": "2026-01-05", "built_on": "2026-11-01"}
    assert post(f"{here}change/", **change).status_code == 302
    place = {
        "name": "演示·河段",
        "region": str(Region.objects.get(code="140828").pk),
        "what": "堤防",
        "unit_of_work": "m",
        "planned_amount": "2.5",
    }
    assert post(f"{here}places/add/", **place).status_code == 302
    spot = row.places.get()
    assert (spot.planned, spot.done) == (2500, None)
    kept = post(f"/projects/places/{spot.pk}/", **(place | {"done_amount": "1.25"}))
    assert kept.status_code == 302
    spot.refresh_from_db()
    assert spot.done == 1250
    assert post(f"{here}milestones/add/", name="完工", due_on="2026-12-31").status_code == 302
    step = row.milestones.get()
    moved = post(f"/milestones/{step.pk}/move/", due_on="2026-12-30")
    assert moved.status_code == 302
    tick = {"done_on": "2026-11-20", "proof": "演示：报告"}
    assert post(f"/milestones/{step.pk}/tick/", 2, **tick).status_code == 302
    pay = {"paid_on": "2026-11-02", "amount_yuan": "10", "document": "演示1"}
    assert post(f"{here}payments/add/", **pay).status_code == 302
    row.refresh_from_db()
    delay = {"cause": "演示：雨季", "new_finish_on": "2027-02-01"}
    assert post(f"{here}delay/", row.version, **delay).status_code == 302
    row.refresh_from_db()
    accept = {
        "accepted_on": "2026-11-22",
        "result": "passed",
        "by": "演示·验收组",
        "document": "演示验1",
    }
    assert post(f"{here}accept/", row.version, **accept).status_code == 302
    assert "已完成并验收" in bureau.get(here).content.decode()
    old = {
        "built_on": "2020-01-01",
        "accepted_on": "2020-02-01",
        "document": "演示旧1",
        "accepted_by": "演示",
        "confirmed_by": "演示",
    }
    row.refresh_from_db()
    assert post(f"{here}back-fill/", row.version, **old).status_code == 422
    assert bureau.get(f"{here}photographs/add/").status_code == 200
