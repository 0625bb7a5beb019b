"""Files of a list: CSV and XLSX with the rows and columns that are on screen.

A cell that a spreadsheet would run as a formula gets a leading apostrophe; reading a file back
takes it off again (`restored`).
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]

from anlan.base.clock import CITY_ZONE
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.screens.cells import Column, exported

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table to be written to a file. `mark` is the demonstration sentence, or empty."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Any]
    now: dt.datetime
    mark: str

    def header(self) -> list[str]:
        return [neutralised(str(column.label)) for column in self.columns]

    def lines(self) -> Iterable[list[Any]]:
        for row in self.rows:
            yield [_safe(exported(column.value(row))) for column in self.columns]

    def file_name(self, ending: str) -> str:
        stamp = self.now.astimezone(CITY_ZONE).strftime("%Y%m%d-%H%M")
        parts = [self.mark, self.title, stamp] if self.mark else [self.title, stamp]
        return "-".join(part.replace("/", "／") for part in parts) + "." + ending


def demonstration_mark() -> str:
    """What a file must say about itself; empty in a real instance."""
    return _("Demonstration data, not real") if is_demonstration_now() else ""


def neutralised(text: str) -> str:
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def restored(text: str) -> str:
    """The text of a cell before `neutralised`."""
    return text[1:] if text.startswith(tuple("'" + s for s in FORMULA_STARTS)) else text


def _safe(value: Any) -> Any:
    return neutralised(value) if isinstance(value, str) else value


def as_csv(sheet: Sheet) -> HttpResponse:
    """UTF-8 with BOM, so that WPS and Excel read Chinese; CRLF lines (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    if sheet.mark:
        writer.writerow([sheet.mark])
    writer.writerow(sheet.header())
    writer.writerows(sheet.lines())
    content = "\ufeff" + out.getvalue()
    return _download(content.encode(), "text/csv; charset=utf-8", sheet.file_name("csv"))


def as_xlsx(sheet: Sheet) -> HttpResponse:
    book = Workbook(write_only=True)
    page = book.create_sheet(_sheet_name(sheet.title))
    page.freeze_panes = "A3" if sheet.mark else "A2"
    if sheet.mark:
        page.oddHeader.center.text = sheet.mark
        page.append([_bold(page, sheet.mark)])
    page.append([_bold(page, label) for label in sheet.header()])
    for line in sheet.lines():
        page.append([_typed(page, value) for value in line])
    out = io.BytesIO()
    book.save(out)
    return _download(out.getvalue(), XLSX_TYPE, sheet.file_name("xlsx"))


def _typed(page: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    return cell


def _bold(page: Any, text: str) -> Any:
    cell = _typed(page, text)
    cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    return "".join("·" if c in "[]:*?/\\" else c for c in title)[:31] or "Sheet"


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
