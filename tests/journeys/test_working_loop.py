"""Break-down → sign → report → return → report again → review → obstacle → reply, on the screens."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.plan.models import Assignment, Deliverable, Evidence, Obstacle, PlanItem, ProgressReport
from anlan.registers.models import Body

PNG = b"\x89PNG\r\n\x1a\n" + b"1" * 32


def fields_of(client: Client, path: str) -> dict[str, str]:
    """The hidden fields of the form of a page, as a browser sends them back."""
    html = client.get(path).content.decode()
    found = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', html):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            found.setdefault(name[1], value[1] if value else "")
    found.pop("csrfmiddlewaretoken", None)
    return found


def send(client: Client, path: str, **values: Any) -> str:
    """Fill the form of a page and send it; the address that follows."""
    answer = client.post(path, fields_of(client, path) | values)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


@pytest.fixture
def _store(settings: Any, tmp_path: Any, city: None) -> None:
    settings.ANLAN_HOME = tmp_path


@pytest.mark.usefixtures("_store")
def test_a_task_from_the_office_and_back(client_as: Callable[[str], Client]) -> None:
    office, water = client_as("bureau"), client_as("department")
    item = PlanItem.objects.get(key="T10")
    base = f"/plan/{item.notice_id}/items/{item.key}"
    body = Body.objects.get(code="water")

    send(
        office,
        f"{base}/assign/",
        targets=f"body:{body.pk}",
        asked="排查水利工程隐患",
        measure="隐患清单一份",
        due_on="2027-03-31",
        reason="",
    )
    task = Assignment.objects.get(item=item, body=body)
    page = water.get(f"/plan/tasks/{task.pk}/").content.decode()
    assert page.count("data-offline") == 2
    send(water, f"/plan/assignments/{task.pk}/sign/")
    task.refresh_from_db()
    assert task.state == "signed"
    assert 'accept="image/' in water.get(f"/plan/tasks/{task.pk}/").content.decode()

    path = send(
        water,
        f"{base}/report/?assignment={task.pk}",
        body=str(body.pk),
        matter=f"assignment:{task.pk}",
        done_on="2026-11-20",
        text="已排查三座水库",
        is_final="on",
        files=SimpleUploadedFile("现场.png", PNG, "image/png"),
        then="submit",
    )
    report = ProgressReport.objects.get(assignment=task)
    assert path == f"/plan/reports/{report.pk}/"
    assert Evidence.objects.get(report=report).file_name == "现场.png"
    file = office.get(f"/plan/evidence/{report.evidence.get().pk}/")
    assert file.content == PNG
    assert file["Content-Disposition"].startswith("attachment")

    send(office, f"/plan/reports/{report.pk}/return/", reason="缺第三座水库照片")
    send(
        water,
        f"/plan/reports/{report.pk}/edit/",
        body=str(body.pk),
        matter=f"assignment:{task.pk}",
        done_on="2026-11-20",
        text="已排查三座水库，照片已补",
        is_final="on",
        then="submit",
    )
    send(office, f"/plan/reports/{report.pk}/accept/", reason="同意")
    task.refresh_from_db()
    assert task.due.state == "answered"

    send(
        water,
        f"{base}/obstacle/",
        body=str(body.pk),
        text="缺少检测设备",
        asked="请协调借用",
        addressee=str(Body.objects.get(code="emergency").pk),
    )
    obstacle = Obstacle.objects.get(item=item, body=body)
    send(office, f"/plan/obstacles/{obstacle.pk}/reply/", reply="已联系借用")
    send(water, f"/plan/obstacles/{obstacle.pk}/settle/", outcome="设备已到位")
    obstacle.refresh_from_db()
    assert obstacle.state == "closed"
    for tab in ("breakdown", "deliverables", "reports", "obstacles", "history"):
        assert water.get(f"{base}/?tab={tab}").status_code == 200


@pytest.mark.usefixtures("_store")
def test_a_refused_form_keeps_the_text_and_the_files(client_as: Callable[[str], Client]) -> None:
    water = client_as("department")
    item = PlanItem.objects.get(key="P3")
    path = f"/plan/{item.notice_id}/items/{item.key}/report/"
    asked = fields_of(water, path) | {
        "body": str(Body.objects.get(code="water").pk),
        "matter": "",
        "done_on": "不是日期",
        "text": "写了很久的文字",
        "then": "submit",
        "files": SimpleUploadedFile("现场.png", PNG, "image/png"),
    }
    answer = water.post(path, asked)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "写了很久的文字" in html
    assert "现场.png" in html
    kept = re.search(r'name="kept" value="([^"]+)"', html)
    assert kept
    asked.pop("files")
    again = water.post(path, asked | {"done_on": "2026-11-20", "kept": kept[1]})
    assert again.status_code == 302
    report = ProgressReport.objects.get(text="写了很久的文字")
    assert report.evidence.get().file_name == "现场.png"
    secret = SimpleUploadedFile("a.txt", "机密★1年\n".encode(), "text/plain")
    refused = water.post(path, fields_of(water, path) | asked | {"files": secret})
    assert refused.status_code == 422
    assert "涉密" in refused.content.decode() or "密" in refused.content.decode()


@pytest.mark.usefixtures("_store")
def test_the_office_writes_figures_days_and_handling(client_as: Callable[[str], Client]) -> None:
    office = client_as("bureau")
    item = PlanItem.objects.get(key="I1")
    base = f"/plan/{item.notice_id}/items/{item.key}"
    path = send(
        office, f"{base}/figures/", year="2031", nature="whole", city_value="2", unit_yanhu="2"
    )
    html = office.get(path).content.decode()
    assert "无法判定" in html
    wrong = office.post(
        f"{base}/figures/",
        fields_of(office, f"{base}/figures/")
        | {"year": "2032", "nature": "whole", "city_value": "2", "unit_yanhu": "1.5"},
    )
    assert wrong.status_code == 422
    assert "整数" in wrong.content.decode()
    row = Deliverable.objects.filter(item__key="S9", finish="").first()
    assert row is not None
    send(office, f"/plan/deliverables/{row.pk}/day/", due_on="2027-01-31", reason="明确")
    send(office, f"/plan/deliverables/{row.pk}/withdraw/", reason="并入其他成果")
    send(office, f"{base}/handling/", decided="market", reason="演示")
    closed = office.post(
        f"{base}/assign/", fields_of(office, f"{base}/assign/") | {"targets": "x", "asked": "y"}
    )
    assert closed.status_code == 422
    send(office, f"/plan/{item.notice_id}/deliverables/derive/")
