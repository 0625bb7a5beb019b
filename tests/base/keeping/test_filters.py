"""Saved filters above a list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.keeping import filters
from anlan.base.models import JournalEntry, SavedFilter
from tests.base.keeping.lists import list_screens

pytestmark = pytest.mark.django_db
LIST = "/bodies/"
STORY = {"演示：救援队伍"}


def how(actor: Any) -> dict[str, Any]:
    return {"actor": actor, "now": now(), "request_id": new_id().hex}


def keep(client: Client, state: str, name: str, **more: str) -> Any:
    data = {"act": "save", "name": name} | more
    return client.post(f"{LIST}{state}&view=filters", data, follow=True)


def test_a_filter_is_saved_opened_and_removed(client_as: Callable[[str], Client]) -> None:
    client = client_as("department")
    before = JournalEntry.objects.count()
    page = keep(client, "?kind=force", "救援队伍")
    assert JournalEntry.objects.count() == before + 1
    row = SavedFilter.objects.latest("id")
    assert row.state == "?kind=force"
    assert [link.name for link in page.context["saved"]] == ["救援队伍"]
    assert page.context["saved"][0].is_here
    url = page.context["saved"][0].url
    assert client.get(LIST + url).context["page"].paginator.count > 0
    assert "已有" in keep(client, "?kind=party", "救援队伍").content.decode()
    assert "先设置" in keep(client, "?", "没有条件").content.decode()
    client.post(f"{LIST}?view=filters", {"act": "remove", "filter": str(row.pk)})
    assert not SavedFilter.objects.filter(pk=row.pk).exists()


def test_a_list_opens_with_the_default_and_can_be_cleared(
    client_as: Callable[[str], Client],
) -> None:
    client = client_as("bureau")
    keep(client, "?kind=force", "甲", is_default="on")
    keep(client, "?kind=party&sort=full", "乙", is_default="on")
    assert SavedFilter.objects.filter(is_default=True).count() == 1
    assert client.get(LIST).url == f"{LIST}?kind=party&sort=full"
    plain = client.get(client.get(f"{LIST}?kind=party").context["plain_url"])
    assert plain.status_code == 200
    assert not plain.context["chips"]
    assert client_as("admin").get(LIST).status_code == 200  # the others' lists are as they were
    row = SavedFilter.objects.get(is_default=True)
    client.post(f"{LIST}?view=filters", {"act": "plain", "filter": str(row.pk)})
    assert client.get(LIST).status_code == 200


def test_shared_with_the_own_body_and_with_nobody_else(
    client_as: Callable[[str], Client], actor_as: Callable[[str], Any]
) -> None:
    keep(client_as("department"), "?kind=force", "共用", is_shared="on")
    keep(client_as("department"), "?kind=party", "自用")
    row = SavedFilter.objects.get(name="共用")
    for login in ("bureau", "county", "public", "admin"):
        actor = actor_as(login)
        same = row.body in actor.scope.bodies
        names = {saved.name for saved in filters.filters_for(actor, LIST)} - STORY
        assert names == ({"共用"} if same else set())
        with pytest.raises(NotFound):
            filters.remove_filter(row.pk, **how(actor))
        with pytest.raises(NotFound):
            filters.set_default(row.pk, is_default=True, **how(actor))
    colleague = actor_as("department")
    assert {f.name for f in filters.filters_for(colleague, LIST)} == {"共用", "自用"}


def test_who_may_do_nothing_keeps_no_filter(actor_as: Callable[[str], Any]) -> None:
    from anlan.registers.access import NOBODY

    with pytest.raises(NotAllowed):
        filters.save_filter(LIST, "x", "?q=1", is_shared=False, is_default=False, **how(NOBODY))


def test_a_repeat_and_too_many(actor_as: Callable[[str], Any]) -> None:
    actor, one = actor_as("bureau"), how(actor_as("bureau"))
    first = filters.save_filter(LIST, "x", "?q=1", is_shared=False, is_default=False, **one)
    again = filters.save_filter(LIST, "x", "?q=1", is_shared=False, is_default=False, **one)
    assert first == again
    for number in range(filters.MOST - 2):
        name = f"f{number}"
        filters.save_filter(LIST, name, "?q=1", is_shared=False, is_default=False, **how(actor))
    with pytest.raises(filters.TooManyFilters):
        filters.save_filter(LIST, "y", "?q=1", is_shared=False, is_default=False, **how(actor))


def test_every_list_has_the_box(client_as: Callable[[str], Client]) -> None:
    client = client_as("admin")
    for url, _screen in list_screens():
        response = client.get(url, follow=True)
        assert "saved" in response.context, url
