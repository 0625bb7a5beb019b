"""The ladder of calls (叫应阶梯) of a warning level: who is called, how, and in what time.

Decides the list of steps for a level.

Source: House rule [D], `data/call_ladder.toml`: no published table for the whole country was
found. A city or county sets its own as data; a round keeps the ladder it was opened with.
Units and valid range: whole minutes from 1 to 1440; at most 12 steps.
Edge cases: a step without minutes waits without an end (a message that asks for no answer). An
answer at the very instant of the deadline is in time.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Self

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.registers.rules.area_contact import ContactKind
from anlan.warning.rules.signal import RANK, Level

RULE: Final = "call-ladder"
MOST_STEPS: Final = 12
MOST_MINUTES: Final = 1440


class Who(StrEnum):
    """Whom a step calls."""

    SELF = "self"
    DEPUTY = "deputy"
    UPPER = "upper"


class Way(StrEnum):
    """By which way a step calls. Only ways that exist: the first three go through the outbox of
    the program, the other two are done by people and recorded."""

    IN_APP = "in-app"
    SMS = "sms"
    VOICE = "voice"
    PHONE = "phone"
    VISIT = "visit"


WHO_LABELS: Final = {
    Who.SELF: gettext_noop("the contact"),
    Who.DEPUTY: gettext_noop("the deputy"),
    Who.UPPER: gettext_noop("the level above"),
}
WAY_LABELS: Final = {
    Way.IN_APP: gettext_noop("message inside the program"),
    Way.SMS: gettext_noop("SMS"),
    Way.VOICE: gettext_noop("automatic call, key 1 confirms"),
    Way.PHONE: gettext_noop("call by an officer"),
    Way.VISIT: gettext_noop("door to door"),
}


SENT_BY_PROGRAM: Final = frozenset({Way.IN_APP, Way.SMS, Way.VOICE})
"""Ways whose outcome the outbox reports."""
ANSWERED_BY_KEY: Final = frozenset({Way.SMS, Way.VOICE})
"""Ways by which the addressee confirms with a key: that is an answer, not a reading receipt."""


class BadLadder(ValueError):
    """A ladder that nobody could climb; the message names the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung. `minutes` is how long an answer is waited for; None: without an end."""

    who: Who
    way: Way
    minutes: int | None = None

    def __post_init__(self) -> None:
        if self.minutes is not None and not 1 <= self.minutes <= MOST_MINUTES:
            raise BadLadder("minutes")

    def to_json(self) -> dict[str, Any]:
        return {"who": self.who.value, "channel": self.way.value, "minutes": self.minutes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The ladder of one level, as it is frozen into a round."""

    level: Level
    kinds: frozenset[ContactKind]
    steps: tuple[Step, ...]
    answer_within_minutes: int | None
    alarm_after_failures: int
    source: str
    edition: str
    is_default: bool

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise BadLadder("steps")
        if not self.kinds:
            raise BadLadder("kinds")
        if not 1 <= self.alarm_after_failures <= MOST_STEPS:
            raise BadLadder("alarm_after_failures")
        if self.steps[0].who is not Who.SELF:
            raise BadLadder("steps")

    def to_json(self) -> dict[str, Any]:
        return {
            "level": self.level.value,
            "kinds": sorted(kind.value for kind in self.kinds),
            "steps": [step.to_json() for step in self.steps],
            "answer_within_minutes": self.answer_within_minutes,
            "alarm_after_failures": self.alarm_after_failures,
            "source": self.source,
            "edition": self.edition,
            "is_default": self.is_default,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        return cls(
            level=Level(row["level"]),
            kinds=frozenset(ContactKind(kind) for kind in row["kinds"]),
            steps=tuple(
                Step(who=Who(one["who"]), way=Way(one["channel"]), minutes=one["minutes"])
                for one in row["steps"]
            ),
            answer_within_minutes=row["answer_within_minutes"],
            alarm_after_failures=row["alarm_after_failures"],
            source=row["source"],
            edition=row["edition"],
            is_default=row["is_default"],
        )


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    data = resources.files("anlan.warning.rules") / "data" / "call_ladder.toml"
    return tomllib.loads(data.read_text(encoding="utf-8"))


@lru_cache(maxsize=len(Level))
def house_ladder(level: Level) -> Ladder:
    """Our default of a level: its own kinds and those of every lower level."""
    table, row = _table(), _table()[level.value]
    minutes = row.get("answer_within_minutes")
    kinds = {
        kind for low in Level if RANK[low] <= RANK[level] for kind in table[low.value]["kinds"]
    }
    steps = []
    for one in row["steps"]:
        is_last_resort = Way(one["channel"]) is Way.VISIT
        waits = None if is_last_resort else minutes
        steps.append(Step(who=Who(one["who"]), way=Way(one["channel"]), minutes=waits))
    return Ladder(
        level=level,
        kinds=frozenset(ContactKind(kind) for kind in kinds),
        steps=tuple(steps),
        answer_within_minutes=minutes,
        alarm_after_failures=table["alarm_after_failures"],
        source=HOUSE_RULE,
        edition=table["edition"],
        is_default=True,
    )


def call_ladder(level: Level) -> Verdict[tuple[dict[str, Any], ...]]:
    """The steps of the house default. Source and edge cases: see the module."""
    return steps_of(house_ladder(level))


def steps_of(ladder: Ladder) -> Verdict[tuple[dict[str, Any], ...]]:
    """The steps of any ladder, with where they come from."""
    steps = tuple(
        {"step": number, **step.to_json()} for number, step in enumerate(ladder.steps, start=1)
    )
    return Verdict(value=steps, reasons=(reason_of(ladder),))


def reason_of(ladder: Ladder) -> Reason:
    note = gettext_noop(
        "Our default until the city sets its own. After {failures} failures the duty is alarmed."
    )
    own = gettext_noop("Set as data. After {failures} failures the duty is alarmed.")
    return Reason(
        rule=RULE,
        source=ladder.source,
        edition=ladder.edition,
        status=SourceStatus.HOUSE_DEFAULT if ladder.is_default else SourceStatus.FROM_MEMORY,
        inputs=pairs(
            level=ladder.level.value,
            kinds=tuple(sorted(kind.value for kind in ladder.kinds)),
            answer_within_minutes=ladder.answer_within_minutes,
        ),
        note=Message.of(note if ladder.is_default else own, failures=ladder.alarm_after_failures),
    )
