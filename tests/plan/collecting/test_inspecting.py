"""From the visit to the proven effect, on the pages, as every role."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.plan.actions.inspecting import (
    DayTooEarly,
    ProvenAlready,
    decide_effect,
    report_effect,
)
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.models import Inspection, Notice, Problem
from anlan.plan.queries.inspecting import with_proven_effect
from anlan.registers.models import Body

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def test_from_the_visit_to_the_proven_effect(
    client_as: Any, actor_as: Callable[[str], Any], request_ids: Callable[[], str]
) -> None:
    bureau, department = client_as("bureau"), client_as("department")
    body = Body.objects.get(code="water")
    today = clock.today()
    visit = {
        "notice": str(Notice.objects.latest("issued_on").pk),
        "body": str(body.pk),
        "inspected_on": today.isoformat(),
        "place": "演示水库",
        "inspectors": "演示·张明远、演示·赵检查",
        "looked_at": "T13 P3",
        "summary": "演示数据：监测设备在线，值班表未上墙",
        "request_id": "visit-0001",
    }
    for wrong in (
        {"inspected_on": (today + dt.timedelta(days=1)).isoformat()},
        {"looked_at": "T999"},
        {"place": ""},
    ):
        answer = bureau.post("/plan/inspections/new/", {**visit, **wrong})
        assert answer.status_code == 422
    photo = SimpleUploadedFile("现场.png", PNG)
    made = bureau.post("/plan/inspections/new/", {**visit, "files": [photo]})
    assert made.status_code == 302
    row = Inspection.objects.get(place="演示水库")
    assert "现场.png" in bureau.get(made["Location"]).content.decode()
    data = {
        "text": "值班表未上墙",
        "measure": "补齐并公示",
        "due_on": (today + dt.timedelta(days=5)).isoformat(),
        "item_key": "T13",
        "request_id": "problem-01",
    }
    early = {**data, "due_on": (today - dt.timedelta(days=1)).isoformat()}
    assert bureau.post(f"/plan/inspections/{row.pk}/problem/", early).status_code == 422
    assert bureau.post(f"/plan/inspections/{row.pk}/problem/", data).status_code == 302
    problem = Problem.objects.get(inspection=row)
    assert problem.due is not None
    assert problem.due.body == "water"
    paper = bureau.get(f"/plan/inspections/{row.pk}/paper/").content.decode()
    assert "不套红头" in paper
    assert "值班表未上墙" in paper
    effect = {
        "effect": "已上墙公示",
        "effect_on": today.isoformat(),
        "expected_version": str(problem.version),
        "request_id": "effect-001",
    }
    address = f"/plan/problems/{problem.pk}/"
    assert client_as("public").get(address).status_code == 403
    assert client_as("county").post(f"{address}effect/", effect).status_code in (403, 404)
    assert department.post(f"{address}effect/", effect).status_code == 302
    problem.refresh_from_db()
    bare = {
        "decision": "prove",
        "word": "已到现场核实",
        "expected_version": str(problem.version),
        "request_id": "decide-001",
    }
    refused = bureau.post(f"{address}decide/", bare)
    assert refused.status_code == 422
    assert "没有佐证" in refused.content.decode()
    proof = SimpleUploadedFile("整改后.png", PNG + b"1")
    again = {**effect, "request_id": "effect-002", "expected_version": str(problem.version)}
    assert department.post(f"{address}effect/", {**again, "files": [proof]}).status_code == 302
    problem.refresh_from_db()
    assert department.get(f"{address}decide/").status_code == 403
    scope = actor_as("bureau").scope
    assert not [
        one for one in with_proven_effect(scope, clock.now()) if "上墙" in one.label and one.counts
    ]
    said = {**bare, "request_id": "decide-002", "expected_version": str(problem.version)}
    assert bureau.post(f"{address}decide/", said).status_code == 302
    assert "成效已核实" in bureau.get(address).content.decode()
    seen = [one for one in with_proven_effect(scope, clock.now()) if "上墙" in one.label]
    assert [one.counts for one in seen] == [False]  # seen on the spot, no figure shows an effect
    assert "没有带成效核查的改进措施" in seen[0].why
    problem.refresh_from_db()
    problem.due.refresh_from_db()
    assert problem.due.answered_at is not None
    more = {"actor": actor_as("department"), "now": clock.now(), "request_id": request_ids()}
    with pytest.raises((NotAllowed, ProvenAlready)):
        report_effect(problem.pk, "又", today, expected_version=problem.version, **more)
    listed = bureau.get("/plan/inspections/").content.decode()
    assert "演示水库" in listed
    assert bureau.get("/plan/measures/problems-with-proven-effect/").status_code == 200


def test_a_returned_effect_is_open_again_and_nobody_proves_the_own(
    actor_as: Callable[[str], Any], request_ids: Callable[[], str]
) -> None:
    from anlan.plan.actions.inspecting import (
        NewInspection,
        NewProblem,
        add_problem,
        record_inspection,
    )
    from anlan.plan.actions.loop.evidence import keep_file

    def said(login: str) -> dict[str, Any]:
        return {"actor": actor_as(login), "now": clock.now(), "request_id": request_ids()}

    today = clock.today()
    visit = NewInspection(
        notice=Notice.objects.latest("issued_on").pk,
        body=Body.objects.get(code="emergency").pk,
        inspected_on=today,
        place="演示指挥中心",
        inspectors="演示·张明远",
        summary="演示数据",
    )
    with pytest.raises(NotAllowed):
        record_inspection(visit, **said("department"))
    made = record_inspection(visit, **said("bureau"))
    new = NewProblem(inspection=made["id"], text="演示问题", measure="演示措施", due_on=today)
    once = said("bureau")
    key = add_problem(new, **once)["id"]
    assert add_problem(new, **once)["id"] == key
    with pytest.raises(DayTooEarly):
        report_effect(
            key, "见效", today - dt.timedelta(days=9), expected_version=1, **said("bureau")
        )
    file = keep_file(PNG, "整改.png")
    report_effect(key, "见效", today, files=(file,), expected_version=1, **said("bureau"))
    with pytest.raises(LoopRefused):
        decide_effect(key, is_proven=True, reason="自己核实", expected_version=2, **said("bureau"))
    with pytest.raises(Conflict):
        decide_effect(key, is_proven=False, reason="不清", expected_version=1, **said("bureau"))
    decide_effect(key, is_proven=False, reason="照片不清", expected_version=2, **said("bureau"))
    row = Problem.objects.get(pk=key)
    assert (row.effect_on, row.word) == (None, "照片不清")
    with pytest.raises((NotAllowed, NotFound)):
        decide_effect(key, is_proven=True, reason="核", expected_version=3, **said("county"))
