"""The sealer: gives committed entries a gapless sequence, chains them, anchors the end outside.

An entry that does not answer to the key, or whose columns differ from its content, was not
written by the program: it is left unsealed and `verify` names it.
"""

import datetime as dt
import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import OperationalError, close_old_connections, connection, transaction

from anlan.base import clock
from anlan.base.giving_way import in_a_pause
from anlan.base.journal.anchor import append_anchor, is_anchored, newest_line
from anlan.base.journal.content import GENESIS, chain
from anlan.base.journal.keys import journal_key
from anlan.base.journal.statements import seal_entries
from anlan.base.journal.stored import Stored, fault_of, rows_of
from anlan.base.models import JournalEntry, JournalHead
from anlan.base.prepared import Mark, Prepared
from anlan.base.worlds.current import alias

logger = logging.getLogger(__name__)
BATCH_ENTRIES = 500
PIECE = 16
"""Entries that are judged, or numbered, while whoever comes lets it end."""
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
    refused: int
    sealed: int
    last_position: int
    seq: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Of the chain."""

    seq: int
    mac: str


_HEAD = Prepared(
    lambda: JournalHead.objects.select_for_update().filter(id=1).values_list("seq", "mac")
)
_SEEN = Prepared(lambda: JournalHead.objects.filter(id=1).values_list("seq", "mac"))
_LAST = Prepared(
    lambda: (
        JournalEntry.objects.filter(seq__lt=NO_SEQ_BEYOND)
        .order_by("-seq")
        .values_list("seq", "mac")[:1]
    )
)
_WAITING = Prepared(
    lambda: (
        JournalEntry.objects.filter(
            seq__isnull=True, position__gte=Mark("first"), position__lte=Mark("last")
        )
        .order_by()
        .values_list("position")
    )
)


def seal(now: dt.datetime) -> Sealed:
    """Seal everything that is committed and waiting; returns when nothing is left."""
    key = journal_key()
    seq = sealed_before = _anchor_end(key, now, sealed_before=None)
    entries = refused = position = 0
    while True:
        batch = _seal_batch(key, position)
        entries += batch.sealed
        refused += batch.refused
        seq = batch.seq or seq
        if batch.sealed:
            seq = _anchor_end(key, now, sealed_before=sealed_before)
        if batch.seen < BATCH_ENTRIES:
            break
        position = batch.last_position
    return Sealed(entries=entries, seq=seq, refused=refused)


def _seal_batch(key: bytes, after_position: int) -> _Batch:
    """Refused rows are stepped over: they never hold up what follows.

    What takes long is done before anything is locked, because nobody else writes meanwhile:
    whether each entry answers for itself. One that is changed after that is sealed by what it
    said, and does not answer to its place in the chain.
    """
    asked = JournalEntry.objects.filter(seq__isnull=True, position__gt=after_position)
    with in_a_pause():
        waiting = rows_of(asked.order_by("position")[:BATCH_ENTRIES])
    last = waiting[-1].position if waiting else after_position
    sound, sealed, seq = list[Stored](), 0, None
    for part in _pieces(waiting):
        with in_a_pause():
            sound += [row for row in part if fault_of(key, row) is None]
    for part in _pieces(sound):
        with in_a_pause():
            numbered, seq = _numbered(key, part)
        sealed += numbered
    return _Batch(
        seen=len(waiting),
        refused=len(waiting) - len(sound),
        sealed=sealed,
        last_position=last,
        seq=seq,
    )


def _pieces(rows: Sequence[Stored]) -> Iterator[Sequence[Stored]]:
    for begin in range(0, len(rows), PIECE):
        yield rows[begin : begin + PIECE]


def _numbered(key: bytes, rows: Sequence[Stored]) -> tuple[int, int]:
    """One transaction: how many, and the end of the chain. What another sealer took meanwhile is
    left to it."""
    with transaction.atomic(using=alias()):
        end, ready = _locked_end(key), list[tuple[int, str, int]]()
        between = {"first": rows[0].position, "last": rows[-1].position}
        still = {position for (position,) in _WAITING.rows(**between)}
        for row in rows:
            if row.position in still:
                mac = chain(key, end.mac, end.seq + 1, row.position, row.digest)
                end = _End(seq=end.seq + 1, mac=mac)
                ready.append((end.seq, mac, row.position))
        if ready:
            seal_entries(ready)
    return len(ready), end.seq


def _anchor_end(key: bytes, now: dt.datetime, *, sealed_before: int | None) -> int:
    """Write the committed end to the anchor file, under the sealers' lock so that lines keep
    their order. Also repairs what a crash between commit and anchor left out."""
    end = _end_as_it_stands()
    if end is not None and is_anchored(key, end.seq, end.mac):
        return end.seq
    with transaction.atomic(using=alias()):
        end = _locked_end(key)
        before = end.seq if sealed_before is None else sealed_before
        append_anchor(key=key, seq=end.seq, mac=end.mac, now=now, sealed_before=before)
    return end.seq


def _end_as_it_stands() -> _End | None:
    """The head without its lock; None when it has to be looked at more closely."""
    found = _SEEN.rows()
    return _End(seq=found[0][0], mac=found[0][1]) if found == [_last_sealed()] else None


def _last_sealed() -> tuple[int, str]:
    found = _LAST.rows()
    return (found[0][0] or 0, found[0][1]) if found else (0, GENESIS)


def _locked_end(key: bytes) -> _End:
    """The head, locked; one sealer at a time. A head that does not fit its entries is not
    followed: a gap must stay a gap, and a sequence is never given twice."""
    found = _HEAD.rows()
    if not found:
        JournalHead.objects.get_or_create(id=1, defaults={"seq": 0, "mac": GENESIS})
        found = _HEAD.rows()
    head = (found[0][0], found[0][1] or GENESIS)
    last = _last_sealed()
    if head == last:
        return _End(seq=head[0], mac=head[1])
    logger.error("journal head does not match its last entry", extra={"seq": head[0]})
    newest = newest_line(key)
    cut_off = newest is not None and (newest.seq, newest.mac) == head
    seq, mac = head if cut_off and head[0] > last[0] else last
    return _End(seq=seq, mac=mac)


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
