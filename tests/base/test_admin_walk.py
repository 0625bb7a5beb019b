"""Walks every registered admin and every import resource: none can write past the journal.

A new register needs nothing here: its values are taken from a row that it holds already.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import tablib
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm, MultiWidget
from django.test import Client
from django.urls import reverse

from anlan.base.admin import AnlanAdminSite, ReadOnlyAdmin, RegisterAdmin
from anlan.base.admin_resource import RegisterResource, natural_key
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import UnjournaledWrite
from anlan.base.identity import new_id
from anlan.base.models import JournalEntry, JournalSubject
from anlan.base.records import Record
from anlan.registers.models import Region

pytestmark = pytest.mark.django_db
ADMINS = sorted(admin.site._registry.values(), key=lambda a: a.opts.label)
OF_MANY_ROWS = ("registers.Region",)
"""Their whole table goes out and in among the long checks."""
WRITTEN = [a for a in ADMINS if not isinstance(a, ReadOnlyAdmin)]
READ_ONLY = [a for a in ADMINS if isinstance(a, ReadOnlyAdmin)]
LIST_PAGES = ("changelist", "add", "import", "export")
RECORD_PAGES = ("change", "history", "delete")
WRITING_PAGES = frozenset({"add", "import", "delete"})
RIGHTS = "assign-rights"


def label(one: RegisterAdmin) -> str:
    return one.opts.label


def address(one: RegisterAdmin, page: str, *arguments: Any) -> str:
    return reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_{page}", args=arguments)


def everything() -> dict[tuple[str, str], int]:
    """Version of every row of every register."""
    found: dict[tuple[str, str], int] = {}
    for model in apps.get_models():
        if issubclass(model, Record):
            rows = model._default_manager.values_list("pk", "version")
            found |= {(model._meta.label_lower, str(pk)): version for pk, version in rows}
    return found


@contextmanager
def journaled(entries: int) -> Iterator[None]:
    """Exactly so many entries, and every row that changed is a subject of them."""
    rows, newest = everything(), JournalEntry.objects.latest("position").position
    yield
    written = JournalEntry.objects.filter(position__gt=newest)
    assert written.count() == entries
    subjects = JournalSubject.objects.filter(entry__in=written).values_list("model", "key")
    now = everything()
    changed = {key for key in rows.keys() | now.keys() if rows.get(key) != now.get(key)}
    assert set(subjects) == changed
    assert bool(changed) == bool(entries)
    assert not LogEntry.objects.exists()


def posted(response: Any) -> dict[str, Any]:
    """What a browser would send back of a form page, inline rows included."""
    forms: list[BaseForm] = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(field.field.widget, MultiWidget):  # a day and a time
                data |= in_parts(field.html_name, field.field.widget.decompress(value))
            elif value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = str(value)
    return data


def in_parts(name: str, parts: list[Any]) -> dict[str, str]:
    """What a browser sends of a field that is written in several boxes."""
    filled = enumerate(parts)
    return {f"{name}_{place}": str(part) for place, part in filled if part is not None}


def as_sent(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, dt.datetime):
        there = value.astimezone(CITY_ZONE)
        return in_parts(name, [there.date(), there.time()])
    return {name: str(value)}


def unused(one: RegisterAdmin) -> dict[str, Any]:
    """Columns that make a copy of a row a new one: a part of everything that is unique."""
    together = [c.fields for c in one.model._meta.constraints if hasattr(c, "fields")]
    found: dict[str, Any] = {}
    for names in (natural_key(one.model), *together):
        fields = [one.model._meta.get_field(name) for name in names]
        if found.keys() & set(names):
            continue
        for field in fields:
            kind = field.get_internal_type()
            if kind in ("CharField", "SlugField", "DateField") and not field.choices:
                text = f"new-{new_id().hex[-6:]}"
                found[field.name] = "2001-02-03" if kind == "DateField" else text
                break
    return found


def values_for_new(one: RegisterAdmin, client: Client) -> dict[str, Any]:
    row = one.model._default_manager.order_by("pk").last()
    copied = posted(client.get(address(one, "change", row.pk)))
    stored: dict[str, str] = {}
    for name in one.frozen_fields:
        value = shown_in_form(row, one.model._meta.get_field(name))
        stored |= {} if value is None else as_sent(name, value)
    empty = posted(client.get(address(one, "add")))
    own = {n: v for n, v in copied.items() if {n, n.rpartition("_")[0]} & set(one.columns)}
    data = empty | stored | own | unused(one)
    if "valid_until" in data and "valid_from" in natural_key(one.model):
        data["valid_until"] = ""
    return data


def shown_in_form(row: Any, field: Any) -> Any:
    """The value of a column as its form shows it."""
    value = getattr(row, field.attname)
    return field.file_text(value) if hasattr(field, "file_text") and value is not None else value


def text_column(one: RegisterAdmin) -> str:
    """A column that may be changed to another text or day."""
    skipped = {*one.frozen_fields, *natural_key(one.model)}
    for name in one.columns:
        field = one.model._meta.get_field(name)
        if name not in skipped and not field.choices and not field.is_relation:  # noqa: SIM102
            if field.get_internal_type() in ("CharField", "DateField"):
                return name
    return natural_key(one.model)[-1]


def other_value(one: RegisterAdmin, name: str, text: str) -> str:
    field = one.model._meta.get_field(name)
    return "2031-01-01" if field.get_internal_type() == "DateField" else text


@pytest.fixture
def client(client_as: Callable[[str], Client], request: pytest.FixtureRequest) -> Client:
    """The administrator whose register it is: posts and tenures are the security one's."""
    one = getattr(request.node, "callspec", None)
    of_rights = one is not None and getattr(one.params.get("one"), "capability", "") == RIGHTS
    return client_as("security" if of_rights else "admin")


