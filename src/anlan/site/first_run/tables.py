"""The two tables of the first run, from an uploaded file to lines, and through the preview.

InventedFile      a file of a demonstration in a real instance
PreviewGone       the preview is older than an hour, or was changed on its way
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.core.files.base import File
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from anlan.base.documents.table_file import (
    MAX_BYTES,
    MAX_ROWS,
    Table,
    TableColumn,
    TableRow,
    TableTooLarge,
    read_table,
)
from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop
from anlan.registers.actions.bodies_check import BodyLine
from anlan.registers.actions.phone_book_check import ContactLine
from anlan.registers.actions.row_errors import may_be_invented

PREVIEW_LASTS_S = 3600
SOURCE_CHARS = 200
TEXT_ROWS = 500
"""Rows of the template whose cells are set to text, so that a mobile number stays as typed."""
DEMONSTRATION_WORDS = ("演示数据", "Demonstration data")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class InventedFile(Refused):
    code = "invented-file"
    message = gettext_noop(
        "“{file}” comes from a demonstration (it says 演示数据). A real instance takes no "
        "invented people or bodies."
    )


class PreviewGone(Refused):
    code = "preview-gone"
    message = gettext_noop(
        "This preview is older than an hour. Nothing was imported: upload the file again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKind:
    """A table that can be uploaded: its file name, its columns, the line that a row becomes.

    `hints` says for a column what to write; `example` is one invented value of each.
    """

    name: str
    title: str
    columns: tuple[TableColumn, ...]
    hints: dict[str, str]
    example: dict[str, str]
    line: type[BodyLine] | type[ContactLine]

    def head_of(self, name: str, language: int) -> str:
        """The usual head of a column, Chinese (0) or English (1)."""
        return next(column.heads[language] for column in self.columns if column.name == name)


BODIES = TableKind(
    name="bodies",
    title=gettext_noop("Bodies"),
    columns=(
        TableColumn(
            name="full_name",
            heads=("全称", "full name", "单位全称", "机构全称", "机构名称", "name"),
            is_required=True,
        ),
        TableColumn(
            name="short_name",
            heads=("简称", "short name", "单位简称", "机构简称"),
            is_required=True,
        ),
        TableColumn(
            name="unit",
            heads=("所属地区", "unit", "地区", "县区", "区县", "县", "所属县区", "reporting unit"),
            is_required=True,
        ),
        TableColumn(name="kind", heads=("类别", "kind", "单位类别", "机构类别")),
        TableColumn(name="code", heads=("代码", "code", "单位代码")),
        TableColumn(name="source", heads=("来源", "source", "文件依据")),
        TableColumn(name="mark", heads=("标记", "mark", "佐证", "proof", "备注", "remark")),
    ),
    hints={
        "full_name": gettext_noop("the name as on the seal"),
        "short_name": gettext_noop("the name in daily papers; one body of a unit has it"),
        "unit": gettext_noop("the city, a county or the development zone"),
        "kind": gettext_noop("empty means government department"),
        "code": gettext_noop("empty is fine: one is made"),
        "source": gettext_noop("document that says so; empty means this file"),
    },
    example={
        "full_name": "新绛县教育局",
        "short_name": "县教育局",
        "unit": "新绛县",
        "source": "三定方案",
    },
    line=BodyLine,
)
PHONE_BOOK = TableKind(
    name="phone-book",
    title=gettext_noop("Phone book"),
    columns=(
        TableColumn(
            name="body",
            heads=("单位", "body", "单位名称", "工作单位", "所在单位", "部门"),
            is_required=True,
        ),
        TableColumn(
            name="unit",
            heads=("所属地区", "unit", "地区", "县区", "区县", "县", "所属县区", "reporting unit"),
        ),
        TableColumn(name="name", heads=("姓名", "name", "联系人"), is_required=True),
        TableColumn(
            name="title", heads=("职务", "post", "岗位", "职位", "title"), is_required=True
        ),
        TableColumn(
            name="mobile", heads=("手机", "mobile", "手机号", "手机号码", "移动电话", "联系电话")
        ),
        TableColumn(
            name="landline",
            heads=("办公电话", "office telephone", "固定电话", "座机", "办公室电话", "landline"),
        ),
        TableColumn(name="mark", heads=("标记", "mark", "备注", "remark")),
    ),
    hints={
        "body": gettext_noop("full or short name, as in the list of bodies"),
        "unit": gettext_noop("needed where several counties use the same short name"),
        "name": gettext_noop("one person a row"),
        "title": gettext_noop("made when the body has no such post yet"),
        "mobile": gettext_noop("eleven digits; empty when not known"),
        "landline": gettext_noop("with area code and extension; empty when not known"),
    },
    example={
        "body": "市水务局",
        "name": "（姓名）",
        "title": "规划联络员",
        "mobile": "13×××××××××",
        "landline": "0359-2×××××",
    },
    line=ContactLine,
)
KINDS = {kind.name: kind for kind in (BODIES, PHONE_BOOK)}


def read_lines(kind: TableKind, file: File) -> list[Any]:
    """The lines of an uploaded file, or a refusal of the whole file."""
    name = str(file.name or "")
    if (file.size or 0) > MAX_BYTES:
        raise TableTooLarge(megabytes=MAX_BYTES // 1024 // 1024, rows=MAX_ROWS)
    table = read_table(file.read(), name, kind.columns)
    _refuse_demonstration(table, name)
    rows = _whole(kind, table)
    if kind is BODIES:
        for row in rows:
            row.cells["source"] = row.cells["source"] or name[:SOURCE_CHARS]
    return [kind.line(row=row.number, **row.cells) for row in rows]


def sealed(kind: TableKind, lines: Iterable[Any], request_id: str) -> str:
    """Lines for the hidden field of a preview: nothing is kept on the server meanwhile."""
    rows = [
        {name: value for name, value in asdict(line).items() if value not in ("", None)}
        for line in lines
    ]
    return signing.dumps([request_id, rows], salt=f"first-run.{kind.name}", compress=True)


def opened(kind: TableKind, text: str) -> tuple[str, list[Any]]:
    """Request id and lines of a preview, or PreviewGone."""
    try:
        request_id, rows = signing.loads(
            text, salt=f"first-run.{kind.name}", max_age=PREVIEW_LASTS_S
        )
    except signing.BadSignature as error:
        raise PreviewGone from error
    blank = {column.name: "" for column in kind.columns}
    return request_id, [kind.line(**{**blank, **row}) for row in rows]


def template_file(kind: TableKind, ending: str, *, head: int) -> HttpResponse:
    """An empty table to fill in; `head` chooses Chinese (0) or English (1) column heads."""
    heads = [column.heads[head] for column in kind.columns if column.name != "mark"]
    content, content_type = (
        (_xlsx(heads), XLSX_TYPE) if ending == "xlsx" else (_csv(heads), "text/csv; charset=utf-8")
    )
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(True, f"{kind.name}.{ending}")
    response["Content-Disposition"] = disposition or "attachment"
    return response


def _whole(kind: TableKind, table: Table) -> tuple[TableRow, ...]:
    """Rows with every column of the kind, those that the file lacks empty."""
    for row in table.rows:
        for column in kind.columns:
            row.cells.setdefault(column.name, "")
    return table.rows


def _refuse_demonstration(table: Table, name: str) -> None:
    said = (name, *table.above)
    if not may_be_invented() and any(w in text for w in DEMONSTRATION_WORDS for text in said):
        raise InventedFile(file=name)


def _csv(heads: list[str]) -> bytes:
    """UTF-8 with BOM, so that WPS and Excel read Chinese."""
    out = io.StringIO()
    csv.writer(out).writerow(heads)
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(heads: list[str]) -> bytes:
    book = Workbook()
    page = book.active
    page.append(heads)
    page.freeze_panes = "A2"
    for number in range(1, len(heads) + 1):
        page.cell(row=1, column=number).font = Font(bold=True)
        page.column_dimensions[get_column_letter(number)].width = 22
        for row in range(2, TEXT_ROWS + 2):
            page.cell(row=row, column=number).number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
