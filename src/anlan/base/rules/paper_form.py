"""The form of an official paper: measures of the page, fonts, numbers of headings, places.

Source: GB/T 9704-2012 as held in the fact sheets (support-and-community.md 9.3): A4, type area
156 × 225 mm, top 37 mm, binding side 28 mm, 22 lines of 28 characters, size 3 (16 pt) FangSong,
title size 2 (22 pt), page number size 4 with a dash each side 7 mm below the type area. The body
of an attachment, the middle line of the colophon and the letter form are from memory [M].
House rule: the lines of a title are of nearly one length and break where its writer breaks them;
a table with more columns than can be read is printed in parts that repeat its first column.
Units and valid range: mm at the page, points for type, twips (1/20 pt) in files.
Edge cases: the pitch of 22 lines is rounded down, so that the last line of a page still fits;
an empty title has no lines; more than 99 headings of one level are refused.
"""

from fractions import Fraction
from math import ceil
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210, 297
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
TYPE_WIDTH_MM, TYPE_HEIGHT_MM = 156, 225
LINES_A_PAGE, CHARS_A_LINE = 22, 28
TEXT_PT, TITLE_PT, SMALL_PT, TABLE_PT = 16, 22, 14, 12
NUMBER_BELOW_MM = 7
LETTER_TOP_MM, LETTER_LINE_BELOW_MM, LETTER_BOTTOM_MM, LETTER_LINE_WIDTH_MM = 30, 4, 20, 170
RED_LINE_BELOW_MM, ISSUER_BELOW_MM = 4, 35
OUTER_LINE_MM, MIDDLE_LINE_MM = Fraction(35, 100), Fraction(25, 100)
SEAL_DATE_CHARS, PLAIN_RIGHT_CHARS = 4, 2
TITLE_CHARS: Final = 20
"""As many characters of size 2 stand on 156 mm."""
TABLE_COLUMNS: Final = 8
"""House rule: more columns of size 12 pt leave less than four characters to each."""
TWIPS_A_MM: Final = Fraction(14400, 254)
EIGHTHS_A_MM: Final = Fraction(5760, 254)

FANG_SONG, SONG_TITLE = "仿宋_GB2312", "方正小标宋简体"
HEI, KAI, SONG = "黑体", "楷体_GB2312", "宋体"
FALLBACKS: Final[dict[str, str]] = {
    FANG_SONG: "仿宋,FangSong,STFangsong",
    SONG_TITLE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,小标宋,宋体",
    HEI: "SimHei,STHeiti",
    KAI: "楷体,KaiTi,STKaiti",
    SONG: "SimSun,STSong",
}
"""Names under which a machine may know a font of the standard, in the order of likeness."""
HEADING_FONTS: Final = (HEI, KAI, FANG_SONG, FANG_SONG)
_DIGITS: Final = "〇一二三四五六七八九"
_MOST_NUMBER: Final = 99
_NOT_FIRST: Final = "，。、；：？！）〕》”’％%,.;:)]"
_NOT_LAST: Final = "（〔《“‘([第"


class TooManyHeadings(RuleRefused):
    """More headings of one level than the numbers of a paper reach."""


def twips(length_mm: float | Fraction) -> int:
    """A length as files of word processors hold it. 37, 35, 28, 26 mm → 2098, 1984, 1587, 1474."""
    return round(Fraction(length_mm) * TWIPS_A_MM)


def eighths(length_mm: Fraction) -> int:
    """The width of a line in eighths of a point."""
    return round(length_mm * EIGHTHS_A_MM)


def line_pitch_pt() -> Fraction:
    """Height of a line so that 22 fill the type area: 28.991 pt."""
    return Fraction(TYPE_HEIGHT_MM, LINES_A_PAGE) * TWIPS_A_MM / 20


def char_pitch_pt() -> Fraction:
    """Width of a character so that 28 fill a line: 15.793 pt."""
    return Fraction(TYPE_WIDTH_MM, CHARS_A_LINE) * TWIPS_A_MM / 20


def line_pitch_twips() -> int:
    """Rounded down against what the margins leave, so that 22 lines never need more."""
    left = twips(PAGE_HEIGHT_MM) - twips(TOP_MM) - twips(BOTTOM_MM)
    return left // LINES_A_PAGE


