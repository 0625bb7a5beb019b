"""Files of registers: what comes in, what is refused, and that no cell runs."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import tablib
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from anlan.base import admin_files
from anlan.base.admin_columns import FORMULA_STARTS, ColumnWidget, guarded, unguarded
from anlan.base.admin_files import FileRefused, RegisterCsv, RegisterXlsx, UploadStorage
from anlan.base.models import JournalEntry
from anlan.registers.models import Body, BodyGroup, Person, Region, Statistic

IMPORT = "admin:registers_{}_import"


@pytest.fixture
def client(client_as: Callable[[str], Client]) -> Client:
    return client_as("admin")


def upload(client: Client, model: str, content: bytes | str, name: str = "t.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = io.BytesIO(data)
    file.name = name
    kind = "1" if name.endswith("xlsx") else "0"
    sent = {"import_file": file, "format": kind, "resource": "0"}
    return client.post(reverse(IMPORT.format(model)), sent)


def confirm(client: Client, model: str, page: Any, **more: str) -> Any:
    form = page.context["confirm_form"]
    data = {field.html_name: field.value() or "" for field in form}
    url = reverse(f"admin:registers_{model}_process_import")
    return client.post(url, data | {"reason": "导入"} | more)


def entries() -> int:
    return JournalEntry.objects.count()


# cells


@given(st.text(max_size=20))
def test_no_cell_runs_and_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(FORMULA_STARTS)


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''=x", "-5", "@a", "+8613", "普通", "'a'", ""])
def test_known_cells(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "column", "text", "value"),
    [
        (Region, "level", "county", "county"),
        (Region, "level", "County-level division", "county"),
        (Region, "is_division", "是", True),
        (Region, "is_division", "no", False),
        (Region, "longitude_deg", "-1.5", -1.5),
        (Region, "longitude_deg", "", None),
        (Body, "position", "7.0", 7),
        (BodyGroup, "names", "甲；乙", ["甲", "乙"]),
        (BodyGroup, "names", '["a；b"]', ["a；b"]),
        (Region, "note", "'=1", "=1"),
        (Region, "note", None, ""),
    ],
)
def test_a_text_is_read(model: Any, column: str, text: Any, value: Any) -> None:
    assert ColumnWidget(model._meta.get_field(column)).clean(text) == value


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "column", "text"),
    [
        (Region, "level", "planet"),
        (Region, "is_division", "maybe"),
        (Region, "longitude_deg", "nan"),
        (Region, "longitude_deg", "1e999"),
        (Body, "position", "1.5"),
        (Body, "valid_from", "03/04/2026"),
        (Body, "unit", "nowhere"),
        (BodyGroup, "names", "[1"),
        (Person, "id", "x"),
    ],
)
def test_a_text_is_refused_not_guessed(model: Any, column: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        ColumnWidget(model._meta.get_field(column)).clean(text)


# files


def test_gb18030_and_utf8_are_read() -> None:
    table = "代码,名称\r\n1,运城市\r\n\r\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        dataset = RegisterCsv().create_dataset(table.encode(encoding))
        assert dataset.headers == ["代码", "名称"]
        assert dataset.dict == [{"代码": "1", "名称": "运城市"}]


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\xff\xff\xff\xff\x80"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    for kind in (RegisterCsv, RegisterXlsx):
        with pytest.raises(FileRefused):
            kind().create_dataset(data)


def test_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_files, "FILE_ROWS", 2)
    with pytest.raises(FileRefused):
        RegisterCsv().create_dataset(b"a\n1\n2\n3\n")
    monkeypatch.setattr(admin_files, "FILE_BYTES", 3)
    with pytest.raises(FileRefused):
        RegisterCsv().create_dataset(b"a\n1\n")


def test_a_zip_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for number in range(3):
            bomb.writestr(f"xl/{number}", bytes(100 * 1024 * 1024))
    with pytest.raises(FileRefused):
        RegisterXlsx().create_dataset(out.getvalue())


def test_an_upload_waits_in_the_instance_and_nothing_else_is_named(
    settings: Any, tmp_path: Path
) -> None:
    settings.ANLAN_UPLOADS = tmp_path
    kept = UploadStorage()
    kept.save(b"x")
    assert UploadStorage(name=kept.name).read() == b"x"
    for name in ("../../etc/passwd", "/etc/passwd", "x"):
        with pytest.raises(FileRefused):
            UploadStorage(name=name).read()
    kept.remove()
    with pytest.raises(FileRefused):
        kept.read()


# imports


@pytest.mark.django_db
def test_all_or_nothing(client: Client) -> None:
    rows = "code,name,level\nnew-1,甲,county\nnew-2,乙,planet\n"
    before = entries()
    page = upload(client, "region", rows)
    assert "confirm_form" not in page.context
    text = page.content.decode()
    assert "planet" in text
    assert "Traceback" not in text
    assert not Region.objects.filter(code__startswith="new-").exists()
    assert entries() == before


@pytest.mark.django_db
def test_unknown_and_missing_columns_are_named(client: Client) -> None:
    assert "颜色" in upload(client, "region", "code,颜色\n1,红\n").content.decode()
    page = upload(client, "region", "name\n甲\n")
    assert "confirm_form" not in page.context
    assert page.context["result"].has_errors()
    twice = upload(client, "region", "code,name,name\n1,甲,乙\n")
    assert twice.context["result"].has_errors()


@pytest.mark.django_db
def test_rows_may_point_to_rows_of_the_same_file(client: Client) -> None:
    rows = "code,name,level,parent\nnew-1,甲,county,140800\nnew-2,乙,township,new-1\n"
    before = entries()
    assert confirm(client, "region", upload(client, "region", rows)).status_code == 302
    assert Region.objects.get(code="new-2").parent == Region.objects.get(code="new-1")
    assert entries() == before + 1
    assert JournalEntry.objects.latest("position").subjects.count() == 2


@pytest.mark.django_db
def test_what_changed_after_the_preview_is_not_overwritten(client: Client) -> None:
    page = upload(client, "region", "code,note\n140802,文件里的\n")
    mine = upload(client, "region", "code,note\n140802,别人先写的\n")
    assert confirm(client, "region", mine).status_code == 302
    before = entries()
    response = confirm(client, "region", page)
    assert response.status_code == 422
    assert Region.objects.get(code="140802").note == "别人先写的"
    assert entries() == before


@pytest.mark.django_db
def test_the_same_confirmation_twice_is_done_once(client: Client) -> None:
    page = upload(client, "region", "code,note\n140802,一次\n")
    before = entries()
    data = {f.html_name: f.value() or "" for f in page.context["confirm_form"]}
    url = reverse("admin:registers_region_process_import")
    assert client.post(url, data | {"reason": "r"}).status_code == 302
    again = client.post(url, data | {"reason": "r"})
    assert again.status_code == 422  # the file was used and is gone
    assert entries() == before + 1


@pytest.mark.django_db
def test_a_restated_figure_is_a_new_edition(client: Client) -> None:
    figure = Statistic.objects.filter(state="known", value__isnull=False).first()
    assert figure is not None
    head = ("region", "year", "indicator", "edition", "value", "unit_of_measure", "state")
    known = [getattr(figure, name) for name in head[1:]]
    row = [figure.region.code, *known]
    row[4] = str(figure.value + 1)
    before = entries()
    page = upload(client, "statistic", tablib.Dataset(row, headers=head).export("csv"))
    assert "confirm_form" not in page.context
    row[3] = "修订版"
    page = upload(client, "statistic", tablib.Dataset(row, headers=head).export("csv"))
    assert confirm(client, "statistic", page).status_code == 302
    assert entries() == before + 1
    figure.refresh_from_db()
    assert Statistic.objects.filter(indicator=figure.indicator, edition="修订版").count() == 1


@pytest.mark.django_db
def test_a_formula_goes_out_guarded_and_comes_back_plain(client: Client) -> None:
    page = upload(client, "region", "code,note\n140802,'=HYPERLINK(1)\n")
    confirm(client, "region", page)
    assert Region.objects.get(code="140802").note == "=HYPERLINK(1)"
    url = reverse("admin:registers_region_export") + "?q=140802"
    text = client.post(url, {"format": "0", "resource": "0"}).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text
    book = client.post(url, {"format": "1", "resource": "0"}).content
    cells = [c for row in openpyxl.load_workbook(io.BytesIO(book)).active for c in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(cell.data_type == "n" and cell.value for cell in cells)


@pytest.mark.django_db
def test_headers_and_codes_are_words_of_the_reader(client: Client) -> None:
    url = reverse("admin:registers_region_export") + "?q=140802"
    text = client.post(url, {"format": "0", "resource": "0"}).content.decode("utf-8-sig")
    header, row = text.splitlines()[:2]
    assert "code" not in header
    assert "county" not in row
    english = Client()
    english.cookies = client.cookies
    english.cookies["anlan_language"] = "en"
    page = upload(english, "region", text)
    assert page.context["result"].totals["skip"] == len(text.splitlines()) - 1


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"PK\x03\x04rubbish"])
def test_rubbish_is_answered_in_words(client: Client, content: bytes) -> None:
    for name in ("t.csv", "t.xlsx"):
        page = upload(client, "region", content, name)
        assert page.status_code == 200
        assert page.context["form"].errors


@pytest.mark.django_db
def test_personal_data_of_an_import_enter_the_journal_sealed(client: Client) -> None:
    page = upload(client, "person", "name,mobile\n演示·新人,19900009999\n")
    assert confirm(client, "person", page).status_code == 302
    assert "19900009999" not in JournalEntry.objects.latest("position").content