def test_there_is_something_to_walk() -> None:
    assert len(WRITTEN) >= 10
    assert {one.opts.label for one in READ_ONLY} >= {"registers.Account", "registers.ApiToken"}


@pytest.mark.parametrize("one", ADMINS, ids=label)
def test_every_admin_is_a_register_admin(one: Any) -> None:
    assert isinstance(one, RegisterAdmin)
    assert issubclass(one.model, Record)
    assert not one.list_editable
    for inline in one.inlines:
        assert issubclass(inline.model, Record)
        assert "expected_version" in (inline.fields or ()), inline
    for resource in one.get_resource_classes(None):
        assert issubclass(resource, RegisterResource)
        assert not set(resource().fields) & (one.model.SECRET | {"version", "owner_centre"})
    assert not set(one.columns) & one.model.SECRET
    assert not set(one.bulk_fields) & set(one.frozen_fields)


@pytest.mark.parametrize("one", ADMINS, ids=label)
def test_every_page_opens(one: RegisterAdmin, client: Client) -> None:
    closed = WRITING_PAGES if one in READ_ONLY else frozenset()
    row = one.model._default_manager.first()
    pages = [(page, address(one, page)) for page in LIST_PAGES]
    if row is not None:
        pages += [(page, address(one, page, row.pk)) for page in RECORD_PAGES]
    with journaled(0):
        for page, url in pages:
            response = client.get(url)
            if page == "delete" and one.never_removed:
                assert response.status_code == 403, url
                continue
            assert response.status_code == (403 if page in closed else 200), url
            assert response["Content-Language"] == "zh-hans"
            assert b" onclick=" not in response.content
            assert b" onchange=" not in response.content


@pytest.mark.parametrize("one", WRITTEN, ids=label)
def test_add_change_and_remove_are_one_entry_each(one: RegisterAdmin, client: Client) -> None:
    add = values_for_new(one, client)
    known = set(one.model._default_manager.values_list("pk", flat=True))
    with journaled(1):
        assert_saved(client.post(address(one, "add"), add | {"reason": "新增"}))
    with journaled(0):
        assert_saved(client.post(address(one, "add"), add | {"reason": "新增"}))
    row = one.model._default_manager.exclude(pk__in=known).get()

    name = text_column(one)
    page = address(one, "change", row.pk)
    first, second = posted(client.get(page)), posted(client.get(page))
    with journaled(0):
        refused = client.post(page, first | {name: other_value(one, name, "无理由")})
        assert refused.status_code == 200
        assert "reason" in refused.context["adminform"].form.errors
    with journaled(1):
        change = first | {name: other_value(one, name, "改后"), "reason": "更正"}
        assert_saved(client.post(page, change))
    with journaled(0):
        stale = second | {"reason": "更正"}
        stale[name] = "2032-01-01" if "-" in change[name] else "迟到的"
        response = client.post(page, stale)
        assert response.status_code == 409
        form = response.context["adminform"].form
        assert form[name].value() == stale[name]
        assert form["expected_version"].value() == "2"

    remove = address(one, "delete", row.pk)
    request_id = new_id().hex
    if one.never_removed:
        with journaled(0):
            ask = {"post": "yes", "expected_version": "2", "reason": "x", "request_id": request_id}
            assert client.post(remove, ask).status_code == 403
        return
    with journaled(0):
        assert client.post(remove, {"post": "yes", "expected_version": "2"}).status_code == 422
        stale = {"post": "yes", "expected_version": "1", "reason": "x", "request_id": request_id}
        assert client.post(remove, stale).status_code == 409
    with journaled(1):
        assert_saved(client.post(remove, stale | {"expected_version": "2"}))
    assert not one.model._default_manager.filter(pk=row.pk).exists()


