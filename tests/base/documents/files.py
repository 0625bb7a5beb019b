"""Files made on the fly: .docx with numbering and tables, minimal .pdf, archives that bite."""

import io
import zipfile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

ROWS = (
    ("序号", "工作任务", "牵头单位", "责任单位", "完成时限"),
    ("1", "清淤疏浚", "市水务局", "市财政局\n市交通局", "2025年5月"),
    ("2", "预案修订", "", "市水务局、市应急局等", "2025年6月"),
)


def word_bytes(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def word_with_table(rows=ROWS) -> bytes:
    document = docx.Document()
    document.add_paragraph("演示市防汛任务分工表")
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for at, row in enumerate(rows):
        for column, words in enumerate(row):
            table.cell(at, column).text = words
    document.add_paragraph("演示市应急局")
    document.add_paragraph("2025年3月1日")
    return word_bytes(document)


def add_numbering(document, levels, *, number=77) -> None:
    """A list of our own; `levels` are (format, text) pairs."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), str(number))
    for depth, (style, text) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(depth))
        for tag, value in (("w:start", "1"), ("w:numFmt", style), ("w:lvlText", text)):
            element = OxmlElement(tag)
            element.set(qn("w:val"), value)
            level.append(element)
        abstract.append(level)
    root.insert(0, abstract)
    num = OxmlElement("w:num")
    num.set(qn("w:numId"), str(number))
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), str(number))
    num.append(link)
    root.append(num)


def numbered(document, text, depth, *, number=77):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    element = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", str(depth)), ("w:numId", str(number))):
        child = OxmlElement(tag)
        child.set(qn("w:val"), value)
        element.append(child)
    properties.append(element)
    return paragraph


def pdf_bytes(lines, *, encrypted=False) -> bytes:
    """One page in a font whose character codes are Unicode values; no lines, no text."""
    shown = "".join(_shown(line, 50, 780 - 20 * at) for at, line in enumerate(lines))
    return _pdf([shown], "".join(lines), encrypted=encrypted)


def ruled_pdf(pages) -> bytes:
    """Pages of lines and tables; a table is a list of rows, a cell may hold several lines."""
    contents, words = [], []
    for page in pages:
        shown, y = "", 800
        for part in page:
            words.append(str(part))
            if isinstance(part, str):
                shown, y = shown + _shown(part, 50, y - 14), y - 20
            else:
                drawn, y = _ruled(part, y)
                shown += drawn
        contents.append(shown)
    return _pdf(contents, "".join(words))


def _shown(line, x, y) -> str:
    return f"BT /F1 12 Tf {x} {y} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"


def _ruled(rows, top) -> tuple[str, int]:
    """A table with its borders, cells of eight characters; None goes on the cell above."""
    shown, width = "", 100
    right = 50 + width * len(rows[0])
    for row in rows:
        height = 14 * max((cell or "").count("\n") + 1 for cell in row) + 6
        for at, cell in enumerate(row):
            left = 50 + width * at
            for line, text in enumerate((cell or "").split("\n")):
                shown += _shown(text, left + 3, top - 14 - 14 * line) if text else ""
            if cell is not None:
                shown += f"{left} {top} m {left + width} {top} l S\n"
        for x in range(50, right + 1, width):
            shown += f"{x} {top} m {x} {top - height} l S\n"
        top -= height
    return f"{shown}50 {top} m {right} {top} l S\n", top - 4


def _pdf(contents, words, *, encrypted=False) -> bytes:
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + b"".join(
            f"1 beginbfchar <{c.encode('utf-16-be').hex()}> <{c.encode('utf-16-be').hex()}> "
            f"endbfchar\n".encode()
            for c in sorted(set(words) - {"\n"})
        )
        + b"endcmap end end"
    )
    first = 7
    numbers = range(first, first + 2 * len(contents), 2)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % len(contents),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor 6 0 R >>",
        b"<< /Length %d >>\nstream\n" % len(cmap) + cmap + b"\nendstream",
        b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900]"
        b" /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    for number, shown in zip(numbers, contents, strict=True):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (number + 1),
            b"<< /Length %d >>\nstream\n" % len(shown) + shown.encode() + b"\nendstream",
        ]
    trailer = b"/Root 1 0 R"
    if encrypted:
        objects.append(
            b"<< /Filter /Standard /V 1 /R 2 /O <"
            + b"11" * 32
            + b"> /U <"
            + b"22" * 32
            + b"> /P -4 >>"
        )
        trailer += b" /Encrypt %d 0 R /ID [<aa> <aa>]" % len(objects)
    return _assemble(objects, trailer)


def _assemble(objects, trailer) -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + b"trailer << /Size %d " % size + trailer + b" >>\nstartxref\n%d\n%%%%EOF" % start


def archive(parts, *, compression=zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def replaced(data, name, content) -> bytes:
    """A package with one part exchanged."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    return archive({**parts, name: content})
