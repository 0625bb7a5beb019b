"""A paper as a .docx file: `paper_file(paper, made_at=…)`. The same paper gives the same bytes."""

import datetime as dt
import io
import zipfile
from typing import Any

from docx import Document as new_document
from docx.document import Document
from docx.oxml.ns import qn

from anlan.base.papers import styles
from anlan.base.papers.blocks import Writer
from anlan.base.papers.page import lay_page, letter_head, red_head
from anlan.base.papers.paper import Colophon, Paper, PaperForm, Signature
from anlan.base.papers.xml import (
    element,
    exact,
    indent,
    paragraph,
    printable,
    text_run,
)
from anlan.base.rules import paper_form as form

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a package may carry: files of one paper do not differ by their clock."""
ATTACHED, ATTACHED_HERE = "附件：", "附件"
COPIES, PRINTED, STOP = "抄送：", "印发", "。"
BLANK_DAY = "　　年　月　日"
PROGRAM = "Anlan"
TAIL_LINE = 20
"""A frame needs a paragraph after it; this one takes no room."""


def paper_file(paper: Paper, *, made_at: dt.datetime, base_url: str = "") -> bytes:
    """The file. `base_url` stands before links that begin with a slash."""
    document = new_document()
    body = document.element.body
    for old in [each for each in body if each.tag != qn("w:sectPr")]:
        body.remove(old)
    styles.lay_styles(document)
    lay_page(document, paper)
    _name_fonts(document)
    _describe(document, paper, made_at)
    writer = Writer(document, base_url.rstrip("/"))
    _write(writer, paper)
    return _packed(document)


def document_xml(content: bytes) -> bytes:
    """The main part of a file, which two exports of one edition have in common."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml")


def _write(writer: Writer, paper: Paper) -> None:
    if paper.head is not None:
        is_letter = paper.form is PaperForm.LETTER
        writer.add(*(letter_head(paper.head) if is_letter else red_head(paper.head)))
    for line in form.title_lines(paper.title):
        writer.add(paragraph(styles.TITLE, text_run(line)))
    writer.add(paragraph(styles.FLUSH))
    if paper.addressee:
        writer.add(paragraph(styles.FLUSH, text_run(paper.addressee.rstrip("：:") + "：")))
    writer.blocks(paper.blocks)
    _attachment_note(writer, paper)
    if paper.signature is not None:
        _signature(writer, paper.signature)
    if paper.note:
        writer.add(paragraph(styles.BODY, text_run(f"（{paper.note.strip('（）()')}）")))
    for place, attachment in enumerate(paper.attachments, start=1):
        number = str(place) if len(paper.attachments) > 1 else ""
        new_page = element("w:pageBreakBefore")
        writer.add(
            paragraph(styles.ANNEX, text_run(ATTACHED_HERE + number), properties=(new_page,))
        )
        writer.add(paragraph(styles.FLUSH))
        for line in form.title_lines(attachment.title):
            writer.add(paragraph(styles.TITLE, text_run(line)))
        writer.add(paragraph(styles.FLUSH))
        writer.blocks(attachment.blocks)
    if paper.colophon is not None:
        _colophon(writer, paper.colophon)


def _attachment_note(writer: Writer, paper: Paper) -> None:
    """One line below the text, two characters in; wrapped lines begin where the name begins."""
    if not paper.attachments:
        return
    writer.add(paragraph(styles.FLUSH))
    several = len(paper.attachments) > 1
    for place, attachment in enumerate(paper.attachments, start=1):
        before = ATTACHED if place == 1 else ""
        number = f"{place}. " if several else ""
        wide = len(ATTACHED) + form.width_in_chars(number)
        hang = form.width_in_chars(before + number)
        place_of = element(
            "w:ind",
            leftChars=round((2 + wide) * 100),
            left=round((2 + wide) * 320),
            hangingChars=round(hang * 100),
            hanging=round(hang * 320),
        )
        name = attachment.title.replace("\n", "").rstrip("。；;.")
        writer.add(
            paragraph(styles.FLUSH, text_run(before + number + name), properties=(place_of,))
        )


