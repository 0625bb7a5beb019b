"""Import and export on the screens of registers."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client

from anlan.base import upkeep
from anlan.base.clock import now
from anlan.base.identity import new_id
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.merging import merged_keys
from anlan.base.models import ColumnMapping, JournalEntry
from anlan.registers.models import Body, BodyGroup, Person, Region, ReportingUnit, Statistic
from anlan.registers.rules.scope import Capability
from tests.base.keeping.lists import kept_screens, list_screens

pytestmark = pytest.mark.django_db
KEPT = [url for url, _screen in kept_screens()]


@pytest.fixture
def client(client_as: Callable[[str], Client]) -> Client:
    return client_as("admin")


def entries() -> int:
    return JournalEntry.objects.count()


def look(client: Client, url: str, content: bytes | str, name: str = "t.csv") -> Any:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return client.post(f"{url}?view=import", {"step": "upload", "file": file})


def sent(page: Any, **more: str) -> dict[str, str]:
    """What the page would send back."""
    context = page.context
    data = {"token": context["token"]} | {head.name: head.chosen for head in context["heads"]}
    return data | ({"clears": "on"} if context["clears"] else {}) | more


def take(client: Client, url: str, page: Any, **more: str) -> Any:
    form = page.context["form"]
    own = {field.html_name: field.value() or "" for field in form.hidden_fields()}
    data = sent(page, step="take", reason="导入", **own) | more
    return client.post(f"{url}?view=import", data)


def counts(page: Any) -> dict[str, int]:
    found = page.context["found"].counts
    return {name: found[name] for name in ("new", "changed", "unchanged", "refused")}


def refusals(page: Any) -> str:
    return " ".join(line.refusal for line in page.context["found"].refused)


def table(*lines: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# round trip of every register


def test_every_register_of_the_screens_is_walked() -> None:
    assert {"/regions/", "/units/", "/bodies/", "/body-groups/", "/people/"} <= set(KEPT)
    assert {url for url, _screen in list_screens()} > set(KEPT)


@pytest.mark.parametrize("url", KEPT)
def test_what_is_taken_out_comes_in_unchanged(
    client_as: Callable[[str], Client], url: str
) -> None:
    """Signed in as who keeps the register: posts give rights. Only the taking out of personal
    data leaves an entry."""
    model = dict(kept_screens())[url].model
    kept = keeping_of(model)
    assert kept is not None
    client = client_as("security" if kept.capability == Capability.ASSIGN_RIGHTS else "admin")
    rows = model.objects.exclude(pk__in=merged_keys(model)).count()
    for form, language in (("keep-csv", "zh-hans"), ("keep-xlsx", "en")):
        before = entries()
        client.cookies["anlan_language"] = language
        out = client.get(f"{url}?format={form}")
        client.cookies["anlan_language"] = "zh-hans"
        assert entries() == before + bool(model.PERSONAL)
        before = entries()
        page = look(client, url, out.content)
        assert page.status_code == 200
        assert refusals(page) == ""
        assert counts(page) == {"new": 0, "changed": 0, "unchanged": rows, "refused": 0}
        assert page.context["found"].kept_cells == 0
        assert entries() == before


def test_only_who_keeps_a_register_brings_files_in(client_as: Callable[[str], Client]) -> None:
    for login in ("department", "county", "public"):
        other = client_as(login)
        for url in KEPT:
            for address in (f"{url}?view=import", f"{url}?format=keep-csv"):
                assert other.get(address).status_code in (403, 404), (login, address)
            assert other.post(f"{url}?view=change").status_code in (403, 404)
    assert client_as("bureau").get("/bodies/?view=import").status_code == 200
    assert "view=import" not in client_as("department").get("/bodies/").content.decode()


# what becomes of a row


def test_new_changed_unchanged_and_refused_are_one_entry(client: Client) -> None:
    body = Body.objects.select_related("unit").first()
    other = Body.objects.exclude(pk=body.pk).first()
    text = (
        "代码,full_name,short name,类别,unit,position\n"
        f"{body.code},{body.full_name},{body.short_name},,{body.unit.code},99\n"
        f"{other.code},{other.full_name},{other.short_name},,,\n"
        f"yanshi-ju,演示局,演示局,政府部门,{body.unit.code},7\n"
        f"yanshi-er,演示二局,演示二局,没有这种,{body.unit.code},8\n"
    )
    page = look(client, "/bodies/", text)
    assert counts(page) == {"new": 1, "changed": 1, "unchanged": 1, "refused": 1}
    assert "没有这种" in refusals(page)
    before = entries()
    refused = take(client, "/bodies/", page)
    assert refused.status_code == 422
    assert entries() == before
    done = take(client, "/bodies/", page, leave_out="on")
    assert done.status_code == 302
    assert entries() == before + 1
    entry = JournalEntry.objects.latest("position")
    assert entry.action == "registers.body.import"
    body.refresh_from_db()
    assert body.position == 99
    again = look(client, "/bodies/", text)
    assert counts(again) == {"new": 0, "changed": 0, "unchanged": 3, "refused": 1}


def test_a_repeated_confirmation_writes_once(client: Client) -> None:
    body = Body.objects.first()
    page = look(client, "/bodies/", f"code,note\n{body.code},新备注\n")
    take(client, "/bodies/", page)
    before = entries()
    assert take(client, "/bodies/", page).status_code == 302
    assert entries() == before


def test_an_empty_cell_is_not_an_absent_column(client: Client) -> None:
    body = Body.objects.exclude(source="").first()
    absent = look(client, "/bodies/", f"code\n{body.code}\n")
    assert counts(absent)["unchanged"] == 1
    assert absent.context["found"].kept_cells == 0
    empty = look(client, "/bodies/", f"code,source\n{body.code},\n")
    assert counts(empty)["unchanged"] == 1
    assert empty.context["found"].kept_cells == 1
    clears = client.post("/bodies/?view=import", sent(empty, step="look", clears="on"))
    assert counts(clears)["changed"] == 1
    assert take(client, "/bodies/", clears).status_code == 302
    body.refresh_from_db()
    assert body.source == ""


def test_a_row_that_somebody_changed_is_refused_with_both_values(
    client: Client, actor_as: Callable[[str], Any]
) -> None:
    out = client.get("/units/?format=keep-xlsx")
    unit = ReportingUnit.objects.first()
    book = openpyxl.load_workbook(io.BytesIO(out.content))
    sheet = book.active
    heads = [cell.value for cell in sheet[2]]
    assert heads[-1] == "行版本（请勿改动）"
    row = next(line for line in sheet.iter_rows(min_row=3) if line[0].value == unit.code)
    row[heads.index("来源")].value = "文件里的来源"
    file = io.BytesIO()
    book.save(file)
    upkeep.change(
        ReportingUnit,
        unit.pk,
        {"source": "别人的来源"},
        expected_version=unit.version,
        actor=actor_as("bureau"),
        now=now(),
        request_id=new_id().hex,
    )
    page = look(client, "/units/", file.getvalue(), "t.xlsx")
    assert counts(page)["refused"] == 1
    text = page.content.decode()
    assert "别人的来源" in text
    assert "文件里的来源" in text


def test_somebody_was_faster_between_dry_run_and_import(
    client: Client, actor_as: Callable[[str], Any]
) -> None:
    body = Body.objects.first()
    page = look(client, "/bodies/", f"code,note\n{body.code},我的\n")
    upkeep.change(
        Body,
        body.pk,
        {"note": "别人的"},
        expected_version=body.version,
        actor=actor_as("bureau"),
        now=now(),
        request_id=new_id().hex,
    )
    before = entries()
    assert take(client, "/bodies/", page).status_code == 422
    assert entries() == before
    body.refresh_from_db()
    assert body.note == "别人的"


# columns


def test_columns_can_be_given_another_meaning_and_are_remembered(client: Client) -> None:
    body = Body.objects.first()
    text = f"编号,说明\n{body.code},改过的备注\n"
    assert look(client, "/bodies/", text).status_code == 422  # no head is known
    text = f"代码,说明\n{body.code},改过的备注\n"
    page = look(client, "/bodies/", text)
    assert page.context["left_columns"] == ["说明"]
    assert counts(page)["unchanged"] == 1
    heads = page.context["heads"]
    data = sent(page, step="look") | {heads[1].name: "note"}
    page = client.post("/bodies/?view=import", data)
    assert counts(page)["changed"] == 1
    assert take(client, "/bodies/", page).status_code == 302
    assert ColumnMapping.objects.filter(register="registers.body").count() == 1
    again = look(client, "/bodies/", text)
    assert [head.chosen for head in again.context["heads"]] == ["code", "note"]
    assert counts(again)["unchanged"] == 1


def test_an_import_that_is_read_otherwise_than_shown_is_refused(client: Client) -> None:
    body = Body.objects.first()
    page = look(client, "/bodies/", f"code,note,source\n{body.code},甲,乙\n")
    swapped = {page.context["heads"][1].name: "source", page.context["heads"][2].name: "note"}
    assert take(client, "/bodies/", page, **swapped).status_code == 409


def test_two_columns_with_one_meaning_and_a_missing_key_are_refused(client: Client) -> None:
    page = look(client, "/bodies/", "code,note\nx,y\n")
    names = [head.name for head in page.context["heads"]]
    for given in (["note", "note"], ["", "note"]):
        data = sent(page, step="look") | dict(zip(names, given, strict=True))
        response = client.post("/bodies/?view=import", data)
        assert response.status_code == 422
        assert response.context["token"]


def test_heads_may_stand_below_a_title_and_in_merged_cells(client: Client) -> None:
    body = Body.objects.first()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["单位一览"])
    sheet.append(["代码", "名称", None, "备注"])
    sheet.append([None, "全称", "简称", None])
    sheet.append([body.code, body.full_name, body.short_name, "合并表头"])
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:D3")
    out = io.BytesIO()
    book.save(out)
    page = look(client, "/bodies/", out.getvalue(), "t.xlsx")
    assert [h.chosen for h in page.context["heads"]] == [
        "code",
        "full_name",
        "short_name",
        "note",
    ]
    assert counts(page) == {"new": 0, "changed": 1, "unchanged": 0, "refused": 0}


# cells


def test_pasted_cells_of_a_spreadsheet(client: Client) -> None:
    body = Body.objects.first()
    pasted = f"代码\t备注\r\n\u00a0{body.code}\u200b \t粘贴, 的\r\n"
    page = client.post("/bodies/?view=import", {"step": "upload", "pasted": pasted})
    assert counts(page)["changed"] == 1
    assert take(client, "/bodies/", page).status_code == 302
    body.refresh_from_db()
    assert body.note == "粘贴, 的"


@pytest.mark.parametrize(
    "text", ["2024-03-05", "2024年3月5日", "2024/3/5", "２０２４－０３－０５", "2024.03.05"]
)
def test_dates_that_are_texts(client: Client, text: str) -> None:
    body = Body.objects.first()
    page = look(client, "/bodies/", table(["code", "valid_from"], [body.code, text]))
    assert refusals(page) == ""
    take(client, "/bodies/", page)
    body.refresh_from_db()
    assert str(body.valid_from) == "2024-03-05"


@pytest.mark.parametrize("text", ["3/5/2024", "去年", "2024-13-01", "45356"])
def test_a_date_that_could_mean_two_days_is_refused(client: Client, text: str) -> None:
    body = Body.objects.first()
    page = look(client, "/bodies/", f"code,valid_from\n{body.code},{text}\n")
    assert "2026-11-24" in refusals(page)


def test_codes_keep_their_zeros_and_full_width_digits_are_digits(client: Client) -> None:
    region = Region.objects.filter(level="county").first()
    wide = region.code.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    page = look(client, "/regions/", f"code,note\n{wide},全角\n")
    assert counts(page)["changed"] == 1
    parent = f"code,name,level,parent\n0140999,演示乡,township,{region.code}\n"
    page = look(client, "/regions/", parent)
    assert counts(page)["new"] == 1
    take(client, "/regions/", page)
    assert Region.objects.filter(code="0140999").exists()
    lost = look(client, "/regions/", table(["code", "note"], [140999, "丢了零"]))
    assert "0140999" in refusals(lost)
    number = look(client, "/regions/", table(["code", "note"], [int(region.code), "数字"]))
    assert counts(number)["changed"] == 1


def test_no_cell_of_an_export_can_run(client: Client, actor_as: Callable[[str], Any]) -> None:
    body = Body.objects.first()
    upkeep.change(
        Body,
        body.pk,
        {"note": "=HYPERLINK(1)"},
        expected_version=body.version,
        actor=actor_as("bureau"),
        now=now(),
        request_id=new_id().hex,
    )
    out = client.get("/bodies/?format=keep-csv")
    assert "'=HYPERLINK(1)" in out.content.decode()
    assert counts(look(client, "/bodies/", out.content))["changed"] == 0


def test_the_same_row_twice_and_a_lost_row_are_refused(client: Client) -> None:
    body = Body.objects.first()
    page = look(client, "/bodies/", f"code,note\n{body.code},甲\n{body.code},乙\n")
    assert counts(page) == {"new": 0, "changed": 1, "unchanged": 0, "refused": 1}
    page = look(client, "/bodies/", "code,full_name,version\nweg,没了,3\n")
    assert counts(page)["refused"] == 1
    assert counts(look(client, "/bodies/", "code,note\n,没有代码\n"))["refused"] == 1


def test_people_without_an_id_are_known_by_name_and_number(client: Client) -> None:
    text = "name,mobile\n演示新人,19900007777\n"
    page = look(client, "/people/", text)
    assert counts(page)["new"] == 1
    take(client, "/people/", page)
    assert Person.objects.filter(mobile="19900007777").count() == 1
    again = look(client, "/people/", text)
    assert counts(again) == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}


def test_what_is_frozen_is_never_overwritten(client: Client) -> None:
    row = Statistic.objects.filter(state="known").select_related("region").first()
    text = (
        "region,year,indicator,edition,value\n"
        f'{row.region.code},{row.year},{row.indicator},"{row.edition}",1\n'
    )
    page = look(client, "/statistics/", text)
    assert counts(page)["refused"] == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04broken", "随便,什么\n1,2\n", "机密★\n代码\nx\n"],
)
def test_what_is_no_table_is_refused_in_words(client: Client, content: bytes | str) -> None:
    page = look(client, "/bodies/", content)
    assert page.status_code in (403, 422)
    assert page.context["refusal"]


def test_what_a_new_row_lacks_is_said_in_plain_words(client: Client) -> None:
    page = look(client, "/bodies/", "code,short_name\nyanshi-leer,演示局\n")
    assert "报送单元：" in refusals(page)
    assert "null" not in refusals(page)


def test_lists_of_phrases_come_back(client: Client) -> None:
    group = BodyGroup.objects.first()
    page = look(client, "/body-groups/", f"code,names\n{group.code},甲；乙\n")
    assert counts(page)["changed"] == 1
