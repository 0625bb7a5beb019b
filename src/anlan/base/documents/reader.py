"""Read a document that somebody gives us: text, .docx or .pdf, or a refusal that says what to do.

Source: House rule; design.md §6 (`anlan plan parse FILE`), coverage.md (secret files are refused).
Units and valid range: at most `MOST_BYTES`; the kind is taken from the first bytes, never from the
name alone.
Edge cases: see `errors.py`; one file gives either a whole text or a refusal.
"""

from dataclasses import dataclass
from typing import Final

from anlan.base.documents.errors import (
    BrokenDocument,
    DocumentTooLarge,
    EmptyDocument,
    OldWordDocument,
    ProtectedDocument,
    UnknownDocumentType,
)
from anlan.base.documents.page import is_page, page_text
from anlan.base.documents.pdf import read_pdf
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.documents.text import decode_text
from anlan.base.documents.word import read_word

MOST_BYTES: Final = 30 * 1024 * 1024
_MEGABYTE: Final = 1024 * 1024
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_RTF: Final = b"{\\rtf"
_PDF: Final = b"%PDF-"
_PDF_SEARCHED_BYTES: Final = 1024
_BINARY: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"Rar!",
    b"7z\xbc\xaf", b"\x1f\x8b", b"\x7fELF", b"MZ", b"OggS", b"ID3", b"SQLite format 3",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """`kind` is txt, docx or pdf; `encoding` is empty and `pages` None where they mean nothing."""

    text: str
    kind: str
    encoding: str = ""
    pages: int | None = None
    blank_pages: tuple[int, ...] = ()


def refuse_size(size_bytes: int) -> None:
    """Refuse by the declared size, before anything is read into memory."""
    if size_bytes > MOST_BYTES:
        raise DocumentTooLarge(
            size_mb=-(-size_bytes // _MEGABYTE), limit_mb=MOST_BYTES // _MEGABYTE
        )


def read_document(data: bytes, filename: str) -> DocumentText:
    """The text of a file, or a DocumentRefused."""
    refuse_size(len(data))
    if not data.strip():
        raise EmptyDocument(filename=filename)
    if data.startswith(_COMPOUND):
        raise _compound_refusal(data, filename)
    if data.startswith(_RTF):
        raise OldWordDocument(filename=filename)
    if _PDF in data[:_PDF_SEARCHED_BYTES]:
        return _from_pdf(data, filename)
    if data.startswith(_ZIP):
        return _from_word(data, filename)
    return _from_text(data, filename)


def _compound_refusal(data: bytes, filename: str) -> ProtectedDocument | OldWordDocument:
    if _ENCRYPTED_STREAM in data:
        return ProtectedDocument(filename=filename)
    return OldWordDocument(filename=filename)


def _from_pdf(data: bytes, filename: str) -> DocumentText:
    found = read_pdf(data, filename)
    refuse_secret(found.heads)
    return DocumentText(
        text=found.text, kind="pdf", pages=found.pages, blank_pages=found.blank_pages
    )


def _from_word(data: bytes, filename: str) -> DocumentText:
    body, margins = read_word(data, filename)
    refuse_secret(body)
    refuse_secret(margins)
    if not body.strip():
        raise EmptyDocument(filename=filename)
    return DocumentText(text=body, kind="docx")


def _from_text(data: bytes, filename: str) -> DocumentText:
    extension = filename.lower().rpartition(".")[2]
    if extension in ("docx", "pdf"):
        raise BrokenDocument(filename=filename, kind=f".{extension}")
    if data.startswith(_BINARY):
        raise UnknownDocumentType(filename=filename)
    text, encoding = decode_text(data, filename)
    if not text.strip("\ufeff \r\n\t\f\u3000"):
        raise EmptyDocument(filename=filename)
    if is_page(text):
        text = page_text(text)
        if not text.strip():
            raise EmptyDocument(filename=filename)
    refuse_secret(text)
    return DocumentText(text=text.removeprefix("\ufeff"), kind="txt", encoding=encoding)
