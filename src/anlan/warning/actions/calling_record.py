"""What people do about one addressee: record a call, answer, take up whose place is not known.

AlreadyAnswered     the first answer counts; a second one is refused, not lost silently
CallInFuture        a call that was made after now
CallBeforeRound     a call from before the round began
NothingSaid         an answer says what was said or what is promised
NotYours            somebody else is called
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require, require_keeping
from anlan.registers.actions.contacts import CLOCK_SLACK, apply_proof
from anlan.registers.choices import ContactOutcome, ContactWay
from anlan.registers.models import Person
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.calling import RoundClosed
from anlan.warning.actions.calling_rows import (
    Happened,
    append_events,
    digest_of,
    entered,
    send_messages,
    step_events,
    update_places,
)
from anlan.warning.actions.calling_units import raise_alarms, settle_units
from anlan.warning.choices import CallEventKind
from anlan.warning.models import CallAddressee, CallRound
from anlan.warning.queries.calling import Reaches, not_begun
from anlan.warning.rules.call_state import (
    CallState,
    Move,
    begin,
    on_answer,
    on_attempt,
)
from anlan.warning.rules.ladder import Step, Way, Who

ANSWERED: Final = "answered"
NO_ANSWER: Final = "no-answer"
WRONG_NUMBER: Final = "wrong-number"
OUTCOMES: Final = (ANSWERED, NO_ANSWER, WRONG_NUMBER)
_CONTACT_WAYS: Final = {Way.PHONE: ContactWay.CALL, Way.VISIT: ContactWay.IN_PERSON}


class AlreadyAnswered(Refused):
    code = "already-answered"
    status = 409
    message = gettext_noop(
        "This call was answered at {at} already; the first answer counts. Report what you add now "
        "to the duty."
    )


class CallInFuture(Invalid):
    code = "call-in-future"
    message = gettext_noop("The call lies in the future. Give the time at which it was made.")


class CallBeforeRound(Invalid):
    code = "call-before-round"
    message = gettext_noop(
        "The call was made before the round began at {at}. Calls of before do not count for this "
        "message: call again."
    )


class NothingSaid(Invalid):
    code = "nothing-said"
    message = gettext_noop("An answer says what was said, or what the contact promises to do.")


class NotYours(NotAllowed):
    code = "not-yours"
    message = gettext_noop("Only who is called, or the deputy, answers here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that somebody made. `whom` is the contact or the deputy; `at` when it was made."""

    outcome: str
    whom: str = Who.SELF.value
    way: str = Way.PHONE.value
    at: dt.datetime | None = None
    said: str = ""
    promised: str = ""

    def payload(self, key: uuid.UUID) -> dict[str, Any]:
        texts = {"outcome": self.outcome, "whom": self.whom, "way": self.way}
        return texts | {
            "addressee": str(key),
            "at": self.at and self.at.isoformat(),
            "said": self.said,
            "promised": self.promised,
        }


