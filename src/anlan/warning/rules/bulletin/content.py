"""What a bulletin must say before it is submitted, and whether its change fits what is in force.

`gaps_of` names what is missing; `change_gap` says what is wrong with the kind of change.

Source: Emergency Response Law 2024 Art.64: a warning states kind, level, start time, possible
area, cautions, measures, issuing unit and time of issue, with a warning period (the last three are
filled in by the program, start and issue by the act of issuing when nothing else is said). House
rule: the end is always told, since receivers must know when it runs out; a headline stands above.
Edge cases: a lift needs its words only, it holds where the warning held; an end at or before now,
or before the start, is none; what a body publishes raises, lowers, renews or lifts a bulletin of
its own that is in force; a proposal is free in that, the owner's warning is not ours.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, pairs
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.rules.signal import CHANGE_LABELS, LEVEL_LABELS, RANK, Change, Level

RULE: Final = "bulletin-content"
LAW: Final = "突发事件应对法"
ARTICLE: Final = "64"
EDITION: Final = "2024"
EIGHT = gettext_noop(
    "A warning states kind, level, start, possible area, cautions, measures, issuing unit and "
    "time of issue."
)
MOST_HEADLINE_CHARS: Final = 120
MOST_TEXT_CHARS: Final = 2000


class Part(StrEnum):
    """A part that may be missing."""

    AREAS = "regions"
    HEADLINE = "headline"
    TEXT = "text"
    INSTRUCTION = "instruction"
    EXPIRES = "expires_at"


PART_LABELS: Final = {
    Part.AREAS: gettext_noop("where it holds"),
    Part.HEADLINE: gettext_noop("headline"),
    Part.TEXT: gettext_noop("what the warning says"),
    Part.INSTRUCTION: gettext_noop("what people are to do"),
    Part.EXPIRES: gettext_noop("expires at"),
}
FIRST_HAS_NONE = gettext_noop(
    "A first issue follows nothing. Choose the kind of change that fits, or write a new bulletin."
)
FOLLOWS_NOTHING = gettext_noop(
    "“{change}” needs a bulletin of the same body that is in force. Open that one and choose "
    "update or cancel there."
)
NOT_HIGHER = gettext_noop("“{change}” needs a level above {level}, the one in force.")
NOT_LOWER = gettext_noop("“{change}” needs a level below {level}, the one in force.")
NOT_EQUAL = gettext_noop("“{change}” keeps the level {level} that is in force.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is written, as far as it decides. `areas` counts divisions and outlines."""

    change: Change
    level: Level
    areas: int
    headline: str
    text: str
    instruction: str
    effective_at: datetime | None
    expires_at: datetime | None


def gaps_of(content: Content, now: datetime) -> tuple[Part, ...]:
    """What is missing, in the order of the form. See the module text."""
    if content.change is Change.LIFT:
        return () if content.text.strip() else (Part.TEXT,)
    start = max(now, content.effective_at or now)
    held = {
        Part.AREAS: content.areas > 0,
        Part.HEADLINE: bool(content.headline.strip()),
        Part.TEXT: bool(content.text.strip()),
        Part.INSTRUCTION: bool(content.instruction.strip()),
        Part.EXPIRES: content.expires_at is not None and content.expires_at > start,
    }
    return tuple(part for part, is_there in held.items() if not is_there)


def change_gap(
    change: Change, level: Level, way: BulletinWay, in_force: Level | None
) -> Message | None:
    """What is wrong with the change; None when it fits. `in_force` is the level of the bulletin
    that it follows."""
    if way is BulletinWay.PROPOSE:
        return None
    word = Message.of(CHANGE_LABELS[change])
    if in_force is None:
        return None if change is Change.ISSUE else Message.of(FOLLOWS_NOTHING, change=word)
    if change is Change.ISSUE:
        return Message.of(FIRST_HAS_NONE)
    step = RANK[level] - RANK[in_force]
    wrong = {
        Change.RAISE: (step <= 0, NOT_HIGHER),
        Change.LOWER: (step >= 0, NOT_LOWER),
        Change.RENEW: (step != 0, NOT_EQUAL),
        Change.LIFT: (step != 0, NOT_EQUAL),
    }
    is_wrong, note = wrong[change]
    before = Message.of(LEVEL_LABELS[in_force])
    return Message.of(note, change=word, level=before) if is_wrong else None


def law_of_content() -> Reason:
    """The clause that asks for the parts."""
    return Reason(
        rule=RULE,
        source=LAW,
        article=ARTICLE,
        edition=EDITION,
        status=SourceStatus.VERIFIED,
        inputs=pairs(),
        note=Message.of(EIGHT),
    )
