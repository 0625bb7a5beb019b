import codecs

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.base.documents import errors, package
from anlan.base.documents.pdf import without_running_lines
from anlan.base.documents.reader import MOST_BYTES, read_document, refuse_size
from anlan.plan.rules.notice.parse import parse
from tests.base.documents.files import add_numbering as add_list
from tests.base.documents.files import (
    archive,
    numbered,
    pdf_bytes,
    replaced,
    word_bytes,
    word_with_table,
)

NOTICE = (
    "演示市分工方案\n一、重点任务\n（一）健全机制。2025年完成。（市应急局牵头，市财政局配合）\n"
)


# -- text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (NOTICE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + NOTICE.encode(), "utf-8-sig"),
        (NOTICE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + NOTICE.encode("utf-16-be"), "utf-16"),
        (NOTICE.encode("utf-16-le"), "utf-16-le"),
        (NOTICE.encode("gb18030"), "gb18030"),
    ],
)
def test_text_in_every_encoding_gives_the_same_text(data, encoding):
    found = read_document(data, "a.txt")
    assert (found.text, found.kind, found.encoding, found.pages) == (NOTICE, "txt", encoding, None)


def test_a_gb18030_notice_is_parsed():
    clause = parse(read_document(NOTICE.encode("gb18030"), "通知.txt").text).clauses[0]
    assert clause.lead_units == ("市应急局",)


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (b"", "a.txt", errors.EmptyDocument),
        (b" \r\n\t", "a.txt", errors.EmptyDocument),
        (codecs.BOM_UTF8 + "\n\u3000".encode(), "a.txt", errors.EmptyDocument),
        (bytes(range(128, 256)) * 20, "a.txt", errors.UndecodableText),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", "a.txt", errors.UndecodableText),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "a.txt", errors.UnknownDocumentType),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "a.docx", errors.BrokenDocument),
        (b"plain words", "a.pdf", errors.BrokenDocument),
        (b"{\\rtf1 words}", "a.doc", errors.OldWordDocument),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", errors.OldWordDocument),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            errors.ProtectedDocument,
        ),
    ],
)
def test_refusals_by_the_first_bytes(data, name, refusal):
    with pytest.raises(refusal) as caught:
        read_document(data, name)
    refused = caught.value
    assert isinstance(refused, errors.DocumentRefused)
    assert refused.code.startswith("document-")
    assert "{" not in str(refused)


def test_size_is_refused_before_the_file_is_in_memory():
    refuse_size(MOST_BYTES)
    with pytest.raises(errors.DocumentTooLarge) as caught:
        refuse_size(200 * 1024 * 1024)
    assert caught.value.params == {"size_mb": 200, "limit_mb": 30}
    with pytest.raises(errors.DocumentTooLarge):
        read_document(b"x" * (MOST_BYTES + 1), "a.txt")


# -- .docx ----------------------------------------------------------------------------------


def test_word_tables_stand_in_order_and_are_parsed():
    found = read_document(word_with_table(), "a.docx")
    assert found.kind == "docx"
    lines = found.text.split("\n")
    assert lines[0] == "演示市防汛任务分工表"
    assert lines[2] == "1\t清淤疏浚\t市水务局\t市财政局\v市交通局\t2025年5月"
    assert lines[-2:] == ["演示市应急局", "2025年3月1日"]
    notice = parse(found.text)
    first, second = notice.clauses
    assert (first.lead_units, first.support_units) == (("市水务局",), ("市财政局", "市交通局"))
    assert (second.lead_units, second.support_units) == ((), ("市水务局", "市应急局"))
    assert second.open_ended and second.deadline_years == (2025,)
    assert notice.document.issuer == "演示市应急局"
    assert notice.coverage.unread == ()


def test_word_merged_cells_repeat_downwards():
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    words = (("任务", "措施", "责任单位"), ("甲", "子一", "市甲局"), ("", "子二", "市乙局"))
    for at, row in enumerate(words):
        for column, word in enumerate(row):
            table.cell(at, column).text = word
    table.cell(1, 0).merge(table.cell(2, 0))
    rows = read_document(word_bytes(document), "a.docx").text.split("\n")[:3]
    assert rows[1:] == ["甲\t子一\t市甲局", "甲\t子二\t市乙局"]


def test_word_cells_merged_sideways_and_tables_of_one_column():
    document = docx.Document()
    wide = document.add_table(rows=1, cols=3)
    wide.cell(0, 0).text, wide.cell(0, 2).text = "合并", "右"
    wide.cell(0, 0).merge(wide.cell(0, 1))
    narrow = document.add_table(rows=2, cols=1)
    narrow.cell(0, 0).text, narrow.cell(1, 0).text = "第一行\n第二行", "第三行"
    text = read_document(word_bytes(document), "a.docx").text
    assert text.split("\n")[:4] == ["合并\t\t右", "第一行", "第二行", "第三行"]


