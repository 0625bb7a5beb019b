"""A workbook as it goes out: the sheet to fill in, how to do so, and a hidden sheet of numbers.

Its words are Chinese whatever the reader's language: they are what `rules.workbook.column` and
`cell` recognise when the file comes back.
"""

import io
import zipfile
from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from anlan.base.clock import CITY_ZONE
from anlan.base.screens.sheets import demonstration_mark, neutralised
from anlan.plan.models import CollectionSheet
from anlan.plan.rules.workbook.cell import ReportedState
from anlan.plan.rules.workbook.collection import Purpose
from anlan.plan.rules.workbook.column import ASKED, ROW_CODE, ROW_ID, SheetField, sent_head

MAIN, HELP, HIDDEN = "填报表", "填表说明", "_系统编号"
STATE_SHOWN: Final = {
    ReportedState.NOT_STARTED: "未启动",
    ReportedState.IN_PROGRESS: "进行中",
    ReportedState.FINISHED: "已完成",
}
FIXED: Final = (
    (sent_head(ROW_CODE), 8),
    ("事项", 8),
    ("事项名称", 26),
    (sent_head(ASKED), 44),
    ("完成期限", 12),
    ("责任单位", 16),
)
FILLED: Final = (
    (SheetField.STATE, 11),
    (SheetField.DONE_ON, 13),
    (SheetField.DOCUMENT, 22),
    (SheetField.EVIDENCE, 34),
    (SheetField.OBSTACLE, 28),
    (SheetField.FILLED_BY, 18),
)
HEAD_LINE: Final = 5
INSTRUCTIONS: Final = (
    "一、只填浅黄色的六列：完成情况、完成日期、文号、佐证说明、存在困难、确认人。",
    "二、完成情况从下拉列表中选：未启动、进行中、已完成。",
    "三、已完成的须填完成日期（年、月、日齐全，如 2024-03-05），并填文号或佐证说明之一。",
    "四、本系统启用之前完成的，属补录，须填确认人（姓名和职务）。",
    "五、行的次序可以调整，行号和任务内容请勿改动；新增的行不会被采用，请另行告知规划办。",
    "六、没有填写的单元格不会改变已有记录；要清空已有内容，请在存在困难一栏写明。",
    "七、涉密内容不得填写。手机号码不需要填写。",
    "八、填好后存为 .xlsx 文件交回规划办；同一文件重复交回不会重复计入。",
)
THIN: Final = Side(style="thin", color="FF999999")


