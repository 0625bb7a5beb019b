"""Screens and API of carrying over: every role, every refusal, the whole way through HTTP."""

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.plan.models import CarriedItem, CarryOver, Notice
from tests.plan.carrying.conftest import ENDED, Carrying

SignedIn = Callable[[str], Client]
READERS = ("bureau", "department", "county", "admin", "security", "audit")


def said(version: int = 0, **values: Any) -> dict[str, Any]:
    return {
        "request_id": new_id().hex,
        "expected_version": version,
        "reason": "演示：逐项研究决定",
        **values,
    }


@pytest.mark.parametrize("login", [*READERS, "public"])
def test_who_reads_and_who_is_offered_to_write(
    client_as: SignedIn, carrying: Carrying, pair: CarryOver, login: str
) -> None:
    client, row = client_as(login), carrying.row("P3")
    pages = [
        reverse("plan-carry-overs"),
        reverse("plan-carry-over", args=[pair.pk]),
        reverse("plan-carried-items"),
        reverse("plan-carried-item", args=[row.pk]),
    ]
    acts = [
        reverse("plan-carry-over-new"),
        reverse("plan-carry-over-many", args=[pair.pk]),
        reverse("plan-carry-over-refresh", args=[pair.pk]),
        reverse("plan-carry-over-close", args=[pair.pk]),
        reverse("plan-carried-decide", args=[row.pk]),
        reverse("plan-carried-undo", args=[row.pk]),
        reverse("plan-carried-owner", args=[row.pk, carrying.body("water").pk]),
        reverse("plan-notice-draft", args=[pair.successor_id]),
    ]
    may_read = login in READERS
    seen = CarryOver.objects.visible_to(carrying.actor_as(login).scope)
    assert seen.exists() == may_read
    for page in pages:
        answer = client.get(page)
        assert (answer.status_code == 200) == may_read, (page, answer.status_code)
        if may_read and login != "bureau":
            text = answer.content.decode()
            assert not [act for act in acts if f'href="{act}' in text], page
    for act in acts:
        status = client.get(act).status_code
        assert (status == 200) == (login == "bureau"), (act, status)
        if login != "bureau":
            assert client.post(act, said()).status_code in (403, 404)


def test_the_whole_way_on_screens(
    client_as: SignedIn, carrying: Carrying, successor: Notice
) -> None:
    client = client_as("bureau")
    new = {"predecessor": str(carrying.old.pk), "successor": str(successor.pk)}
    wrong = {"predecessor": str(successor.pk), "successor": str(carrying.old.pk)}
    refused = client.post(reverse("plan-carry-over-new"), said(**wrong))
    assert refused.status_code == 422
    assert "早于" in refused.content.decode()
    made = client.post(reverse("plan-carry-over-new"), said(**new))
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "办结前须处理" in page
    assert "未作决定的条目" in page
    pair, row = CarryOver.objects.get(), carrying.row("P3")
    decide = reverse("plan-carried-decide", args=[row.pk])
    assert "（建议）" in client.get(decide).content.decode()
    target = str(row.proposed_id)
    lacks = client.post(decide, said(row.version, decision="ended", target=target))
    assert lacks.status_code == 422
    assert "准予终止" in lacks.content.decode()
    assert "逐项研究决定" in lacks.content.decode(), "what was typed is kept"
    day = (clock.today() + dt.timedelta(days=60)).isoformat()
    carried = said(row.version, decision="carried", target=target, new_day=day)
    assert client.post(decide, carried).status_code == 302
    again = client.post(decide, said(row.version, decision="ended", document="演示1号"))
    assert again.status_code == 409
    assert "已由" in again.content.decode()
    orphans = carrying.seen().open_orphans
    assert orphans, "P3's supporting bodies have work and are named no more"
    for one in orphans:
        url = reverse("plan-carried-owner", args=[row.pk, one.body.pk])
        row = carrying.row("P3")
        assert client.post(url, said(row.version, new_body="withdraw")).status_code == 302
    rows = [f"{r.pk}:{r.version}" for r in CarriedItem.objects.filter(decision="")]
    many = reverse("plan-carry-over-many", args=[pair.pk])
    assert client.get(f"{many}?standing=market").status_code == 200
    ended = said(rows=rows, decision="ended", document="演示〔2026〕5号")
    assert client.post(many, ended).status_code == 302
    close = reverse("plan-carry-over-close", args=[pair.pk])
    refused = client.post(close, said(pair.version))
    assert refused.status_code == 422
    assert "在审" in refused.content.decode()
    carrying.settle_reports()
    assert client.post(close, said(pair.version)).status_code == 302
    page = client.get(reverse("plan-carry-over", args=[pair.pk])).content.decode()
    assert "现行有效" in page
    overview = client.get(reverse("plan-overview")).content.decode()
    assert "演示〔2026〕15号" in overview
    undo = client.post(reverse("plan-carried-undo", args=[row.pk]), said(row.version))
    assert undo.status_code == 409