def test_word_numbers_that_are_not_text_are_printed():
    document = docx.Document()
    add_list(
        document,
        [("chineseCounting", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")],
    )
    numbered(document, "重点任务", 0)
    numbered(document, "提升能力", 1)
    numbered(document, "建设平台。（市应急局负责）", 2)
    numbered(document, "建设队伍。（市应急局、市水务局负责）", 2)
    numbered(document, "夯实基础", 1)
    numbered(document, "修订预案。（市应急局负责）", 2)
    numbered(document, "工作要求", 0)
    text = read_document(word_bytes(document), "a.docx").text
    assert text.split("\n") == [
        "一、重点任务", "（一）提升能力", "1.建设平台。（市应急局负责）", "2.建设队伍。（市应急局、市水务局负责）",
        "（二）夯实基础", "1.修订预案。（市应急局负责）", "二、工作要求",
    ]  # fmt: skip
    assert [clause.id for clause in parse(text).clauses] == ["T1", "T2", "T1-2", "C2"]


@pytest.mark.parametrize(
    ("style", "template", "printed"),
    [
        ("decimalEnclosedCircle", "%1", "①"),
        ("lowerLetter", "%1)", "a)"),
        ("upperLetter", "%1.", "A."),
        ("bullet", "\uf0b7", "●"),
        ("none", "", ""),
        ("somethingNew", "%1.", "1."),
        ("japaneseCounting", "第%1条 ", "第一条 "),
    ],
)
def test_word_number_formats(style, template, printed):
    document = docx.Document()
    add_list(document, [(style, template)])
    numbered(document, "内容", 0)
    assert read_document(word_bytes(document), "a.docx").text == f"{printed}内容"


def test_word_numbers_of_styles_and_of_built_in_lists():
    document = docx.Document()
    document.add_paragraph("甲", style="List Number")
    document.add_paragraph("乙", style="List Number")
    document.add_paragraph("丙", style="List Bullet")
    assert read_document(word_bytes(document), "a.docx").text == "1.甲\n2.乙\n●丙"


def test_word_line_breaks_tabs_and_tracked_changes():
    document = docx.Document()
    paragraph = document.add_paragraph("甲")
    paragraph.add_run().add_break()
    paragraph.add_run("乙\t丙")
    deleted = docx.oxml.OxmlElement("w:del")
    gone = docx.oxml.OxmlElement("w:r")
    words = docx.oxml.OxmlElement("w:t")
    words.text = "删"
    gone.append(words)
    deleted.append(gone)
    paragraph._p.append(deleted)
    assert read_document(word_bytes(document), "a.docx").text == "甲\n乙\u3000丙"


def test_word_without_text_is_empty():
    with pytest.raises(errors.EmptyDocument):
        read_document(word_bytes(docx.Document()), "a.docx")


def test_archive_that_is_no_word_file():
    with pytest.raises(errors.UnknownDocumentType):
        read_document(archive({"a.txt": "x"}), "a.docx")


def test_damaged_word_files_are_refused_and_never_crash():
    data = word_with_table()
    for cut in (30, 200, len(data) // 2, len(data) - 5):
        with pytest.raises(errors.DocumentRefused):
            read_document(data[:cut], "a.docx")
    for name in ("word/document.xml", "[Content_Types].xml", "word/numbering.xml"):
        with pytest.raises(errors.BrokenDocument):
            read_document(replaced(data, name, b"<broken"), "a.docx")


def test_zip_bomb_by_ratio_and_by_declared_size(monkeypatch):
    bomb = archive({"word/document.xml": b"\0" * (20 * 1024 * 1024)})
    with pytest.raises(errors.DocumentBomb):
        read_document(bomb, "a.docx")
    monkeypatch.setattr(package, "MOST_UNPACKED_BYTES", 1000)
    with pytest.raises(errors.DocumentBomb):
        read_document(word_with_table(), "a.docx")


def test_zip_bomb_by_parts_and_while_reading(monkeypatch):
    monkeypatch.setattr(package, "MOST_ENTRIES", 3)
    with pytest.raises(errors.DocumentBomb):
        read_document(word_with_table(), "a.docx")
    monkeypatch.setattr(package, "MOST_ENTRIES", 100)
    monkeypatch.setattr(package, "MOST_XML_BYTES", 100)
    with pytest.raises(errors.DocumentBomb):
        read_document(word_with_table(), "a.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_never_expanded(encoding):
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb">'
        '<!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    ).encode(encoding)
    with pytest.raises(errors.DocumentBomb):
        read_document(replaced(word_with_table(), "word/document.xml", xml), "a.docx")


def test_encrypted_archive():
    data = bytearray(archive({"word/document.xml": b"x"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(errors.ProtectedDocument):
        read_document(bytes(data), "a.docx")


# -- .pdf -----------------------------------------------------------------------------------


def test_pdf_text_is_read_and_parsed():
    found = read_document(pdf_bytes(NOTICE.strip().split("\n")), "a.pdf")
    assert (found.kind, found.pages, found.blank_pages) == ("pdf", 1, ())
    clause = parse(found.text).clauses[0]
    assert (clause.id, clause.lead_units, clause.deadline_years) == ("T1", ("市应急局",), (2025,))


def test_pdf_without_text_is_a_scan():
    with pytest.raises(errors.ScannedDocument) as caught:
        read_document(pdf_bytes([]), "扫描.pdf")
    assert caught.value.params == {"filename": "扫描.pdf", "pages": 1}


def test_pdf_with_password():
    with pytest.raises(errors.ProtectedDocument):
        read_document(pdf_bytes(["甲"], encrypted=True), "a.pdf")


def test_damaged_pdf():
    for data in (b"%PDF-1.7\n", pdf_bytes(["甲"])[:300], b"%PDF-1.4\n" + b"\xff" * 500):
        with pytest.raises(errors.DocumentRefused):
            read_document(data, "a.pdf")


# -- anything -------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [b"", b"%PDF-1.4 ", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xef\xbb\xbf"]
    ),
    st.binary(max_size=300),
    st.sampled_from(["a.txt", "a.docx", "a.pdf", "a"]),
)
def test_any_bytes_give_a_text_or_a_refusal(head, tail, name):
    try:
        found = read_document(head + tail, name)
    except errors.DocumentRefused:
        return
    assert found.text


def test_running_titles_and_page_numbers_of_a_pdf_are_layout():
    words = ["甲乙，市应急\n局牵头", "丙丁", "等负责）\n戊", "己、庚\n辛"]
    pages = [f"演示市文件\n{word}\n{n}" for n, word in enumerate(words, 9)]
    assert without_running_lines(pages) == words
    sentences = ["等负责）\n甲", "等负责）\n乙", "等负责）\n丙"]
    assert without_running_lines(sentences) == sentences
    assert without_running_lines(pages[:2]) == pages[:2]
    alike = ["甲\n乙", "丙\n丁", "甲\n戊", "己\n庚"]
    assert without_running_lines(alike) == alike
    assert without_running_lines(["甲", "甲", "甲"]) == ["甲", "甲", "甲"]


# -- web pages saved as files ---------------------------------------------------------------

PAGE = (
    "<!DOCTYPE html>\n<html><head><title>无关</title><style>p{color:red}</style></head><body>"
    '<script>var a = "（市应急局负责）";</script>\n'
    + "".join(f'<p style="text-indent:2em">{line}</p>\n' for line in NOTICE.strip().split("\n"))
    + "<p>死亡率<0.03。</p></body></html>"
)


@pytest.mark.parametrize("name", ["notice.txt", "notice.htm"])
def test_a_web_page_gives_what_people_see(name):
    text = read_document(PAGE.encode(), name).text
    assert text.split("\n") == [*NOTICE.strip().split("\n"), "死亡率<0.03。"]
    assert parse(text).clauses[0].lead_units == ("市应急局",)


def test_a_table_of_a_web_page_is_read_by_rows():
    page = (
        "<html><body><table><tr><th>序号</th><th>任务</th><th>责任单位</th></tr>"
        "<tr><td>1</td><td>清淤</td><td><p>市水务局</p><p>市财政局</p></td></tr></table></body></html>"
    )
    text = read_document(page.encode("gb18030"), "a.html").text
    assert text.split("\n")[0] == "序号\t任务\t责任单位"
    assert parse(text).clauses[0].support_units == ("市水务局", "市财政局")


def test_a_web_page_without_words_is_empty():
    with pytest.raises(errors.EmptyDocument):
        read_document(b"<html><head><title>a</title></head><body><p> </p></body></html>", "a.htm")


@pytest.mark.parametrize(
    "head",
    ["<p>秘密</p>", "<html><body><div><span>机密★1年</span></div>", "<p>绝<b>密</b></p>"],
)
def test_tags_do_not_hide_a_secrecy_mark(head):
    with pytest.raises(errors.SecretDocument):
        read_document((head + NOTICE).encode(), "a.txt")
