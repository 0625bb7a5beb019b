"""Page, grid, page numbers, red head and the marks of a draft or a demonstration."""

from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.section import Section

from anlan.base.papers import styles
from anlan.base.papers.paper import Head, Paper, PaperForm
from anlan.base.papers.xml import (
    RED,
    element,
    exact,
    page_field,
    paragraph,
    run_properties,
    text_run,
)
from anlan.base.rules import paper_form as form

DRAFT = "草稿（未签发）"
FOOTER_LINE = styles.FOOT_LINE
SMALL_CHAR = form.SMALL_PT * 20
LETTER_ISSUER_LINE = 720
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def lay_page(document: Document, paper: Paper) -> None:
    """Set the section up; only one is needed, the last of the body."""
    section = document.sections[0]
    properties = section._sectPr
    for name in ("w:pgSz", "w:pgMar", "w:cols", "w:docGrid"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    is_letter = paper.form is PaperForm.LETTER and paper.head is not None
    header_mm = form.LETTER_TOP_MM if is_letter else form.TOP_MM // 2
    properties.append(
        element("w:pgSz", w=form.twips(form.PAGE_WIDTH_MM), h=form.twips(form.PAGE_HEIGHT_MM))
    )
    properties.append(
        element(
            "w:pgMar",
            top=form.twips(form.TOP_MM),
            right=form.twips(form.RIGHT_MM),
            bottom=form.twips(form.BOTTOM_MM),
            left=form.twips(form.LEFT_MM),
            header=form.twips(header_mm),
            footer=form.twips(form.LETTER_BOTTOM_MM),
            gutter=0,
        )
    )
    properties.append(element("w:docGrid", type="lines", linePitch=form.line_pitch_twips()))
    document.settings.odd_and_even_pages_header_footer = True
    _number_pages(section)
    _mark_pages(section, paper)
    if is_letter and paper.head is not None:
        _lay_letter(section, paper.head, _marks(paper))


def _below_number() -> int:
    """Room under the number: the dash beside it stands 7 mm below the type area, in the middle of
    its line; the footer ends where the lower red line of a letter stands."""
    below = form.BOTTOM_MM - form.NUMBER_BELOW_MM - form.LETTER_BOTTOM_MM
    return form.twips(below) - FOOTER_LINE // 2


def _number_pages(section: Section) -> None:
    """— 1 —, odd pages right, even pages left, one character from the edge."""
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        room = exact(FOOTER_LINE, after=_below_number())
        place = element("w:ind", **{side: SMALL_CHAR, f"{side}Chars": 100})
        line = paragraph(
            styles.FOOT,
            text_run("— "),
            *page_field(),
            text_run(" —"),
            properties=(room, place, element("w:jc", val=side)),
        )
        _only(footer, line)


def _marks(paper: Paper) -> str:
    return "　".join(word for word in (paper.mark, DRAFT if paper.is_draft else "") if word)


def _mark_pages(section: Section, paper: Paper) -> None:
    words = _marks(paper)
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        runs = [text_run(words)] if words else []
        if paper.mark:
            runs.append(_watermark(paper.mark))
        _only(header, paragraph(styles.MARK, *runs))


def _only(part: Any, *lines: Any) -> None:
    root = part._element
    for old in list(root):
        root.remove(old)
    for line in lines:
        root.append(line)


def _watermark(words: str) -> Any:
    """The sentence of a demonstration across the page, behind the text."""
    return parse_xml(
        f'<w:r {_NAMES}><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" '
        'o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" '
        'o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="PaperMark" type="#_x0000_t136" style="position:absolute;width:420pt;'
        "height:60pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f">'
        f'<v:fill opacity=".5"/><v:textpath style="font-family:&quot;{form.HEI}&quot;;'
        f'font-size:1pt" string="{words}"/></v:shape></w:pict></w:r>'
    )


def _above_issuer() -> int:
    """The letters, not their line, begin 35 mm below the top of the type area."""
    return form.twips(form.ISSUER_BELOW_MM) - (styles.ISSUER_LINE - styles.ISSUER_PT * 20) // 2


def red_head(head: Head) -> list[Any]:
    """Mark of the issuer 35 mm below the top of the type area, number, red line, two lines."""
    line = element(
        "w:pBdr",
        element(
            "w:bottom",
            val="single",
            sz=18,
            space=round(form.twips(form.RED_LINE_BELOW_MM) / 20),
            color=RED,
        ),
    )
    pitch = exact(form.line_pitch_twips())
    return [
        paragraph(
            styles.ISSUER,
            text_run(head.issuer),
            properties=(exact(styles.ISSUER_LINE, before=_above_issuer()),),
        ),
        paragraph(styles.NUMBER),
        paragraph(styles.NUMBER),
        paragraph(styles.NUMBER, text_run(head.number), properties=(line, pitch)),
        paragraph(styles.NUMBER),
        paragraph(styles.NUMBER),
    ]


def letter_head(head: Head) -> list[Any]:
    """The number of a letter stands at the right edge below the first red line."""
    right = element("w:jc", val="right")
    return [
        paragraph(styles.NUMBER, text_run(head.number), properties=(right,)),
        paragraph(styles.NUMBER),
    ]


def _lay_letter(section: Section, head: Head, marks: str) -> None:
    """First page of a letter: mark 30 mm from the edge, red double lines, no page number."""
    section.different_first_page_header_footer = True
    out = (form.LETTER_LINE_WIDTH_MM - form.TYPE_WIDTH_MM) / 2
    wide = element("w:ind", left=-form.twips(out), right=-form.twips(out), firstLine=0)
    above = round(form.twips(form.LETTER_LINE_BELOW_MM) / 20)
    red = run_properties(form.SONG_TITLE, 30, color=RED)
    top = paragraph(
        styles.ISSUER,
        text_run(head.issuer, red),
        properties=(
            _line("bottom", "thickThinSmallGap", above),
            exact(LETTER_ISSUER_LINE),
            wide,
        ),
    )
    shown = [paragraph(styles.MARK, text_run(marks))] if marks else []
    first = section.first_page_header
    first.is_linked_to_previous = False
    _only(first, top, *shown)
    foot = section.first_page_footer
    foot.is_linked_to_previous = False
    wide_foot = element("w:ind", left=-form.twips(out), right=-form.twips(out), firstLine=0)
    _only(
        foot,
        paragraph(
            styles.FOOT,
            properties=(_line("bottom", "thinThickSmallGap", 0), exact(FOOTER_LINE), wide_foot),
        ),
    )


def _line(side: str, kind: str, space_pt: int) -> Any:
    return element("w:pBdr", element(f"w:{side}", val=kind, sz=24, space=space_pt, color=RED))