def assert_saved(response: Any) -> None:
    if response.status_code != 302:
        lists = response.context.get("inline_admin_formsets", ())
        errors = [[*i.formset.errors, i.formset.non_form_errors()] for i in lists]
        raise AssertionError([response.context["adminform"].form.errors, *errors])


@pytest.mark.parametrize("one", [a for a in WRITTEN if a.bulk_fields], ids=label)
def test_a_bulk_change_is_one_entry(one: RegisterAdmin, client: Client) -> None:
    rows = list(one.model._default_manager.order_by("pk")[:3])
    name = next(
        n for n in one.bulk_fields if n in ("source", "mark", "held_until", "body", "region")
    )
    field = one.model._meta.get_field(name)
    value = {"source": "改后的来源", "mark": "?", "held_until": "2099-01-01"}.get(name)
    value = value or str(getattr(one.model._default_manager.last(), field.attname))
    if one.model._meta.model_name == "post":
        rows, value = rows[:1], str(apps.get_model("registers.Body").objects.last().pk)
    chosen = {"action": "change_selected", "_selected_action": [str(r.pk) for r in rows]}
    page = client.post(address(one, "changelist"), chosen | {"index": "0"})
    assert page.status_code == 200
    ask = chosen | {
        "post": "yes",
        "versions": page.context["versions"],
        "request_id": new_id().hex,
        "set": [name],
        name: value,
    }
    with journaled(0):
        assert client.post(address(one, "changelist"), ask).status_code == 200
        nothing = ask | {"set": [], "reason": "批量"}
        assert client.post(address(one, "changelist"), nothing).status_code == 200
        unseen = ask | {"versions": "", "reason": "批量"}
        refused = client.post(address(one, "changelist"), unseen)
        assert refused.context["write_form"].non_field_errors()
    with journaled(1):
        response = client.post(address(one, "changelist"), ask | {"reason": "批量"})
        assert response.status_code == 302, response.context["write_form"].errors
    with journaled(0):
        stale = ask | {"reason": "批量", "request_id": new_id().hex}
        assert client.post(address(one, "changelist"), stale).status_code == 200


@pytest.mark.parametrize("one", WRITTEN, ids=label)
def test_a_bulk_removal_is_one_entry_or_refused(one: RegisterAdmin, client: Client) -> None:
    known = set(one.model._default_manager.values_list("pk", flat=True))
    client.post(address(one, "add"), values_for_new(one, client) | {"reason": "新增"})
    row = one.model._default_manager.exclude(pk__in=known).get()
    chosen = {"action": "remove_selected", "_selected_action": [str(row.pk)]}
    if one.never_removed:
        with journaled(0):
            client.post(address(one, "changelist"), chosen | {"index": "0", "post": "yes"})
        assert one.model._default_manager.filter(pk=row.pk).exists()
        return
    with journaled(0):
        page = client.post(address(one, "changelist"), chosen | {"index": "0"})
        assert page.status_code == 200
        ask = chosen | {"post": "yes", "request_id": new_id().hex}
        ask["versions"] = page.context["versions"]
        assert client.post(address(one, "changelist"), ask).status_code == 200
    with journaled(1):
        response = client.post(address(one, "changelist"), ask | {"reason": "清理"})
        assert response.status_code == 302
    chosen["_selected_action"] = [str(pk) for pk in known]
    with journaled(0):
        used = client.post(address(one, "changelist"), chosen | ask | {"select_across": "0"})
        assert used.status_code in (200, 302)


# files


def exported(one: RegisterAdmin, client: Client, kind: int = 0) -> bytes:
    response = client.post(address(one, "export"), {"format": str(kind), "resource": "0"})
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    return response.content


def previewed(one: RegisterAdmin, client: Client, content: bytes, name: str = "t.csv") -> Any:
    file = io.BytesIO(content)
    file.name = name
    kind = "1" if name.endswith("xlsx") else "0"
    return client.post(
        address(one, "import"), {"import_file": file, "format": kind, "resource": "0"}
    )


def confirmed(one: RegisterAdmin, client: Client, page: Any, reason: str = "导入") -> Any:
    form = page.context["confirm_form"]
    data = {field.html_name: field.value() or "" for field in form}
    return client.post(address(one, "process_import"), data | {"reason": reason})


