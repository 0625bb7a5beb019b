"""`anlan journal verify`: recompute the whole chain and hold it against the newest anchor."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anlan.base.journal.content import GENESIS, chain, digest_of
from anlan.base.journal.keys import journal_key
from anlan.base.journal.sealing import anchor_path
from anlan.base.models import JournalEntry, JournalHead, JournalSubject
from anlan.base.rules.labels import gettext_noop

CHUNK_ENTRIES = 1000


class Finding(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    INSERTED_OR_MOVED = "inserted-or-moved"
    TRUNCATED = "truncated"
    HEAD_CHANGED = "head-changed"
    INDEX_CHANGED = "index-changed"
    FORGED_UNSEALED = "forged-unsealed"
    ANCHOR_MISSING = "anchor-missing"
    ANCHOR_DIFFERS = "anchor-differs"


LABELS = {
    Finding.EDITED: gettext_noop("the content was changed after it was written"),
    Finding.DELETED: gettext_noop("an entry is missing here"),
    Finding.INSERTED_OR_MOVED: gettext_noop(
        "the chain breaks here: an entry was put in, taken out or moved"
    ),
    Finding.TRUNCATED: gettext_noop("the newest entries were cut off"),
    Finding.HEAD_CHANGED: gettext_noop("the recorded end does not match the last entry"),
    Finding.INDEX_CHANGED: gettext_noop("the history index does not match the content"),
    Finding.FORGED_UNSEALED: gettext_noop("an unsealed entry was not written by the program"),
    Finding.ANCHOR_MISSING: gettext_noop("there is no anchor file to compare with"),
    Finding.ANCHOR_DIFFERS: gettext_noop("the chain is not the one that was anchored"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Outcome. `first_bad_seq` counts sealed entries from 1; `unproven` counts the unsealed tail."""

    ok: bool
    sealed: int
    unproven: int
    anchored_seq: int
    finding: Finding | None = None
    first_bad_seq: int | None = None
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "sealed": self.sealed,
            "unproven": self.unproven,
            "anchored_seq": self.anchored_seq,
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
    """Check every sealed entry, the head, the index and every anchor line."""
    key = journal_key()
    anchors = _anchors()
    newest = max(anchors, default=0)
    sealed, bad = _walk(key, anchors)
    bad = bad or _check_end(sealed, newest, has_anchor=bool(anchors)) or _check_tail(key)
    return Report(
        ok=bad is None,
        sealed=sealed,
        unproven=JournalEntry.objects.filter(seq__isnull=True).count(),
        anchored_seq=newest,
        finding=bad.finding if bad else None,
        first_bad_seq=bad.seq if bad else None,
        detail=bad.detail if bad else "",
    )


def _anchors() -> dict[int, str]:
    path = anchor_path()
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    found: dict[int, str] = {}
    for line in lines:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:  # a line cut off by a crash proves nothing
            continue
        found[int(record["seq"])] = str(record["mac"])
    return found


def _sealed_entries() -> Iterator[JournalEntry]:
    return (
        JournalEntry.objects.filter(seq__isnull=False)
        .order_by("seq")
        .iterator(chunk_size=CHUNK_ENTRIES)
    )


def _walk(key: bytes, anchors: dict[int, str]) -> tuple[int, _Bad | None]:
    mac, seq = GENESIS, 0
    for entry in _sealed_entries():
        seq += 1
        bad = _check_entry(key, entry, seq, mac)
        if bad is not None:
            return seq - 1, bad
        mac = entry.mac
        if anchors.get(seq, mac) != mac:
            return seq, _Bad(finding=Finding.ANCHOR_DIFFERS, seq=seq)
    return seq, _check_subjects()


def _check_entry(key: bytes, entry: JournalEntry, seq: int, mac: str) -> _Bad | None:
    if entry.seq != seq:
        return _Bad(finding=Finding.DELETED, seq=seq)
    if digest_of(key, entry.content) != entry.digest:
        return _Bad(finding=Finding.EDITED, seq=seq, detail="content")
    if chain(key, mac, seq, entry.digest) != entry.mac:
        return _Bad(finding=Finding.INSERTED_OR_MOVED, seq=seq)
    content = json.loads(entry.content)
    columns = {
        "action": entry.action,
        "actor": entry.actor,
        "known_at": entry.known_at.isoformat(),
        "request_id": entry.request_id,
    }
    for name, value in columns.items():
        if content[name] != value:
            return _Bad(finding=Finding.EDITED, seq=seq, detail=name)
    return None


def _check_subjects() -> _Bad | None:
    """The history index must list exactly the records that each content names."""
    listed = JournalSubject.objects.order_by("entry_id").values_list("entry_id", "model", "key")
    rows = listed.iterator(chunk_size=CHUNK_ENTRIES)
    row = next(rows, None)
    entries = JournalEntry.objects.order_by("position").iterator(chunk_size=CHUNK_ENTRIES)
    for entry in entries:
        images = json.loads(entry.content)["images"]
        expected = sorted({(image["model"], image["key"]) for image in images})
        found = []
        while row is not None and row[0] == entry.position:
            found.append((row[1], row[2]))
            row = next(rows, None)
        if sorted(found) != expected:
            return _Bad(finding=Finding.INDEX_CHANGED, seq=entry.seq)
    return None


def _check_end(sealed: int, newest: int, *, has_anchor: bool) -> _Bad | None:
    if newest > sealed:
        return _Bad(finding=Finding.TRUNCATED, seq=sealed + 1, detail=f"anchor {newest}")
    if sealed and not has_anchor:
        return _Bad(finding=Finding.ANCHOR_MISSING)
    head = JournalHead.objects.filter(id=1).first()
    if (head.seq if head else 0) != sealed:
        return _Bad(finding=Finding.HEAD_CHANGED, seq=sealed)
    return None


def _check_tail(key: bytes) -> _Bad | None:
    for entry in JournalEntry.objects.filter(seq__isnull=True).iterator(CHUNK_ENTRIES):
        if digest_of(key, entry.content) != entry.digest:
            return _Bad(finding=Finding.FORGED_UNSEALED, detail=str(entry.id))
    return None
