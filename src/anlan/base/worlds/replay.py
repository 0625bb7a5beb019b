"""Replay: row images of the sealed journal → rows of a world file.

As of means *known time*: an entry counts when it is sealed and `known_at` is not after the
instant. Among those, the last in the order of the sequence decides each row; only entries that
decide one are read, and each of them must answer to the journal's key.
"""

import datetime as dt
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet

from anlan.base.journal.content import canonical, digest_of, plain_digest
from anlan.base.journal.keys import journal_key
from anlan.base.models import JournalEntry, JournalSubject
from anlan.base.worlds.errors import JournalDamaged
from anlan.base.worlds.tables import NOT_KEPT, Table, tables

CHUNK = 500
LIVE_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The entries of a world: sealed, and known by `known_by`. `entries` and `seq` (their number
    and their last) tell two cuts of one journal apart; `mac`, the link of the chain there, tells
    it from the cut of a journal that was restored and went on differently."""

    known_by: dt.datetime
    entries: int
    seq: int
    mac: str

    @property
    def key(self) -> str:
        return f"{self.seq}-{self.entries}-{self.mac[:16]}"


def cut_at(instant: dt.datetime) -> Cut:
    found = known(instant).aggregate(entries=Count("position"), seq=Max("seq"))
    seq = found["seq"] or 0
    return Cut(known_by=instant, entries=found["entries"], seq=seq, mac=mac_at(seq))


def mac_at(seq: int) -> str:
    """The chain's link at an entry; empty when there is none."""
    rows = JournalEntry.objects.using("default").filter(seq=seq)
    return rows.values_list("mac", flat=True).first() or ""


def first_known_at() -> dt.datetime | None:
    sealed = JournalEntry.objects.using("default").filter(seq__isnull=False)
    return sealed.order_by("known_at").values_list("known_at", flat=True).first()


def known(instant: dt.datetime) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.using("default")
    return rows.filter(seq__isnull=False, known_at__lte=instant)


def replay(db: sqlite3.Connection, cut: Cut, *, after_seq: int = 0) -> None:
    """Write what the entries of `cut` after `after_seq` leave behind into the tables of `db`."""
    known_tables = tables()
    for images in _last_images(cut, after_seq):
        by_model: dict[str, list[tuple[str, dict[str, Any] | None]]] = defaultdict(list)
        for label, key, image in images:
            if label in known_tables:
                by_model[label].append((key, image))
        for label, rows in by_model.items():
            _write(db, label, known_tables[label], rows)
    _fill(db, known_tables)


def _last_images(
    cut: Cut, after_seq: int
) -> Iterator[list[tuple[str, str, dict[str, Any] | None]]]:
    """(model, key, image or None when removed) of the last entry of every row, in chunks."""
    subjects = JournalSubject.objects.using("default").filter(
        entry__seq__gt=after_seq, entry__seq__lte=cut.seq, entry__known_at__lte=cut.known_by
    )
    rows = subjects.order_by().values_list("model", "key").annotate(last=Max("entry__seq"))
    wanted: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for label, key, seq in rows:
        wanted[seq].add((label, key))
    secret = journal_key()
    seqs = sorted(wanted)
    for first in range(0, len(seqs), CHUNK):
        chunk = seqs[first : first + CHUNK]
        entries = JournalEntry.objects.using("default").filter(seq__in=chunk).order_by("seq")
        found = []
        for seq, content, digest in entries.values_list("seq", "content", "digest"):
            if seq is None or digest_of(secret, content) != digest:
                raise JournalDamaged(seq=seq)
            found += _images_of(json.loads(content), wanted[seq])
        yield found


def _images_of(
    content: dict[str, Any], wanted: set[tuple[str, str]]
) -> list[tuple[str, str, dict[str, Any] | None]]:
    """An entry may write a row twice: its last image counts."""
    last = {(image["model"], image["key"]): image.get("after") for image in content["images"]}
    return [(*name, image) for name, image in last.items() if name in wanted]


def _write(
    db: sqlite3.Connection,
    label: str,
    table: Table,
    rows: list[tuple[str, dict[str, Any] | None]],
) -> None:
    gone = [(key.replace("-", ""),) for key, image in rows if image is None]
    db.executemany(f'DELETE FROM "{table.name}" WHERE id = ?', gone)  # noqa: S608
    kept = [(key, image) for key, image in rows if image is not None]
    if table.digests:
        written = [_with_digests(db, label, table, key, image) for key, image in kept]
    else:
        written = [table.row(key, image) for key, image in kept]
    columns = ", ".join(f'"{column}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    statement = f'INSERT OR REPLACE INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608
    db.executemany(statement, written)


def _with_digests(
    db: sqlite3.Connection, label: str, table: Table, key: str, image: dict[str, Any]
) -> list[Any]:
    """A row whose large columns entered the journal as digests: what the file holds already for
    the same digest stays, the rest is noted for `_fill`."""
    row = table.row(key, image)
    for at, column in table.digests:
        value = image.get(column)
        if not (isinstance(value, dict) and value.keys() == {"sm3", "chars"}):
            continue
        row[at] = _lost(table, column)
        known_as = db.execute(
            "SELECT sm3 FROM anlan_digest WHERE model=? AND key=? AND col=? AND is_filled=1",
            (label, key, column),
        ).fetchone()
        if known_as == (value["sm3"],):
            select = f'SELECT "{table.columns[at]}" FROM "{table.name}" WHERE id=?'  # noqa: S608
            found = db.execute(select, (key.replace("-", ""),)).fetchone()
            row[at] = found[0] if found else None
            continue
        db.execute(
            "INSERT OR REPLACE INTO anlan_digest VALUES (?, ?, ?, ?, 0)",
            (label, key, column, value["sm3"]),
        )
    return row


def _fill(db: sqlite3.Connection, known_tables: dict[str, Table]) -> None:
    """Digest-only columns come from the live row as long as its digest is still the one of the
    journal; else they say that they were not kept."""
    open_rows = db.execute("SELECT model, key, col, sm3 FROM anlan_digest WHERE is_filled=0")
    waiting: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for label, key, column, sm3 in open_rows.fetchall():
        waiting[label, column].append((key, sm3))
    for (label, column), rows in waiting.items():
        table = known_tables[label]
        at = next(place for place, name in table.digests if name == column)
        for first in range(0, len(rows), LIVE_ROWS):
            _fill_rows(db, label, table, at, column, dict(rows[first : first + LIVE_ROWS]))


def _fill_rows(
    db: sqlite3.Connection, label: str, table: Table, at: int, column: str, wanted: dict[str, str]
) -> None:
    live = table.model._default_manager.using("default").filter(pk__in=list(wanted))
    found = {str(key): value for key, value in live.values_list("pk", column)}
    lost = _lost(table, column)
    convert = table.read[at][1]
    values, filled = [], []
    for key, sm3 in wanted.items():
        value = found.get(key)
        text = value if isinstance(value, str) else canonical(value) if value else ""
        is_same = bool(text) and plain_digest(text.encode()) == sm3
        values.append((convert(value) if is_same else lost, key.replace("-", "")))
        if is_same:
            filled.append((label, key, column))
    update = f'UPDATE "{table.name}" SET "{table.columns[at]}" = ? WHERE id = ?'  # noqa: S608
    db.executemany(update, values)
    db.executemany("UPDATE anlan_digest SET is_filled=1 WHERE model=? AND key=? AND col=?", filled)


def _lost(table: Table, column: str) -> str:
    """What stands in a digest-only column of which nobody has the value any more."""
    field = table.model._meta.get_field(column)
    return "{}" if field.get_internal_type() == "JSONField" else NOT_KEPT
