"""Numbers that a sentence writes in Chinese words: which of them claim something, and their value.

Source: House rule. A number in words claims as one in figures does: a count before a measure word
(三起, 两千人), a per cent (百分之十五), a tenth (七成), a fraction (三分之一).
Edge cases: years, days, months, levels and ordinals claim nothing; a bare 一 claims only before
words for people, places and accidents, since 一个 or 一套 is no more than an article; names of
indicators (每百万人口) and set phrases (两个坚持、三个转变) are no counts. An approximate number
(三十余人, 数十人) claims, and equals no figure: it is kept as its words.
"""

import re
from collections.abc import Iterable
from typing import Final

DIGITS: Final = {
    **{digit: value for value, digit in enumerate("零一二三四五六七八九")},
    **{"〇": 0, "两": 2},
}
UNITS: Final = {"十": 10, "百": 100, "千": 1000}
GROUPS: Final = {"万": 10_000, "亿": 100_000_000}
APPROXIMATE: Final = frozenset("余多数几来")
_NUMERAL: Final = r"[一二三四五六七八九十两零〇数几][零〇一二三四五六七八九十百千万亿两]*"
_MEASURE_WORD: Final = (
    r"(?:起|人|名|项|个|件|处|次|户|家|座|支|条|份|辆|台|套|所|例|宗|批|部|场|期工程|艘|架|"
    r"亿元|万元|元|吨|公里|千米|米|平方|立方|亩|公顷|倍|间|头|栋|孔|村|县|镇|乡)"
)
_COUNT: Final = re.compile(
    rf"(?:{_NUMERAL}[余多]?|[百千万][余多])(?=[万亿]?[余多]?{_MEASURE_WORD})"
)
_SHARE: Final = re.compile(
    r"百分之(?:百|[零〇一二三四五六七八九十百两]+(?:点[零〇一二三四五六七八九]+)?)"
    r"|百分百"
    r"|[一二三四五六七八九十两]+分之[一二三四五六七八九十两]+"
    r"|[一二三四五六七八九](?=成(?:[以左的，。；、多]|$))"
)
_ARTICLE: Final = re.compile("个|项|次|条|套|份|批|部|场|村|县|镇|乡|米|元|倍|间|件|期")
"""After a bare 一 these make an article, not a count."""
_TOGETHER: Final = re.compile("起(?!.{0,6}(?:事故|火灾|案|事件|灾害|险情))")
_NO_COUNT_BEFORE: Final = re.compile(r"[第每逐同统唯任某无没不这那之〔万亿十百千零〇\d]$")
_NO_COUNT_AFTER: Final = re.compile(
    "个(?:工作日|自然日|日|月|小时|年|必须|维护|至上|意识|全面|自信|确立|坚持|转变|根本)"
    "|[万亿]?(?:人受灾人次|人口|吨死亡率|元国内生产总值|元GDP)"
)
_ONE_EACH: Final = re.compile(r".{1,2}一")


def numerals_in(text: str) -> Iterable[tuple[int, int, str]]:
    """(start, end, number) of each number in words that claims something; the number in figures,
    or as its words when it is approximate or a fraction. Edge cases: see the module."""
    for found in _SHARE.finditer(text):
        is_tenth = text[found.end() : found.end() + 1] == "成"
        yield found.start(), found.end() + is_tenth, _share(found.group(), is_tenth=is_tenth)
    for found in _COUNT.finditer(text):
        if not _is_count(text, found):
            continue
        value = numeral_value(found.group())
        yield found.start(), found.end(), found.group() if value is None else str(value)


def numeral_value(words: str) -> int | None:
    """The whole number of its words; None for one that is approximate or no number."""
    if not words or APPROXIMATE & set(words):
        return None
    if all(char in DIGITS for char in words):
        return int("".join(str(DIGITS[char]) for char in words))
    total = group = digit = 0
    for char in words:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in UNITS:
            group += (digit or 1) * UNITS[char]
            digit = 0
        elif char == "万":
            total += (group + digit) * GROUPS[char]
            group = digit = 0
        elif char in GROUPS:
            total = (total + group + digit) * GROUPS[char]
            group = digit = 0
        else:
            return None
    return total + group + digit


def _is_count(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    if _NO_COUNT_BEFORE.search(before) or _NO_COUNT_AFTER.match(after):
        return False
    if found.group() != "一":
        return True
    is_article = _ARTICLE.match(after) or _TOGETHER.match(after) or _ONE_EACH.match(after)
    return is_article is None


def _share(words: str, *, is_tenth: bool) -> str:
    if is_tenth:
        return f"{10 * DIGITS[words]}%"
    if words in ("百分百", "百分之百"):
        return "100%"
    if not words.startswith("百分之"):
        return words
    whole, _, fraction = words.removeprefix("百分之").partition("点")
    value = numeral_value(whole)
    if value is None:
        return words
    decimals = "".join(str(DIGITS[char]) for char in fraction)
    return f"{value}.{decimals}%" if decimals else f"{value}%"
