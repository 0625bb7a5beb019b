"""One text without white space, tags and page numbers, and the way back to the original offsets.

Source: House rule: published notices cut words by line and page breaks, wrap sentences in `<p>`
tags and mix full-width and half-width marks, so everything is read on a folded text in which each
character stands for exactly one character of the original.
Units and valid range: positions in `CleanText.text` are "clean" positions; `raw_start` and
`raw_end` turn them into offsets of the original.
Edge cases: `<0.03` is a value and stays, only known tag names are tags; a line that holds nothing
but a page number between dashes is layout; entities such as `&lt;` become their character; the
bars of a `| … | … |` line are tabs, its rule `|---|---|` is layout; quotes around a pasted cell of
several lines are layout and its line breaks are white space.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in range(0x2F00, 0x2FD6)
    if len(unicodedata.normalize("NFKC", chr(code))) == 1
}
_SMALL_FORMS = dict(
    zip("﹐﹑､﹔﹕﹖﹗﹙﹚﹤﹥﹪｡≦≧﹝﹞［］─―–－﹣", ",、、;:?!()<>%。≤≥〔〕[]—————", strict=True)
)
FOLD: Final = {**_FULL_WIDTH, **_RADICALS, **{ord(a): b for a, b in _SMALL_FORMS.items()}}

_WIDEN: Final = {ord(a): b for a, b in {",": "，", "(": "（", ")": "）", ":": "：", ";": "；",
                                        "!": "！", "?": "？"}.items()}  # fmt: skip
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[，：](?=\d)")
_NARROW = {"，": ",", "：": ":"}

_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "le": "≤", "ge": "≥"}
_BLANK_ENTITIES = ("nbsp", "ensp", "emsp", "#160", "#12288")
_BLOCK_TAGS = "p|br|div|tr|li|h[1-6]|table|tbody|ul|ol"
_INLINE_TAGS = "span|strong|b|em|i|u|font|td|th|a|center|section|o:p"

_LAYOUT = re.compile(
    r"(?P<rule>(?<![^\r\n\f])[ \t]*[|｜](?:[ \t]*:?-{2,}:?[ \t]*[|｜])+[ \t]*(?![^\r\n\f]))"
    r"|(?P<page>(?<![^\r\n\f])[ \t\u3000]*(?:[-—–―─－·]{1,3}[ \t\u3000]*\d{1,4}"
    r"[ \t\u3000]*[-—–―─－·]{1,3}|第[ \t]*\d{1,4}[ \t]*页(?:[ \t]*[,，/]?[ \t]*共[ \t]*\d{1,4}"
    r"[ \t]*页)?)[ \t\u3000]*(?![^\r\n\f]))"
    rf"|(?P<block></?(?:{_BLOCK_TAGS})(?:\s[^<>\n]{{0,200}})?/?>)"
    rf"|(?P<inline></?(?:{_INLINE_TAGS})(?:\s[^<>\n]{{0,200}})?/?>)"
    rf"|&(?P<entity>{'|'.join(_ENTITIES)});"
    rf"|&(?P<blank>{'|'.join(_BLANK_ENTITIES)});"
    r"|(?P<line>\r\n|[\r\n\f\x85\u2028\u2029])"
    r"|(?P<bar>[|｜])"
    r"|(?P<quote>\")"
    r"|(?P<space>[^\S\r\n\f\x85\u2028\u2029]+)"
    r"|(?P<mark>[\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u2060\ufeff\ufffe\ufffc]+)",
    re.IGNORECASE,
)


_BARRED_LINE = re.compile(
    r"(?<![^\r\n\f])[ \t\u3000]*(?P<cells>[|｜][^\r\n\f]*[|｜])[ \t\u3000]*(?![^\r\n\f])"
)
_QUOTED_CELL = re.compile(r"(?<![^\t\r\n])\"([^\"\t]*)\"(?=[\t\r\n]|\Z)")
_BAR = re.compile(r"[|｜]")
_DIGIT_LINE = re.compile(r"(?<![^\r\n\f])[ \t\u3000]*(?P<digits>\d{1,4})[ \t\u3000]*(?![^\r\n\f])")
_LONG_LINE = re.compile(r"[^\t\r\n\f]{17}(?P<last>\S)[ \u3000]*[\r\n\f]+$")
_ENDINGS = "。；;：:！!？?）)】〕]》”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A printed line in clean positions; `after_gap` when an empty line stands before it."""

    start: int
    end: int
    after_gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """`text` is folded to one width, `wide` is what people read; both have the same length.

    `tabs` part the cells of a table; those printed before a line's first character are apart.
    `wide_gaps` are the positions before which two blanks, or one of full width, were printed.
    """

    text: str
    wide: str
    lines: tuple[Line, ...]
    breaks: tuple[int, ...]
    layout: tuple[tuple[int, int], ...]
    tabs: tuple[int, ...]
    leading_tabs: tuple[int, ...]
    wide_gaps: tuple[int, ...]
    run_clean: tuple[int, ...]
    run_raw: tuple[int, ...]

    def raw_start(self, position: int) -> int:
        if not self.run_clean:
            return 0
        run = max(bisect_right(self.run_clean, position) - 1, 0)
        return self.run_raw[run] + position - self.run_clean[run]

    def raw_end(self, position: int) -> int:
        return self.raw_start(position - 1) + 1 if position > 0 else self.raw_start(0)

    def broken(self, start: int, end: int) -> tuple[int, ...]:
        """The clean positions inside start–end before which white space was printed."""
        return self.breaks[bisect_right(self.breaks, start) : bisect_left(self.breaks, end)]

    def show(self, start: int, end: int) -> str:
        """The text for people: one width, no line breaks, words of Latin letters kept apart."""
        text, pieces, at = self.text, [], start
        for position in self.broken(start, end):
            if _is_latin(text[position]) and _is_latin(text[position - 1]):
                pieces.append(self.wide[at:position])
                at = position
        pieces.append(self.wide[at:end])
        return " ".join(pieces)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def widen(text: str) -> str:
    """Folded text with the punctuation of Chinese print: （，：；！？ except inside numbers."""
    return _BETWEEN_DIGITS.sub(lambda mark: _NARROW[mark[0]], text.translate(_WIDEN))


