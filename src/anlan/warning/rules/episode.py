"""Which warning a message belongs to, and what is in force after it.

`place_message` decides the warning (one in force for each issuer, unit and hazard); `state_of`
what a warning is after its messages.

Source: a station keeps one signal per hazard; raising or lowering replaces it, lifting ends it
([M], after CMA Order 16 (2007)). House rule: the newest message says what is in force, whatever
the order of arrival; of two at one minute a lift comes first (解除…，发布…) and the higher level
counts; an end that a message prints ends it by itself, silence never does.
Edge cases: a message older than the newest is kept and changes nothing; a lift of nothing is kept
as a warning that is over; a renewal, raising or lowering of nothing opens one, since its issue was
missed; a later message of a warning that only ran out brings it back.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.signal import CHANGE_LABELS, LEVEL_LABELS, RANK, Change, Level

RULE: Final = "warning-episode"
SOURCE: Final = "气象灾害预警信号发布与传播办法（中国气象局令第16号）"
OLDER = gettext_noop("A newer message is there already: this one is kept and changes nothing.")
LIFT_ALONE = gettext_noop("No such warning is in force here: the lift is kept, nothing ended.")
ISSUE_MISSED = gettext_noop("No earlier message of it is here: the first one was missed.")
REPLACED = gettext_noop("It takes the place of the level {level} of the same issuer.")
NOT_SO = gettext_noop("The message says “{change}”, but the level before it was {level}.")
FOLLOWS = gettext_noop("The warning in force goes on with this message.")
OPENS = gettext_noop("It opens a warning.")
ENDS = gettext_noop("The warning ends with this message.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one message says of its warning."""

    change: Change
    level: Level
    issued_at: dt.datetime
    expires_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A warning after its messages. `ended_at` None: in force."""

    level: Level
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A warning that is known, with its messages."""

    messages: tuple[Said, ...]
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a message goes: the position among the known warnings, None for a new one. `state` is
    None where the message changes nothing."""

    position: int | None
    state: State | None


def _order(said: Said) -> tuple[dt.datetime, bool, int]:
    return said.issued_at, said.change is not Change.LIFT, RANK[said.level]


def state_of(messages: Sequence[Said], now: dt.datetime) -> State:
    """The state that the messages make, in whatever order they came."""
    ordered = sorted(messages, key=_order)
    newest = ordered[-1]
    standing = [each for each in ordered if each.change is not Change.LIFT]
    last = standing[-1] if standing else newest
    end = last.expires_at if standing else None
    ended_at: dt.datetime | None = None
    if newest.change is Change.LIFT:
        ended_at = newest.issued_at if end is None else min(newest.issued_at, end)
    elif end is not None and end <= now:
        ended_at = end
    return State(
        level=last.level,
        issued_at=min(each.issued_at for each in standing or ordered),
        expires_at=last.expires_at,
        ended_at=ended_at,
    )


def place_message(new: Said, known: Sequence[Episode], now: dt.datetime) -> Verdict[Placed]:
    """Where a message goes among the warnings of its issuer, unit and hazard."""
    position = _position(new, known)
    if position is None:
        first = state_of((new,), now)
        note = {Change.LIFT: LIFT_ALONE, Change.ISSUE: OPENS}.get(new.change, ISSUE_MISSED)
        return _verdict(new, Placed(position=None, state=first), (Message.of(note),))
    here = known[position]
    is_older = any(_order(each) > _order(new) for each in here.messages)
    is_last = position == _last(known)
    state = state_of((*here.messages, new), now) if is_last else None
    notes = (Message.of(OLDER),) if is_older or not is_last else _notes(new, here)
    return _verdict(new, Placed(position=position, state=state), notes)


def _position(new: Said, known: Sequence[Episode]) -> int | None:
    at = new.issued_at
    ends = {n: each.state.ended_at for n, each in enumerate(known)}
    standing = [n for n, end in ends.items() if end is None]
    if standing and at >= known[standing[0]].state.issued_at:
        return standing[0]
    around = [(end, n) for n, end in ends.items() if end is not None and end >= at]
    if around:
        return min(around)[1]
    if standing:
        return standing[0]
    last = _last(known)
    if last is None or new.change is not Change.LIFT:
        return None
    newest = max(known[last].messages, key=_order)
    return None if newest.change is Change.LIFT else last  # it only ran out


def _last(known: Sequence[Episode]) -> int | None:
    def end(n: int) -> tuple[bool, dt.datetime]:
        ended_at = known[n].state.ended_at
        return ended_at is None, ended_at or known[n].state.issued_at

    return max(range(len(known)), key=end, default=None)


def _notes(new: Said, here: Episode) -> tuple[Message, ...]:
    old, level = here.state.level, Message.of(LEVEL_LABELS[here.state.level])
    if new.change is Change.LIFT:
        return (Message.of(ENDS),)
    step = RANK[new.level] - RANK[old]
    claims = {Change.RAISE: step > 0, Change.LOWER: step < 0, Change.RENEW: step == 0}
    if not claims.get(new.change, True):
        return (Message.of(NOT_SO, change=_word(new.change), level=level),)
    if new.change is Change.ISSUE:
        return (Message.of(REPLACED, level=level),)
    return (Message.of(FOLLOWS),)


def _word(change: Change) -> Message:
    return Message.of(CHANGE_LABELS[change])


def _verdict(new: Said, placed: Placed, notes: tuple[Message, ...]) -> Verdict[Placed]:
    reasons = tuple(
        Reason(
            rule=RULE,
            source=SOURCE,
            status=SourceStatus.FROM_MEMORY,
            inputs=pairs(change=new.change, level=new.level, issued_at=new.issued_at),
            note=note,
        )
        for note in notes
    )
    return Verdict(value=placed, reasons=reasons)
