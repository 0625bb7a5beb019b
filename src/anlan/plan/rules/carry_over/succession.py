"""Which notice may follow which, and which of several is in force.

Source: House rule. A successor is another notice that was not issued before its predecessor; a
predecessor is followed by one. The notice in force is the newest that is neither a draft nor
awaits the end of its carry-over; one that was carried over is no longer in force.
Edge cases: issued on the same day → may follow; no printed day → cannot be known, refused; a
circle over any number of notices is refused; when every notice is a draft or awaited, the newest
of them is shown, so that a first notice is seen while it is read.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

RULE: Final = "plan-notice-in-force"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What the rule knows of a notice; `order` breaks a tie of days, the later one wins."""

    key: str
    name: str = ""
    issued_on: dt.date | None = None
    is_draft: bool = False
    is_awaited: bool = False
    is_followed: bool = False
    order: str = ""


class SuccessorRefused(RuleRefused):
    """The notice cannot follow the other; `code` says why."""

    code = "successor-refused"
    said = ""

    def __init__(self, **params: object) -> None:
        super().__init__(Message.of(self.said, **params))


class FollowsItself(SuccessorRefused):
    code = "follows-itself"
    said = gettext_noop(
        "A notice is not carried over to itself. A new text of the same number is an amendment: "
        "import it, then compare the editions."
    )


class DayOfIssueUnknown(SuccessorRefused):
    code = "day-of-issue-unknown"
    said = gettext_noop(
        "{name} prints no day of issue, so it cannot be known which came first. Import its text "
        "again with the day."
    )


class SuccessorOlder(SuccessorRefused):
    code = "successor-older"
    said = gettext_noop(
        "{successor} was issued on {day}, before {predecessor}. Choose the later notice as the "
        "successor."
    )


class FollowedAlready(SuccessorRefused):
    code = "followed-already"
    said = gettext_noop("{name} is carried over to {successor} already. Go on there.")


class Circle(SuccessorRefused):
    code = "successor-circle"
    said = gettext_noop(
        "{successor} is itself carried over to {predecessor}, directly or through others. Notices "
        "do not follow each other in a circle."
    )


def check_successor(
    predecessor: NoticeFacts, successor: NoticeFacts, followed: Mapping[str, str]
) -> None:
    """Let `successor` follow, or refuse. `followed` maps each notice that is carried over to the
    one that follows it."""
    if predecessor.key == successor.key:
        raise FollowsItself
    for one in (predecessor, successor):
        if one.issued_on is None:
            raise DayOfIssueUnknown(name=one.name)
    if _leads_to(successor.key, predecessor.key, followed):
        raise Circle(successor=successor.name, predecessor=predecessor.name)
    if successor.issued_on < predecessor.issued_on:  # type: ignore[operator]
        raise SuccessorOlder(
            successor=successor.name,
            predecessor=predecessor.name,
            day=str(successor.issued_on),
        )


def _leads_to(start: str, goal: str, followed: Mapping[str, str]) -> bool:
    at, seen = start, set()
    while at in followed and at not in seen:
        seen.add(at)
        at = followed[at]
        if at == goal:
            return True
    return False


class Place(IntEnum):
    """The smaller the nearer to being in force."""

    IN_FORCE = 0
    FOLLOWED = 1
    WAITING = 2


def place_of(notice: NoticeFacts) -> Place:
    if notice.is_draft or notice.is_awaited:
        return Place.WAITING
    return Place.FOLLOWED if notice.is_followed else Place.IN_FORCE


def in_force(notices: Iterable[NoticeFacts]) -> NoticeFacts | None:
    """The notice that overview, lamps and measures concern; None without any."""
    ranked = sorted(
        notices,
        key=lambda n: (-place_of(n), n.issued_on or dt.date.min, n.order),
        reverse=True,
    )
    return ranked[0] if ranked else None