def type_width_twips() -> int:
    return twips(PAGE_WIDTH_MM) - twips(LEFT_MM) - twips(RIGHT_MM)


def tightened_twips() -> int:
    """What is taken from each character of size 3, so that 28 and not 29 stand on a line."""
    return type_width_twips() // CHARS_A_LINE - TEXT_PT * 20


def chinese_number(number: int) -> str:
    """1 → 一, 10 → 十, 12 → 十二, 20 → 二十, 99 → 九十九."""
    if not 1 <= number <= _MOST_NUMBER:
        raise TooManyHeadings(
            Message.of(
                gettext_noop("A paper numbers at most {most} headings of one level: join some."),
                most=_MOST_NUMBER,
            )
        )
    tens, ones = divmod(number, 10)
    return (
        (_DIGITS[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (_DIGITS[ones] if ones else "")
    )


def heading_number(level: int, number: int) -> str:
    """一、（一）1.（1）for the levels 1 to 4."""
    if level == 1:
        return f"{chinese_number(number)}、"
    if level == 2:
        return f"（{chinese_number(number)}）"
    chinese_number(number)
    return f"{number}." if level == 3 else f"（{number}）"


def title_lines(title: str, most: int = TITLE_CHARS) -> tuple[str, ...]:
    """The lines of a title, of nearly one length; a break that the writer made is kept."""
    found: list[str] = []
    for given in title.split("\n"):
        text = given.strip()
        if text:
            found += _balanced(text, most)
    return tuple(found)


def _balanced(text: str, most: int) -> list[str]:
    lines: list[str] = []
    rest = text
    while rest:
        left = ceil(len(rest) / most)
        if left <= 1:
            lines.append(rest)
            break
        cut = _good_cut(rest, ceil(len(rest) / left), most)
        lines.append(rest[:cut])
        rest = rest[cut:]
    return lines


def _good_cut(text: str, wanted: int, most: int) -> int:
    """The place nearest to the wanted one that parts no number and leaves no mark at an edge."""
    near = sorted(
        range(max(wanted - 4, 1), min(most, len(text) - 1) + 1),
        key=lambda at: (abs(at - wanted), at),
    )
    for at in near:
        before, after = text[at - 1], text[at]
        is_word = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
        if not is_word and after not in _NOT_FIRST and before not in _NOT_LAST:
            return at
    return min(wanted, most)


def width_in_chars(text: str) -> Fraction:
    """How many full characters wide: one of ASCII is half."""
    return Fraction(sum(1 if char.isascii() else 2 for char in text), 2)


def signature_places(body: str, day: str, *, has_seal: bool) -> tuple[Fraction, Fraction]:
    """How many characters name and day stand in from the right edge.

    With a seal the day stands 4 characters in and the name is centred over it; without one both
    stand 2 characters in. A name wider than that room moves both so far that it stays on the page.
    """
    if not has_seal:
        return Fraction(PLAIN_RIGHT_CHARS), Fraction(PLAIN_RIGHT_CHARS)
    middle = SEAL_DATE_CHARS + width_in_chars(day) / 2
    name = middle - width_in_chars(body) / 2
    shift = max(-name, Fraction(0))
    return name + shift, SEAL_DATE_CHARS + shift


def colophon_lines(text: str) -> int:
    """How many lines of size 4 a line of the colophon takes."""
    room = type_width_twips() // (SMALL_PT * 20)
    return max(ceil(width_in_chars(text) / room), 1)


def column_parts(columns: int, most: int = TABLE_COLUMNS) -> tuple[tuple[int, ...], ...]:
    """Which columns each part of a table prints; every part begins with the first column."""
    if columns <= most:
        return (tuple(range(columns)),)
    others = range(1, columns)
    count = ceil(len(others) / (most - 1))
    size = ceil(len(others) / count)
    return tuple((0, *others[at : at + size]) for at in range(0, len(others), size))


def written_date(year: int, month: int, day: int) -> str:
    """Arabic numerals, full year, no zero before month or day."""
    return f"{year}年{month}月{day}日"


def document_number(mark: str, year: int, number: int) -> str:
    """运政办函〔2023〕9号: six-sided brackets, no 第, no leading zero."""
    return f"{mark}〔{year}〕{number}号"
