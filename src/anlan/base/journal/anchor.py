"""The anchor file: the sealed end of the chain, written down outside the database.

One JSON object a line: `seq` and `mac` of the end, `at`, `since` (the end that was anchored
before), `after` (the check of the line before) and `check` (HMAC-SM3 over all of it). A line
answers to the key by itself, and the lines form a chain of their own, so an edited, moved or
missing line in the middle is seen. Lines cut from the end are not: that is why copies of this
file belong on other machines.
"""

import datetime as dt
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from anlan.base.journal.content import GENESIS, anchor_check
from anlan.base.worlds.current import current

TAIL_BYTES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorLine:
    """One line. `since` is above 0 on a first line only when an older file was lost."""

    seq: int
    mac: str
    at: str
    since: int
    after: str
    check: str

    def is_genuine(self, key: bytes) -> bool:
        return self.check == _check(key, self.seq, self.mac, self.at, self.since, self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What the file proves: macs by seq, and the first line that is not as it was written."""

    macs: dict[int, frozenset[str]]
    newest: int
    is_missing: bool
    begun_at: int
    bad_line: int | None
    bad_seq: int | None


def anchor_path() -> Path:
    """Of the live world; an exercise has one beside its database."""
    world = current()
    if world.is_live:
        return Path(settings.ANLAN_ANCHOR_FILE)
    return Path(settings.ANLAN_HOME) / "worlds" / "forks" / f"{world.token}.anchor.jsonl"


def read_anchors(key: bytes) -> Anchors:
    """Read the whole file. Lines that are not genuine prove nothing and are named."""
    path = anchor_path()
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    macs: dict[int, set[str]] = {}
    bad: tuple[int, int | None] | None = None
    before: AnchorLine | None = None
    begun_at = 0
    for number, text in enumerate(lines, start=1):
        line = _parsed(text)
        if line is None:
            if b"}" in text:  # a line that a crash cut off has no end
                bad = bad or (number, None)
            continue
        if not line.is_genuine(key) or not _follows(line, before):
            bad = bad or (number, line.seq)
        if line.is_genuine(key):
            if before is None:
                begun_at = line.since
            before = line
            macs.setdefault(line.seq, set()).add(line.mac)
    if before is None and any(text.strip() for text in lines):
        bad = bad or (1, None)
    return Anchors(
        macs={seq: frozenset(found) for seq, found in macs.items()},
        newest=max(macs, default=0),
        is_missing=not macs,
        begun_at=begun_at,
        bad_line=bad[0] if bad else None,
        bad_seq=bad[1] if bad else None,
    )


def newest_line(key: bytes) -> AnchorLine | None:
    """The last genuine line, read from the end of the file."""
    path = anchor_path()
    if not path.exists():
        return None
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read().split(b"\n")
    lines = (_parsed(text) for text in reversed(tail))
    return next((line for line in lines if line is not None and line.is_genuine(key)), None)


def is_anchored(key: bytes, seq: int, mac: str) -> bool:
    """Whether the newest line says this end."""
    return _says(newest_line(key), seq, mac)


def _says(line: AnchorLine | None, seq: int, mac: str) -> bool:
    return line is not None and (line.seq, line.mac) == (seq, mac)


def append_anchor(*, key: bytes, seq: int, mac: str, now: dt.datetime, sealed_before: int) -> None:
    """Write the end durably, unless the newest line says it already. `sealed_before` is what was
    sealed when the caller began: above 0 without a file, the older file was lost."""
    newest = newest_line(key)
    if _says(newest, seq, mac):
        return
    after, since = (newest.check, newest.seq) if newest else (GENESIS, sealed_before)
    at = now.astimezone(dt.UTC).isoformat()
    line: dict[str, Any] = {"seq": seq, "mac": mac, "at": at, "since": since, "after": after}
    line["check"] = _check(key, seq, mac, at, since, after)
    path = anchor_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("ab") as file:
        lead = b"" if _ends_a_line(path) else b"\n"
        file.write(lead + json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)


def _check(key: bytes, seq: int, mac: str, at: str, since: int, after: str) -> str:
    return anchor_check(key, after, seq, mac, f"{at}\x00{since}")


def _follows(line: AnchorLine, before: AnchorLine | None) -> bool:
    """A file that was lost and begun anew may stand behind the copy that was found again."""
    if before is None or (line.after == GENESIS and line.since > 0):
        return line.after == GENESIS
    return line.after == before.check and line.since == before.seq


def _parsed(text: bytes) -> AnchorLine | None:
    try:
        found = json.loads(text)
        line = AnchorLine(**found)
    except (ValueError, TypeError):
        return None
    numbers = isinstance(line.seq, int) and isinstance(line.since, int)
    texts = all(isinstance(t, str) for t in (line.mac, line.at, line.after, line.check))
    return line if numbers and texts else None


def _ends_a_line(path: Path) -> bool:
    """False when a crash left the last line unfinished: it must not swallow the next one."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
