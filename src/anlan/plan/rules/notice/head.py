"""Title, number, issuer and date, and which lines outside the items are understood.

Source: GB/T 9704—2012, 7.2.5 (发文字号), 7.3.1 (标题: issuer, 关于, subject, kind), 7.3.2
(主送机关), 7.3.5 (signature and date).
Units and valid range: clean positions.
Edge cases: a title over several lines; a number printed twice; the first signature and date are
the notice's, a later one belongs to what it circulates; a document without 关于 has its first
lines as title; without a signature the issuer is what stands before 关于.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from anlan.plan.rules.notice.frontier import ANNEX_MARK, COPIES, DATE_LINE, NOTE_LINE
from anlan.plan.rules.notice.normalise import CleanText, Line
from anlan.plan.rules.notice.numbering import cn_value
from anlan.plan.rules.notice.unit import STRONG_SUFFIX
from anlan.plan.rules.notice.values import DocumentHead

_NUMBER: Final = re.compile(
    r"([\u4e00-\u9fff]{1,14})[〔\[(【]((?:19|20)\d\d)[〕\])】]第?(\d{1,5})号"
)
_TITLE_END: Final = re.compile(
    r"(?:通知|意见|函|批复|决定|方案|公告|报告|通报|办法|规定|细则|请示|纪要|计划|要点|措施|预案|分工|分解表?|清单|一览表)(?:\([^()]{1,20}\))?$"
)
_META = re.compile(
    r"^(?:索引号|发文机关|发文字号|成文日期|发布日期|主题分类|主题词|标题|文号|有效性|来源|发布机构|公文种类"
    r"|签发人|密级|发文单位|生成日期|名称)[:].*"
)
_PARAGRAPH_END = re.compile(r"[。:!?;]$")
_HEADER = re.compile(
    r"文件$|^(?:特急|加急|平急|急件)$|^\d{6}$|^(?:目录|目次)$|^(?:农业|科技|综合).*△.*$"
)
LONGEST_TITLE_LINES: Final = 6
LONGEST_TITLE_LINE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadRead:
    head: DocumentHead
    read: tuple[tuple[int, int], ...]


def read_head(source: CleanText, front: Sequence[Line], *, has_body: bool) -> HeadRead:
    """Read the lines that stand outside every item."""
    words = [source.text[line.start : line.end] for line in front]
    opening = _opening(words)
    title = _title_lines(words[:opening])
    number_at, number = _number(words)
    return HeadRead(
        head=DocumentHead(
            title="".join(source.show(front[at].start, front[at].end) for at in title),
            number=number,
            issuer=_issuer(words, title),
            date=_date(words),
        ),
        read=_read_spans(front, words, {*title, number_at}, has_body=has_body),
    )


def _opening(words: Sequence[str]) -> int:
    """How many lines stand before the first paragraph or the addressee."""
    for at, line in enumerate(words):
        if _META.match(line) or _HEADER.search(line):
            continue
        if "。" in line or line.endswith(":") or len(line) > LONGEST_TITLE_LINE:
            return at
    return len(words)


def _title_lines(words: Sequence[str]) -> list[int]:
    for at, line in enumerate(words):
        if "关于" not in line or line.startswith("《") or _META.match(line):
            continue
        for last in range(at, min(at + LONGEST_TITLE_LINES, len(words))):
            if _TITLE_END.search(words[last]):
                before = line.startswith("关于") and at > 0 and _is_issuer(words[at - 1])
                return list(range(at - 1 if before else at, last + 1))
    return _title_without_about(words)


def _title_without_about(words: Sequence[str]) -> list[int]:
    title: list[int] = []
    for at, line in enumerate(words[:12]):
        passed = _is_issuer(line) or _special(line) or _NUMBER.fullmatch(line) or _META.match(line)
        if passed or _HEADER.search(line):
            if title:
                break
            continue
        if len(line) > LONGEST_TITLE_LINE or len(title) == LONGEST_TITLE_LINES:
            break
        title.append(at)
        if _TITLE_END.search(line):
            break
    return title


def _is_issuer(line: str) -> bool:
    return len(line) <= 40 and STRONG_SUFFIX.search(line) is not None and "关于" not in line


def _special(line: str) -> bool:
    """Signature date, note, annex mark or copies."""
    return any(
        pattern.fullmatch(line) for pattern in (DATE_LINE, NOTE_LINE, ANNEX_MARK, COPIES)
    ) or line.startswith(("附件:", "附:"))


def _number(words: Sequence[str]) -> tuple[int, str]:
    for at, line in enumerate(words):
        found = _NUMBER.search(line)
        if found is None:
            continue
        own = found.span() == (0, len(line)) or _META.match(line) or len(line) < 40
        if own and not re.search(r"[《(][^》)]*$", line[: found.start()]):
            return at, f"{found[1]}〔{found[2]}〕{int(found[3])}号"
    return -1, ""


def _date(words: Sequence[str]) -> date | None:
    for line in words:
        found = DATE_LINE.fullmatch(line)
        if found is None and line.startswith(("成文日期", "发布日期", "生成日期")):
            found = DATE_LINE.fullmatch(line.partition(":")[2])
        day = _day(found) if found is not None else None
        if day is not None:
            return day
    return None


def _day(found: re.Match[str]) -> date | None:
    if found["y"]:
        parts = (int(found["y"]), int(found["m"]), int(found["d"]))
    else:
        year = cn_value(re.sub("[○O0]", "零", found["cy"]))
        parts = (year, cn_value(found["cm"]), cn_value(found["cd"]))
    try:
        return date(*parts)
    except ValueError:
        return None


def _issuer(words: Sequence[str], title: Sequence[int]) -> str:
    for at, line in enumerate(words):
        if at and DATE_LINE.fullmatch(line) and _is_issuer(words[at - 1]):
            first = at - 1
            while first and first - 1 not in title and _is_issuer(words[first - 1]):
                first -= 1
            return "、".join(dict.fromkeys(words[first:at]))
    joined = "".join(words[at] for at in title)
    before = joined.partition("关于")[0]
    if before and before != joined and STRONG_SUFFIX.search(before):
        return before
    return next((line.removesuffix("文件") for line in words[:4] if _is_header_issuer(line)), "")


def _is_header_issuer(line: str) -> bool:
    return _is_issuer(line.removesuffix("文件"))


def _read_spans(
    front: Sequence[Line], words: Sequence[str], known: set[int], *, has_body: bool
) -> tuple[tuple[int, int], ...]:
    """Everything that has a place in such a document; what has none stays unread."""
    read: list[tuple[int, int]] = []
    titles = LONGEST_TITLE_LINES
    running = False
    for at, line in enumerate(words):
        understood = at in known or bool(_special(line) or _NUMBER.fullmatch(line))
        understood = understood or bool(_META.match(line) or _HEADER.search(line))
        if understood or _is_issuer(line):
            titles, running, understood = LONGEST_TITLE_LINES, False, True
        elif has_body and (_PARAGRAPH_END.search(line) or running or "。" in line):
            running = _PARAGRAPH_END.search(line) is None
            understood, titles = True, 0 if "。" in line else titles
        elif has_body and len(line) > LONGEST_TITLE_LINE // 2 and titles == 0:
            understood = running = True
        elif has_body and titles and len(line) <= LONGEST_TITLE_LINE and len(line) > 1:
            titles -= 1
            understood = True
        if understood:
            read.append((front[at].start, front[at].end))
    return tuple(read)
