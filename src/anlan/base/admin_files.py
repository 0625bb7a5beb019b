"""Files that go in and out of the registers: CSV and XLSX, and where an upload waits."""

import csv
import io
import uuid
import zipfile
from pathlib import Path
from typing import Any

import tablib
from django.conf import settings
from import_export.formats.base_formats import CSV, XLSX
from import_export.tmp_storages import BaseStorage
from openpyxl import load_workbook

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop

FILE_BYTES = 20 * 1024 * 1024
UNPACKED_BYTES = 200 * 1024 * 1024
FILE_ROWS = 20_000
WAITS_S = 24 * 60 * 60


class FileRefused(Refused):
    """A file that is no table, or a table too large to be read at once."""

    code = "file-refused"
    message = gettext_noop("The file is not a table in the chosen format.")


class FileTooLarge(FileRefused):
    code = "file-too-large"
    message = gettext_noop(
        "The file is too large: at most {rows} rows and {megabytes} MB at once. Split it."
    )

    def __init__(self) -> None:
        super().__init__(rows=FILE_ROWS, megabytes=FILE_BYTES // 1024 // 1024)


class RegisterCsv(CSV):
    """UTF-8 with BOM when written, so that WPS and Excel read Chinese; GB 18030 read as well."""

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> tablib.Dataset:
        return _dataset([line for line in csv_lines(in_stream) if any(line)])

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return ("\ufeff" + dataset.export("csv")).encode()


class RegisterXlsx(XLSX):
    """The first sheet; formulas are read as their value."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        return _dataset([line for line in xlsx_lines(in_stream) if any(_filled(line))])


def csv_lines(data: bytes, delimiter: str = ",") -> list[list[Any]]:
    """Every line of a delimited text, empty ones too: their place is their number."""
    try:
        return list(csv.reader(io.StringIO(_decoded(data), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileRefused from error


def xlsx_lines(data: bytes) -> list[list[Any]]:
    """Every line of the first sheet; formulas as their value."""
    _check_size(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > UNPACKED_BYTES:
            raise FileTooLarge
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise FileRefused from error
    lines = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return lines


def _decoded(data: bytes) -> str:
    _check_size(data)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused


def _check_size(data: bytes) -> None:
    if len(data) > FILE_BYTES:
        raise FileTooLarge


def _filled(line: Any) -> list[bool]:
    return [cell is not None and cell != "" for cell in line]


def _dataset(lines: list[list[Any]]) -> tablib.Dataset:
    """The first line names the columns; empty columns at the right are dropped."""
    if not lines:
        raise FileRefused
    if len(lines) > FILE_ROWS + 1:
        raise FileTooLarge
    width = max((i + 1 for line in lines for i, f in enumerate(_filled(line)) if f), default=0)
    square = [(list(line) + [""] * width)[:width] for line in lines]
    headers = ["" if name is None else str(name).strip() for name in square[0]]
    return tablib.Dataset(*square[1:], headers=headers)


class UploadStorage(BaseStorage):
    """Between preview and confirmation a file waits in the instance's own folder, at most a day;
    its name is random and nothing else can be named."""

    def save(self, data: bytes) -> None:
        folder = self._folder()
        folder.mkdir(parents=True, exist_ok=True)
        oldest = clock.now().timestamp() - WAITS_S
        for path in folder.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
        self.name = uuid.uuid4().hex
        (folder / self.name).write_bytes(data)

    def read(self) -> bytes:
        try:
            return self._path().read_bytes()
        except FileNotFoundError as error:
            raise FileRefused(
                gettext_noop("The uploaded file is no longer there. Upload it once more.")
            ) from error

    def remove(self) -> None:
        self._path().unlink(missing_ok=True)

    def _path(self) -> Path:
        try:
            return self._folder() / uuid.UUID(self.name).hex
        except ValueError as error:
            raise FileRefused from error

    @staticmethod
    def _folder() -> Path:
        return Path(settings.ANLAN_UPLOADS) / "registers"
