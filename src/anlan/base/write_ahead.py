"""The write-ahead log of an SQLite file, brought into it beside the work.

By default the commit that fills the log has to do it, and whoever waits for that commit waits for
the whole file too. A sweep does it every few seconds instead; a commit does it only when the log
has grown far beyond that (`MOST_PAGES`), as where no sweep runs.
"""

import datetime as dt
import sqlite3
from typing import Final

from django.db import connection

EVERY_S: Final = 5.0
MOST_PAGES: Final = 8_000
"""About 32 MB."""
BOUND: Final = f"PRAGMA wal_autocheckpoint={MOST_PAGES}"
_BRING_IN: Final = "PRAGMA wal_checkpoint(PASSIVE)"


def bring_in(now: dt.datetime) -> int:
    """The sweep for the records. Returns how many pages the file got; a server has none."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_BRING_IN)
        return max(0, int(cursor.fetchone()[2]))


def bring_in_file(file: sqlite3.Connection) -> int:
    """The same for a file beside the records."""
    return max(0, int(file.execute(_BRING_IN).fetchone()[2]))
