"""Years by which something has to be done.

Source: House rule: a printed year is a deadline unless the text says that it is a beginning
(自…起, …以来), a base of comparison (比…下降), the year of a document (〔2020〕2号, 《…》, …印发)
or the first year of a span (2021—2025年).
Units and valid range: calendar years 2000–2099 in Arabic or Chinese numerals, in printed order,
each once.
Edge cases: 2024、2025两年 are both; “十四五”末 is 2025; behind 完成时限 any year counts (2025.12);
2025年底前 and 到2025年 are 2025; 持续推进 has no year; a year before the document's own is none
where it is told as past (已于2022年…, 2019年普查结果).
"""

import re
from typing import Final

from anlan.plan.rules.notice.numbering import cn_value
from anlan.plan.rules.notice.values import DocumentHead

_TITLES = re.compile(r"《[^《》]{0,80}》")
_YEAR: Final = re.compile(
    r"(?<![\d〔(\[.])(?:(?:20\d\d)年?(?:\d{1,2}月)?[-—~至到])?"
    r"(?:(?P<year>20\d\d)|(?P<cn>二[〇○零0][一二三四五六七八九〇○零]{2}))[两三四]?年"
)
_BEFORE: Final = re.compile(
    r"(?:比|较|与|自|从|截至|截止|以|相较于?|相对于?|对比|同比|基于|围绕|根据|按照|按|参照|依据|依托|结合|总结|巩固|始于|曾于|曾在)$"
)
_AFTER: Final = re.compile(
    r"(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|初|度)?(?:以来|起(?!草)|相比|比[^例重]|修订版|修订的|版|(?:发布|印发|出台|公布|实施)的|《|[\u4e00-\u9fff]{0,6}基础上|基数|(?:年?前)?已(?!经?下达)|度?因"
    r"|为基|基准|同期|底的|之前的|数据|年鉴|第[一二三四五\d]号|发生的|后(?!期))"
)
_BARE_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_SPAN_START: Final = re.compile(r"20\d\d年?(?:\d{1,2}月)?[-—~至到](?=20\d\d)")
_NUMBER_YEAR: Final = re.compile(r"〔(\d{4})〕")
_LISTED: Final = re.compile(r"(?<![\d〔(\[.])((?:20\d\d年?[、,])+)(?=20\d\d)")
_PLAN_END: Final = re.compile(
    r"[“\"]?十(?P<ordinal>[三四五六七八九])五[”\"]?(?:时期|期间|规划)?期?末"
)
_DONE: Final = re.compile(
    r"(?:普查|调查|摸底|排查|评估|统计|审计|考核|检查)(?:的)?(?:结果|结论|成果|情况|数据|名单)"
)
"""Behind a year before the document's own: what was found then."""
_FIRST_PLAN_END: Final = 1955
"""Five-year plans: the first ended in 1957 (1953—1957); the nth, from the third on, 1955 + 5 n."""


def deadline_years(text: str, since: int = 0) -> tuple[int, ...]:
    """The years of a clause's folded text.

    `since` is the year of the document: years before it may be history.
    """
    text = _TITLES.sub("《", text)
    text = _LISTED.sub(lambda one: re.sub(r"年?[、,]", "年、", one[0]), text)
    text = _PLAN_END.sub(_plan_end, text)
    years: list[int] = []
    for found in _YEAR.finditer(text):
        if _is_history(text, found, since):
            continue
        if _BEFORE.search(text[max(found.start() - 4, 0) : found.start()]):
            continue
        if _AFTER.match(text, found.end()):
            continue
        years.append(int(found["year"]) if found["year"] else cn_value(found["cn"]))
    return tuple(dict.fromkeys(years))


def _plan_end(found: re.Match[str]) -> str:
    return f"{_FIRST_PLAN_END + 5 * (10 + cn_value(found['ordinal']))}年末"


def _is_history(text: str, found: re.Match[str], since: int) -> bool:
    """Whether a year before the document's own is told as past: 已于2022年…, 2019年普查结果."""
    year = int(found["year"]) if found["year"] else cn_value(found["cn"])
    done = text.endswith(("已于", "已在"), 0, found.start()) or _DONE.match(text, found.end())
    return year < since and bool(done)


def year_of(head: DocumentHead) -> int:
    """The year of a document by its date, else by its number; 0 when neither tells it."""
    if head.date is not None:
        return head.date.year
    number = _NUMBER_YEAR.search(head.number)
    return int(number[1]) if number is not None else 0


def labelled_years(text: str) -> tuple[int, ...]:
    """The years behind a label such as 完成时限, where 2025.12 is one, too."""
    bare = [int(year) for year in _BARE_YEAR.findall(_SPAN_START.sub("", text))]
    return tuple(dict.fromkeys([*bare, *deadline_years(text)]))
