"""Issuing a bulletin: it becomes a message of its own body, by the way of all messages, so that
inbox, expiry and call-and-confirm work on it; what it follows is over in the same entry."""

import datetime as dt
import uuid
from typing import Any, Final

from anlan.base.actor import Actor
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.base.worlds.current import current
from anlan.warning.actions.bulletins.drafting import (
    check_whole,
    held,
    result_of,
    step,
    writable,
)
from anlan.warning.actions.bulletins.errors import (
    NotFollowable,
    RouteChanged,
)
from anlan.warning.actions.errors import SaidAlready
from anlan.warning.actions.receiving import Drawn, NewMessage, Told, keep_message, unit_for_change
from anlan.warning.choices import Intake
from anlan.warning.models import Bulletin, WarningMessage
from anlan.warning.queries.bulletins import (
    areas_of,
    bulletin_route,
    identifier_of,
    is_followable,
    issuer_of,
    references_at,
    sender_of,
    spoken_of,
)
from anlan.warning.queries.calling import today_of
from anlan.warning.rules.bulletin import cap, words
from anlan.warning.rules.bulletin.life import BulletinAct, BulletinState
from anlan.warning.rules.bulletin.route import BulletinWay

A_SECOND: Final = dt.timedelta(seconds=1)
"""What follows is told after what it follows: of two messages of one second the inbox takes a
lift as the earlier."""


def issue_bulletin(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Issue an approved bulletin of the body's own. Returns its message and warning too."""
    with recording(
        action="warning.bulletin.issue",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            _issue(rec, key, expected_version)
    return rec.result


def _issue(rec: Recording, key: uuid.UUID, expected_version: int) -> None:
    row = writable(rec, key, expected_version)
    unit_for_change(rec, row.unit_id)
    before = None if row.follows_id is None else held(rec, row.follows_id)
    require_way(row, BulletinWay.PUBLISH, rec.now)
    step(row, BulletinAct.LIFT if row.is_lift else BulletinAct.ISSUE)
    if before is not None and not is_followable(before, rec.now):
        raise NotFollowable(field="follows")
    check_whole(row, rec.now)
    _end_over(rec, row)
    stamp(rec, row)
    if before is not None:
        row.sent_at = max(sent_of(row), sent_of(before) + A_SECOND)
    row.sender, row.identifier = sender_of(row.body), identifier_of(row)
    row.refers_to = references_at(row, sent_of(row))
    if before is not None and not row.refers_to:
        raise NotFollowable(field="follows")
    if before is not None:
        step(before, BulletinAct.CANCEL if row.is_lift else BulletinAct.REPLACE)
        rec.save(before)
    taken = _take_in(rec, row)
    row.message = WarningMessage.objects.get(pk=taken["id"])
    validate(row)
    rec.save(row)
    rec.result = result_of(row) | {
        "message": taken["id"],
        "warning": taken["warning"],
        "notes": taken["notes"],
    }


def _end_over(rec: Recording, row: Bulletin) -> None:
    """What ran out makes room at once, also before the sweep came by."""
    over = Bulletin.objects.filter(
        body=row.body,
        hazard=row.hazard,
        state=BulletinState.ISSUED.value,
        expires_at__lte=rec.now,
    )
    for key in list(over.values_list("pk", flat=True)):
        old = rec.lock(Bulletin, key)
        step(old, BulletinAct.EXPIRE)
        rec.save(old)


def require_way(row: Bulletin, way: BulletinWay, now: dt.datetime) -> None:
    """The rights of today still say what they said when it was written."""
    if row.way != way:
        raise RouteChanged(field="way")
    if bulletin_route(row, today_of(now)).known().way is not way:
        raise RouteChanged(field="way")


def stamp(rec: Recording, row: Bulletin) -> None:
    """Whole seconds: what is kept is what the message says."""
    row.sent_at, row.sent_by = cap.cap_time(rec.now), rec.actor.account
    row.mode = current().mode
    if row.effective_at is None and not row.is_lift:
        row.effective_at = row.sent_at


def sent_of(row: Bulletin) -> dt.datetime:
    if row.sent_at is None:
        raise ValueError("it was not sent")
    return row.sent_at


def _take_in(rec: Recording, row: Bulletin) -> dict[str, Any]:
    """The message, placed as a received one is."""
    regions, outlines = areas_of(row)
    at = sent_of(row)
    told = Told(
        issuer=issuer_of(row.body),
        hazard=row.hazard,
        level=row.level,
        change=row.change,
        issued_at=at,
        expires_at=row.expires_at,
        regions=tuple(region.pk for region in regions),
        outlines=tuple(Drawn(outline=outline, name=name) for name, outline in outlines),
    )
    new = NewMessage(
        text=words.full_text(spoken_of(row, at)),
        told=told,
        unit=row.unit_id,
        received_at=at,
        identifier=row.identifier,
        intake=Intake.OWN,
    )
    taken = keep_message(rec, new)
    if taken["is_repeated"]:
        raise SaidAlready(field="change", issuer=told.issuer)
    return taken


def expire_bulletins(now: dt.datetime) -> int:
    """Bulletins whose time is over. Returns how many."""
    rows = Bulletin.objects.filter(state=BulletinState.ISSUED.value, expires_at__lte=now)
    return sum(_expire(key, version, now) for key, version in rows.values_list("pk", "version"))


def _expire(key: uuid.UUID, version: int, now: dt.datetime) -> int:
    with recording(
        action="warning.bulletin.expire",
        actor=Actor.program("warning"),
        now=now,
        request_id=f"bulletin-expiry-{key.hex}-{version}",
        payload={"bulletin": str(key)},
    ) as rec:
        if rec.repeated:
            return 0
        row = rec.lock(Bulletin, key)
        is_over = row.expires_at is not None and row.expires_at <= now
        if row.state != BulletinState.ISSUED or not is_over:
            return 0
        step(row, BulletinAct.EXPIRE)
        rec.save(row)
        rec.result = {"id": str(key), "version": row.version}
    return 1