def _signature(writer: Writer, signature: Signature) -> None:
    day = signature.signed_on
    said = form.written_date(day.year, day.month, day.day) if day else BLANK_DAY
    name_in, day_in = form.signature_places(signature.body, said, has_seal=signature.has_seal)
    writer.add(paragraph(styles.FLUSH), paragraph(styles.FLUSH))
    for text, right in ((signature.body, name_in), (said, day_in)):
        writer.add(
            paragraph(
                styles.FLUSH,
                text_run(text),
                properties=(indent(right=right), element("w:jc", val="right")),
            )
        )


def _colophon(writer: Writer, colophon: Colophon) -> None:
    """Lines at the bottom of the type area of the page where they stand, the last."""
    lines: list[tuple[str, tuple[Any, ...]]] = []
    if colophon.copies_to:
        text = "　" + COPIES + "，".join(colophon.copies_to) + STOP
        lines.append((text, (text_run(text),)))
    day = colophon.printed_on
    printed = form.written_date(day.year, day.month, day.day) + PRINTED if day else ""
    if colophon.issuer or printed:
        tab = element("w:r", element("w:tab"))
        runs = (text_run("　" + colophon.issuer), tab, text_run(printed + "　"))
        lines.append((colophon.issuer + printed, runs))
    if not lines:
        return
    below = 0
    made: list[Any] = []
    for place, (text, runs) in reversed(list(enumerate(lines))):
        height = form.colophon_lines(text) * styles.SMALL_LINE
        below += height
        made.insert(0, _framed(runs, below, height, (place == 0, place == len(lines) - 1)))
    writer.add(*made, paragraph(styles.COLOPHON, properties=(exact(TAIL_LINE),)))


def _framed(runs: tuple[Any, ...], below: int, height: int, edges: tuple[bool, bool]) -> Any:
    """A line of the colophon in a frame of its own, `below` twips above the foot of the type
    area: programs draw neighbours in one frame without their lines."""
    width = form.type_width_twips()
    foot = form.twips(form.PAGE_HEIGHT_MM) - form.twips(form.BOTTOM_MM)
    is_first, is_last = edges
    outer, middle = form.eighths(form.OUTER_LINE_MM), form.eighths(form.MIDDLE_LINE_MM)
    line = {"val": "single", "space": 0, "color": "000000"}
    frame = element(
        "w:framePr",
        w=width,
        h=height,
        hRule="exact",
        wrap="around",
        vAnchor="page",
        hAnchor="margin",
        xAlign="left",
        y=foot - below,
    )
    borders = element(
        "w:pBdr",
        element("w:top", sz=outer, **line) if is_first else None,
        element("w:bottom", sz=outer if is_last else middle, **line),
    )
    tabs = element("w:tabs", element("w:tab", val="right", pos=width))
    return paragraph(styles.COLOPHON, *runs, properties=(frame, borders, tabs))


def _name_fonts(document: Document) -> None:
    """Which fonts may stand for one that the machine has not."""
    part = next(
        p for p in document.part.package.iter_parts() if p.partname.endswith("fontTable.xml")
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in form.FALLBACKS.items()
    )
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'
    ).encode()


def _describe(document: Document, paper: Paper, made_at: dt.datetime) -> None:
    about = document.core_properties
    about.author = about.last_modified_by = PROGRAM
    about.title, about.comments = printable(paper.title.replace("\n", "")), paper.mark
    about.subject = about.keywords = about.category = ""
    about.language, about.revision = "zh-CN", 1
    moment = made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    about.created = about.modified = moment


def _packed(document: Document) -> bytes:
    """The package with parts in one order and one time."""
    out = io.BytesIO()
    document.save(out)
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(out) as read,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in read.namelist():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            written.writestr(entry, read.read(name))
    return packed.getvalue()