def test_the_overview_shows_the_predecessor_until_the_end(
    client_as: SignedIn, carrying: Carrying, pair: CarryOver
) -> None:
    client = client_as("department")
    page = client.get(reverse("plan-overview")).content.decode()
    assert "运政办函〔2023〕9号" in page
    assert "演示〔2026〕15号" not in page
    items = client.get(f"{reverse('plan-items')}?format=csv").content.decode("utf-8-sig")
    assert len(items.strip().splitlines()) - 1 >= 66
    assert items.count("\nP3,") <= 1, "items of the successor are not among them"
    item = client.get("/api/v1/items/T3").json()
    assert item["notice"]["number"] == "运政办函〔2023〕9号"
    notice = client.get(reverse("plan-notice", args=[carrying.new.pk])).content.decode()
    assert "后续规划，承接办理中" in notice


def test_the_list_is_filtered_and_goes_out(
    client_as: SignedIn, carrying: Carrying, pair: CarryOver
) -> None:
    carrying.decide("P3", ENDED)
    client, url = client_as("bureau"), reverse("plan-carried-items")
    undecided = client.get(f"{url}?pair={pair.pk}&decided=no&format=xlsx")
    sheet = load_workbook(io.BytesIO(undecided.content)).active
    cells = {str(cell.value) for line in sheet.iter_rows() for cell in line}
    heading = carrying.row("P3").item
    assert str(heading) not in cells
    decided = client.get(f"{url}?pair={pair.pk}&decided=yes&format=csv").content.decode(
        "utf-8-sig"
    )
    assert str(heading) in decided
    assert "依据文件终止" in decided
    printed = client.get(f"{url}?pair={pair.pk}&view=print")
    assert printed.status_code == 200
    assert client.get(f"{url}?pair=nonsense").status_code == 200


def test_the_page_of_a_past_day(
    client_as: SignedIn, carrying: Carrying, pair: CarryOver, now: dt.datetime
) -> None:
    from anlan.base.journal.sealing import seal

    seal(clock.now())
    client = client_as("bureau")
    before = (clock.today() - dt.timedelta(days=2)).isoformat()
    lists = client.get(f"{reverse('plan-carry-overs')}?as_of={before}")
    assert lists.status_code == 200
    assert "演示〔2026〕15号" not in lists.content.decode()
    gone = client.get(f"{reverse('plan-carry-over', args=[pair.pk])}?as_of={before}")
    assert gone.status_code == 404


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(
        f"/api/v1/{path}", json.dumps(body, default=str), content_type="application/json"
    )


def test_the_whole_way_over_the_api(
    client_as: SignedIn, carrying: Carrying, successor: Notice
) -> None:
    client = client_as("bureau")
    made = post(
        client,
        "carry-overs",
        predecessor=carrying.old.pk,
        successor=successor.pk,
        reason="演示",
    )
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    detail = client.get(f"/api/v1/carry-overs/{key}").json()
    assert detail["decided"] == 0
    assert detail["listed"] == made.json()["listed"]
    assert detail["unsettled"]
    refused = post(client, f"carry-overs/{key}/close", expected_version=1, reason="演示")
    assert (refused.status_code, refused.json()["code"]) == (422, "not-settled")
    rows = client.get("/api/v1/carried-items?decided=false&page_size=200").json()["results"]
    first = next(row for row in rows if row["item"]["key"] == "P3")
    ended = {"decision": "ended", "document": "演示〔2026〕5号", "reason": "演示"}
    path = f"carried-items/{first['id']}"
    done = post(client, f"{path}/decide", expected_version=first["version"], **ended)
    assert done.status_code == 200, done.content
    second = post(client, f"{path}/decide", expected_version=first["version"], **ended)
    assert (second.status_code, second.json()["code"]) == (409, "decided-already")
    undone = post(client, f"{path}/undo", expected_version=done.json()["version"], reason="演示")
    assert undone.status_code == 200
    seen = [
        {"id": str(row.pk), "version": row.version}
        for row in CarriedItem.objects.filter(decision="")
    ]
    many = post(client, f"carry-overs/{key}/decide", rows=seen, **ended)
    assert many.json()["decided"] == len(seen)
    carrying.settle_reports()
    closed = post(client, f"carry-overs/{key}/close", expected_version=1, reason="演示")
    assert closed.status_code == 200, closed.content
    assert closed.json()["withdrawn"] > 0
    for login in ("department", "county", "public"):
        other = client_as(login)
        assert post(other, f"{path}/undo", expected_version=1, reason="x").status_code == 403
