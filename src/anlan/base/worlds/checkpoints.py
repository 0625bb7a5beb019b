"""Checkpoints: whole states of the past in files, from which later ones are built faster.

A checkpoint carries the entry up to which it goes, the chain's link there and a keyed digest of
its file. All three are checked before it is used; one that fails is set aside, and shown.
Personal columns in it are sealed as in the journal: a destroyed key erases them here too.
"""

import datetime as dt
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from django.db.models import QuerySet

from anlan.base.journal.content import digest_of
from anlan.base.journal.keys import journal_key
from anlan.base.models import JournalEntry, WorldCheckpoint
from anlan.base.worlds import files
from anlan.base.worlds.replay import Cut, cut_at, mac_at, replay
from anlan.base.worlds.tables import fingerprint

KEPT = 24
"""House rule: the newest checkpoints that are kept."""
ENTRIES_BETWEEN = 20_000
DAY = dt.timedelta(days=1)
BLOCK = 1 << 20


def path_of(checkpoint: WorldCheckpoint) -> Path:
    name = f"{checkpoint.seq}-{checkpoint.entries}-{checkpoint.mac[:16]}.sqlite3"
    return files.folder("checkpoints") / name


def make(now: dt.datetime) -> WorldCheckpoint | None:
    """A checkpoint of everything that is sealed and known now; None when there is nothing new."""
    cut = cut_at(now)
    newest = sound().first()
    if not cut.entries or (newest is not None and newest.seq == cut.seq):
        return None
    start = nearest(cut)
    checkpoint = WorldCheckpoint(
        seq=cut.seq,
        entries=cut.entries,
        known_until=now,
        mac=cut.mac,
        shape=fingerprint(),
        made_at=now,
    )
    path = path_of(checkpoint)
    build_from(path, cut, start)
    checkpoint.digest = digest_of_file(path)
    checkpoint.size_bytes = path.stat().st_size
    checkpoint.save()
    _thin_out()
    return checkpoint


def make_when_due(now: dt.datetime) -> int:
    """The sweep: a new one after so many entries, or after a day with any."""
    newest = sound().first()
    cut = cut_at(now)
    if newest is not None:
        grown = cut.seq - newest.seq >= ENTRIES_BETWEEN
        if not grown and now - newest.made_at < DAY:
            return 0
    return int(make(now) is not None)


def build_from(path: Path, cut: Cut, start: WorldCheckpoint | None) -> None:
    after = start.seq if start else 0
    files.build(
        path,
        lambda db: replay(db, cut, after_seq=after),
        start=path_of(start) if start else None,
    )


def sound() -> QuerySet[WorldCheckpoint]:
    """Newest first, of the present shape of the tables, not set aside."""
    return WorldCheckpoint.objects.filter(shape=fingerprint(), fault="").order_by("-seq", "-pk")


def nearest(cut: Cut) -> WorldCheckpoint | None:
    """The newest proven checkpoint that holds nothing beyond a cut."""
    for checkpoint in sound().filter(seq__lte=cut.seq, known_until__lte=cut.known_by):
        if not _passed_over(checkpoint, cut) and is_proven(checkpoint):
            return checkpoint
    return None


def is_proven(checkpoint: WorldCheckpoint) -> bool:
    """Same chain, same file as when it was made; else it is set aside with the reason."""
    path = path_of(checkpoint)
    if not path.exists():
        fault = "missing"
    elif mac_at(checkpoint.seq) != checkpoint.mac:
        fault = "chain"
    elif digest_of_file(path) != checkpoint.digest:
        fault = "content"
    else:
        return True
    WorldCheckpoint.objects.filter(pk=checkpoint.pk).update(fault=fault)
    return False


def digest_of_file(path: Path) -> str:
    """HMAC-SM3 of the SM3 of the bytes: nobody without the journal's key can make it."""
    running = hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            running.update(block)
    return digest_of(journal_key(), f"world\x00{running.finalize().hex()}")


def _passed_over(checkpoint: WorldCheckpoint, cut: Cut) -> bool:
    """Entries that a clock ahead of its time put beyond the checkpoint, though sealed before it:
    the checkpoint left them out, so it cannot serve a later instant that includes them."""
    rows = JournalEntry.objects.using("default").filter(seq__lte=checkpoint.seq)
    late = rows.filter(known_at__gt=checkpoint.known_until, known_at__lte=cut.known_by)
    return late.exists()


def _thin_out() -> None:
    kept = set(WorldCheckpoint.objects.order_by("-seq", "-pk").values_list("pk", flat=True)[:KEPT])
    for old in WorldCheckpoint.objects.exclude(pk__in=kept):
        path_of(old).unlink(missing_ok=True)
        old.delete()
    named = {path_of(one).name for one in WorldCheckpoint.objects.all()}
    for path in files.folder("checkpoints").glob("*.sqlite3"):
        if path.name not in named:
            path.unlink(missing_ok=True)
