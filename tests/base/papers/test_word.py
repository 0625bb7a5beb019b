"""The file of a paper: what it holds, and that one paper gives one file."""

import datetime as dt
import io
import re
import time
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from PIL import Image

from anlan.base.papers.blocks import links_of
from anlan.base.papers.paper import (
    Head,
    Heading,
    Paper,
    Paragraph,
    Picture,
    Run,
    Signature,
    Table,
)
from anlan.base.papers.word import document_xml, paper_file
from anlan.base.rules import paper_form as form
from tests.base.papers.papers import MADE_AT, MARK, bars, draft, linked, signed, wide_table


def _part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def _texts(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def test_the_same_paper_gives_the_same_file_at_any_time() -> None:
    first = paper_file(draft(), made_at=MADE_AT)
    time.sleep(2.1)  # a package counts in steps of two seconds
    assert paper_file(draft(), made_at=MADE_AT) == first


def test_the_main_part_knows_neither_when_nor_where() -> None:
    later = MADE_AT + dt.timedelta(days=400)
    one = paper_file(draft(), made_at=MADE_AT, base_url="https://one.example")
    other = paper_file(draft(), made_at=later, base_url="https://other.example")
    assert one != other
    assert document_xml(one) == document_xml(other)


@pytest.mark.parametrize(
    "given",
    [
        {"head": Head(issuer="局", number="号")},
        {"signature": Signature(body="局", signed_on=dt.date(2026, 1, 1))},
        {"signature": Signature(body="局", has_seal=True)},
    ],
)
def test_a_draft_bears_no_head_number_day_or_seal(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="draft"):
        draft(**given)


def test_a_draft_says_that_it_is_one_and_a_signed_paper_does_not() -> None:
    assert "草稿" in _part(paper_file(draft(), made_at=MADE_AT), "word/header1.xml")
    content = paper_file(signed(), made_at=MADE_AT)
    assert "草稿" not in _part(content, "word/header1.xml")
    assert "运应急发〔2026〕3号" in _texts(content)


def test_a_demonstration_is_marked_on_odd_even_and_first_pages() -> None:
    with zipfile.ZipFile(io.BytesIO(paper_file(draft(mark=MARK), made_at=MADE_AT))) as package:
        headers = [n for n in package.namelist() if n.startswith("word/header")]
        assert len(headers) == 2
        assert all(package.read(name).decode().count(MARK) >= 2 for name in headers)


def test_page_language_and_fonts_are_in_the_file() -> None:
    content = paper_file(draft(), made_at=MADE_AT)
    body, styles = document_xml(content).decode(), _part(content, "word/styles.xml")
    assert '<w:pgSz w:w="11906" w:h="16838"/>' in body
    margins = re.search(r"<w:pgMar [^>]*>", body)
    assert margins is not None
    for side, twips in (("top", 2098), ("right", 1474), ("bottom", 1984), ("left", 1587)):
        assert f'w:{side}="{twips}"' in margins.group()
    assert '<w:docGrid w:type="lines" w:linePitch="579"/>' in body
    assert 'w:eastAsia="zh-CN"' in styles
    named = set(re.findall(r'w:eastAsia="([^"]+)"', styles)) - {"zh-CN"}
    assert named == {form.FANG_SONG, form.SONG_TITLE, form.HEI, form.KAI, form.SONG}
    assert 'w:firstLineChars="200" w:firstLine="640"' in styles
    fonts = _part(content, "word/fontTable.xml")
    assert all(f'w:name="{name}"' in fonts for name in named)
    assert fonts.count("w:altName") == len(named)


def test_headings_are_numbered_in_order_and_begin_anew_below_each() -> None:
    levels = (1, 2, 3, 4, 4, 2, 1, 2)
    blocks = tuple(Heading(level=level, text="题") for level in levels)
    texts = _texts(paper_file(draft(blocks=blocks), made_at=MADE_AT))
    found = [text for text in texts if text.endswith("题")]
    assert found == [
        *("一、题", "（一）题", "1.题", "（1）题"),
        *("（2）题", "（二）题", "二、题", "（一）题"),
    ]


def test_links_lead_to_records_and_print_plain() -> None:
    paper = draft(blocks=(linked(), wide_table(2, 1)), attachments=())
    content = paper_file(paper, made_at=MADE_AT, base_url="https://anlan.example/")
    relations = _part(content, "word/_rels/document.xml.rels")
    assert 'Target="https://anlan.example/plan/"' in relations
    assert document_xml(content).count(b"<w:hyperlink") == 3
    assert links_of(paper) == ("/plan/", "/x/", "/x/")


def test_a_table_wider_than_the_page_is_printed_in_parts() -> None:
    content = paper_file(draft(blocks=(wide_table(12),)), made_at=MADE_AT)
    tables = Document(io.BytesIO(content)).tables
    assert [len(table.columns) for table in tables] == [7, 6]
    assert [table.cell(0, 0).text for table in tables] == ["列0", "列0"]
    assert "表1（续）" in _texts(content)


def test_a_table_without_rows_says_none() -> None:
    table = Table(caption="表", columns=("甲", "乙"), rows=())
    content = paper_file(draft(blocks=(table,)), made_at=MADE_AT)
    assert Document(io.BytesIO(content)).tables[0].cell(1, 0).text == "（无）"


def test_a_row_that_lacks_a_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="cell"):
        Table(caption="", columns=("甲", "乙"), rows=(((),),))


