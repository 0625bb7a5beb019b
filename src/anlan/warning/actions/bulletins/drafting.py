"""Drafts of bulletins: writing, changing, submitting, taking back, discarding."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.registers.models import Body, Region
from anlan.warning.actions.bulletins.errors import (
    ActRefused,
    BulletinIncomplete,
    ChangeUnfit,
    FollowedAlready,
    InForceAlready,
    NotFollowable,
    OwnerMissing,
)
from anlan.warning.actions.bulletins.terms import open_term, withdraw_term
from anlan.warning.actions.errors import TimesOutOfOrder
from anlan.warning.actions.receiving import MOST_REGIONS, Drawn, drawn_of, shown
from anlan.warning.models import Bulletin, BulletinArea
from anlan.warning.queries.bulletins import (
    areas_of,
    bulletin_route,
    change_gap_of,
    gaps,
    is_followable,
    may_write,
)
from anlan.warning.queries.calling import today_of
from anlan.warning.rules.bulletin.content import PART_LABELS
from anlan.warning.rules.bulletin.life import (
    BulletinAct,
    BulletinActRefused,
    BulletinState,
    after,
)
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.rules.bulletin.words import printable
from anlan.warning.rules.signal import Change

WORDS: Final = ("headline", "text", "instruction", "effective_at", "expires_at", "origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is written. Only body, hazard, level and change must be known; the rest may be missing
    until it is submitted. `owner` counts where no row of rights names one."""

    body: uuid.UUID
    hazard: str
    level: str
    change: str = Change.ISSUE.value
    headline: str = ""
    text: str = ""
    instruction: str = ""
    effective_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    origin: str = ""
    owner: str = ""
    regions: tuple[uuid.UUID, ...] = ()
    outlines: tuple[Drawn, ...] = ()
    follows: uuid.UUID | None = None