def fold(text: str) -> str:
    return text.translate(FOLD)


def clean(raw: str) -> CleanText:
    """Take white space, tags and page numbers out and remember where everything was."""
    collector = _Collector()
    pages = bare_page_numbers(raw)
    bars, quotes = table_bars(raw), quoted_cells(raw)
    at = 0
    for found in _LAYOUT.finditer(raw):
        group, start = found.lastgroup, found.start()
        if (group == "bar" and start not in bars) or (group == "quote" and start not in quotes):
            continue
        if (at, found.start()) in pages:
            collector.pass_page_number(at, found.start())
        elif found.start() > at:
            collector.keep(raw[at : found.start()], at)
        if group == "line" and start in quotes:
            collector.pass_space(found[0])
        else:
            collector.pass_over(found, parts=bars.get(start, False))
        at = found.end()
    if at < len(raw):
        collector.keep(raw[at:], at)
    return collector.finish()


def table_bars(raw: str) -> dict[int, bool]:
    """The bars of `| … | … |` lines; true for those that stand between two cells."""
    if "|" not in raw and "｜" not in raw:
        return {}
    bars: dict[int, bool] = {}
    for line in _BARRED_LINE.finditer(raw):
        start, end = line.span("cells")
        for bar in _BAR.finditer(raw, start, end):
            bars[bar.start()] = start < bar.start() < end - 1
    return bars


def quoted_cells(raw: str) -> frozenset[int]:
    """The quotes around cells of several lines, and the line breaks between them."""
    if '\t"' not in raw and '"\t' not in raw:
        return frozenset()
    found: set[int] = set()
    for cell in _QUOTED_CELL.finditer(raw):
        start, end = cell.span()
        breaks = [at for at in range(start, end) if raw[at] in "\r\n"]
        if breaks and "\t" in (raw[max(start - 1, 0)], raw[end : end + 1]):
            found.update((start, *breaks, end - 1))
    return frozenset(found)


