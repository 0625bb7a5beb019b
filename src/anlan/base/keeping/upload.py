"""A table that somebody brings: its lines, where its column heads stand, which column is which.

Heads are recognised by their label in any language of the program or by the name of the field;
what is not recognised is left out until the reader says what it is. Nothing is guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tablib
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from anlan.base.admin_files import FILE_ROWS, FileTooLarge, csv_lines, xlsx_lines
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.documents.table_file import TableRefused, plain_head
from anlan.base.journal.content import plain_digest
from anlan.base.keeping.declared import Keeping
from anlan.base.rules.labels import gettext_noop

VERSION = "version"
VERSION_HEAD = gettext_noop("row version, leave as it is")
HEAD_WITHIN_LINES = 10
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_EMPTY = (None, "")


class NoHeads(TableRefused):
    code = "no-heads"
    message = gettext_noop(
        "No line of the file carries the column heads of this register. Download the register "
        "first and change that file."
    )


class KeyMissing(TableRefused):
    code = "key-missing"
    message = gettext_noop("The file lacks columns by which rows are known: {names}")


class ColumnTwice(TableRefused):
    code = "column-twice"
    message = gettext_noop("Two columns of the file were given the same meaning: {names}")


class OldWorkbook(TableRefused):
    code = "old-workbook"
    message = gettext_noop(
        "This is an old or protected workbook. Save it as .xlsx or .csv without a password."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`heads` of all columns in order; `lines` are (number in the file, cells) below them."""

    heads: tuple[str, ...]
    lines: tuple[tuple[int, tuple[Any, ...]], ...]

    @property
    def digest(self) -> str:
        """Which heads these are, to remember what they mean."""
        return plain_digest("\n".join(self.heads).encode())


def read_upload(content: bytes, keeping: Keeping) -> Upload:
    """The table of a file or of pasted cells, or a refusal that says what to do."""
    if content.startswith(_OLE):
        raise OldWorkbook
    if content.startswith(_ZIP):
        lines = xlsx_lines(content)
    else:
        lines = csv_lines(content, _delimiter(content))
    if len(lines) > FILE_ROWS + HEAD_WITHIN_LINES:
        raise FileTooLarge
    refuse_secret("\n".join(str(cell) for line in lines[:30] for cell in line if cell))
    at, heads = _heads(lines, known_heads(keeping))
    below = enumerate(lines[at + 1 :], start=at + 2)
    return Upload(
        heads=heads,
        lines=tuple(
            (number, tuple(line))
            for number, line in below
            if any(cell not in _EMPTY for cell in line)
        ),
    )


def known_heads(keeping: Keeping) -> dict[str, str]:
    """Head as it is compared → column name."""
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known[plain_head(_(VERSION_HEAD))] = VERSION
            for name in keeping.file_columns:
                known.setdefault(plain_head(keeping.column_label(name)), name)
    return known | {name: name for name in keeping.file_columns} | {VERSION: VERSION}


def recognised(upload: Upload, keeping: Keeping) -> dict[int, str]:
    """Place of a column → its name, for the heads that are known; the first of two is taken."""
    known = known_heads(keeping)
    found: dict[int, str] = {}
    for place, head in enumerate(upload.heads):
        name = known.get(plain_head(head))
        if name is not None and name not in found.values():
            found[place] = name
    return found


def dataset_of(upload: Upload, mapping: Mapping[int, str], keeping: Keeping) -> tablib.Dataset:
    """The rows with named columns. A column without a meaning is absent, which is not empty."""
    names = list(mapping.values())
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ColumnTwice(names="；".join(sorted(_labels(twice, keeping))))
    missing = [name for name in keeping.key if name not in names and name != "id"]
    if missing:
        raise KeyMissing(names="；".join(_labels(missing, keeping)))
    rows = [
        [line[place] if place < len(line) else "" for place in mapping]
        for _n, line in upload.lines
    ]
    data = tablib.Dataset(headers=names)
    data.extend(rows)
    return data


def _labels(names: Iterable[str], keeping: Keeping) -> list[str]:
    return [_(VERSION_HEAD) if n == VERSION else keeping.column_label(n) for n in names]


def _delimiter(content: bytes) -> str:
    """Cells pasted from a spreadsheet stand between tabs."""
    first = content[:4096].partition(b"\n")[0]
    return "\t" if first.count(b"\t") > first.count(b",") else ","


def _heads(lines: list[list[Any]], known: dict[str, str]) -> tuple[int, tuple[str, ...]]:
    """The line with most known heads; where its cell is empty the cell above it counts, because
    merged cells keep their text in the upper one."""
    best: tuple[int, int, tuple[str, ...]] = (0, 0, ())
    above: list[Any] = []
    for at, line in enumerate(lines[:HEAD_WITHIN_LINES]):
        width = max(len(line), len(above))
        pairs = zip(_padded(line, width), _padded(above, width), strict=True)
        heads = tuple(str(own if own not in _EMPTY else upper) for own, upper in pairs)
        score = len({known[plain_head(h)] for h in heads if plain_head(h) in known})
        if score > best[0]:
            best = (score, at, heads)
        above = line
    if not best[0]:
        raise NoHeads
    heads = best[2]
    while heads and not heads[-1].strip():
        heads = heads[:-1]
    return best[1], heads


def _padded(line: list[Any], width: int) -> list[Any]:
    return [*("" if cell is None else cell for cell in line), *[""] * (width - len(line))]
