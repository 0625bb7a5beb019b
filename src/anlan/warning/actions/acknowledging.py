"""What people do with a notice: acknowledge it, judge it, end one that nobody watches any more."""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.warning.actions.monitoring_notices import (
    add_event,
    answer_term,
    end_term,
    rank_of,
)
from anlan.warning.choices import Judged, NoticeEventKind
from anlan.warning.models import MonitoringNotice
from anlan.warning.queries.monitoring import is_watched
from anlan.warning.queries.received import may_receive


class NoteMissing(Invalid):
    code = "note-missing"
    message = gettext_noop(
        "Say in a few words what was seen or done: whoever comes next reads it."
    )


class NotJudgedSo(Invalid):
    code = "not-judged-so"
    message = gettext_noop("Say whether there was an event or not.")


class StillWatched(Invalid):
    code = "still-watched"
    message = gettext_noop(
        "Its rule still watches this place: it ends by itself when whole windows lie below the "
        "limit. Acknowledge it, or judge that it is not an event."
    )


def acknowledge_notice(
    notice_id: uuid.UUID,
    *,
    note: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A person has seen the notice at its present level. A higher level asks again."""
    text = note.strip()
    with recording(
        action="warning.monitoring.acknowledge",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"notice": str(notice_id), "version": expected_version, "note": text},
    ) as rec:
        if not rec.repeated:
            row = _locked(rec, notice_id, expected_version)
            if not text:
                raise NoteMissing(field="note")
            row.acknowledged_at, row.acknowledged_by = now, actor.account
            row.acknowledged_level, row.acknowledged_note = row.highest, text
            answer_term(rec, row, text)
            rec.save(row)
            add_event(rec, row, NoticeEventKind.ACKNOWLEDGED, now, after=rank_of(row), note=text)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def judge_notice(
    notice_id: uuid.UUID,
    *,
    judged: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Say whether there was an event behind it, for the scoring. A later judgement replaces it."""
    with recording(
        action="warning.monitoring.judge",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"notice": str(notice_id), "version": expected_version, "judged": judged},
    ) as rec:
        if not rec.repeated:
            row = _locked(rec, notice_id, expected_version)
            if judged not in (Judged.EVENT, Judged.NO_EVENT):
                raise NotJudgedSo(field="judged")
            if not reason.strip():
                raise NoteMissing(field="reason")
            row.judged, row.judged_at = judged, now
            row.judged_by, row.judged_reason = actor.account, reason.strip()
            rec.save(row)
            add_event(rec, row, NoticeEventKind.JUDGED, now, note=reason.strip())
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def end_unwatched(
    notice_id: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """End a notice whose rule or datastream is out of use: nothing will ever lower it."""
    with recording(
        action="warning.monitoring.end",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"notice": str(notice_id), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = _locked(rec, notice_id, expected_version)
            if row.ended_at is not None or is_watched(row, now):
                raise StillWatched
            if not reason.strip():
                raise NoteMissing(field="reason")
            before = rank_of(row)
            end_term(rec, row)
            row.ended_at, row.silent_since = max(now, row.opened_at), None
            rec.save(row)
            add_event(rec, row, NoticeEventKind.UNWATCHED, now, before=before, note=reason.strip())
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _locked(rec: Recording, notice_id: uuid.UUID, version: int) -> MonitoringNotice:
    """A notice in view of somebody who may act for its unit."""
    scope = rec.actor.scope
    seen = MonitoringNotice.objects.visible_to(scope).filter(pk=notice_id)
    found = seen.select_related("datastream__station__unit").first()
    if found is None:
        raise NotFound
    if not may_receive(scope, found.datastream.station.unit.code):
        raise NotAllowed
    return rec.lock(MonitoringNotice, notice_id, expected_version=version)