def bare_page_numbers(raw: str) -> frozenset[tuple[int, int]]:
    """Digits alone on a line that count pages: they rise by one and cut the sentence of a line.

    A list whose numbers stand on lines of their own follows ends of sentences or short headings.
    """
    found: list[tuple[int, int]] = []
    run: list[re.Match[str]] = []
    for line in _DIGIT_LINE.finditer(raw):
        if run and int(line["digits"]) != int(run[-1]["digits"]) + 1:
            found.extend(_pages_of(raw, run))
            run = []
        run.append(line)
    return frozenset([*found, *_pages_of(raw, run)])


def _pages_of(raw: str, run: list[re.Match[str]]) -> list[tuple[int, int]]:
    cuts = any(_is_cut(raw[max(line.start() - 300, 0) : line.start()]) for line in run)
    return [line.span("digits") for line in run] if cuts else []


def _is_cut(before: str) -> bool:
    """Whether a long line ends inside a sentence or inside a bracket."""
    line = _LONG_LINE.search(before)
    if line is None:
        return False
    depth = sum((char in "（(【〔[") - (char in "）)】〕]") for char in before)
    return depth > 0 or line["last"] not in _ENDINGS


class _Collector:
    """Builds a CleanText while the raw text is walked once."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.run_clean: list[int] = []
        self.run_raw: list[int] = []
        self.layout: list[tuple[int, int]] = []
        self.line_starts: list[int] = [0]
        self.gaps: set[int] = set()
        self.tabs: list[int] = []
        self.leading_tabs: list[int] = []
        self.kept_tabs = 0
        self.wide_gaps: list[int] = []
        self.newlines = 0

    def keep(self, piece: str, raw_at: int) -> None:
        if self.newlines and self.length > self.line_starts[-1]:
            self.line_starts.append(self.length)
        if self.newlines > 1:
            self.gaps.add(self.line_starts[-1])
        self.newlines = 0
        self.kept_tabs = len(self.leading_tabs)
        self.run_clean.append(self.length)
        self.run_raw.append(raw_at)
        self.pieces.append(piece)
        self.length += len(piece)

    def pass_over(self, found: re.Match[str], *, parts: bool) -> None:
        """Leave out what is no text; `parts` when it is a bar between two cells."""
        group = found.lastgroup
        if group == "line":
            self.end_line(self.newlines + 1)
            return
        if group == "space":
            self.pass_space(found[0])
            return
        self.layout.append(found.span())
        if group == "entity":
            self.keep(_ENTITIES[found["entity"].lower()], found.start())
        elif group == "bar" and parts:
            self.add_tabs(1)
        elif group in ("block", "page", "rule"):
            self.end_line(max(self.newlines, 1))

    def pass_space(self, words: str) -> None:
        self.add_tabs(words.count("\t"))
        wide = len(words) > 1 or words == "\u3000"
        if wide and self.length not in self.wide_gaps[-1:]:
            self.wide_gaps.append(self.length)

    def add_tabs(self, count: int) -> None:
        """A tab before the first character of a line makes an empty cell."""
        tabs = self.leading_tabs if self.newlines or not self.length else self.tabs
        tabs.extend([self.length] * count)

    def end_line(self, newlines: int) -> None:
        """The tabs of a line without any character belong to nothing."""
        del self.leading_tabs[self.kept_tabs :]
        self.newlines = newlines

    def pass_page_number(self, start: int, end: int) -> None:
        self.layout.append((start, end))
        self.newlines = 1

    def finish(self) -> CleanText:
        text = "".join(self.pieces).translate(FOLD)
        return CleanText(
            text=text,
            wide=widen(text),
            lines=tuple(self._lines()),
            breaks=tuple(self.run_clean),
            layout=tuple(self.layout),
            tabs=tuple(self.tabs),
            leading_tabs=tuple(self.leading_tabs),
            wide_gaps=tuple(self.wide_gaps),
            run_clean=tuple(self.run_clean),
            run_raw=tuple(self.run_raw),
        )

    def _lines(self) -> Iterator[Line]:
        ends = [*self.line_starts[1:], self.length]
        for start, end in zip(self.line_starts, ends, strict=True):
            if end > start:
                yield Line(start=start, end=end, after_gap=start in self.gaps)
