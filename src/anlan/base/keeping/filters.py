"""Saved filters: the state of a list under a name, for oneself or for one's body."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Q

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import SavedFilter
from anlan.base.rules.labels import gettext_noop

MOST = 30
"""House rule: more names than this above a list are found by nobody."""


class TooManyFilters(Invalid):
    code = "too-many-filters"
    message = gettext_noop("At most {most} filters are kept for a list. Remove one first.")


class NameTaken(Invalid):
    code = "filter-name-taken"
    message = gettext_noop("You have a filter “{name}” for this list already. Take another name.")


class NothingToKeep(Invalid):
    code = "nothing-to-keep"
    message = gettext_noop("Set a condition, a sort or columns first, then save them.")


class NoBody(Invalid):
    code = "no-body"
    message = gettext_noop("You hold no post in a body today, so there is nobody to share with.")


def filters_for(actor: Actor, screen: str) -> list[SavedFilter]:
    """One's own, and those that colleagues of one's body share. One query."""
    mine = Q(account=actor.account)
    shared = SavedFilter.visible_q(actor.scope)
    rows = SavedFilter.objects.filter(mine if shared is None else mine | shared, screen=screen)
    return sorted(rows, key=lambda row: (row.account != actor.account, row.name))


def save_filter(
    screen: str,
    name: str,
    state: str,
    *,
    is_shared: bool,
    is_default: bool,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Keep a state under a new name. Of the filters of a list at most one is the default."""
    _require(actor)
    name = name.strip()
    payload = {"screen": screen, "name": name, "state": state, "shared": is_shared}
    with recording(
        action="base.savedfilter.create",
        actor=actor,
        now=now,
        request_id=request_id,
        payload=payload | {"default": is_default},
    ) as rec:
        if rec.repeated:
            return rec.result
        own = SavedFilter.objects.filter(account=actor.account, screen=screen)
        _check(own, name, state, is_shared=is_shared, actor=actor)
        row = SavedFilter(
            account=actor.account,
            body=actor.body,
            screen=screen,
            name=name,
            state=state,
            is_shared=is_shared,
            is_default=is_default,
        )
        upkeep.validate(row)
        if is_default:
            _no_other_default(rec, own)
        rec.add(row)
        rec.result = {"id": str(row.pk)}
    return rec.result


def set_default(
    filter_id: uuid.UUID, *, is_default: bool, actor: Actor, now: dt.datetime, request_id: str
) -> None:
    """Whether a list opens with this filter; only for oneself."""
    own = _own(filter_id, actor)
    with recording(
        action="base.savedfilter.change",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"filter": str(filter_id), "default": is_default},
    ) as rec:
        if rec.repeated:
            return
        others = SavedFilter.objects.filter(account=actor.account, screen=own.screen)
        _no_other_default(rec, others.exclude(pk=own.pk))
        row = rec.lock(SavedFilter, own.pk)
        row.is_default = is_default
        rec.save(row)


def remove_filter(
    filter_id: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str
) -> None:
    """Only one's own."""
    _require(actor)
    with recording(
        action="base.savedfilter.remove",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"filter": str(filter_id)},
    ) as rec:
        if not rec.repeated:
            rec.remove(rec.lock(SavedFilter, _own(filter_id, actor).pk))


def _require(actor: Actor) -> None:
    if actor.scope is None or not actor.scope.may("read-published"):
        raise NotAllowed


def _own(filter_id: uuid.UUID, actor: Actor) -> SavedFilter:
    _require(actor)
    row: SavedFilter | None = SavedFilter.objects.filter(
        pk=filter_id, account=actor.account
    ).first()
    if row is None:
        raise NotFound
    return row


def _check(own: Any, name: str, state: str, *, is_shared: bool, actor: Actor) -> None:
    if not state.strip("?"):
        raise NothingToKeep
    if own.count() >= MOST:
        raise TooManyFilters(most=MOST)
    if own.filter(name=name).exists():
        raise NameTaken(field="name", name=name)
    if is_shared and not actor.body:
        raise NoBody


def _no_other_default(rec: Recording, rows: Any) -> None:
    for key in rows.filter(is_default=True).values_list("pk", flat=True):
        row = rec.lock(SavedFilter, key)
        row.is_default = False
        rec.save(row)
