"""Headings numbered in words (任务一：…), and words that open a last paragraph (工作要求：…).

Source: House rule, from published 任务清单.
Units and valid range: folded text at the start of a printed line of at most `LONGEST_LINE`.
Edge cases: 任务一、任务二 and 任务一完成后 are text; whether a blank parts number and words
is for the caller to see.
"""

import re
from typing import Final

from anlan.plan.rules.notice.label import HAS_UNIT_LABEL
from anlan.plan.rules.notice.numbering import Number, cn_value

_NAMED = re.compile(
    r"(?P<word>(?:重点|专项|主要)?(?:任务|行动|工程|项目|措施|举措|板块|专题)|专项|序号|事项)"
    r"(?P<value>[一二三四五六七八九十]{1,3}|[1-9]\d?)(?P<colon>:|(?<=专项.)、)?(?=[\u4e00-\u9fff“《(\d])"
)
CLOSING: Final = re.compile(
    r"(?:(?:有关|工作|相关|几点|具体)要求|(?:组织|工作|保障)(?:保障|领导|措施)):"
)
ASSIGNS: Final = re.compile(rf"{HAS_UNIT_LABEL.pattern}|(?:负责|牵头|配合|落实)[)〕\]】]")
LONGEST_LINE: Final = 60
_OF_ROWS: Final = frozenset(("序号", "事项", "专项"))
"""Before whole items, however long their line is."""


def named_number_at(text: str, start: int, end: int) -> Number | None:
    """The number of 任务一 with its colon, if the line starts with one and is short."""
    found = _NAMED.match(text, start, end)
    if found is None or (end - start > LONGEST_LINE and found["word"] not in _OF_ROWS):
        return None
    printed = found["value"]
    return Number(
        style=f"named{found['word']}",
        value=int(printed) if printed.isdigit() else cn_value(printed),
        printed=printed,
        end=found.end(),
    )
