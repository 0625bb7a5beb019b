"""The ZIP package of a .docx file: opened only after its sizes were checked.

Source: ECMA-376-2 (packages); House rule for the limits, which are far above any real notice.
Units and valid range: bytes after unpacking.
Edge cases: declared sizes are checked before anything is unpacked, and reading stops at what was
declared; XML that declares entities is not parsed at all.
"""

import io
import zipfile
import zlib
from typing import Final

from anlan.base.documents.errors import (
    BrokenDocument,
    DocumentBomb,
    ProtectedDocument,
    UnknownDocumentType,
)

MOST_UNPACKED_BYTES: Final = 300 * 1024 * 1024
MOST_XML_BYTES: Final = 100 * 1024 * 1024
MOST_ENTRIES: Final = 10_000
MOST_RATIO: Final = 150
RATIO_COUNTS_FROM_BYTES: Final = 5 * 1024 * 1024
MAIN_PART: Final = "word/document.xml"
_CHUNK: Final = 1 << 20
_XML_SUFFIXES: Final = (".xml", ".rels")
_DECLARATIONS: Final = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY", "<!doctype", "<!entity")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_package(data: bytes, filename: str) -> None:
    """Refuse a package that is no .docx, is damaged, encrypted or unpacks beyond the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = package.infolist()
            _check_declared(infos, filename)
            if MAIN_PART not in package.namelist():
                raise UnknownDocumentType(filename=filename)
            for info in infos:
                if info.filename.lower().endswith(_XML_SUFFIXES):
                    _check_xml(package, info, filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BrokenDocument(filename=filename, kind=".docx") from error


def _check_declared(infos: list[zipfile.ZipInfo], filename: str) -> None:
    if any(info.flag_bits & 0x1 for info in infos):
        raise ProtectedDocument(filename=filename)
    if len(infos) > MOST_ENTRIES:
        raise DocumentBomb(filename=filename, detail=f"{len(infos)} > {MOST_ENTRIES}")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED_BYTES:
        raise DocumentBomb(filename=filename, detail=f"{unpacked // 2**20} MB")
    for info in infos:
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > RATIO_COUNTS_FROM_BYTES and ratio > MOST_RATIO:
            raise DocumentBomb(filename=filename, detail=f"{ratio:.0f} : 1")


def _check_xml(package: zipfile.ZipFile, info: zipfile.ZipInfo, filename: str) -> None:
    """Unpack one part in pieces, stop at the limit, and look for entity declarations."""
    size, tail = 0, b""
    with package.open(info) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > MOST_XML_BYTES:
                raise DocumentBomb(filename=filename, detail=f"{size // 2**20} MB")
            window = tail + chunk
            if any(word in window for word in _DECLARATIONS):
                raise DocumentBomb(filename=filename, detail="<!ENTITY>")
            tail = chunk[-32:]
