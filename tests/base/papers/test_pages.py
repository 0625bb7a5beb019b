"""Papers as LibreOffice prints them, measured: page, type area, lines, characters, numbers."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from anlan.base.papers.paper import Heading, Paper, PaperForm, Paragraph, Run
from anlan.base.papers.word import paper_file
from tests.base.papers.papers import MADE_AT, draft, full_page, long_text, signed, wide_table

MM = 72 / 25.4
TOLERANCE_MM, ABOVE = 1.0, 0.88
"""GB/T 9704 gives the margins ± 1 mm; a Chinese character stands to 88 % above its baseline."""


@dataclass(frozen=True)
class Line:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


@dataclass(frozen=True)
class Printed:
    width: float
    height: float
    lines: tuple[Line, ...]
    strokes: tuple[tuple[float, float], ...]

    @property
    def body(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.top >= 37 - 1 and line.bottom <= 263)

    @property
    def number(self) -> Line | None:
        return next((line for line in self.lines if line.top > 263), None)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Paper], list[Printed]]:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("not run: LibreOffice is not on this machine (make test-tools installs it)")
    folder: Path = tmp_path_factory.mktemp("pages")

    def pages(paper: Paper) -> list[Printed]:
        source = folder / "paper.docx"
        source.write_bytes(paper_file(paper, made_at=MADE_AT))
        home = f"-env:UserInstallation=file://{folder / 'home'}"
        command = [str(office), home, "--headless", "--convert-to", "pdf"]
        subprocess.run(
            [*command, "--outdir", str(folder), str(source)],
            check=True,
            capture_output=True,
            timeout=240,
        )
        with pdfplumber.open(folder / "paper.pdf") as file:
            return [_measured(page) for page in file.pages]

    return pages


def _measured(page: pdfplumber.page.Page) -> Printed:
    rows: dict[int, list[dict[str, Any]]] = {}
    for char in page.chars:
        if char["text"].strip():
            rows.setdefault(round((char["top"] + char["bottom"]) / 2 / MM), []).append(char)
    merged: list[list[dict[str, Any]]] = []
    for at in sorted(rows):
        if merged and abs(rows[at][0]["top"] - merged[-1][0]["top"]) < 2 * MM:
            merged[-1] += rows[at]
        else:
            merged.append(rows[at])
    lines = tuple(
        Line(
            text="".join(str(c["text"]) for c in sorted(row, key=lambda c: c["x0"])),
            left=min(c["x0"] for c in row) / MM,
            right=max(c["x1"] for c in row) / MM,
            top=min(_baseline(page, c) - ABOVE * c["size"] for c in row) / MM,
            bottom=max(_baseline(page, c) + (1 - ABOVE) * c["size"] for c in row) / MM,
            size=row[0]["size"],
        )
        for row in merged
    )
    strokes = tuple((s["top"] / MM, s["width"] / MM) for s in [*page.lines, *page.rects])
    return Printed(page.width / MM, page.height / MM, lines, strokes)


def _baseline(page: Any, char: Any) -> float:
    return float(page.height) - float(char["matrix"][5])


def near(value: float) -> object:
    return pytest.approx(value, abs=TOLERANCE_MM)


def test_pages_are_a4_and_hold_22_lines_of_28_characters(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    pages = printed(draft(blocks=(full_page(),)))
    assert all((p.width, p.height) == (near(210), near(297)) for p in pages)
    full = pages[1].body
    assert len(full) == 22
    assert all(len(line.text) == 28 for line in full)
    assert min(line.left for line in full) == near(28)
    assert max(line.right for line in full) == near(210 - 26)
    assert full[0].top >= 37 - TOLERANCE_MM
    assert full[-1].bottom <= 297 - 35 + TOLERANCE_MM
    pitch = (full[-1].top - full[0].top) / 21
    assert pitch == pytest.approx(225 / 22, abs=0.05)
    assert {round(line.size) for line in full} == {16}


def test_the_first_line_stands_two_characters_in(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    body = printed(draft(blocks=(long_text(60),), addressee="", attachments=()))[0].body
    first = next(line for line in body if round(line.size) == 16)
    assert first.left == near(28 + 2 * 16 / MM)
    assert len(first.text) == 26


@pytest.mark.parametrize(("chars", "lines"), [(26, 1), (27, 2), (54, 2), (55, 3)])
def test_the_28th_character_stays_and_the_29th_goes_on(
    printed: Callable[[Paper], list[Printed]], chars: int, lines: int
) -> None:
    paper = Paper(title="题", is_draft=True, blocks=(long_text(chars),))
    assert len([x for x in printed(paper)[0].body if round(x.size) == 16]) == lines


def test_no_mark_begins_a_line(printed: Callable[[Paper], list[Printed]]) -> None:
    text = "安全生产责任制，" * 60 + "完。"
    paper = Paper(title="题", is_draft=True, blocks=(Paragraph(runs=(Run(text=text),)),))
    pages = printed(paper)
    assert not any(line.text[0] in "，。；：）" for page in pages for line in page.body)


def test_page_numbers_stand_outside_seven_mm_below(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    pages = printed(draft(blocks=(full_page(),)))
    odd, even = pages[0].number, pages[1].number
    assert odd is not None
    assert even is not None
    assert (odd.text.replace(" ", ""), even.text.replace(" ", "")) == ("—1—", "—2—")
    assert odd.right == near(210 - 26 - 14 / MM)
    assert even.left == near(28 + 14 / MM)
    assert (odd.top + odd.bottom) / 2 == near(262 + 7)
    assert round(odd.size) == 14


def test_a_very_long_title_is_centred_in_lines_that_fit(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    paper = Paper(title="关于" + "安全能力建设" * 20 + "的报告", is_draft=True)
    lines = [line for line in printed(paper)[0].body if round(line.size) == 22]
    assert len(lines) == 7
    middle = 28 + 156 / 2
    assert all((line.left + line.right) / 2 == near(middle) for line in lines)


def test_a_wide_table_stays_in_the_type_area(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    page = printed(draft(blocks=(wide_table(30, 3),), attachments=()))[0]
    assert all(line.left >= 28 - 1 and line.right <= 184 + 1 for line in page.body)


def test_a_signed_paper_has_its_head_35_mm_down_and_a_red_line(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    page = printed(signed(attachments=()))[0]
    mark = page.body[0]
    assert mark.text == "运城市应急管理局"
    assert mark.top == near(37 + 35)
    assert any(width == near(156) for _, width in page.strokes)


def test_the_name_is_centred_over_the_day_four_characters_in(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    paper = signed(blocks=(), attachments=(), note="")
    body = printed(paper)[0].body
    day = next(line for line in body if line.text.replace(" ", "") == "2026年3月5日")
    name = body[body.index(day) - 1]
    assert day.right == near(184 - 4 * 16 / MM)
    assert name.right == near(184 - 3 * 16 / MM)  # 8 characters over a day 6 characters wide


def test_the_colophon_stands_at_the_foot_of_the_last_page(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    pages = printed(signed())
    last = pages[-1]
    assert any("抄送：省应急管理厅。" in line.text for line in last.body)
    assert any("印发" in line.text for line in last.body)
    edges = sorted(top for top, width in last.strokes if width == near(156))
    assert edges[-1] == near(262)
    assert len(edges) == 3
    assert not any("抄送" in line.text for page in pages[:-1] for line in page.body)


def test_a_letter_has_its_lines_and_no_number_on_its_first_page(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    pages = printed(signed(PaperForm.LETTER, blocks=(full_page(),)))
    first = pages[0]
    assert first.number is None
    assert pages[1].number is not None
    tops = sorted(top for top, width in first.strokes if width == near(170))
    assert tops[-1] == pytest.approx(297 - 20, abs=2)
    mark = first.lines[0]
    assert mark.text == "运城市应急管理局"
    assert mark.top == near(30)


def test_more_than_a_hundred_pages_are_numbered_to_the_end(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    blocks = (Heading(level=1, text="总体"), *(long_text(28 * 22 - 2) for _ in range(103)))
    pages = printed(draft(blocks=blocks, attachments=(), colophon=None))
    assert len(pages) > 100
    number = pages[100].number
    assert number is not None
    assert number.text.replace(" ", "") == "—101—"


def test_an_empty_section_and_an_empty_attachment_are_printed(
    printed: Callable[[Paper], list[Printed]],
) -> None:
    paper = draft(blocks=(Heading(level=1, text="空"), Heading(level=1, text="也空")))
    pages = printed(paper)
    texts = [line.text for page in pages for line in page.body]
    assert "一、空" in texts
    assert "二、也空" in texts
    assert "附件2" in texts
