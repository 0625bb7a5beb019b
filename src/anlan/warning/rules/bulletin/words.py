"""A bulletin in the words that are said: the full text, and one short message.

"演示·运城市水务局2026年11月24日10时00分发布洪水橙色预警：预计…。防御指南：…"

House rule: the form is that of published texts, so that it is read back by the reader of incoming
texts. Only meteorological signals are called 预警信号 (气象灾害防御条例 Art.30 lets only stations
issue them); every other is 预警. A proposal is called 预警建议 and never looks like a warning.
Units and valid range: an aware time, shown as Beijing time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.base.rules.dispatch import MessageMode
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.rules.publishing import KIND_OF, Kind
from anlan.warning.rules.short_text import (
    COLOUR_WORDS,
    MARKS,
    VERBS,
    ShortWarning,
    short_text,
)
from anlan.warning.rules.signal import Change, Hazard, Level

SIGNAL: Final = "预警信号"
WARNING: Final = "预警"
PROPOSAL: Final = "预警建议"
GUIDE: Final = "防御指南："
_SUGGESTED: Final = "建议"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """`hazard_word` is the Chinese word; `at` the time of issue, or now for a preview."""

    issuer: str
    at: datetime
    change: Change
    hazard: Hazard
    hazard_word: str
    level: Level
    text: str
    instruction: str
    way: BulletinWay
    mode: MessageMode

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the time has a zone")


def noun_of(hazard: Hazard, way: BulletinWay) -> str:
    if way is BulletinWay.PROPOSE:
        return PROPOSAL
    return SIGNAL if KIND_OF.get(hazard, Kind.OTHER) is Kind.METEOROLOGICAL else WARNING


def full_text(spoken: Spoken) -> str:
    at = spoken.at.astimezone(CHINA_STANDARD_TIME)
    when = f"{at.year}年{at.month:02d}月{at.day:02d}日{at.hour:02d}时{at.minute:02d}分"
    head = (
        f"{MARKS[spoken.mode]}{_plain(spoken.issuer)}{when}{_verb(spoken)}"
        f"{spoken.hazard_word}{COLOUR_WORDS[spoken.level]}{noun_of(spoken.hazard, spoken.way)}"
    )
    body = _sentence(spoken.text)
    guide = _sentence(spoken.instruction)
    said = f"{head}：{body}" if body else f"{head}。"
    return f"{said}{GUIDE}{guide}" if guide else said


def short_form(spoken: Spoken) -> str:
    """At most 70 characters; refuses with `HeadTooLong`."""
    return short_text(
        ShortWarning(
            issuer=spoken.issuer,
            issued_at=spoken.at,
            change=spoken.change,
            hazard=spoken.hazard_word,
            level=spoken.level,
            body=spoken.text,
            mode=spoken.mode,
            verb=_verb(spoken),
            noun=noun_of(spoken.hazard, spoken.way),
        )
    )


def printable(text: str) -> str:
    """Trimmed, without characters that no message can hold (controls, halves of pairs)."""
    return "".join(char for char in text if _is_printable(char)).strip()


def _is_printable(char: str) -> bool:
    number = ord(char)
    if number < 0x20:
        return char in "\t\n\r"
    return not 0xD800 <= number <= 0xDFFF and number not in (0xFFFE, 0xFFFF)


def _verb(spoken: Spoken) -> str:
    verb = VERBS[spoken.change]
    return f"{_SUGGESTED}{verb}" if spoken.way is BulletinWay.PROPOSE else verb


def _plain(text: str) -> str:
    return "".join(text.split())


def _sentence(text: str) -> str:
    """Trimmed, with a full stop at its end."""
    words = text.strip()
    return words if not words or words[-1] in "。！；" else f"{words}。"
