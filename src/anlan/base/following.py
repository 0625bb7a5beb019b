"""Followers: what a stage does because of entries of the journal, with a durable place.

Only sealed entries, in their order. An entry is handled in one transaction with the move of the
place, so a kill at any moment leaves both or neither; the request id that a handler passes on
follows from follower and entry, so an entry that comes twice gives the first result. A failure
keeps the place: later entries wait behind it, other followers go on.
"""

import datetime as dt
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from anlan.base.actor import Actor, permitted
from anlan.base.errors import NotFound
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import recording
from anlan.base.models import FollowerPlace, JournalEntry, JournalHead, JournalSubject
from anlan.base.parts import Followed, Follower
from anlan.base.rules.retry import next_attempt_after

logger = logging.getLogger(__name__)
ENTRIES_A_RUN = 200


def follow_all(followers: Sequence[Follower], now: dt.datetime) -> int:
    """One run of every follower. Returns how many entries were handled."""
    return sum(follow(follower, now) for follower in followers)


def follow(follower: Follower, now: dt.datetime) -> int:
    """Handle what waits for one follower, at most `ENTRIES_A_RUN` entries; stop at a failure."""
    place = place_of(follower)
    if place.next_attempt_at is not None and place.next_attempt_at > now:
        return 0
    handled = 0
    for entry in _waiting(follower, place.seq):
        try:
            handled += _handle(follower, entry, now)
        except DatabaseError:
            raise  # the database is busy or away: no fault of this entry
        except Exception as error:
            _keep_failure(follower, error, now)
            return handled
    return handled


def place_of(follower: Follower) -> FollowerPlace:
    """Where a follower stands; a new one begins at the first entry, or at the end."""
    begin = 0 if follower.from_beginning else sealed_end()
    place, _ = FollowerPlace.objects.get_or_create(name=follower.name, defaults={"seq": begin})
    return place


def sealed_end() -> int:
    return JournalHead.objects.filter(id=1).values_list("seq", flat=True).first() or 0


def request_id_for(follower: str, entry_id: Any) -> str:
    """The same for the same follower and entry, whatever happens in between."""
    return "follow-" + plain_digest(f"{follower}\x00{entry_id}".encode())[:48]


def matching(follower: Follower) -> QuerySet[JournalEntry]:
    """Sealed entries that a follower follows: by action, or by a model that they touch."""
    touched = JournalSubject.objects.filter(entry=OuterRef("pk"), model__in=follower.models)
    wanted = Q(action__in=follower.actions)
    if follower.models:
        wanted |= Exists(touched)
    return JournalEntry.objects.filter(wanted, seq__isnull=False).order_by("seq")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerLine:
    """A follower as its screen and the API show it. `waiting` are entries it has to handle."""

    name: str
    seq: int
    sealed: int
    waiting: int
    attempts: int
    last_error: str
    next_attempt_at: dt.datetime | None

    @property
    def state(self) -> str:
        if self.attempts:
            return "failing"
        return "waiting" if self.waiting else "following"


def lines(followers: Sequence[Follower]) -> list[FollowerLine]:
    """Every declared follower, also one that never ran."""
    places = {place.name: place for place in FollowerPlace.objects.all()}
    sealed = sealed_end()
    return [_line(one, places.get(one.name), sealed) for one in followers]


def try_again(
    followers: Sequence[Follower], name: str, *, actor: Actor, now: dt.datetime, request_id: str
) -> None:
    """Let a failing follower try its entry again at once."""
    permitted(actor, "keep-instance")
    if name not in {one.name for one in followers}:
        raise NotFound
    with recording(
        action="base.follower.retry",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"follower": name},
    ) as rec:
        if not rec.repeated:
            FollowerPlace.objects.filter(name=name).update(next_attempt_at=None)
            rec.note(follower=name)


def _line(follower: Follower, place: FollowerPlace | None, sealed: int) -> FollowerLine:
    begin = 0 if follower.from_beginning else sealed
    seq = begin if place is None else place.seq
    return FollowerLine(
        name=follower.name,
        seq=seq,
        sealed=sealed,
        waiting=matching(follower).filter(seq__gt=seq).count(),
        attempts=place.attempts if place else 0,
        last_error=place.last_error if place else "",
        next_attempt_at=place.next_attempt_at if place else None,
    )


def _waiting(follower: Follower, after: int) -> Iterator[JournalEntry]:
    """Matching entries after a place. When none is left the place moves to the sealed end, so
    that entries of others are never looked through again."""
    end = sealed_end()
    found = list(matching(follower).filter(seq__gt=after, seq__lte=end)[:ENTRIES_A_RUN])
    yield from found
    if len(found) < ENTRIES_A_RUN and end > after:
        _move_to_end(follower, (found[-1].seq or after) if found else after, end)


def _move_to_end(follower: Follower, stands_at: int, end: int) -> None:
    FollowerPlace.objects.filter(name=follower.name, seq=stands_at, attempts=0).update(seq=end)


def _handle(follower: Follower, entry: JournalEntry, now: dt.datetime) -> int:
    """One entry and the move of the place, both or neither."""
    with transaction.atomic():
        place = FollowerPlace.objects.select_for_update().get(name=follower.name)
        if entry.seq is None or place.seq >= entry.seq:
            return 0  # another process was faster
        follower.handle(followed_of(follower, entry), now)
        place.seq, place.attempts = entry.seq, 0
        place.last_error, place.next_attempt_at = "", None
        place.save()
    return 1


def followed_of(follower: Follower, entry: JournalEntry) -> Followed:
    content = json.loads(entry.content)
    return Followed(
        seq=entry.seq or 0,
        id=entry.id,
        action=entry.action,
        actor=entry.actor,
        known_at=entry.known_at,
        content=content,
        request_id=request_id_for(follower.name, entry.id),
    )


def _keep_failure(follower: Follower, error: Exception, now: dt.datetime) -> None:
    """The class of the error alone: its text may hold personal data."""
    logger.error(
        "follower failed", extra={"follower": follower.name, "cause": type(error).__name__}
    )
    with transaction.atomic():
        place = FollowerPlace.objects.select_for_update().get(name=follower.name)
        place.attempts += 1
        place.last_error = type(error).__name__
        place.next_attempt_at = next_attempt_after(now, place.attempts)
        place.save()
