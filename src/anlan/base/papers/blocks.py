"""Paragraphs, headings, tables, pictures and charts of a paper."""

import io
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm

from anlan.base.papers import styles
from anlan.base.papers.chart import add_chart
from anlan.base.papers.paper import (
    Block,
    Cell,
    Chart,
    Heading,
    Paper,
    Paragraph,
    Picture,
    Run,
    Table,
)
from anlan.base.papers.xml import element, paragraph, text_run
from anlan.base.rules import paper_form as form

CONTINUED = "（续）"
NO_ROWS = "（无）"


@dataclass(slots=True)
class Writer:
    """Appends to the body of one document; keeps the counts of its headings and drawings."""

    document: Document
    base_url: str
    counts: list[int] = field(default_factory=lambda: [0] * 4)
    drawings: int = 0

    def add(self, *made: Any) -> None:
        body = self.document.element.body
        last = body.find(qn("w:sectPr"))
        for each in made:
            last.addprevious(each)

    def blocks(self, blocks: tuple[Block, ...]) -> None:
        self.counts = [0] * 4
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self.add(paragraph(styles.BODY, *self.runs(block.runs)))
            case Heading():
                self.add(self.heading(block))
            case Table():
                self.table(block)
            case Picture():
                self.picture(block)
            case Chart():
                self.chart(block)

    def runs(self, runs: tuple[Run, ...]) -> list[Any]:
        return [self.run(run) for run in runs if run.text]

    def run(self, run: Run) -> Any:
        """A record behind words is a link that prints as plain as the words."""
        made = text_run(run.text)
        if not run.link:
            return made
        address = run.link if "://" in run.link else self.base_url + run.link
        key = self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = element("w:hyperlink", made, history=1)
        link.set(qn("r:id"), key)
        return link

    def heading(self, block: Heading) -> Any:
        at = block.level - 1
        self.counts[at] += 1
        self.counts[at + 1 :] = [0] * (len(self.counts) - at - 1)
        number = form.heading_number(block.level, self.counts[at])
        return paragraph(styles.HEADING.format(level=block.level), text_run(number + block.text))

    def caption(self, text: str) -> None:
        if text:
            self.add(paragraph(styles.CAPTION, text_run(text)))

    def table(self, block: Table) -> None:
        """A table wider than the page is printed in parts, each with the first column."""
        weights = block.weights or (1,) * len(block.columns)
        for place, part in enumerate(form.column_parts(len(block.columns))):
            self.caption(block.caption + (CONTINUED if place else ""))
            self.add(self._part(block, part, tuple(weights[at] for at in part)))
            self.add(paragraph(styles.CELL))

    def _part(self, block: Table, part: tuple[int, ...], weights: tuple[int, ...]) -> Any:
        width = form.type_width_twips()
        widths = [width * weight // sum(weights) for weight in weights]
        widths[0] += width - sum(widths)
        made = element(
            "w:tbl",
            _table_properties(width),
            element("w:tblGrid", *(element("w:gridCol", w=each) for each in widths)),
        )
        head = tuple((Run(text=block.columns[at]),) for at in part)
        made.append(self._row(head, widths, is_head=True))
        for row in block.rows:
            made.append(self._row(tuple(row[at] for at in part), widths))
        if not block.rows:
            empty = ((Run(text=NO_ROWS),), *(((),) * (len(part) - 1)))
            made.append(self._row(empty, widths))
        return made

    def _row(self, cells: tuple[Cell, ...], widths: list[int], *, is_head: bool = False) -> Any:
        properties = element(
            "w:trPr", element("w:cantSplit"), element("w:tblHeader") if is_head else None
        )
        row = element("w:tr", properties)
        for cell, width in zip(cells, widths, strict=True):
            align = (element("w:jc", val="center"),) if is_head else ()
            row.append(
                element(
                    "w:tc",
                    element(
                        "w:tcPr",
                        element("w:tcW", w=width, type="dxa"),
                        element("w:vAlign", val="center"),
                    ),
                    paragraph(styles.CELL, *self.runs(cell), properties=align),
                )
            )
        return row

    def picture(self, block: Picture) -> None:
        width = Mm(min(block.width_mm, form.TYPE_WIDTH_MM))
        made = self.document.add_paragraph(style=self.document.styles["Paper Figure"])
        made.add_run().add_picture(io.BytesIO(block.content), width=width)
        self.drawings += 1
        for properties in made._p.iter(qn("wp:docPr")):
            properties.set("id", str(self.drawings))
            properties.set("descr", block.caption)
        self.caption(block.caption)

    def chart(self, block: Chart) -> None:
        self.drawings += 1
        drawing = add_chart(self.document, block, self.drawings)
        self.add(paragraph(styles.FIGURE, element("w:r", drawing)))
        self.caption(block.caption)


def _table_properties(width: int) -> Any:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = (element(f"w:{side}", val="single", sz=4, space=0, color="000000") for side in sides)
    return element(
        "w:tblPr",
        element("w:tblW", w=width, type="dxa"),
        element("w:jc", val="center"),
        element("w:tblBorders", *lines),
        element("w:tblLayout", type="fixed"),
        element(
            "w:tblCellMar",
            element("w:left", w=60, type="dxa"),
            element("w:right", w=60, type="dxa"),
        ),
    )


def links_of(paper: Paper) -> tuple[str, ...]:
    """Every address behind words of a paper, in order."""
    found: list[str] = []
    lists = [paper.blocks, *(attachment.blocks for attachment in paper.attachments)]
    for block in (block for blocks in lists for block in blocks):
        if isinstance(block, Paragraph):
            found += [run.link for run in block.runs if run.link]
        elif isinstance(block, Table):
            found += [r.link for row in block.rows for cell in row for r in cell if r.link]
    return tuple(found)