def write_bulletin(
    draft: Draft, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """A new draft. One that follows another takes body and hazard of that one."""
    with recording(
        action="warning.bulletin.write",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=_payload(draft),
    ) as rec:
        if not rec.repeated:
            _write(rec, draft)
    return rec.result


def rewrite_bulletin(
    key: uuid.UUID,
    draft: Draft,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Change a draft, or one that was sent back. Whoever else changed it meanwhile is told."""
    with recording(
        action="warning.bulletin.rewrite",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version, **_payload(draft)},
    ) as rec:
        if not rec.repeated:
            row = writable(rec, key, expected_version)
            step(row, BulletinAct.EDIT)
            _set(rec, row, replace(draft, follows=row.follows_id))
            row.sent_back_because = ""
            rec.save(row, with_parts=_set_areas(rec, row, draft))
            rec.result = result_of(row)
    return rec.result


def submit_bulletin(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Hand it over for approval; refused while something is missing."""
    with recording(
        action="warning.bulletin.submit",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = writable(rec, key, expected_version)
            step(row, BulletinAct.SUBMIT)
            set_route(row, rec.now)
            check_whole(row, rec.now)
            row.submitted_at, row.submitted_by = rec.now, rec.actor.account
            add_hands(row, rec.actor)
            open_term(rec, row)
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def take_back_bulletin(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Undo a submission, also after the approval: nothing left the house yet."""
    with recording(
        action="warning.bulletin.take-back",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = writable(rec, key, expected_version)
            step(row, BulletinAct.TAKE_BACK)
            void_approval(row)
            withdraw_term(rec, row)
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def discard_bulletin(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Lay a draft aside; it stays readable."""
    with recording(
        action="warning.bulletin.discard",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = writable(rec, key, expected_version)
            step(row, BulletinAct.DISCARD)
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def _write(rec: Recording, draft: Draft) -> None:
    before = None
    if draft.follows is not None:
        before = held(rec, draft.follows)
        if not is_followable(before, rec.now):
            raise NotFollowable(field="follows")
        if before.followed_by.exclude(state=BulletinState.DISCARDED.value).exists():
            raise FollowedAlready(field="follows")
        draft = replace(draft, body=before.body_id, hazard=before.hazard)
        if draft.change == Change.LIFT:
            draft = replace(draft, level=before.level)
    row = Bulletin(drafted_at=rec.now, written_by=rec.actor.account, follows=before)
    _set(rec, row, draft)
    rec.add(row)
    _set_areas(rec, row, draft if before is None else _with_areas(draft, before))
    rec.result = result_of(row)


def _with_areas(draft: Draft, before: Bulletin) -> Draft:
    """A follower that says no area holds where the one before held."""
    if draft.regions or draft.outlines:
        return draft
    regions, outlines = areas_of(before)
    drawn = tuple(Drawn(outline=outline, name=name) for name, outline in outlines)
    return replace(draft, regions=tuple(region.pk for region in regions), outlines=drawn)


def _set(rec: Recording, row: Bulletin, draft: Draft) -> None:
    body = Body.objects.visible_to(rec.actor.scope).filter(pk=draft.body).first()
    if body is None:
        raise NotFound
    if row.body_id is not None and not may_write(rec.actor.scope, row.body):
        raise NotAllowed
    row.body, row.unit = body, body.unit
    if not may_write(rec.actor.scope, body):
        raise NotAllowed
    for words in (draft.headline, draft.text, draft.instruction, draft.origin, draft.owner):
        refuse_secret(words)
    fill(row, draft, rec.now)
    refuse_order(row)
    row.written_by = rec.actor.account
    add_hands(row, rec.actor)
    validate(row)


def fill(row: Bulletin, draft: Draft, now: dt.datetime) -> None:
    """The columns that a draft says, and the way that follows from them. Also for a preview."""
    row.hazard, row.level, row.change = draft.hazard, draft.level, draft.change
    for name in WORDS:
        value = getattr(draft, name)
        setattr(row, name, printable(value) if isinstance(value, str) else value)
    if row.is_lift:
        row.expires_at = None
    row.owner = printable(draft.owner)
    set_route(row, now)


def refuse_order(row: Bulletin) -> None:
    start, end = row.effective_at, row.expires_at
    if start is not None and end is not None and end <= start:
        raise TimesOutOfOrder(
            field="expires_at",
            later=f"{gettext('expires at')} {shown(end)}",
            earlier=f"{gettext('holds from')} {shown(start)}",
        )


def set_route(row: Bulletin, now: dt.datetime) -> None:
    """The way by the register of rights of the day; the owner that a row names goes before what
    was typed."""
    route = bulletin_route(row, today_of(now)).known()
    row.way = route.way.value
    if route.way is BulletinWay.PUBLISH:
        row.owner, row.owner_body = "", None
    elif route.owner:
        row.owner = route.owner
        row.owner_body = Body.objects.filter(code=route.owner_body).first()
    else:
        row.owner_body = None


def check_whole(row: Bulletin, now: dt.datetime) -> None:
    """Everything that is missing or does not fit, as one refusal."""
    missing = gaps(row, now)
    if missing:
        parts = "、".join(gettext(PART_LABELS[part]) for part in missing)
        raise BulletinIncomplete(field=missing[0].value, parts=parts)
    wrong = change_gap_of(row)
    if wrong is not None:
        raise ChangeUnfit(wrong.text(gettext), field="change")
    if row.way == BulletinWay.PROPOSE and not row.owner:
        raise OwnerMissing(field="owner")
    if row.follows is not None and not is_followable(row.follows, now):
        raise NotFollowable(field="follows")
    if row.way == BulletinWay.PUBLISH and row.follows_id is None and _in_force(row, now):
        raise InForceAlready(field="hazard")


def _in_force(row: Bulletin, now: dt.datetime) -> bool:
    same = Bulletin.objects.filter(body=row.body, hazard=row.hazard)
    rows = same.filter(state=BulletinState.ISSUED.value)
    return any(is_followable(each, now) for each in rows)


def _set_areas(rec: Recording, row: Bulletin, draft: Draft) -> bool:
    """Bring the areas in line. Returns whether anything changed."""
    regions = list(Region.objects.filter(pk__in=draft.regions).order_by("code"))
    if len(regions) != len(set(draft.regions)) or len(regions) > MOST_REGIONS:
        raise NotFound
    drawn = drawn_of(draft.outlines)
    wanted = [BulletinArea(bulletin=row, region=region) for region in regions]
    wanted += [BulletinArea(bulletin=row, name=d.name, outline=dict(d.outline)) for d in drawn]
    there = list(row.areas.order_by("id"))
    gone = [area for area in there if _place(area) not in [_place(each) for each in wanted]]
    for area in gone:
        rec.remove(rec.lock(BulletinArea, area.pk))
    known = [_place(area) for area in there]
    new = [area for area in wanted if _place(area) not in known]
    rec.add_many(new)
    return bool(gone or new)


def _place(area: BulletinArea) -> tuple[Any, ...]:
    return area.region_id, area.outline, area.name


def held(rec: Recording, key: uuid.UUID, expected_version: int | None = None) -> Bulletin:
    """A visible bulletin, locked."""
    if not Bulletin.objects.visible_to(rec.actor.scope).filter(pk=key).exists():
        raise NotFound
    return rec.lock(Bulletin, key, expected_version=expected_version)


def writable(rec: Recording, key: uuid.UUID, expected_version: int) -> Bulletin:
    """A locked bulletin of a body that the actor writes for."""
    row = held(rec, key, expected_version)
    if not may_write(rec.actor.scope, row.body):
        raise NotAllowed
    return row


def step(row: Bulletin, act: BulletinAct) -> None:
    """Move the state, or refuse in words."""
    try:
        row.state = after(BulletinState(row.state), act).value
    except BulletinActRefused as refused:
        raise ActRefused(refused.message.text(gettext)) from refused


def add_hands(row: Bulletin, actor: Actor) -> None:
    """Who wrote or submitted it may not approve it; an edit adds a hand and removes none."""
    row.hands = list(dict.fromkeys([*row.hands, *keys_of(actor)]))


def keys_of(actor: Actor) -> tuple[str, ...]:
    """Account and person of an actor: a person with two accounts is one pair of eyes."""
    person = getattr(actor.scope, "person", "")
    return tuple(key for key in (actor.account, str(person)) if key)


def void_approval(row: Bulletin) -> None:
    row.approved_at, row.approved_by, row.signer = None, "", ""


def result_of(row: Bulletin) -> dict[str, Any]:
    return {"id": str(row.pk), "version": row.version, "state": str(row.state)}


def _payload(draft: Draft) -> dict[str, Any]:
    return {
        "body": str(draft.body),
        "follows": str(draft.follows or ""),
        "hazard": str(draft.hazard),
        "level": str(draft.level),
        "change": str(draft.change),
        "owner": draft.owner,
        **{name: str(getattr(draft, name) or "") for name in WORDS},
        "regions": _sorted(draft.regions),
        "outlines": [{"name": each.name, "outline": each.outline} for each in draft.outlines],
    }


def _sorted(keys: Iterable[uuid.UUID]) -> list[str]:
    return sorted(str(key) for key in keys)
