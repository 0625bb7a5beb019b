"""Bars as a chart of the word processor itself: no picture, so its letters are those of the page.

The part holds the numbers alone, without a workbook: they are frozen in the paper.
"""

from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from anlan.base.papers.paper import Chart, Series
from anlan.base.rules import paper_form as form

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
CHART_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
EMU_A_MM = 36000
HEIGHT_BASE_MM, HEIGHT_ROW_MM, HEIGHT_MOST_MM = 35, 9, 200
FILLS = ("1F4E79", "9DC3E6", "C55A11", "7F7F7F", "A9D18E", "FFD966", "B4A7D6", "548235", "833C0B")
"""Grey values differ from one to the next, so that a black print can be read."""
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def add_chart(document: Document, chart: Chart, number: int) -> Any:
    """Add the part and return the drawing that shows it."""
    name = PackURI(f"/word/charts/chart{number}.xml")
    blob = chart_xml(chart).encode()
    part = Part(name, CHART_TYPE, blob, document.part.package)
    key = document.part.relate_to(part, CHART_RELATION)
    height = min(HEIGHT_BASE_MM + HEIGHT_ROW_MM * len(chart.categories), HEIGHT_MOST_MM)
    return parse_xml(
        f'<w:drawing xmlns:w="{_W}" xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:c="{_C}" '
        f'xmlns:r="{_R}"><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{form.TYPE_WIDTH_MM * EMU_A_MM}" cy="{height * EMU_A_MM}"/>'
        f'<wp:docPr id="{number}" name="chart{number}" descr="{escape(chart.caption)}"/>'
        f'<a:graphic><a:graphicData uri="{_C}"><c:chart r:id="{key}"/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing>"
    )


def chart_xml(chart: Chart) -> str:
    grouping = "stacked" if chart.is_stacked else "clustered"
    overlap = '<c:overlap val="100"/>' if chart.is_stacked else ""
    series = "".join(_series(at, each, chart.categories) for at, each in enumerate(chart.series))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        "<c:plotArea><c:layout/>"
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="{grouping}"/>'
        f'<c:varyColors val="0"/>{series}<c:gapWidth val="60"/>{overlap}'
        '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="l"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:crossAx val="2"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/>'
        '</c:scaling><c:delete val="0"/><c:axPos val="t"/><c:majorGridlines/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/>'
        "</c:valAx></c:plotArea>"
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000"><a:latin typeface="{form.SONG}"/>'
        f'<a:ea typeface="{form.SONG}"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p>'
        "</c:txPr></c:chartSpace>"
    )


def _series(at: int, series: Series, categories: tuple[str, ...]) -> str:
    fill = FILLS[at % len(FILLS)]
    count = len(categories)
    names = "".join(
        f'<c:pt idx="{i}"><c:v>{escape(name)}</c:v></c:pt>' for i, name in enumerate(categories)
    )
    values = "".join(
        f'<c:pt idx="{i}"><c:v>{value:g}</c:v></c:pt>'
        for i, value in enumerate(series.values)
        if value is not None
    )
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:strRef><c:f>s{at}</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(series.name)}</c:v></c:pt>'
        "</c:strCache></c:strRef></c:tx>"
        f'<c:spPr><a:solidFill><a:srgbClr val="{fill}"/></a:solidFill></c:spPr>'
        '<c:invertIfNegative val="0"/>'
        f'<c:cat><c:strLit><c:ptCount val="{count}"/>{names}</c:strLit></c:cat>'
        "<c:val><c:numLit><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{values}</c:numLit></c:val></c:ser>'
    )
