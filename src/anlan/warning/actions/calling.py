"""Opening and closing a round of calls.

NotInForce          the message is not the newest of a warning in force
RoundOpened         the message has its round already
NobodyInside        nobody is entered who would be called
RoundClosed         what is closed takes no more calls
"""

import datetime as dt
import uuid
from collections import Counter
from typing import Any, Final

from django.db.models import F, QuerySet

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.identity import new_id
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.base.worlds.current import current
from anlan.registers.access import require, require_keeping
from anlan.registers.rules.scope import Capability
from anlan.warning.actions.calling_rows import (
    Entered,
    Row,
    append_events,
    insert_rows,
    new_row,
    rows_digest,
    send_messages,
    step_events,
)
from anlan.warning.actions.calling_units import (
    IS_CLOSED,
    end_units,
    open_units,
    raise_alarms,
)
from anlan.warning.choices import RoundEnd
from anlan.warning.models import CallAddressee, CallRound, IssuedWarning, WarningMessage
from anlan.warning.queries.calling import (
    Chosen,
    Reaches,
    chosen_for,
    ladder_for,
    may_be_called,
    today_of,
)
from anlan.warning.rules.call_state import CallState, Place, begin, unlocated
from anlan.warning.rules.ladder import Ladder
from anlan.warning.rules.recipients import Found
from anlan.warning.rules.signal import RANK, Level

WHY_CLOSED: Final = {
    RoundEnd.LIFTED: gettext_noop("The warning was lifted."),
    RoundEnd.EXPIRED: gettext_noop("The warning expired."),
    RoundEnd.REPLACED: gettext_noop("A later message opened a new round."),
    RoundEnd.BY_HAND: gettext_noop("The round was closed by hand."),
}


class NotInForce(Invalid):
    code = "not-in-force"
    message = gettext_noop(
        "Calls are opened for the newest message of a warning in force. Open the warning and look "
        "at its newest message."
    )


class RoundOpened(Refused):
    code = "round-opened"
    status = 409
    message = gettext_noop("This message has its round of calls already. Open its board.")


class NobodyInside(Invalid):
    code = "nobody-inside"
    message = gettext_noop(
        "Nobody who is called at this level is entered for the area. Enter the area contacts "
        "first, or set a ladder that calls others."
    )


class RoundClosed(Refused):
    code = "round-closed"
    status = 409
    message = gettext_noop("This round is closed. Open the board of the round that is running.")


class CloseWithoutReason(Invalid):
    code = "close-without-reason"
    message = gettext_noop("Say why the round ends: the reason stands in the journal.")


