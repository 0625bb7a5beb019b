"""How one addressee of a call-and-confirm round stands (叫应状态), and what moves it.

Decides the state, the step of the ladder, when the next step is due, and what is to be done.

Source: "issued, received, called and answered: every call must have an answer and a record" (press
of the water department of Shanxi and of Shangzhou, fact sheet §6.4); reading receipt is no answer.
House rule: the states and their order.
Units and valid range: aware instants; steps are counted from 0.

Edge cases: an answer at the very instant of the deadline is in time; a later one counts and is
late. A step that cannot be tried (no sign-in, no number, no deputy) is passed over at once and is
no failure; who could not be tried at all is unreachable. A sweep that comes late moves one step,
whose time then counts from that moment: nobody is given no time at all. A report that comes twice,
late or out of order changes nothing that is known. What is released is never answered: a later
answer is kept on record and the state stays. Whoever answered stays answered.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.warning.rules.ladder import SENT_BY_PROGRAM, Ladder, Step, Way, Who

NOT_BEGUN: Final = -1


class CallState(StrEnum):
    """Exactly one of these at any time."""

    WAITING = "waiting"
    CALLED = "called"
    READ = "read"
    ANSWERED = "answered"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    RELEASED = "released"


CALL_STATE_LABELS: Final = {
    CallState.WAITING: gettext_noop("to be called"),
    CallState.CALLED: gettext_noop("called, no answer yet"),
    CallState.READ: gettext_noop("read, no answer yet"),
    CallState.ANSWERED: gettext_noop("answered the call"),
    CallState.SILENT: gettext_noop("silent, escalated"),
    CallState.UNREACHABLE: gettext_noop("no way to reach"),
    CallState.RELEASED: gettext_noop("released unanswered"),
}
CLOSED: Final = frozenset({CallState.ANSWERED, CallState.RELEASED})
GIVEN_UP: Final = frozenset({CallState.SILENT, CallState.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """By what somebody can be reached."""

    account: bool = False
    number: bool = False
    deputy_account: bool = False
    deputy_number: bool = False
    upper: bool = False

    def can(self, step: Step) -> bool:
        """Whether a step can be tried."""
        if step.way is Way.VISIT:
            return True
        if step.who is Who.UPPER:
            return self.upper
        if step.who is Who.DEPUTY:
            return self.deputy_account if step.way is Way.IN_APP else self.deputy_number
        return self.account if step.way is Way.IN_APP else self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an addressee stands. `next_step_at` is the end of the present step's time."""

    state: CallState
    step: int = NOT_BEGUN
    failures: int = 0
    was_tried: bool = False
    is_alarmed: bool = False
    next_step_at: datetime | None = None
    answer_by: datetime | None = None
    called_at: datetime | None = None
    read_at: datetime | None = None
    answered_at: datetime | None = None
    is_late: bool = False
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A place with what is to be done because of the way there: call by the step that was entered,
    raise the alarm."""

    place: Place
    calls: bool = False
    alarms: bool = False


def begin(ladder: Ladder, reach: Reach, now: datetime) -> Move:
    """The first step that can be tried."""
    minutes = ladder.answer_within_minutes
    by = None if minutes is None else now + timedelta(minutes=minutes)
    return _enter(Place(state=CallState.WAITING, answer_by=by), ladder, reach, now)


def unlocated() -> Place:
    """Listed and not called by the program: somebody has to look where the place is."""
    return Place(state=CallState.WAITING)


def on_tick(place: Place, ladder: Ladder, reach: Reach, now: datetime) -> Move:
    """The time of a step that ran out without an answer is a failure; the next step begins."""
    is_over = place.next_step_at is not None and now > place.next_step_at
    if place.state in CLOSED or not is_over:
        return Move(place=place)
    return _enter(replace(place, failures=place.failures + 1), ladder, reach, now)


def on_failed(place: Place, step: int, ladder: Ladder, reach: Reach, now: datetime) -> Move:
    """The message of a step could not be delivered: the next step begins at once."""
    is_present = place.step == step and 0 <= step < len(ladder.steps)
    if place.state in CLOSED or not is_present or ladder.steps[step].way not in SENT_BY_PROGRAM:
        return Move(place=place)
    return _enter(replace(place, failures=place.failures + 1), ladder, reach, now)


def on_attempt(
    place: Place, whom: Who, way: Way, at: datetime, how: tuple[Ladder, Reach, datetime]
) -> Move:
    """Somebody called and had no answer. At the step that asks for this very call it is a failure,
    and the next step begins; at any other it only stands on record."""
    ladder, reach, now = how
    if place.state in CLOSED:
        return Move(place=place)
    moved = replace(place, called_at=_first(place.called_at, at), was_tried=True)
    if place.state is CallState.WAITING:
        moved = replace(moved, state=CallState.CALLED)
    elif place.state is CallState.UNREACHABLE:
        moved = replace(moved, state=CallState.SILENT)
    if 0 <= place.step < len(ladder.steps):
        step = ladder.steps[place.step]
        if step.who is whom and step.way is way and step.minutes is not None:
            return _enter(replace(moved, failures=place.failures + 1), ladder, reach, now)
    return Move(place=moved)


def on_delivered(place: Place, at: datetime) -> Place:
    """The message arrived: called, and nothing more."""
    if place.state is not CallState.WAITING:
        return place
    return replace(place, state=CallState.CALLED, called_at=_first(place.called_at, at))


def on_read(place: Place, at: datetime) -> Place:
    """A reading receipt is no answer: the clock runs on."""
    if place.state in CLOSED or place.read_at is not None:
        return place
    read = replace(place, read_at=at, called_at=_first(place.called_at, at))
    if place.state in GIVEN_UP:
        return read
    return replace(read, state=CallState.READ)


def on_answer(place: Place, at: datetime) -> Place:
    """An answer closes the call. The first one counts."""
    if place.state in CLOSED:
        return place
    return replace(
        place,
        state=CallState.ANSWERED,
        answered_at=at,
        is_late=place.answer_by is not None and at > place.answer_by,
        next_step_at=None,
    )


def on_release(place: Place, at: datetime) -> Place:
    """The warning is over for this round; who did not answer is released, and is not shown as
    answered."""
    if place.state in CLOSED:
        return place
    return replace(place, state=CallState.RELEASED, released_at=at, next_step_at=None)


def _enter(place: Place, ladder: Ladder, reach: Reach, now: datetime) -> Move:
    """Go to the next step that can be tried; give up before the level above, at the end of the
    ladder, and after as many failures as raise the alarm."""
    following = range(place.step + 1, len(ladder.steps))
    number = next((n for n in following if reach.can(ladder.steps[n])), len(ladder.steps))
    step = ladder.steps[number] if number < len(ladder.steps) else None
    ends = step is None or step.minutes is None
    until = None if ends or step is None else now + timedelta(minutes=step.minutes or 0)
    is_own = step is not None and step.who is not Who.UPPER and step.way is not Way.VISIT
    was_tried = place.was_tried or is_own
    gives_up = not is_own or place.failures >= ladder.alarm_after_failures
    state = place.state
    if gives_up:
        state = CallState.SILENT if was_tried else CallState.UNREACHABLE
    entered = replace(
        place,
        state=state,
        step=number,
        next_step_at=until,
        was_tried=was_tried,
        is_alarmed=place.is_alarmed or gives_up,
    )
    return Move(place=entered, calls=step is not None, alarms=gives_up and not place.is_alarmed)


def _first(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)