def with_new_row(one: RegisterAdmin, content: bytes) -> bytes:
    table = tablib.Dataset().load(content.decode("utf-8-sig"), format="csv")
    row = list(table[len(table) - 1])
    names = {str(one.model._meta.get_field(n).verbose_name): n for n in (*one.columns, "id")}
    columns = [names[header] for header in table.headers]
    fresh = unused(one)
    if natural_key(one.model) == ("id",):  # a row that brings no id is a new one
        fresh["id"] = ""
    for name, value in (fresh or {"id": ""}).items():
        row[columns.index(name)] = value
    if "valid_until" in columns and "valid_from" in unused(one):
        row[columns.index("valid_until")] = ""
    more = tablib.Dataset(row, headers=table.headers)
    return ("\ufeff" + more.export("csv")).encode()


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(one, marks=[pytest.mark.long] * (label(one) in OF_MANY_ROWS))
        for one in WRITTEN
    ],
    ids=label,
)
def test_export_import_export_is_the_same_and_changes_nothing(
    one: RegisterAdmin, client: Client
) -> None:
    """Taking personal data out leaves an entry of its own; bringing it back leaves none."""
    for kind, name in ((0, "t.csv"), (1, "t.xlsx")):
        before, newest = exported(one, client, 0), JournalEntry.objects.count()
        content = exported(one, client, kind)
        assert JournalEntry.objects.count() == newest + bool(one.model.PERSONAL)
        with journaled(0):
            page = previewed(one, client, content, name)
            assert "confirm_form" in page.context, page.context["result"].row_errors()
            totals = page.context["result"].totals
            assert totals["skip"] == one.model._default_manager.count()
            assert totals["new"] == totals["update"] == 0
            assert confirmed(one, client, page).status_code == 302
        assert exported(one, client, 0) == before


@pytest.mark.parametrize("one", WRITTEN, ids=label)
def test_an_import_is_one_entry(one: RegisterAdmin, client: Client) -> None:
    content = with_new_row(one, exported(one, client))
    with journaled(0):
        page = previewed(one, client, content)
        assert "confirm_form" in page.context, page.content.decode()[-3000:]
        assert page.context["result"].totals["new"] == 1
        without = confirmed(one, client, page, reason="")
        assert without.status_code == 200
    with journaled(1):
        assert confirmed(one, client, page).status_code == 302
    with journaled(0):  # the same confirmation twice, and the same file once more
        again = previewed(one, client, content)
        if natural_key(one.model) == ("id",):  # refused: as a whole, or row by row as not unique
            result = again.context["result"]
            assert result.has_errors() or result.has_validation_errors()
        else:
            assert again.context["result"].totals["skip"] == 1
            assert confirmed(one, client, again).status_code == 302


# what would pass beside the journal


def test_a_sloppy_admin_is_caught(client: Client, settings: Any) -> None:
    """A subclass that saves by itself fails loudly and leaves nothing."""

    class Sloppy(RegisterAdmin):
        columns = ("code", "name", "level")

        def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
            obj.save()

    registered = admin.site._registry[Region]
    data = values_for_new(registered, client) | {"reason": "x"}
    sloppy = Sloppy(Region, admin.site)
    request = _request(client, data)
    with journaled(0), pytest.raises(UnjournaledWrite):
        sloppy.changeform_view(request)


def test_a_sloppy_resource_is_caught(client: Client, now: dt.datetime) -> None:
    from anlan.base.admin_resource import Writer, resource_for

    class Sloppy(resource_for(Region, ("code", "name", "level"))):  # type: ignore[misc]
        class Meta:
            model = Region
            fields = ("code", "name", "level")
            import_id_fields = ("code",)

        def do_instance_save(self, instance: Any, is_create: bool) -> None:
            instance.save()

    actor = _request(client, {}).actor
    writer = Writer(actor=actor, now=now, request_id=new_id().hex)
    table = tablib.Dataset(("new-1", "新", "county"), headers=("code", "name", "level"))
    with journaled(0):
        result = Sloppy(writer=writer).import_data(table)
        assert result.has_errors()


def test_only_register_admins_are_registered() -> None:
    site = AnlanAdminSite()
    with pytest.raises(ImproperlyConfigured):
        site.register(Region, admin.ModelAdmin)
    with pytest.raises(ImproperlyConfigured):
        site.register(Region)
    site.register(LogEntry, admin.ModelAdmin)
    assert not site.is_registered(LogEntry)


def test_list_editable_is_refused() -> None:
    class Editable(RegisterAdmin):
        columns = ("code", "name")
        list_display = ("code", "name")
        list_editable = ("name",)

    with pytest.raises(ImproperlyConfigured):
        Editable(Region, AnlanAdminSite())


def _request(client: Client, data: dict[str, Any]) -> Any:
    """A request of the signed-in client, as the middleware leaves it."""
    from django.contrib.messages.storage.fallback import FallbackStorage
    from django.test import RequestFactory

    from anlan.registers.access import actor_of
    from anlan.registers.models import Account

    request = RequestFactory().post("/admin/", data)
    request.user = Account.objects.get(pk=client.session["_auth_user_id"])
    request.actor = actor_of(request.user)  # type: ignore[attr-defined]
    request.session = client.session
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return request
