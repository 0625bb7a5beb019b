"""What becomes of an unfinished item, what its decision has to say, and when all is decided.

Source: House rule; coverage.md (each with a decision). Carried into an item of the successor,
finished with proof, or ended by a document that allows it. Nothing is decided by itself, and work
moves when the carry-over is closed, not before: until then the predecessor is in force.
Units and valid range: days of the city. Edge cases of days: a day still ahead is kept as it is; a
day that is over is not carried, a new one is stated; today is not over; without a day none is
invented. A clock counted in working days (signature, reply) runs on with what was left.
Edge cases of bodies: a body is orphaned when the item named it before and its new item does not;
one that neither named follows without a question.
"""

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

RULE: Final = "plan-carry-over-decision"
DAY_RULE: Final = "plan-carry-over-day"
B = TypeVar("B")


class Decision(StrEnum):
    CARRIED = "carried"
    FINISHED = "finished"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return DECISION_LABELS[self]


DECISION_LABELS: Final = {
    Decision.CARRIED: gettext_noop("carried into an item of the successor"),
    Decision.FINISHED: gettext_noop("finished, with proof"),
    Decision.ENDED: gettext_noop("ended, by a document that allows it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a decision says. `in_successor`: the target is a live item of the successor."""

    decision: Decision
    reason: str = ""
    document: str = ""
    confirmed_by: str = ""
    finished_on: dt.date | None = None
    has_target: bool = False
    in_successor: bool = False
    new_day: dt.date | None = None


class DecisionRefused(RuleRefused):
    """The decision does not say what it has to; `field` names what."""

    code = "decision-refused"
    field = ""
    said = ""

    def __init__(self, **params: object) -> None:
        super().__init__(Message.of(self.said, **params))


class ReasonMissing(DecisionRefused):
    code, field = "reason-missing", "reason"
    said = gettext_noop("Say why: whoever carries the item reads it.")


class TargetMissing(DecisionRefused):
    code, field = "target-missing", "target"
    said = gettext_noop(
        "Choose the item of the successor that takes it up. Where there is none, the item is "
        "finished with proof or ended by a document."
    )


class TargetElsewhere(DecisionRefused):
    code, field = "target-elsewhere", "target"
    said = gettext_noop(
        "That item is not in force in the successor: it stands in another notice, or a later "
        "edition dropped or merged it. Choose from the list."
    )


class TargetNotExpected(DecisionRefused):
    code, field = "target-not-expected", "target"
    said = gettext_noop("An item that is finished or ended has no counterpart. Leave it empty.")


class ProofNeeded(DecisionRefused):
    code, field = "proof-needed", "document"
    said = gettext_noop(
        "Finished needs proof: the day, the document number or file, and who confirms it."
    )


class FinishedLater(DecisionRefused):
    code, field = "finished-later", "finished_on"
    said = gettext_noop("{day} is still to come; give the day on which it was finished.")


class DocumentNeeded(DecisionRefused):
    code, field = "document-needed", "document"
    said = gettext_noop("Name the document that allows the item to end, with its number.")


class DayBehind(DecisionRefused):
    code, field = "day-behind", "new_day"
    said = gettext_noop("{day} is over already; state a day from today on.")


class DayIsOver(DecisionRefused):
    code, field = "day-is-over", "new_day"
    said = gettext_noop(
        "The day of what still runs on {item} ({day}) is over and is not carried. State a new day."
    )


def check_decision(said: Said, today: dt.date) -> None:
    """Let a decision stand, or refuse what it lacks. Source: see the module."""
    if not said.reason.strip():
        raise ReasonMissing
    if said.decision is Decision.CARRIED:
        _check_carried(said, today)
    elif said.has_target:
        raise TargetNotExpected
    elif said.decision is Decision.FINISHED:
        _check_finished(said, today)
    elif not said.document.strip():
        raise DocumentNeeded


def _check_carried(said: Said, today: dt.date) -> None:
    if not said.has_target:
        raise TargetMissing
    if not said.in_successor:
        raise TargetElsewhere
    if said.new_day is not None and said.new_day < today:
        raise DayBehind(day=said.new_day.isoformat())


def _check_finished(said: Said, today: dt.date) -> None:
    if said.finished_on is None or not (said.document.strip() and said.confirmed_by.strip()):
        raise ProofNeeded
    if said.finished_on > today:
        raise FinishedLater(day=said.finished_on.isoformat())


def day_carried(
    day: dt.date | None, new_day: dt.date | None, today: dt.date, *, item: str = ""
) -> dt.date | None:
    """The day that running work has on its new item; DayIsOver when a new one is needed."""
    if day is None:
        return None
    if new_day is not None:
        return new_day
    if day < today:
        raise DayIsOver(item=item, day=day.isoformat())
    return day


def orphaned(working: Set[B], named_before: Set[B], named_after: Set[B]) -> set[B]:
    """Bodies whose running work loses its ground. Source and edge cases: see the module."""
    return set((working & named_before) - named_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """What still stands against closing, counted."""

    undecided: int = 0
    unlisted: int = 0
    orphans: int = 0
    days_over: int = 0
    targets_gone: int = 0
    in_review: int = 0
    is_draft: bool = False

    def messages(self) -> tuple[Message, ...]:
        counted = (
            (self.undecided, gettext_noop("items without a decision: {count}")),
            (self.unlisted, gettext_noop("unfinished items that are not listed yet: {count}")),
            (self.orphans, gettext_noop("bodies without a successor for their work: {count}")),
            (self.days_over, gettext_noop("items whose day is over, without a new one: {count}")),
            (self.targets_gone, gettext_noop("items whose counterpart is gone: {count}")),
            (self.in_review, gettext_noop("items with a report under review: {count}")),
        )
        found = [Message.of(text, count=count) for count, text in counted if count]
        if self.is_draft:
            found.append(Message.of(gettext_noop("the successor is still a draft")))
        return tuple(found)


class NotSettled(RuleRefused):
    """The carry-over cannot be closed yet."""

    code = "not-settled"

    def __init__(self, unsettled: Unsettled) -> None:
        self.unsettled = unsettled
        said = gettext_noop("The carry-over is not closed yet. Settle first: {what}.")
        super().__init__(Message.of(said, what=unsettled.messages()))


def check_closing(unsettled: Unsettled) -> None:
    """Let the carry-over be closed, or NotSettled with everything that stands against it."""
    if unsettled.messages():
        raise NotSettled(unsettled)
