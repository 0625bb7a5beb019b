"""What happens next to an order of supervision: it climbs one level, ends, or waits.

Source: House rule (`docs/rules/plan-supervision.md`); a missed matter is reminded of, then climbs
by itself, one level after the other, each only after the term of the one before ran out.
Units and valid range: instants. Edge cases: exactly at the end of a term → not missed; a paper
that nobody signed does not run, so nothing climbs over it; a clock that stands still (stopped, or
appealed against) does not run out; a reply that waits for acceptance holds the level; a matter
that was done is settled by itself while only reminders went out, and waits for acceptance after a
slip; one that is no longer asked for is settled at every level; the last level has no next one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs
from anlan.plan.rules.supervision.ladder import Ladder, SlipLevel, Step
from anlan.plan.rules.supervision.life import SlipState

RULE: Final = "supervision-climb"


class Matter(StrEnum):
    """How what is supervised stands."""

    MISSED = "missed"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An open order at an instant. `level` and `state` are those of its last paper, None before
    the first; `ends_at` is the end of that paper's term, None while it does not run."""

    ladder: Ladder
    matter: Matter
    level: SlipLevel | None = None
    state: SlipState | None = None
    ends_at: datetime | None = None


class MoveKind(StrEnum):
    PREPARE = "prepare"
    SETTLE = "settle"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    kind: MoveKind
    step: Step | None = None


WAIT: Final = Move(kind=MoveKind.WAIT)
SETTLE: Final = Move(kind=MoveKind.SETTLE)
_DROPPED: Final = gettext_noop("The matter is no longer asked for.")
_DONE_EARLY: Final = gettext_noop("The matter was done before a slip went out.")
_DONE_LATE: Final = gettext_noop("The matter was done after a slip: its reply is to be accepted.")
_FIRST: Final = gettext_noop("The term of the matter is over: supervision begins.")
_UNSIGNED: Final = gettext_noop("The paper is not signed; nothing climbs over it.")
_STILL: Final = gettext_noop("The clock of the paper does not run.")
_RUNS: Final = gettext_noop("The term of the paper runs.")
_MISSED: Final = gettext_noop("The term of the paper ran out without a reply: the next level.")
_LAST: Final = gettext_noop("The last level ran out: it is for the leaders to decide.")


def next_move(order: Standing, *, now: datetime) -> Verdict[Move]:
    """What the program does with an open order at an instant. Source and edges: see the module."""
    move, note = _decide(order, now)
    reason = Reason(
        rule=RULE,
        source=order.ladder.source,
        edition=order.ladder.version,
        status=SourceStatus.HOUSE_DEFAULT if order.ladder.is_ours else SourceStatus.VERIFIED,
        inputs=pairs(
            matter=order.matter.value,
            level=order.level.value if order.level else "",
            state=order.state.value if order.state else "",
            ends_at=order.ends_at or "",
            now=now,
        ),
        note=Message.of(note),
    )
    return Verdict(value=move, reasons=(reason,))


def is_exhausted(order: Standing, *, now: datetime) -> bool:
    """Whether the last level of the ladder ran out without a reply."""
    return _decide(order, now)[1] == _LAST


def _decide(order: Standing, now: datetime) -> tuple[Move, str]:
    if order.matter is Matter.DROPPED:
        return SETTLE, _DROPPED
    if order.matter is Matter.DONE:
        went_out = order.level not in (None, SlipLevel.REMINDER) and (
            order.state is not SlipState.PREPARED
        )
        return (WAIT, _DONE_LATE) if went_out else (SETTLE, _DONE_EARLY)
    if order.level is None:
        return Move(kind=MoveKind.PREPARE, step=order.ladder.step_after(None)), _FIRST
    return _after_paper(order, order.level, now)


def _after_paper(order: Standing, level: SlipLevel, now: datetime) -> tuple[Move, str]:
    if order.state is SlipState.PREPARED:
        return WAIT, _UNSIGNED
    if order.state is not SlipState.ISSUED or order.ends_at is None:
        return WAIT, _STILL
    if now <= order.ends_at:
        return WAIT, _RUNS
    following = order.ladder.step_after(level)
    if following is None:
        return WAIT, _LAST
    return Move(kind=MoveKind.PREPARE, step=following), _MISSED