def test_pictures_and_charts_are_in_the_file_and_numbered_alike_each_time() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(out, "PNG")
    picture = Picture(content=out.getvalue(), caption="图2", width_mm=300)
    paper = draft(blocks=(bars(), picture, bars()))
    content = paper_file(paper, made_at=MADE_AT)
    assert content == paper_file(paper, made_at=MADE_AT)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {"word/charts/chart1.xml", "word/charts/chart3.xml"} <= set(package.namelist())
    ids = re.findall(r'<wp:docPr [^>]*?id="(\d+)"', document_xml(content).decode())
    assert ids == ["1", "2", "3"]
    assert f'cx="{156 * 36000}"' in document_xml(content).decode()


def test_a_gap_in_a_chart_is_no_zero() -> None:
    content = paper_file(draft(blocks=(bars(),)), made_at=MADE_AT)
    chart = _part(content, "word/charts/chart1.xml")
    series = chart.split("<c:val>")[2]
    assert '<c:pt idx="0"><c:v>1</c:v>' in series
    assert '<c:pt idx="1">' not in series


def test_attachments_are_noted_and_begin_a_page() -> None:
    content = paper_file(draft(), made_at=MADE_AT)
    texts = _texts(content)
    assert "附件：1. 指标表" in texts
    assert "2. 清单" in texts
    assert "附件1" in texts
    assert document_xml(content).count(b"<w:pageBreakBefore/>") == 2
    one = draft(attachments=draft().attachments[:1])
    assert "附件：指标表" in _texts(paper_file(one, made_at=MADE_AT))


def test_a_draft_leaves_the_day_open_and_a_signed_paper_writes_it() -> None:
    assert "　　年　月　日" in _texts(paper_file(draft(), made_at=MADE_AT))
    assert "2026年3月5日" in _texts(paper_file(signed(), made_at=MADE_AT))


def test_a_paper_of_nothing_is_still_a_file() -> None:
    content = paper_file(Paper(title="", is_draft=True), made_at=MADE_AT)
    assert Document(io.BytesIO(content)).paragraphs


def test_marks_of_the_file_format_in_words_are_kept_as_words() -> None:
    odd = Paragraph(runs=(Run(text="a<b & “c” > ]]>  两 个空格"),))
    assert odd.text in _texts(paper_file(draft(blocks=(odd,)), made_at=MADE_AT))


def test_words_that_no_file_can_hold_are_left_out() -> None:
    odd = Paragraph(runs=(Run(text="前\x00\x0b后"),))
    assert "前后" in _texts(paper_file(draft(blocks=(odd,)), made_at=MADE_AT))
    assert _texts(paper_file(replace(draft(), title="前\x00后"), made_at=MADE_AT))[0] == "前后"
