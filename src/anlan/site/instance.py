"""What this instance is: demonstration or real, prepared or still in its first run."""

import datetime as dt

from django.conf import settings

from anlan.base.errors import Refused
from anlan.base.instance_stamp import is_demonstration_now, stamp_now
from anlan.base.models import InstanceStamp
from anlan.base.rules.labels import gettext_noop

_ready: set[str] = set()


class WrongInstance(Refused):
    code = "wrong-instance"
    message = gettext_noop(
        "This database belongs to a {found} instance, but a {wanted} one was asked for. "
        "Use another ANLAN_HOME, or start with DEMO={demo}."
    )


def is_demonstration() -> bool:
    return bool(is_demonstration_now())


def is_ready() -> bool:
    """True once the first run is over. Remembered by the process, never forgotten."""
    name = str(settings.DATABASES["default"]["NAME"])
    if name in _ready:
        return True
    found = stamp_now()
    if found is not None and found.ready_at is not None:
        _ready.add(name)
        return True
    return False


def claim(*, profile: str, edition: str, now: dt.datetime) -> InstanceStamp:
    """Stamp an empty database, or check that its stamp is the one asked for."""
    found = stamp_now()
    if found is None:
        return InstanceStamp.objects.create(
            is_demonstration=settings.ANLAN_DEMO,
            centre=settings.ANLAN_CENTRE,
            profile=profile,
            profile_edition=edition,
            made_at=now,
        )
    if found.is_demonstration != settings.ANLAN_DEMO:
        kinds = {True: "demonstration", False: "real"}
        raise WrongInstance(
            found=kinds[found.is_demonstration],
            wanted=kinds[settings.ANLAN_DEMO],
            demo=int(found.is_demonstration),
        )
    return found


def mark_ready(now: dt.datetime) -> None:
    InstanceStamp.objects.filter(id=1, ready_at__isnull=True).update(ready_at=now)


def forget() -> None:
    """Read the stamp anew (tests that change databases)."""
    _ready.clear()
