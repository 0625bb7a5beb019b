"""The stamp of the instance: read here and nowhere else. A page reads it once a request, by
whoever asks first; what decides (guard, refusals, files) reads it anew."""

import datetime as dt

from django.db.models import Subquery
from django.http import HttpRequest

from anlan.base.models import InstanceStamp, JournalEntry

KEPT = "_anlan_stamp"


def stamp_of(request: HttpRequest) -> InstanceStamp | None:
    """With `first_known_at`, when the earliest sealed entry of the live journal was known. The
    stamp of an instance does not change while a request is answered."""
    if not hasattr(request, KEPT):
        setattr(request, KEPT, read_stamp())
    found: InstanceStamp | None = getattr(request, KEPT)
    return found


def is_demonstration(request: HttpRequest) -> bool:
    """As stamped in the database; never by a setting alone."""
    found = stamp_of(request)
    return bool(found and found.is_demonstration)


def made_at(request: HttpRequest) -> dt.datetime | None:
    found = stamp_of(request)
    return None if found is None else found.made_at


def first_known_at(request: HttpRequest) -> dt.datetime | None:
    found = stamp_of(request)
    return None if found is None else found.first_known_at  # type: ignore[attr-defined]


def stamp_now() -> InstanceStamp | None:
    """The stamp as it stands in the live database, whatever world is open; None when the database
    was not claimed by any instance yet."""
    return InstanceStamp.objects.using("default").filter(id=1).first()


def is_demonstration_now() -> bool | None:
    """As stamped, never by a setting alone; None without a stamp: nobody knows what it is."""
    found = stamp_now()
    return None if found is None else found.is_demonstration


def read_stamp() -> InstanceStamp | None:
    """One query, in the live database: stamps and the journal of the instance stay there."""
    sealed = JournalEntry.objects.filter(seq__isnull=False).order_by("known_at")
    stamps = InstanceStamp.objects.using("default").filter(id=1)
    return stamps.annotate(first_known_at=Subquery(sealed.values("known_at")[:1])).first()