def open_round(
    message_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Call everybody whom the message reaches. Its ladder is frozen; a round that ran for the
    warning before is closed and keeps its answers."""
    message = _message(actor, message_id)
    require_keeping(actor, message.warning.unit.code)
    with recording(
        action="warning.call.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"message": str(message_id)},
    ) as rec:
        if not rec.repeated:
            rec.lock(IssuedWarning, message.warning_id)  # one writer a warning
            rec.result = _opened(rec, _message(actor, message_id))
    return rec.result


def close_round(
    round_id: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """End a round by hand; who did not answer is released."""
    scope = require(actor, Capability.KEEP_OWN)
    found = CallRound.objects.visible_to(scope).select_related("unit").filter(pk=round_id).first()
    if found is None:
        raise NotFound
    require_keeping(actor, found.unit.code)
    if not reason.strip():
        raise CloseWithoutReason(field="reason")
    with recording(
        action="warning.call.close",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"round": str(round_id), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(CallRound, round_id, expected_version=expected_version)
            if row.closed_at is not None:
                raise RoundClosed
            released = apply_close(rec, row, RoundEnd.BY_HAND)
            rec.result = {"id": str(row.pk), "version": row.version, "released": released}
    return rec.result


def apply_close(rec: Recording, round_: CallRound, why: RoundEnd) -> int:
    """Close a locked round inside an open recording: all who did not answer are released in one
    statement. Returns how many."""
    round_.closed_at, round_.closed_because = max(rec.now, round_.opened_at), why.value
    rec.save(round_)
    waiting = CallAddressee.objects.filter(round=round_).exclude(IS_CLOSED)
    released = _release_all(rec, waiting)
    end_units(rec, round_, str(WHY_CLOSED[why]))
    rec.note(released=released)
    return released


def _release_all(rec: Recording, waiting: Any) -> int:
    """`on_release` for many rows: the rule's columns, in one statement."""
    plain: QuerySet[Any] = QuerySet(CallAddressee).filter(pk__in=waiting.values("pk"))
    return plain.update(
        state=CallState.RELEASED.value,
        released_at=rec.now,
        next_step_at=None,
        version=F("version") + 1,
    )


def _message(actor: Actor, key: uuid.UUID) -> WarningMessage:
    scope = require(actor, Capability.KEEP_OWN)
    rows = WarningMessage.objects.visible_to(scope).select_related("warning__unit__parent")
    found: WarningMessage | None = rows.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def _opened(rec: Recording, message: WarningMessage) -> dict[str, Any]:
    if CallRound.objects.filter(message=message).exists():
        raise RoundOpened
    if not may_be_called(message, rec.now):
        raise NotInForce(field="message")
    warning = message.warning
    day = today_of(rec.now)
    ladder = ladder_for(warning.unit, message.level, warning.hazard, day)
    chosen = chosen_for(message, ladder, day)
    if not chosen:
        raise NobodyInside(field="message")
    before = _replaced(rec, warning)
    round_ = CallRound(
        warning=warning,
        message=message,
        unit=warning.unit,
        level=message.level,
        ladder=ladder.to_json(),
        mode=current().mode,
        opened_at=rec.now,
        opened_by=rec.actor.account,
        replaces=before,
    )
    rows = list(_rows(rec, chosen, ladder, _carried(before, message)))
    round_.unlocated_count = sum(row.chosen.found is Found.UNLOCATED for row in rows)
    round_.addressees_count = len(rows)
    _write(rec, round_, rows)
    return {
        "id": str(round_.pk),
        "addressees": round_.addressees_count,
        "unlocated": round_.unlocated_count,
    }


def _replaced(rec: Recording, warning: IssuedWarning) -> CallRound | None:
    """The latest round of the warning, closed if it still ran."""
    found = CallRound.objects.filter(warning=warning).order_by("-opened_at", "-pk").first()
    if found is None:
        return None
    row = rec.lock(CallRound, found.pk)
    if row.closed_at is None:
        apply_close(rec, row, RoundEnd.REPLACED)
    return row


def _carried(before: CallRound | None, message: WarningMessage) -> dict[Any, CallAddressee]:
    """Answers that hold on: a level that is not higher asks nobody again who answered.

    House rule: a raised warning is a new danger, so that everybody is called anew.
    """
    if before is None or RANK[Level(message.level)] > RANK[Level(before.level)]:
        return {}
    answered = CallAddressee.objects.filter(round=before, state=CallState.ANSWERED.value)
    return {row.contact_id: row for row in answered}


def _rows(
    rec: Recording, chosen: list[Chosen], ladder: Ladder, carried: dict[Any, CallAddressee]
) -> Any:
    reaches = Reaches((one.contact.person, one.contact.deputy) for one in chosen)
    moves: dict[Any, Any] = {}
    for one in chosen:
        old = carried.get(one.contact.pk)
        if old is not None:
            place = Place(state=CallState.ANSWERED, answered_at=old.answered_at)
            yield Row(key=new_id(), chosen=one, place=place, carried=old)
            continue
        if one.found is Found.UNLOCATED:
            yield Row(key=new_id(), chosen=one, place=unlocated())
            continue
        reach = reaches.of(one.contact.person, one.contact.deputy, has_upper=one.upper is not None)
        if reach not in moves:
            moves[reach] = begin(ladder, reach, rec.now)
        yield new_row(one, moves[reach])


def _write(rec: Recording, round_: CallRound, rows: list[Row]) -> None:
    """The round, its units, its addressees, the messages of the first step, the alarms."""
    round_.addressees_digest = rows_digest(rows)
    validate(round_)
    rec.add(round_)
    called = Counter(
        row.chosen.contact.unit for row in rows if row.chosen.found is not Found.UNLOCATED
    )
    listed = {row.chosen.contact.unit: called[row.chosen.contact.unit] for row in rows}
    open_units(rec, round_, listed)
    insert_rows(round_, rows)
    entries = [
        Entered(
            row.key,
            row.place.step,
            row.chosen.contact.person,
            row.chosen.contact.deputy,
            row.chosen.upper,
        )
        for row in rows
        if row.calls
    ]
    append_events(rec, step_events(round_.to_ladder(), entries))
    send_messages(rec, round_, entries)
    raise_alarms(rec, round_, {row.chosen.contact.unit for row in rows if row.place.is_alarmed})