def record_call(
    key: uuid.UUID,
    call: Call,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """An officer called, by telephone or in person, and says what came of it. Whoever may keep the
    contacts of the unit may call them."""
    scope = require(actor, Capability.KEEP_OWN)
    row = _seen(scope, key)
    require_keeping(actor, row.unit.code)
    if call.outcome not in OUTCOMES:
        raise Invalid(gettext_noop("Choose what came of the call."), field="outcome")
    act = _answering if call.outcome == ANSWERED else _attempting
    return _act("record", key, call, act, actor, now, request_id, reason)


def answer(
    key: uuid.UUID,
    call: Call,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The addressee, or the deputy, answers on the telephone page."""
    row = CallAddressee.objects.filter(pk=key).first()
    if row is None or not isinstance(actor.scope, Scope) or not actor.scope.person:
        raise NotFound
    mine = uuid.UUID(actor.scope.person)
    if mine not in (row.person_id, row.deputy_id):
        raise NotYours
    whom = Who.SELF if mine == row.person_id else Who.DEPUTY
    given = replace(call, outcome=ANSWERED, whom=whom.value, way=Way.IN_APP.value)
    return _act("answer", key, given, _answering, actor, now, request_id, reason)


def include_unlocated(
    round_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Call those too whose place is not known well enough, as far as the reader may call them."""
    scope = require(actor, Capability.KEEP_OWN)
    with recording(
        action="warning.call.include",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"round": str(round_id)},
    ) as rec:
        if not rec.repeated:
            round_ = _running(rec, round_id)
            waiting = CallAddressee.objects.visible_to(scope).filter(not_begun(), round=round_)
            rows = [
                row
                for row in waiting.select_for_update(of=("self",)).select_related("unit")
                if scope.may_keep_for(row.unit.code)
            ]
            if not rows:
                raise Invalid(gettext_noop("Nobody waits here whom your post may call."))
            rec.result = {"rows": _begin_all(rec, round_, rows)}
    return rec.result


def apply_moves(
    rec: Recording, round_: CallRound, moves: list[tuple[CallAddressee, Move]]
) -> None:
    """Write many moves of locked rows: places, facts, messages, alarms, terms of the units."""
    ladder = round_.to_ladder()
    changed = [(row, move.place) for row, move in moves]
    update_places(changed)
    last = len(ladder.steps)
    entries = [entered(row, m.place) for row, m in moves if m.calls and m.place.step < last]
    alarms = [
        Happened(row.pk, "alarm", CallEventKind.ALARM.value, move.place.step)
        for row, move in moves
        if move.alarms
    ]
    append_events(rec, [*step_events(ladder, entries), *alarms])
    send_messages(rec, round_, entries)
    raise_alarms(rec, round_, {row.unit_id for row, move in moves if move.alarms})
    rec.note(moved=len(moves), digest=digest_of(changed))


def _begin_all(rec: Recording, round_: CallRound, rows: list[CallAddressee]) -> int:
    ladder = round_.to_ladder()
    reaches = Reaches((row.person_id, row.deputy_id) for row in rows)
    moves = []
    for row in rows:
        upper = row.upper_id is not None
        reach = reaches.of(row.person_id, row.deputy_id, has_upper=upper)
        moves.append((row, begin(ladder, reach, rec.now)))
    apply_moves(rec, round_, moves)
    return len(moves)


def _running(rec: Recording, key: uuid.UUID) -> CallRound:
    round_ = CallRound.objects.select_related("warning", "message").filter(pk=key).first()
    if round_ is None:
        raise NotFound
    if round_.closed_at is not None:
        raise RoundClosed
    return round_


def _seen(scope: Scope, key: uuid.UUID) -> CallAddressee:
    rows = CallAddressee.objects.visible_to(scope).select_related("unit")
    row: CallAddressee | None = rows.filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


Act = Callable[[Recording, CallAddressee, Call, dt.datetime], None]


def _act(
    verb: str,
    key: uuid.UUID,
    call: Call,
    act: Act,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """One change of one addressee: one entry."""
    with recording(
        action=f"warning.call.{verb}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=call.payload(key),
        valid_at=call.at,
    ) as rec:
        if not rec.repeated:
            row = rec.lock(CallAddressee, key)
            act(rec, row, call, _moment(row, call, now))
            rec.result = {"id": str(row.pk), "version": row.version, "state": row.state}
    return rec.result


def _moment(row: CallAddressee, call: Call, now: dt.datetime) -> dt.datetime:
    at = call.at or now
    if at > now + CLOCK_SLACK:
        raise CallInFuture(field="at")
    if at < row.round.opened_at - CLOCK_SLACK:
        raise CallBeforeRound(field="at", at=_shown(row.round.opened_at))
    return min(max(at, row.round.opened_at), now)


def _shown(instant: dt.datetime | None) -> str:
    """An instant as the officer reads it."""
    return "" if instant is None else f"{instant.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"


def _answering(rec: Recording, row: CallAddressee, call: Call, at: dt.datetime) -> None:
    if not call.said.strip() and not call.promised.strip():
        raise NothingSaid(field="said")
    if row.state == CallState.ANSWERED.value:
        raise AlreadyAnswered(at=_shown(row.answered_at))
    whom = _whom(row, call)
    row.said, row.promised = call.said.strip(), call.promised.strip()
    _proof(rec, whom, call, at)
    _answered(rec, row, whom.pk, call.way, at)


def apply_key_press(
    rec: Recording, key: uuid.UUID, step: Step, person: uuid.UUID, at: dt.datetime
) -> None:
    """Who was called by the program confirmed with a key. The first answer counts."""
    row = rec.lock(CallAddressee, key)
    if row.state != CallState.ANSWERED.value:
        _answered(rec, row, person, step.way.value, at)


def apply_reply(
    rec: Recording,
    key: uuid.UUID,
    person: uuid.UUID,
    at: dt.datetime,
    words: str,
    *,
    is_first: bool = False,
) -> None:
    """Who was called wrote back by SMS, and it counts as the answer. The first answer counts; with
    `is_first` a second one is refused instead of left alone."""
    row = rec.lock(CallAddressee, key)
    if row.state == CallState.ANSWERED.value:
        if is_first:
            raise AlreadyAnswered(at=_shown(row.answered_at))
        return
    row.said = words.strip()
    moment = min(max(at, row.round.opened_at), rec.now)
    _answered(rec, row, person, Way.SMS.value, moment)


def _answered(
    rec: Recording, row: CallAddressee, person: uuid.UUID, way: str, at: dt.datetime
) -> None:
    before = row.state
    row.take_place(on_answer(row.to_place(), at))
    row.answered_by_id, row.answer_way = person, way
    row.recorded_by = rec.actor.account
    is_after = before == CallState.RELEASED.value
    if is_after:
        row.after_release_at = at
    validate(row)
    rec.save(row)
    kind = CallEventKind.AFTER if is_after else CallEventKind.ANSWER
    append_events(rec, [Happened(row.pk, rec.request_id, kind.value, row.step, way, person, at)])
    if not is_after:
        settle_units(rec, row.round, {row.unit_id})


def _attempting(rec: Recording, row: CallAddressee, call: Call, at: dt.datetime) -> None:
    if row.state == CallState.ANSWERED.value:
        raise AlreadyAnswered(at=_shown(row.answered_at))
    whom = _whom(row, call)
    ladder = row.round.to_ladder()
    reaches = Reaches([(row.person_id, row.deputy_id)])
    reach = reaches.of(row.person_id, row.deputy_id, has_upper=row.upper_id is not None)
    step = row.step
    how = (ladder, reach, rec.now)
    move = on_attempt(row.to_place(), Who(call.whom), Way(call.way), at, how)
    kinds = {NO_ANSWER: CallEventKind.NO_ANSWER, WRONG_NUMBER: CallEventKind.WRONG}
    tried = Happened(
        row.pk, rec.request_id, kinds[call.outcome].value, step, call.way, whom.pk, at
    )
    _proof(rec, whom, call, at)
    row.take_place(move.place)
    rec.save(row)
    append_events(rec, [tried])
    _follow(rec, row, move)


def _follow(rec: Recording, row: CallAddressee, move: Move) -> None:
    """What the step that was entered asks for."""
    ladder = row.round.to_ladder()
    if move.calls and move.place.step < len(ladder.steps):
        entry = entered(row, move.place)
        append_events(rec, step_events(ladder, [entry]))
        send_messages(rec, row.round, [entry])
    if move.alarms:
        append_events(rec, [Happened(row.pk, "alarm", CallEventKind.ALARM.value, move.place.step)])
        raise_alarms(rec, row.round, {row.unit_id})


def _whom(row: CallAddressee, call: Call) -> Person:
    person = row.deputy if call.whom == Who.DEPUTY.value else row.person
    if person is None:
        raise Invalid(gettext_noop("No deputy is entered for this contact."), field="whom")
    return person


def _proof(rec: Recording, person: Person, call: Call, at: dt.datetime) -> None:
    """A call is a proof of the number, or of its being wrong."""
    way = _CONTACT_WAYS.get(Way(call.way))
    if way is ContactWay.CALL and person.mobile:
        apply_proof(rec, person, ContactOutcome(call.outcome), way, at)
