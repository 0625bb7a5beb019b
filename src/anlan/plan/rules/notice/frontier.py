"""Lines that belong to no item: signature and date, annex marks, contents, copies, tables.

Source: GB/T 9704—2012, 7.3.5 (signature, date), 7.3.4 (附件说明), 7.4.2 (抄送); House rule for the
table of contents and for tables.
Units and valid range: indices into `CleanText.lines`; tables are found by `grid.py`.
Edge cases: an annex list (附件：1.… 2.…) is numbered but holds no items; a signature in the middle
of the text parts the notice from what it circulates; a contents list repeats every heading.
"""

import re
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.grid import find_grids
from anlan.plan.rules.notice.normalise import CleanText, Line
from anlan.plan.rules.notice.numbering import number_at
from anlan.plan.rules.notice.unit import STRONG_SUFFIX
from anlan.plan.rules.notice.walk import Grid

DATE_LINE: Final = re.compile(
    r"\(?(?:(?P<y>(?:19|20)\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"
    r"|(?P<cy>[一二][〇○零O0一二三四五六七八九]{3})年(?P<cm>[一二三四五六七八九十]{1,3})月"
    r"(?P<cd>[一二三四五六七八九十]{1,3})日)(?:印发)?\)?"
)
NOTE_LINE: Final = re.compile(
    r"\((?:此件|本文有删减|联系人|联系电话|联系方式|公开方式|信息公开|主动公开|本文有改动)[^()]{0,80}\)"
)
ANNEX_MARK: Final = re.compile(r"附(?:件|表|录)[一二三四五六七八九十\d]{0,2}:?")
_ANNEX_LIST = re.compile(r"附(?:件|表)?[一二三四五六七八九十\d]{0,2}:.{2,120}")
COPIES: Final = re.compile(r"(?:抄送|抄报|分送|印送)[:.].+")
_SENTENCE = re.compile(r"[。;,:!?]")
CONTENTS: Final = ("目录", "目次")
LONGEST_SIGNATURE: Final = 40
LONGEST_CONTENTS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """`outside` lines hold no item; at each of the `stops` open items end.

    `unread` are lines of tables that were not understood as rows.
    """

    stops: frozenset[int]
    outside: frozenset[int]
    table_lines: frozenset[int]
    contents: tuple[Line, ...]
    tables: tuple[Grid, ...]
    unread: tuple[tuple[int, int], ...]


def find_frontiers(source: CleanText) -> Frontier:
    stops: set[int] = set()
    outside: set[int] = set()
    contents: list[Line] = []
    for index in range(len(source.lines)):
        if index in outside:
            continue
        run = _outside_run(source, index)
        if run:
            stops.add(run[0])
            outside.update(run)
            if words_of(source, index) in CONTENTS:
                contents.extend(source.lines[at] for at in run)
    grids = find_grids(source, outside)
    rows = set(grids.loose)
    for first, grid in grids.found:
        rows.update(range(first, first + len(grid.lines)))
        stops.add(first)
    stops.update(grids.loose)
    loose = [(source.lines[at].start, source.lines[at].end) for at in grids.loose]
    tables = tuple(grid for _, grid in grids.found)
    return Frontier(
        stops=frozenset(stops),
        outside=frozenset(outside | rows),
        table_lines=frozenset(rows),
        contents=tuple(contents),
        tables=tables,
        unread=(*loose, *(cell for grid in tables for cell in grid.unread)),
    )


def words_of(source: CleanText, index: int) -> str:
    line = source.lines[index]
    return source.text[line.start : line.end]


def _outside_run(source: CleanText, index: int) -> list[int]:
    words = words_of(source, index)
    if len(words) > 120 or not words:
        return []
    if DATE_LINE.fullmatch(words):
        return [*_signature_before(source, index), index]
    if NOTE_LINE.fullmatch(words) or COPIES.fullmatch(words) or ANNEX_MARK.fullmatch(words):
        return [index, *_annex_list(source, index)]
    if _ANNEX_LIST.fullmatch(words):
        return [index, *_annex_list(source, index)]
    if words in CONTENTS:
        return [index, *_contents(source, index)]
    return []


def _signature_before(source: CleanText, index: int) -> list[int]:
    found: list[int] = []
    for at in range(index - 1, max(index - 6, -1), -1):
        words = words_of(source, at)
        short = len(words) <= LONGEST_SIGNATURE and not _SENTENCE.search(words)
        if not (short and STRONG_SUFFIX.search(words)) or number_at(
            source.text, _start(source, at)
        ):
            break
        found.insert(0, at)
    return found


def _start(source: CleanText, index: int) -> int:
    return source.lines[index].start


def _annex_list(source: CleanText, index: int) -> list[int]:
    """The further lines of `附件：1.… 2.…`: short, numbered in sequence, assigning nothing."""
    words = words_of(source, index)
    if not words.startswith("附") or ":" not in words:
        return []
    named = re.match(r"附件?[^:]{0,3}:(\d{1,2})[.、]", words)
    if named is None and not words.endswith(":"):
        return []
    expected = int(named[1]) + 1 if named else 1
    found: list[int] = []
    for at in range(index + 1, len(source.lines)):
        number = number_at(source.text, _start(source, at))
        words = words_of(source, at)
        if number is None or number.value != expected or len(words) > 80:
            break
        if "。" in words or "负责" in words or "牵头" in words:
            break
        found.append(at)
        expected += 1
    return found


def _contents(source: CleanText, index: int) -> list[int]:
    """The lines between 目录 and the second printing of its first line."""
    if index + 1 >= len(source.lines):
        return []
    first = _contents_key(words_of(source, index + 1))
    last = min(index + LONGEST_CONTENTS, len(source.lines))
    for at in range(index + 2, last):
        if _contents_key(words_of(source, at)) == first:
            return list(range(index + 1, at))
    return []


def _contents_key(words: str) -> str:
    return re.sub(r"[.…·—]*\(?\d{0,3}\)?$", "", words)
