"""`anlan journal verify`: recompute the whole chain and hold it against every anchor.

Safe beside a running program: anchors are read first, each page of entries is one statement, and
the head is compared with the last entry in one statement.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value

from anlan.base.journal.anchor import Anchors, read_anchors
from anlan.base.journal.content import GENESIS, chain
from anlan.base.journal.keys import journal_key
from anlan.base.journal.stored import (
    Stored,
    fault_of,
    rows_of,
    subjects_named_by,
    subjects_of,
)
from anlan.base.models import JournalEntry, JournalHead, JournalSubject
from anlan.base.rules.labels import gettext_noop

CHUNK_ENTRIES = 500


class Finding(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    INSERTED_OR_MOVED = "inserted-or-moved"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    HEAD_CHANGED = "head-changed"
    INDEX_CHANGED = "index-changed"
    FORGED_UNSEALED = "forged-unsealed"
    ANCHOR_MISSING = "anchor-missing"
    ANCHOR_DIFFERS = "anchor-differs"
    ANCHOR_EDITED = "anchor-edited"


LABELS = {
    Finding.EDITED: gettext_noop("the entry was changed after it was written"),
    Finding.DELETED: gettext_noop("an entry is missing here"),
    Finding.INSERTED_OR_MOVED: gettext_noop(
        "the chain breaks here: an entry was put in, taken out or moved, or its link was changed"
    ),
    Finding.TRUNCATED: gettext_noop("the newest entries were cut off"),
    Finding.UNREADABLE: gettext_noop("the database cannot read the entry"),
    Finding.HEAD_CHANGED: gettext_noop("the recorded end does not match the last entry"),
    Finding.INDEX_CHANGED: gettext_noop("the history index does not match the content"),
    Finding.FORGED_UNSEALED: gettext_noop("an unsealed entry was not written by the program"),
    Finding.ANCHOR_MISSING: gettext_noop(
        "the anchor file was lost: what was cut off before cannot be known"
    ),
    Finding.ANCHOR_DIFFERS: gettext_noop(
        "the chain is not the one that was anchored: it was cut back and went on"
    ),
    Finding.ANCHOR_EDITED: gettext_noop("the anchor file was changed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Outcome. `first_bad_seq` counts sealed entries from 1; `unproven` counts the unsealed tail,
    `unanchored` the sealed entries after the newest anchor (their cutting off would not show)."""

    ok: bool
    sealed: int
    unproven: int
    anchored_seq: int
    unanchored: int = 0
    finding: Finding | None = None
    first_bad_seq: int | None = None
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "sealed": self.sealed,
            "unproven": self.unproven,
            "anchored_seq": self.anchored_seq,
            "unanchored": self.unanchored,
            "finding": self.finding,
            "first_bad_seq": self.first_bad_seq,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bad:
    finding: Finding
    seq: int | None = None
    detail: str = ""


