"""The sealer: gives committed entries a gapless sequence, chains them, anchors the end outside.

An entry whose digest does not answer to the key was not written by the program: it is left
unsealed and `verify` names it.
"""

import datetime as dt
import json
import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, close_old_connections, transaction

from anlan.base import clock
from anlan.base.journal.content import GENESIS, chain, digest_of
from anlan.base.journal.keys import journal_key
from anlan.base.models import JournalEntry, JournalHead

logger = logging.getLogger(__name__)
BATCH_ENTRIES = 500
SEAL_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What one round sealed: number of entries, end of the chain, refused entries."""

    entries: int
    seq: int
    refused: int


def seal(now: dt.datetime) -> Sealed:
    """Seal everything that is committed and waiting; returns when nothing is left."""
    key = journal_key()
    total = refused = seq = 0
    while True:
        done, refused, seq, mac = _seal_batch(key)
        if done:
            append_anchor(seq=seq, mac=mac, now=now)
            total += done
        if done < BATCH_ENTRIES:
            return Sealed(entries=total, seq=seq, refused=refused)


def _seal_batch(key: bytes) -> tuple[int, int, int, str]:
    with transaction.atomic():
        JournalHead.objects.get_or_create(id=1, defaults={"seq": 0, "mac": GENESIS})
        head = JournalHead.objects.select_for_update().get(id=1)
        waiting = list(
            JournalEntry.objects.filter(seq__isnull=True).order_by("position")[:BATCH_ENTRIES]
        )
        ready = [entry for entry in waiting if digest_of(key, entry.content) == entry.digest]
        for entry in ready:
            head.seq += 1
            head.mac = chain(key, head.mac or GENESIS, head.seq, entry.digest)
            entry.seq, entry.mac = head.seq, head.mac
        JournalEntry.objects.bulk_update(ready, ["seq", "mac"])
        head.save()
    return len(ready), len(waiting) - len(ready), head.seq, head.mac


def anchor_path() -> Path:
    return Path(settings.ANLAN_ANCHOR_FILE)


def append_anchor(*, seq: int, mac: str, now: dt.datetime) -> None:
    """Write the sealed end to the anchor file, durably."""
    path = anchor_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"seq": seq, "mac": mac, "at": now.astimezone(dt.UTC).isoformat()})
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def has_waiting() -> bool:
    return JournalEntry.objects.filter(seq__isnull=True).exists()


def run_sealer(stop: threading.Event) -> None:
    """Seal within a second of each commit until told to stop. A locked database is tried again."""
    while not stop.wait(SEAL_EVERY_S):
        try:
            close_old_connections()
            if has_waiting():
                seal(clock.now())
        except (OperationalError, OSError) as error:
            logger.warning("sealing postponed", extra={"cause": type(error).__name__})