def workbook_of(sheet: CollectionSheet) -> bytes:
    """The file for one body."""
    book = Workbook()
    with override("zh-hans"):
        mark = demonstration_mark()
    _fill_main(book.active, sheet, mark)
    _fill_help(book.create_sheet(HELP), sheet, mark)
    _fill_hidden(book.create_sheet(HIDDEN), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zip_of(sheets: Iterable[CollectionSheet]) -> bytes:
    """All workbooks of a collection in one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            archive.writestr(book_name(sheet), workbook_of(sheet))
    return out.getvalue()


def book_name(sheet: CollectionSheet) -> str:
    with override("zh-hans"):
        mark = demonstration_mark()
    parts = [mark, sheet.stamp, addressee(sheet)]
    return "-".join(part.replace("/", "／") for part in parts if part) + ".xlsx"


def addressee(sheet: CollectionSheet) -> str:
    return sheet.body.short_name if sheet.body is not None else _("all bodies")


def shown_cell(name: SheetField, value: str) -> str:
    """A stored value as it stands in a workbook and on the difference page."""
    if name is SheetField.STATE and value:
        return STATE_SHOWN[ReportedState(value)]
    return value


def _fill_main(page: Any, sheet: CollectionSheet, mark: str) -> None:
    page.title = MAIN
    heads = [head for head, _width in FIXED] + [sent_head(name) for name, _width in FILLED]
    heads.append(sent_head(ROW_ID))
    last = get_column_letter(len(heads) - 1)
    for line, text in enumerate(_titles(sheet, mark), 1):
        page.cell(line, 1, text).font = Font(bold=line == 1, size=14 if line == 1 else 10)
        page.merge_cells(f"A{line}:{last}{line}")
    for place, head in enumerate(heads, 1):
        _head_cell(page.cell(HEAD_LINE, place, head))
    for offset, row in enumerate(sheet.rows, 1):
        _fill_row(page, HEAD_LINE + offset, row)
    widths = [width for _head, width in FIXED] + [width for _name, width in FILLED]
    for place, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.column_dimensions[get_column_letter(len(heads))].hidden = True
    page.freeze_panes = page.cell(HEAD_LINE + 1, 5)
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{HEAD_LINE}:{HEAD_LINE}"
    _validate(page, len(sheet.rows))
    if mark:
        page.oddHeader.center.text = mark


def _titles(sheet: CollectionSheet, mark: str) -> list[str]:
    collection = sheet.collection
    kind = "补录表" if collection.purpose == Purpose.BACK_FILL else "进展回收表"
    until = collection.wanted_on.isoformat() if collection.wanted_on else "另行通知"
    issued = collection.issued_at.astimezone(CITY_ZONE).strftime("%Y-%m-%d")
    who = sheet.body.full_name if sheet.body is not None else "各单位"
    days = f"发出日期：{issued}　交回期限：{until}"
    return [
        f"{collection.year}年{kind}　{who}",
        f"工作簿编号：{sheet.stamp}　第{collection.number}轮　{days}",
        f"依据：{collection.notice.title}（{collection.notice.number}）",
        " ".join(part for part in (mark, collection.note) if part) or "请先阅读填表说明。",
    ]


def _head_cell(cell: Any) -> None:
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="FFDDE6EE")
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def _fill_row(page: Any, line: int, row: dict[str, Any]) -> None:
    fixed = [row[name] for name in ("code", "item", "heading", "asked", "due_on", "body")]
    cells = [*fixed, *(shown_cell(name, row["sent"].get(name, "")) for name, _width in FILLED)]
    for place, text in enumerate([*cells, row["id"]], 1):
        cell = page.cell(line, place)
        cell.value = neutralised(text) or None
        cell.data_type = "s" if text else "n"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
        if len(fixed) < place <= len(cells):
            cell.fill = PatternFill("solid", fgColor="FFFFF8DC")


def _validate(page: Any, rows: int) -> None:
    first, last = HEAD_LINE + 1, HEAD_LINE + max(rows, 1)
    state = DataValidation(
        type="list", formula1=f'"{",".join(STATE_SHOWN.values())}"', allow_blank=True
    )
    state.error, state.errorTitle = "请选择：未启动、进行中、已完成", "完成情况"
    state.showErrorMessage = True
    day = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    day.prompt, day.promptTitle, day.showInputMessage = (
        "年、月、日齐全，如 2024-03-05",
        "日期",
        True,
    )
    day.showErrorMessage = False
    places = {name: len(FIXED) + n for n, (name, _width) in enumerate(FILLED, 1)}
    for rule, name in ((state, SheetField.STATE), (day, SheetField.DONE_ON)):
        letter = get_column_letter(places[name])
        rule.add(f"{letter}{first}:{letter}{last}")
        page.add_data_validation(rule)


def _fill_help(page: Any, sheet: CollectionSheet, mark: str) -> None:
    page.column_dimensions["A"].width = 100
    for line in (f"填表说明　{sheet.stamp}", *INSTRUCTIONS, mark):
        page.append([line])
        page.cell(page.max_row, 1).alignment = Alignment(wrap_text=True)


def _fill_hidden(page: Any, sheet: CollectionSheet) -> None:
    page.sheet_state = "hidden"
    page.append(["anlan-workbook", "1", sheet.stamp, str(sheet.pk)])
    for row in sheet.rows:
        page.append([row["code"], row["id"], row["item"]])
