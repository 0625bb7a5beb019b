"""The sealer: gives committed entries a gapless sequence, chains them, anchors the end outside.

An entry that does not answer to the key, or whose columns differ from its content, was not
written by the program: it is left unsealed and `verify` names it.
"""

import datetime as dt
import logging
import threading
from dataclasses import dataclass

from django.db import OperationalError, close_old_connections, connection, transaction

from anlan.base import clock
from anlan.base.journal.anchor import append_anchor, newest_line
from anlan.base.journal.content import GENESIS, chain
from anlan.base.journal.keys import journal_key
from anlan.base.journal.stored import fault_of, rows_of
from anlan.base.models import JournalEntry, JournalHead
from anlan.base.worlds.current import alias

logger = logging.getLogger(__name__)
BATCH_ENTRIES = 500
SEAL_EVERY_S = 0.5
NO_SEQ_BEYOND = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What one call sealed: number of entries, end of the chain, refused entries."""

    entries: int
    seq: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    seen: int
    sealed: int
    last_position: int
    seq: int


def seal(now: dt.datetime) -> Sealed:
    """Seal everything that is committed and waiting; returns when nothing is left."""
    key = journal_key()
    sealed_before = _anchor_end(key, now, sealed_before=None)
    entries = refused = position = 0
    while True:
        batch = _seal_batch(key, position)
        entries += batch.sealed
        refused += batch.seen - batch.sealed
        if batch.sealed:
            _anchor_end(key, now, sealed_before=sealed_before)
        if batch.seen < BATCH_ENTRIES:
            break
        position = batch.last_position
    return Sealed(entries=entries, seq=batch.seq, refused=refused)


def _seal_batch(key: bytes, after_position: int) -> _Batch:
    """One transaction. Refused rows are stepped over: they never hold up what follows."""
    with transaction.atomic(using=alias()):
        head = _locked_end(key)
        waiting = rows_of(
            JournalEntry.objects.filter(seq__isnull=True, position__gt=after_position).order_by(
                "position"
            )[:BATCH_ENTRIES]
        )
        ready = []
        for row in waiting:
            if fault_of(key, row) is not None:
                continue
            head.seq += 1
            head.mac = chain(key, head.mac, head.seq, row.position, row.digest)
            ready.append(JournalEntry(position=row.position, seq=head.seq, mac=head.mac))
        if ready:
            JournalEntry.objects.bulk_update(ready, ["seq", "mac"])
            head.save()
    last = waiting[-1].position if waiting else after_position
    return _Batch(seen=len(waiting), sealed=len(ready), last_position=last, seq=head.seq)


def _anchor_end(key: bytes, now: dt.datetime, *, sealed_before: int | None) -> int:
    """Write the committed end to the anchor file, under the sealers' lock so that lines keep
    their order. Also repairs what a crash between commit and anchor left out."""
    with transaction.atomic(using=alias()):
        head = _locked_end(key)
        before = head.seq if sealed_before is None else sealed_before
        append_anchor(key=key, seq=head.seq, mac=head.mac, now=now, sealed_before=before)
    return head.seq


def _locked_end(key: bytes) -> JournalHead:
    """The head, locked; one sealer at a time. A head that does not fit its entries is not
    followed: a gap must stay a gap, and a sequence is never given twice."""
    JournalHead.objects.get_or_create(id=1, defaults={"seq": 0, "mac": GENESIS})
    head = JournalHead.objects.select_for_update().get(id=1)
    head.mac = head.mac or GENESIS
    sealed = JournalEntry.objects.filter(seq__lt=NO_SEQ_BEYOND).order_by("-seq")
    found = sealed.values_list("seq", "mac").first()
    last_seq, last_mac = (found[0] or 0, found[1]) if found else (0, GENESIS)
    if (head.seq, head.mac) == (last_seq, last_mac):
        return head
    logger.error("journal head does not match its last entry", extra={"seq": head.seq})
    newest = newest_line(key)
    cut_off = newest is not None and (newest.seq, newest.mac) == (head.seq, head.mac)
    if not (cut_off and head.seq > last_seq):
        head.seq, head.mac = last_seq, last_mac
    return head


def has_waiting() -> bool:
    return JournalEntry.objects.filter(seq__isnull=True).exists()


def run_sealer(stop: threading.Event) -> None:
    """Seal within a second of each commit until told to stop. A locked database is tried again;
    no failure ends the loop, each is in the log."""
    pause_s, is_first, refused = 0.0, True, 0
    while not stop.wait(pause_s):
        pause_s = SEAL_EVERY_S
        try:
            close_old_connections()
            if is_first or has_waiting():
                sealed = seal(clock.now())
                is_first = False
                if sealed.refused > refused:
                    logger.error("journal entries refused", extra={"entries": sealed.refused})
                refused = sealed.refused
        except (OperationalError, OSError) as error:
            logger.warning("sealing postponed", extra={"cause": type(error).__name__})
        except Exception:
            logger.exception("sealing failed")
    connection.close()
