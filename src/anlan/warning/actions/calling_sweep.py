"""The sweep of the ladders: steps whose time ran out, and rounds whose warning is over.

Its state is in the rows alone. A batch is one transaction: rows are locked, moved by the rule and
written under the version that was read, so that a killed, a repeated and a second sweep do nothing
twice. Outcomes of messages come in through `on_outcome`.
"""

import datetime as dt
import uuid
from typing import Any, Final

from django.db.models import Q

from anlan.base.actor import Actor
from anlan.base.dispatch.settling import News
from anlan.base.identity import new_id
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.dispatch import Outcome
from anlan.warning.actions.calling import apply_close
from anlan.warning.actions.calling_record import apply_key_press, apply_moves
from anlan.warning.actions.calling_rows import ABOUT, Happened, append_events
from anlan.warning.choices import CallEventKind, RoundEnd
from anlan.warning.models import CallAddressee, CallRound
from anlan.warning.queries.calling import Reaches
from anlan.warning.rules.call_state import Move, on_delivered, on_failed, on_read, on_tick
from anlan.warning.rules.ladder import ANSWERED_BY_KEY, SENT_BY_PROGRAM, Who

SWEEPER: Final = Actor.program("call-ladder")
ROWS_AT_ONCE: Final = 2_000
ROWS_A_RUN: Final = 20_000
_KINDS: Final = {
    Outcome.DELIVERED: CallEventKind.DELIVERED,
    Outcome.ACKNOWLEDGED: CallEventKind.READ,
    Outcome.FAILED: CallEventKind.FAILED,
    Outcome.REFUSED: CallEventKind.FAILED,
    Outcome.EXPIRED: CallEventKind.FAILED,
}


def climb_calls(now: dt.datetime, *, request_id: str = "") -> int:
    """Close what is over, then move who did not answer in time. Returns how many rows moved."""
    done = close_ended(now)
    while done < ROWS_A_RUN:
        moved = climb_once(now, request_id or new_id().hex)
        done += moved
        if moved < ROWS_AT_ONCE or request_id:
            break
    return done


def close_ended(now: dt.datetime, *, request_id: str = "") -> int:
    """Rounds whose warning was lifted or ran out. Returns how many. A `request_id` is given by a
    story that knows of exactly one."""
    over = Q(warning__ended_at__lte=now) | Q(warning__expires_at__lte=now)
    rounds = CallRound.objects.filter(over, closed_at__isnull=True)
    closed = 0
    for key in list(rounds.order_by("opened_at", "pk").values_list("pk", flat=True)):
        closed += _close(key, now, request_id or f"call-release-{key.hex}")
    return closed


def _close(key: uuid.UUID, now: dt.datetime, request_id: str) -> int:
    with recording(
        action="warning.call.release",
        actor=SWEEPER,
        now=now,
        request_id=request_id,
    ) as rec:
        if rec.repeated:
            return 0
        row = rec.lock(CallRound, key)
        warning = row.warning
        if row.closed_at is not None:
            return 0
        is_lifted = warning.ended_at is not None and warning.ended_at <= now
        if not is_lifted and (warning.expires_at is None or warning.expires_at > now):
            return 0
        apply_close(rec, row, RoundEnd.LIFTED if is_lifted else RoundEnd.EXPIRED)
    return 1


def climb_once(now: dt.datetime, request_id: str) -> int:
    """One batch of one round; its own entry. Returns how many rows moved."""
    first = _due(now).values_list("round", flat=True).first()
    if first is None:
        return 0
    with recording(
        action="warning.call.climb", actor=SWEEPER, now=now, request_id=request_id
    ) as rec:
        if rec.repeated:
            return 0
        round_ = CallRound.objects.select_related("warning", "message").get(pk=first)
        rows = list(
            _due(now).filter(round=first).select_for_update(skip_locked=True)[:ROWS_AT_ONCE]
        )
        moves = _ticked(rows, round_, now)
        if moves:
            apply_moves(rec, round_, moves)
    return len(moves)


def _due(now: dt.datetime) -> Any:
    return CallAddressee.objects.filter(next_step_at__lt=now).order_by("next_step_at", "pk")


def _ticked(
    rows: list[CallAddressee], round_: CallRound, now: dt.datetime
) -> list[tuple[CallAddressee, Move]]:
    ladder = round_.to_ladder()
    reaches = Reaches((row.person_id, row.deputy_id) for row in rows)
    moves = []
    for row in rows:
        upper = row.upper_id is not None
        reach = reaches.of(row.person_id, row.deputy_id, has_upper=upper)
        place = row.to_place()
        move = on_tick(place, ladder, reach, now)
        if move.place != place:
            moves.append((row, move))
    return moves


def on_outcome(rec: Recording, news: News) -> None:
    """What the outbox learned of a message of a round. Late and repeated reports are harmless."""
    if news.about_model != ABOUT or news.outcome not in _KINDS:
        return
    key, _dash, number = news.about_key.partition("-")
    step = int(number)
    round_ = CallRound.objects.select_related("warning", "message").get(pk=uuid.UUID(key))
    asked = round_.to_ladder().steps[step]
    if asked.way not in SENT_BY_PROGRAM or asked.who is Who.UPPER:
        return
    person = uuid.UUID(news.addressee)
    wanted = Q(deputy=person) if asked.who is Who.DEPUTY else Q(person=person)
    rows = list(CallAddressee.objects.filter(wanted, round=round_).select_for_update())
    if asked.way in ANSWERED_BY_KEY and news.outcome is Outcome.ACKNOWLEDGED:
        for row in rows:
            apply_key_press(rec, row.pk, asked, person, news.happened_at)
        return
    kind = _KINDS[news.outcome]
    report = f"{kind.value}-{step}"
    append_events(
        rec,
        [
            Happened(row.pk, report, kind.value, step, asked.way.value, person, news.happened_at)
            for row in rows
        ],
    )
    moves = [(row, move) for row in rows if (move := _told(row, round_, news, step, rec.now))]
    if moves:
        apply_moves(rec, round_, moves)


def _told(
    row: CallAddressee, round_: CallRound, news: News, step: int, now: dt.datetime
) -> Move | None:
    """How a report moves a row; None: not at all."""
    place, ladder = row.to_place(), round_.to_ladder()
    kind = _KINDS[news.outcome]
    if kind is CallEventKind.FAILED:
        reaches = Reaches([(row.person_id, row.deputy_id)])
        reach = reaches.of(row.person_id, row.deputy_id, has_upper=row.upper_id is not None)
        move = on_failed(place, step, ladder, reach, now)
    elif kind is CallEventKind.READ:
        move = Move(place=on_read(place, news.happened_at))
    else:
        move = Move(place=on_delivered(place, news.happened_at))
    return move if move.place != place else None
