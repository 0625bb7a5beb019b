"""Years by which something has to be done.

Source: House rule: a printed year is a deadline unless the text says that it is a beginning
(自…起, …以来), a base of comparison (比…下降), the year of a document (〔2020〕2号, 《…》, …印发)
or the first year of a span (2021—2025年).
Units and valid range: calendar years 2000–2099 in Arabic or Chinese numerals, in printed order,
each once.
Edge cases: behind 完成时限 any year counts (2025.12); 2025年底前 and 到2025年 are 2025; 持续推进
has no year.
"""

import re
from typing import Final

from anlan.plan.rules.notice.numbering import cn_value

_TITLES = re.compile(r"《[^《》]{0,80}》")
_YEAR: Final = re.compile(
    r"(?<![\d〔(\[.])(?:(?:20\d\d)年?(?:\d{1,2}月)?[-—~至到])?"
    r"(?:(?P<year>20\d\d)|(?P<cn>二[〇○零0][一二三四五六七八九〇○零]{2}))年"
)
_BEFORE: Final = re.compile(
    r"(?:比|较|与|自|从|截至|截止|以|相较于?|相对于?|对比|同比|基于|围绕|根据|按照|按|参照|依据|依托|结合|总结|巩固|始于)$"
)
_AFTER: Final = re.compile(
    r"(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|初|度)?(?:以来|起(?!草)|相比|比[^例重]|修订版|修订的|版|(?:发布|印发|出台|公布|实施)的|《|基础上|基数"
    r"|为基|基准|同期|底的|之前的|数据|年鉴|第[一二三四五\d]号|发生的|后(?!期))"
)
_BARE_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_SPAN_START: Final = re.compile(r"20\d\d年?(?:\d{1,2}月)?[-—~至到](?=20\d\d)")


def deadline_years(text: str) -> tuple[int, ...]:
    """The years of a clause's folded text."""
    text = _TITLES.sub("《", text)
    years: list[int] = []
    for found in _YEAR.finditer(text):
        if _BEFORE.search(text[max(found.start() - 4, 0) : found.start()]):
            continue
        if _AFTER.match(text, found.end()):
            continue
        years.append(int(found["year"]) if found["year"] else cn_value(found["cn"]))
    return tuple(dict.fromkeys(years))


def labelled_years(text: str) -> tuple[int, ...]:
    """The years behind a label such as 完成时限, where 2025.12 is one, too."""
    bare = [int(year) for year in _BARE_YEAR.findall(_SPAN_START.sub("", text))]
    return tuple(dict.fromkeys([*bare, *deadline_years(text)]))
