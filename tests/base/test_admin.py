"""The admin in particular cases: who may, what is refused, what a page says."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base.identity import new_id
from anlan.base.models import JournalEntry
from anlan.registers.models import Account, Body, BodyName, Person, Post, Region, Statistic

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def page(model: Any, name: str, *arguments: Any) -> str:
    label = f"{model._meta.app_label}_{model._meta.model_name}"
    return reverse(f"admin:{label}_{name}", args=arguments)


def form_of(response: Any) -> Any:
    return response.context["adminform"].form


def data_of(response: Any) -> dict[str, Any]:
    forms = [form_of(response)]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = [field for form in forms for field in form]
    values = {field.html_name: field.value() for field in fields}
    kept = {n: v for n, v in values.items() if v is not None and v is not False}
    return {name: "on" if value is True else str(value) for name, value in kept.items()}


def entries() -> int:
    return JournalEntry.objects.count()


# who may


def test_anonymous_goes_to_our_sign_in(city: None) -> None:
    client = Client()
    response = client.get("/admin/registers/region/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/sign-in/?next=/admin/")
    assert client.get("/admin/jsi18n/").status_code == 302


@pytest.mark.parametrize("login", ["bureau", "department", "county", "public", "audit"])
def test_who_keeps_no_registers_is_told_so(client_as: Clients, login: str) -> None:
    client = client_as(login)
    for url in ("/admin/", page(Region, "changelist"), page(Region, "add")):
        assert client.get(url, follow=True).status_code == 403


def test_the_system_administrator_keeps_registers_but_gives_nobody_rights(
    client_as: Clients,
) -> None:
    """A post carries a role: whoever could add posts and tenures could make himself anything."""
    client = client_as("admin")
    assert client.get(page(Region, "add")).status_code == 200
    assert client.get(page(Person, "changelist")).status_code == 200
    assert client.get(page(Post, "changelist")).status_code == 200
    post = Post.objects.first()
    assert post is not None
    for url in (page(Post, "add"), page(Post, "delete", post.pk), page(Post, "import")):
        assert client.get(url).status_code == 403
    before = entries()
    change = {"title": "局长", "role": "system-administrator", "reason": "x"}
    assert client.post(page(Post, "change", post.pk), change).status_code == 403
    bulk = {"action": "change_selected", "_selected_action": [str(post.pk)], "post": "yes"}
    client.post(page(Post, "changelist"), bulk | {"set": ["body"], "reason": "x"})
    assert entries() == before


def test_no_side_doors(client_as: Clients) -> None:
    client = client_as("admin")
    assert client.get("/admin/password_change/").status_code == 404
    assert client.get("/admin/auth/group/").status_code == 404
    assert "password_change" not in client.get("/admin/").content.decode()
    assert client.post("/admin/logout/").status_code == 302
    assert client.get("/admin/").status_code == 302


def test_no_page_shows_a_password_or_a_token(client_as: Clients) -> None:
    client = client_as("admin")
    account = Account.objects.get(login="admin")
    for name in ("change", "history"):
        text = client.get(page(Account, name, account.pk)).content.decode()
        assert account.password not in text
    exported = client.post(page(Account, "export"), {"format": "0", "resource": "0"})
    assert account.password not in exported.content.decode()


# the form


def test_a_conflict_shows_both_values_and_loses_nothing(client_as: Clients) -> None:
    client, region = client_as("admin"), Region.objects.get(code="140802")
    url = page(Region, "change", region.pk)
    first, second = data_of(client.get(url)), data_of(client.get(url))
    assert client.post(url, first | {"note": "甲写的", "reason": "甲"}).status_code == 302
    response = client.post(url, second | {"note": "乙写的", "reason": "乙"})
    assert response.status_code == 409
    text = response.content.decode()
    assert "甲写的" in text
    assert "乙写的" in text
    region.refresh_from_db()
    assert region.note == "甲写的"
    again = data_of(response)
    assert (again["note"], again["reason"]) == ("乙写的", "乙")
    assert client.post(url, again).status_code == 302
    region.refresh_from_db()
    assert (region.note, region.version) == ("乙写的", 3)


def test_a_record_and_its_inline_rows_are_one_entry(client_as: Clients) -> None:
    client, body = client_as("admin"), Body.objects.get(code="water")
    url = page(Body, "change", body.pk)
    data = data_of(client.get(url))
    total = int(data["names-TOTAL_FORMS"])
    data |= {
        "note": "改",
        "reason": "机构改革",
        "names-0-note": "内联改",
        "names-TOTAL_FORMS": str(total + 1),
        f"names-{total}-kind": "alias",
        f"names-{total}-name": "水利局别名",
        f"names-{total}-mark": "V",
        f"names-{total}-body": str(body.pk),
    }
    before = entries()
    assert client.post(url, data).status_code == 302
    assert entries() == before + 1
    newest = JournalEntry.objects.latest("position")
    assert newest.subjects.count() == 3
    assert BodyName.objects.filter(body=body, name="水利局别名").exists()


def test_a_stale_inline_row_takes_the_whole_form_back(client_as: Clients) -> None:
    client, body = client_as("admin"), Body.objects.get(code="water")
    url = page(Body, "change", body.pk)
    first, second = data_of(client.get(url)), data_of(client.get(url))
    assert client.post(url, first | {"names-0-note": "一", "reason": "r"}).status_code == 302
    before = entries()
    stale = second | {"names-0-note": "二", "note": "主", "reason": "r"}
    assert client.post(url, stale).status_code == 409
    body.refresh_from_db()
    assert (entries(), body.note) == (before, "")


def test_a_removed_inline_row_is_in_the_entry(client_as: Clients) -> None:
    client = client_as("admin")
    name = BodyName.objects.filter(body__code="water").first()
    assert name is not None
    url = page(Body, "change", name.body_id)
    data = data_of(client.get(url))
    row = next(key[:-3] for key, value in data.items() if value == str(name.pk))
    before = entries()
    assert client.post(url, data | {f"{row}-DELETE": "on", "reason": "重复"}).status_code == 302
    assert entries() == before + 1
    assert not BodyName.objects.filter(pk=name.pk).exists()


def test_an_entered_figure_is_never_overwritten(client_as: Clients) -> None:
    client, figure = client_as("admin"), Statistic.objects.filter(state="known").first()
    assert figure is not None
    url = page(Statistic, "change", figure.pk)
    response = client.get(url)
    assert not set(form_of(response).fields) & {"value", "year", "edition", "state", "region"}
    data = data_of(response) | {"value": "1", "note": "注", "reason": "r"}
    assert client.post(url, data).status_code == 302
    kept = Statistic.objects.get(pk=figure.pk)
    assert (kept.value, kept.note) == (figure.value, "注")


def test_what_others_refer_to_is_not_removed(client_as: Clients) -> None:
    client, region = client_as("admin"), Region.objects.get(code="140802")
    before = entries()
    data = {"post": "yes", "expected_version": "1", "reason": "r", "request_id": new_id().hex}
    response = client.post(page(Region, "delete", region.pk), data)
    assert response.status_code in (200, 409, 422)
    assert Region.objects.filter(pk=region.pk).exists()
    assert entries() == before


def test_lists_search_filter_and_complete(client_as: Clients) -> None:
    client = client_as("admin")
    listed = client.get(page(Region, "changelist"), {"q": "盐湖", "level__exact": "county"})
    assert listed.context["cl"].result_count == 1
    found = client.get(
        "/admin/autocomplete/",
        {"app_label": "registers", "model_name": "body", "field_name": "unit", "term": "新绛"},
    )
    assert found.json()["results"][0]["text"]


def test_history_is_the_journal_in_chinese(client_as: Clients) -> None:
    client, region = client_as("admin"), Region.objects.get(code="140802")
    url = page(Region, "change", region.pk)
    client.post(url, data_of(client.get(url)) | {"seat": "新址", "reason": "搬迁〔2026〕1号"})
    text = client.get(page(Region, "history", region.pk)).content.decode()
    assert "搬迁〔2026〕1号" in text
    assert "新址" in text
    assert "seat" not in text.split('id="content"')[1].split("</table>")[0].replace(
        "object-tools", ""
    )


def test_everything_of_a_list_changed_together(client_as: Clients) -> None:
    """All rows of a filtered list, more than a page: one hidden field, one entry."""
    client = client_as("admin")
    url = page(Region, "changelist") + "?level__exact=village"
    rows = Region.objects.filter(level="village")
    chosen = {"action": "change_selected", "_selected_action": [str(rows.first().pk)]}  # type: ignore[union-attr]
    shown = client.post(url, chosen | {"index": "0", "select_across": "1"})
    before = entries()
    ask = chosen | {"post": "yes", "select_across": "1", "set": ["note"], "note": "统一备注"}
    ask |= {"reason": "批量", "request_id": new_id().hex, "versions": shown.context["versions"]}
    assert client.post(url, ask).status_code == 302
    assert entries() == before + 1
    assert rows.filter(note="统一备注").count() == rows.count() > 50