def verify() -> Report:
    """Check every sealed entry, its index, the head, the tail and every anchor line."""
    key = journal_key()
    anchors = read_anchors(key)
    walk = _Walk(key=key, anchors=anchors)
    bad = walk.run() or _check_end(walk.seq, anchors) or _check_orphans() or _check_tail(key)
    bad = bad or _check_anchor_file(walk.seq, anchors)
    return Report(
        ok=bad is None,
        sealed=walk.seq,
        unproven=JournalEntry.objects.filter(seq__isnull=True).count(),
        anchored_seq=anchors.newest,
        unanchored=max(0, walk.seq - anchors.newest),
        finding=bad.finding if bad else None,
        first_bad_seq=bad.seq if bad else None,
        detail=bad.detail if bad else "",
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    """From the first sealed entry to the last; `seq` and `mac` are the end of the good part."""

    key: bytes
    anchors: Anchors
    seq: int = 0
    mac: str = GENESIS
    _after: Any = field(default=None)

    def run(self) -> _Bad | None:
        for page in self._pages():
            if page is None:
                return _Bad(finding=Finding.UNREADABLE, seq=self.seq + 1)
            listed = subjects_of(page)
            for row in page:
                bad = self._check(row, listed.get(row.position, []))
                if bad is not None:
                    return bad
        return None

    def _pages(self) -> Iterator[list[Stored] | None]:
        """Pages in order of seq; None when the next row cannot be read."""
        while True:
            page = self._page(CHUNK_ENTRIES)
            if page is None:
                page = self._page(1)
            if page is None or page:
                yield page
            if not page:
                return
            self._after = page[-1].seq

    def _page(self, size: int) -> list[Stored] | None:
        rows = JournalEntry.objects.filter(seq__isnull=False).order_by("seq", "position")
        if self._after is not None:
            rows = rows.filter(seq__gt=self._after)
        return _read(rows[:size])

    def _check(self, row: Stored, listed: list[tuple[str, str]]) -> _Bad | None:
        seq = self.seq + 1
        if row.seq != seq:
            is_gap = isinstance(row.seq, int) and row.seq > seq
            finding = Finding.DELETED if is_gap else Finding.INSERTED_OR_MOVED
            return _Bad(finding=finding, seq=seq)
        fault = fault_of(self.key, row)
        if fault is not None:
            return _Bad(finding=Finding.EDITED, seq=seq, detail=fault)
        if chain(self.key, self.mac, seq, row.position, row.digest) != row.mac:
            return _Bad(finding=Finding.INSERTED_OR_MOVED, seq=seq)
        if listed != subjects_named_by(row.content):
            return _Bad(finding=Finding.INDEX_CHANGED, seq=seq)
        if self.anchors.macs.get(seq, {row.mac}) != {row.mac}:
            return _Bad(finding=Finding.ANCHOR_DIFFERS, seq=seq)
        self.seq, self.mac = seq, row.mac
        return None


def _read(rows: QuerySet[JournalEntry]) -> list[Stored] | None:
    """None when the database cannot give the rows as text (bytes that are no UTF-8)."""
    try:
        return rows_of(rows)
    except DatabaseError:
        return None


def _check_end(sealed: int, anchors: Anchors) -> _Bad | None:
    """What the anchors saw must still be there; head, last entry and count must agree."""
    if anchors.newest > sealed:
        detail = f"anchored to {anchors.newest}"
        return _Bad(finding=Finding.TRUNCATED, seq=sealed + 1, detail=detail)
    last = JournalEntry.objects.filter(seq__isnull=False).order_by("-seq")
    numbered = last.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk"))
    head = (
        JournalHead.objects.filter(id=1)
        .annotate(
            last_seq=last.values("seq")[:1],
            last_mac=last.values("mac")[:1],
            entries=Subquery(numbered.values("n")[:1]),
        )
        .values_list("seq", "mac", "last_seq", "last_mac", "entries")
        .first()
    )
    if head is None:
        return _Bad(finding=Finding.HEAD_CHANGED, seq=sealed) if sealed else None
    seq, mac, last_seq, last_mac, entries = head
    if (last_seq or 0) != (entries or 0):
        return _Bad(finding=Finding.INSERTED_OR_MOVED, detail="a sequence number stands twice")
    if (seq, mac or GENESIS) != (last_seq or 0, last_mac or GENESIS):
        return _Bad(finding=Finding.HEAD_CHANGED, seq=sealed)
    return None


def _check_orphans() -> _Bad | None:
    """Lines of the history index that point to no entry at all."""
    entry = JournalEntry.objects.filter(position=OuterRef("entry_id"))
    orphan = JournalSubject.objects.filter(~Exists(entry)).values("model", "key").first()
    if orphan is None:
        return None
    return _Bad(finding=Finding.INDEX_CHANGED, detail=f"{orphan['model']} {orphan['key']}")


def _check_tail(key: bytes) -> _Bad | None:
    """Unsealed entries prove nothing yet, but each must at least answer to the key."""
    after = 0
    while True:
        waiting = JournalEntry.objects.filter(seq__isnull=True, position__gt=after)
        page = _read(waiting.order_by("position")[:CHUNK_ENTRIES])
        if page is None:
            return _Bad(finding=Finding.FORGED_UNSEALED, detail="unreadable")
        listed = subjects_of(page)
        for row in page:
            if fault_of(key, row) is not None:
                return _Bad(finding=Finding.FORGED_UNSEALED, detail=f"position {row.position}")
            if listed.get(row.position, []) != subjects_named_by(row.content):
                return _Bad(finding=Finding.INDEX_CHANGED, detail=f"position {row.position}")
        if not page:
            return None
        after = page[-1].position


def _check_anchor_file(sealed: int, anchors: Anchors) -> _Bad | None:
    if anchors.bad_line is not None:
        detail = f"line {anchors.bad_line}"
        return _Bad(finding=Finding.ANCHOR_EDITED, seq=anchors.bad_seq, detail=detail)
    if sealed and anchors.is_missing:
        return _Bad(finding=Finding.ANCHOR_MISSING)
    if anchors.begun_at:
        detail = f"begun anew at {anchors.begun_at}"
        return _Bad(finding=Finding.ANCHOR_MISSING, detail=detail)
    return None
