"""Bulk change from the list of a register."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import upkeep
from anlan.base.clock import now
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.keeping import bulk
from anlan.base.keeping.declared import keeping_of
from anlan.base.models import JournalEntry
from anlan.registers.models import Body, Region, ReportingUnit

pytestmark = pytest.mark.django_db
URL = "/bodies/?view=change"


@pytest.fixture
def client(client_as: Callable[[str], Client]) -> Client:
    return client_as("bureau")


def keys(rows: Any) -> list[str]:
    return [str(row.pk) for row in rows]


def shown(client: Client, rows: Any, column: str, value: str) -> Any:
    data = {"step": "preview", "keys": ",".join(keys(rows)), "column": column}
    return client.post(URL, data | {f"value-{column}": value})


def write(client: Client, page: Any, **more: str) -> Any:
    form = page.context["form"]
    data = {field.html_name: field.value() or "" for field in form.hidden_fields()}
    return client.post(URL, data | {"step": "write", "reason": "统一来源"} | more)


def how(actor: Any) -> dict[str, Any]:
    return {"actor": actor, "now": now(), "request_id": new_id().hex, "reason": "统一"}


def test_ticked_rows_are_changed_as_one_entry(client: Client) -> None:
    rows = list(Body.objects.all()[:5])
    chosen = client.post(URL, {"step": "choose", "row": keys(rows)})
    assert chosen.context["count"] == 5
    page = shown(client, rows, "source", "市政府文件")
    assert len(page.context["found"].changes) == 5
    before = JournalEntry.objects.count()
    missing = write(client, page, reason="")
    assert missing.status_code == 422
    assert JournalEntry.objects.count() == before
    done = write(client, page)
    assert done.status_code == 302
    assert JournalEntry.objects.count() == before + 1
    assert set(Body.objects.filter(pk__in=keys(rows)).values_list("source", flat=True)) == {
        "市政府文件"
    }
    again = write(client, page)  # the same request once more
    assert again.status_code == 302
    assert JournalEntry.objects.count() == before + 1


def test_all_rows_of_a_filtered_list(client: Client) -> None:
    unit = ReportingUnit.objects.filter(kind="county").first()
    url = f"/bodies/?view=change&unit={unit.code}"
    page = client.post(url, {"step": "choose", "all": "1"})
    assert page.context["count"] == Body.objects.filter(unit=unit).count()
    assert f"unit={unit.code}" in page.context["here"]
    assert page.context["back"] == f"/bodies/?unit={unit.code}"


def test_more_rows_than_one_reason_can_answer_for(client_as: Callable[[str], Client]) -> None:
    assert Region.objects.count() > bulk.BULK_ROWS
    client = client_as("bureau")
    response = client.post("/regions/?view=change", {"step": "choose", "all": "1"}, follow=True)
    assert "请先缩小列表范围" in response.content.decode()
    nothing = client.post("/regions/?view=change", {"step": "choose"}, follow=True)
    assert "请先勾选要修改的行" in nothing.content.decode()


def test_the_value_is_read_and_refused_in_words(client: Client) -> None:
    rows = list(Body.objects.all()[:2])
    page = shown(client, rows, "valid_from", "去年")
    assert page.status_code == 422
    assert "去年" in page.context["refusal"]
    assert page.context["count"] == 2
    assert shown(client, rows, "code", "neu").status_code == 422
    page = shown(client, rows, "kind", "")
    assert len(page.context["found"].refused) == 2


def test_somebody_was_faster(client: Client, actor_as: Callable[[str], Any]) -> None:
    rows = list(Body.objects.all()[:3])
    page = shown(client, rows, "source", "甲")
    late = rows[1]
    upkeep.change(
        Body, late.pk, {"note": "乙"}, expected_version=late.version, **how(actor_as("admin"))
    )
    before = JournalEntry.objects.count()
    response = write(client, page)
    assert response.status_code == 409
    assert JournalEntry.objects.count() == before
    assert len(response.context["found"].changes) == 3
    assert write(client, response).status_code == 302


def test_rights_and_scope_are_the_actions_own(actor_as: Callable[[str], Any]) -> None:
    kept = keeping_of(Body)
    assert kept is not None
    row = Body.objects.first()
    seen = [(row.pk, row.version)]
    for login in ("department", "county", "public"):
        with pytest.raises(NotAllowed):
            bulk.change_rows(kept, seen, "source", "x", **how(actor_as(login)))
    bureau = actor_as("bureau")
    with pytest.raises(bulk.ColumnNotTogether):
        bulk.change_rows(kept, seen, "code", "x", **how(bureau))
    with pytest.raises(NotFound):
        bulk.change_rows(kept, [(new_id(), 1)], "source", "x", **how(bureau))
    with pytest.raises(Conflict):
        bulk.change_rows(kept, [(row.pk, row.version + 1)], "source", "x", **how(bureau))
    with pytest.raises(bulk.ReasonMissing):
        bulk.change_rows(kept, seen, "source", "x", **how(bureau) | {"reason": " "})
    with pytest.raises(bulk.NothingChosen):
        bulk.change_rows(kept, [], "source", "x", **how(bureau))


def test_a_linked_record_is_chosen_by_its_code(client: Client) -> None:
    rows = list(Body.objects.filter(unit__kind="city")[:1])
    unit = ReportingUnit.objects.exclude(kind="city").first()
    page = shown(client, rows, "unit", unit.code)
    assert unit.short_name in page.context["found"].changes[0].after
    assert write(client, page).status_code == 302
    rows[0].refresh_from_db()
    assert rows[0].unit_id == unit.pk
