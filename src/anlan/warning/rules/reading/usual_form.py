"""The usual form of a warning text: what a station prints, made of known facts.

House rule: the form that the real texts have: issuer, time to the minute, verb, hazard, colour.
Used for examples and tests, never to say anything in an issuer's name.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from anlan.warning.rules.reading.moment import CITY_TIME
from anlan.warning.rules.reading.vocabulary import COLOUR_WORDS, HAZARD_WORDS
from anlan.warning.rules.signal import Change, Hazard, Level

COLOUR_NAMES: Final = {level: f"{char}色" for char, level in COLOUR_WORDS.items()}
HAZARD_NAMES: Final = {
    hazard: next(word for word, named in HAZARD_WORDS.items() if named is hazard)
    for hazard in Hazard
    if hazard in HAZARD_WORDS.values()
}
_VERBS: Final = {Change.ISSUE: "发布", Change.RENEW: "继续发布", Change.LIFT: "解除"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`from_level` is needed for a change of level."""

    issuer: str
    hazard: Hazard
    level: Level
    change: Change
    issued_at: dt.datetime
    from_level: Level | None = None


def usual_form(facts: Facts, advice: str = "") -> str:
    """The text, ending with the advice of the issuer."""
    time = facts.issued_at.astimezone(CITY_TIME).strftime("%Y年%m月%d日%H时%M分")
    hazard, colour = HAZARD_NAMES[facts.hazard], COLOUR_NAMES[facts.level]
    end = f"：{advice}" if advice else "。"
    if facts.change in _VERBS:
        verb = _VERBS[facts.change]
        return f"{facts.issuer}{time}{verb}{hazard}{colour}预警信号{end}"
    if facts.from_level is None:
        raise ValueError("a change of level is printed with the earlier level")
    verb = "升级" if facts.change is Change.RAISE else "降级"
    old = COLOUR_NAMES[facts.from_level]
    return f"{facts.issuer}{time}将{hazard}{old}预警信号{verb}为{hazard}{colour}预警信号{end}"
