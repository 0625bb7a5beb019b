"""Which months leave the store: those older than the setting says, never the last two."""

import datetime as dt

from django.conf import settings

from anlan.sensing.store.archiving import archive_until
from anlan.sensing.store.engine import is_server
from anlan.sensing.store.months import after, month_of
from anlan.sensing.store.values import to_us

LEAST_MONTHS = 2
"""House rule: late readings and the pages of every day stay in the store."""


def archive(now: dt.datetime, months: int) -> int:
    """Move whole months that ended more than so many months ago. A server keeps partitions."""
    if is_server():
        return 0
    return archive_until(after(month_of(to_us(now)), -max(months, LEAST_MONTHS)))


def archive_by_setting(now: dt.datetime) -> int:
    """The sweep; off unless the setting says how old a month must be."""
    months = settings.ANLAN_ARCHIVE_MONTHS
    return archive(now, months) if months else 0
