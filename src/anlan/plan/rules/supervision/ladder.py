"""The ladder of supervision (督办): which papers follow one another, and each one's term.

Source: House rule for the default ladder (levels and terms are settings); practice of
supervision for its shape: reminder, slip, feedback within days, escalation, closure
(`docs/rules/plan-supervision.md`; urgent matters are answered in one to five days).
Units and valid range: terms in named days, at most 250; one to four steps, each level once and in
the order of `SlipLevel`; a city may leave levels out.
Edge cases: a policy is frozen into an order when it is opened; later settings do not reach it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE

MOST_DAYS: Final = 250
DAY_KINDS: Final = (ClockKind.WORKING_DAYS, ClockKind.CALENDAR_DAYS)


class SlipLevel(StrEnum):
    """The levels, lowest first: compare by `rank`."""

    REMINDER = "reminder"
    BLUE = "blue"
    ORANGE = "orange"
    RED = "red"

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self]

    @property
    def rank(self) -> int:
        return list(SlipLevel).index(self) + 1


LEVEL_LABELS: Final = {
    SlipLevel.REMINDER: gettext_noop("reminder (supervision)"),
    SlipLevel.BLUE: gettext_noop("blue slip"),
    SlipLevel.ORANGE: gettext_noop("orange slip"),
    SlipLevel.RED: gettext_noop("red slip"),
}


class Rung(StrEnum):
    """Whom a paper is put to, up the reporting line."""

    CONTACT = "contact"
    BODY = "body"
    HEAD = "head"
    SUPERIOR = "superior"

    @property
    def label(self) -> str:
        return RUNG_LABELS[self]


RUNG_LABELS: Final = {
    Rung.CONTACT: gettext_noop("whoever has to do it"),
    Rung.BODY: gettext_noop("the body"),
    Rung.HEAD: gettext_noop("the head of the body"),
    Rung.SUPERIOR: gettext_noop("the leader whom the body reports to"),
}


class BadLadder(RuleRefused):
    """Steps that are no ladder."""

    def __init__(self) -> None:
        said = gettext_noop(
            "A ladder has one to four levels, each once and in the order reminder, blue, orange, "
            "red; each with a term of 1 to {most} days."
        )
        super().__init__(Message.of(said, most=MOST_DAYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A level: its term for a reply, whom it is put to, and whether a person has to sign it."""

    level: SlipLevel
    kind: ClockKind
    term: int
    to: Rung
    is_signed: bool

    def __post_init__(self) -> None:
        if self.kind not in DAY_KINDS or not 1 <= self.term <= MOST_DAYS:
            raise BadLadder


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A ladder in one version, as it is frozen into an order."""

    name: str
    version: str
    source: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        ranks = [step.level.rank for step in self.steps]
        if not ranks or ranks != sorted(set(ranks)):
            raise BadLadder

    @property
    def is_ours(self) -> bool:
        return self.source == HOUSE_RULE

    def step_after(self, level: SlipLevel | None) -> Step | None:
        """The next step; the first one after nothing; None at the end."""
        if level is None:
            return self.steps[0]
        return next((step for step in self.steps if step.level.rank > level.rank), None)

    def step_of(self, level: SlipLevel) -> Step:
        return next(step for step in self.steps if step.level is level)

    def to_json(self) -> dict[str, Any]:
        steps = [
            {
                "level": step.level.value,
                "kind": step.kind.value,
                "term": step.term,
                "to": step.to.value,
                "is_signed": step.is_signed,
            }
            for step in self.steps
        ]
        return {
            "name": self.name,
            "version": self.version,
            "source": self.source,
            "steps": steps,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        steps = tuple(
            Step(
                level=SlipLevel(one["level"]),
                kind=ClockKind(one["kind"]),
                term=one["term"],
                to=Rung(one["to"]),
                is_signed=one["is_signed"],
            )
            for one in row["steps"]
        )
        return cls(name=row["name"], version=row["version"], source=row["source"], steps=steps)


def _step(level: SlipLevel, term: int, to: Rung, *, is_signed: bool = True) -> Step:
    return Step(level=level, kind=ClockKind.WORKING_DAYS, term=term, to=to, is_signed=is_signed)


HOUSE_LADDER: Final = Ladder(
    name=gettext_noop("Ladder of supervision of the house"),
    version="1",
    source=HOUSE_RULE,
    steps=(
        _step(SlipLevel.REMINDER, 3, Rung.CONTACT, is_signed=False),
        _step(SlipLevel.BLUE, 5, Rung.BODY),
        _step(SlipLevel.ORANGE, 3, Rung.HEAD),
        _step(SlipLevel.RED, 2, Rung.SUPERIOR),
    ),
)
"""House rule: until the city sets its own. Reminders go by themselves, slips are signed."""
