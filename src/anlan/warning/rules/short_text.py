"""A warning as one short message of at most 70 characters, in the form that stations use.

"虚构市气象台7月15日10时30分发布暴雨红色预警信号：预计未来3小时…。请注意防范。"

House rule: the form is that of published texts; 70 characters are one short message (UCS-2, so a
character beyond the basic plane counts twice). The head (issuer, time, kind of change, hazard,
colour) is never shortened; of the body whole sentences are kept as long as they fit, else it is
cut at a comma, else anywhere, with "…". The closing is added where it fits. The full text goes by
the other ways; this says where to look. An exercise or a test begins with its mark.
Units and valid range: an aware time, shown as Beijing time.
Edge cases: a head that leaves no room for itself is refused; lifting needs no body.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.base.rules.dispatch import MessageMode
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.warning.rules.signal import Change, Level

MOST_CHARACTERS: Final = 70
CLOSING: Final = "请注意防范。"
ELLIPSIS: Final = "…"
COLOUR_WORDS: Final = {
    Level.RED: "红色",
    Level.ORANGE: "橙色",
    Level.YELLOW: "黄色",
    Level.BLUE: "蓝色",
}
VERBS: Final = {
    Change.ISSUE: "发布",
    Change.RAISE: "升级发布",
    Change.LOWER: "降级发布",
    Change.RENEW: "继续发布",
    Change.LIFT: "解除",
}
MARKS: Final = {
    MessageMode.ACTUAL: "",
    MessageMode.EXERCISE: "【演练】",
    MessageMode.TEST: "【测试】",
}
_SENTENCES: Final = re.compile(r"[^。；！]*[。；！]|[^。；！]+")
_CLAUSE_ENDS: Final = "，、；,"
_ENDS: Final = "。；！"


class HeadTooLong(RuleRefused):
    """Issuer and hazard alone fill the message."""

    def __init__(self, length: int) -> None:
        said = gettext_noop(
            "Issuer, time, hazard and colour alone are {length} characters; a short message holds "
            "{most}. Use the short name of the issuer."
        )
        super().__init__(Message.of(said, length=length, most=MOST_CHARACTERS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortWarning:
    """`hazard` is the Chinese word of the owner, e.g. 暴雨; `body` the text after the colon. An
    empty `verb` is that of the change; only meteorological warnings are signals, others say what
    they are in `noun`."""

    issuer: str
    issued_at: datetime
    change: Change
    hazard: str
    level: Level
    body: str
    mode: MessageMode
    verb: str = ""
    noun: str = "预警信号"

    def __post_init__(self) -> None:
        if self.issued_at.tzinfo is None:
            raise ValueError("the time of issue has a zone")


def units(text: str) -> int:
    """Characters as a telephone network counts them."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def short_text(warning: ShortWarning) -> str:
    """At most 70 characters; refuses with `HeadTooLong`."""
    head = _head(warning)
    if units(head) + 1 > MOST_CHARACTERS:
        raise HeadTooLong(units(head) + 1)
    room = MOST_CHARACTERS - units(head) - 1
    body = _shortened(_plain(warning.body), room)
    if not body:
        return f"{head}。"
    text = f"{head}：{body}"
    has_room = units(text) + units(CLOSING) <= MOST_CHARACTERS
    ends_whole = body[-1] in _ENDS
    if has_room and ends_whole and "防范" not in body and warning.change is not Change.LIFT:
        return text + CLOSING
    return text


def _head(warning: ShortWarning) -> str:
    at = warning.issued_at.astimezone(CHINA_STANDARD_TIME)
    time = f"{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"
    return (
        f"{MARKS[warning.mode]}{_plain(warning.issuer)}{time}"
        f"{warning.verb or VERBS[warning.change]}{_plain(warning.hazard)}"
        f"{COLOUR_WORDS[warning.level]}{warning.noun}"
    )


def _plain(text: str) -> str:
    """Without blanks and line breaks: they cost characters and say nothing."""
    return "".join(text.split())


def _shortened(body: str, room: int) -> str:
    if units(body) <= room:
        return body
    heads = accumulate(_SENTENCES.findall(body))
    kept = max((head for head in heads if units(head) <= room), key=len, default="")
    return kept or _cut(body, room)


def _cut(body: str, room: int) -> str:
    """The beginning of a sentence that does not fit: to a comma in its second half, else whole."""
    if room <= 1:
        return ""
    part = body
    while units(part) + 1 > room:
        part = part[: len(part) - max(1, (units(part) + 1 - room) // 2)]
    comma = max(part.rfind(mark) for mark in _CLAUSE_ENDS)
    if comma * 2 >= len(part):
        part = part[:comma]
    return part + ELLIPSIS if part else ""
