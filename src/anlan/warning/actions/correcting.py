"""A message that was misread is corrected: what was read changes, its text never."""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.registers.models import ReportingUnit
from anlan.warning.actions.errors import OwnMessage, SaidAlready
from anlan.warning.actions.receiving import (
    Areas,
    Told,
    areas_for,
    complete,
    notes_of,
    place,
    refuse_times,
    result_of,
    same_message,
    set_state,
    told_payload,
    unit_for_change,
)
from anlan.warning.choices import Intake
from anlan.warning.models import IssuedWarning, WarningArea, WarningMessage
from anlan.warning.queries.received import Identity, known_warnings, said_by
from anlan.warning.rules.episode import state_of


def correct_message(
    message_id: uuid.UUID,
    told: Told,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Say anew what a message says, with the reason. A message of another issuer or hazard moves
    to the warning it belongs to; one that has no message left is removed."""
    with recording(
        action="warning.message.correct",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"message": str(message_id), "version": expected_version, **told_payload(told)},
    ) as rec:
        if not rec.repeated:
            _correct(rec, message_id, told, expected_version)
    return rec.result


def _correct(rec: Recording, message_id: uuid.UUID, told: Told, expected_version: int) -> None:
    seen = WarningMessage.objects.visible_to(rec.actor.scope).filter(pk=message_id)
    found = seen.select_related("warning").first()
    if found is None:
        raise NotFound
    unit = unit_for_change(rec, found.warning.unit_id)
    row = rec.lock(WarningMessage, message_id, expected_version=expected_version)
    if row.intake == Intake.OWN:
        raise OwnMessage
    whole = complete(told, unit)
    refuse_times(whole, row.received_at)
    twin = same_message(whole, unit)
    if twin is not None and twin.pk != row.pk:
        raise SaidAlready(field="change", issuer=whole.issuer)
    areas = areas_for(whole, unit)
    old = rec.lock(IssuedWarning, row.warning_id)
    is_moved = (old.issuer, old.hazard) != (whole.issuer, whole.hazard)
    notes: list[dict[str, str]] = []
    if is_moved:
        verdict, row.warning = place(rec, whole, unit)
        notes = notes_of(verdict)
    _set(row, whole)
    validate(row)
    rec.save(row)
    _set_areas(rec, row, areas)
    settle(rec, old, unit)
    rec.result = result_of(row, notes=notes)


def _set(row: WarningMessage, told: Told) -> None:
    row.level, row.change = told.level, told.change
    row.issued_at, row.expires_at = told.issued_at, told.expires_at


def settle(rec: Recording, warning: IssuedWarning, unit: ReportingUnit) -> None:
    """The warning as its messages make it now; without any it is removed. Only the last of its
    issuer and hazard can be in force."""
    messages = [said_by(each) for each in warning.messages.all()]
    if not messages:
        rec.remove(warning)
        return
    state = state_of(messages, rec.now)
    identity = Identity(issuer=warning.issuer, unit=unit.pk, hazard=warning.hazard)
    known = [row for row, _episode in known_warnings(identity)]
    ended_at = warning.ended_at
    set_state(warning, state)
    later = [row for row in known if row.pk != warning.pk and row.issued_at > state.issued_at]
    if later and warning.ended_at is None:
        first = min(row.issued_at for row in later)
        warning.ended_at = ended_at if ended_at is not None else first
    validate(warning)
    rec.save(warning)


def _set_areas(rec: Recording, row: WarningMessage, areas: Areas) -> None:
    """What stays keeps its row."""
    wanted = areas.rows(row)
    there = list(row.areas.order_by("id"))
    for area in there:
        if _place(area) not in [_place(each) for each in wanted]:
            rec.remove(rec.lock(WarningArea, area.pk))
    known = [_place(area) for area in there]
    rec.add_many([area for area in wanted if _place(area) not in known])


def _place(area: WarningArea) -> tuple[Any, ...]:
    return area.region_id, area.outline, area.name if area.outline is not None else ""
