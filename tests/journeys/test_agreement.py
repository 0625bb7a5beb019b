"""One figure, one value: overview, item page, body page, list, export and API agree."""

import csv
import io
from collections.abc import Callable

from django.test import Client

from anlan.base import clock
from anlan.plan.models import Duty, PlanItem
from anlan.plan.queries import items as plan_items
from anlan.plan.queries import overview
from anlan.registers.rules.scope import PROGRAM


def test_the_counts_of_the_plan_agree_everywhere(client_as: Callable[[str], Client]) -> None:
    client = client_as("bureau")
    notice = plan_items.current_notice(PROGRAM)
    assert notice is not None
    total = PlanItem.objects.filter(notice=notice, is_dropped=False).count()
    assert total == 66
    assert overview.matrix(notice, clock.today()).items == total
    listed = client.get("/api/v1/items", {"notice": str(notice.pk), "page_size": 200}).json()
    assert listed["count"] == total
    export = client.get("/plan/items/", {"format": "csv"})
    text = export.content.decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0] in keys(notice.pk)]
    assert len(rows) == total


def keys(notice: object) -> set[str]:
    found = PlanItem.objects.filter(notice=notice, is_dropped=False)
    return set(found.values_list("key", flat=True))


def test_a_body_leads_as_often_as_its_items_say(client_as: Callable[[str], Client]) -> None:
    client = client_as("bureau")
    notice = plan_items.current_notice(PROGRAM)
    assert notice is not None
    row = next(
        row for row in overview.matrix(notice, clock.today()).rows if row.body.code == "emergency"
    )
    leads = Duty.objects.filter(notice=notice, body__code="emergency", role="lead").count()
    assert row.totals.lead == leads
    page = client.get("/plan/bodies/emergency/").content.decode()
    assert f">{leads}<" in page
