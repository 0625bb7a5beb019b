"""`anlan backup FILE`: one file of a moment, while the program goes on writing.

The anchor is copied first, then all tables of one moment, then the readings, uploaded and attached
files, evidence and the exercises: so the journal in the file is never shorter than its anchor, and
every file and every reading that a row names is there.
"""

import datetime as dt
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, connections, transaction

import anlan
from anlan.base.file_store import STORES
from anlan.base.instance_stamp import stamp_now
from anlan.base.journal.content import canonical, digest_of
from anlan.base.journal.keys import journal_key
from anlan.base.models import JournalHead
from anlan.base.worlds import forks
from anlan.sensing.store import copying, engine
from anlan.sensing.store.parts import FOLDER, parts
from anlan.sensing.store.tables import TABLES
from anlan.site.backup import rows
from anlan.site.backup.contents import TAKEN_FOLDERS
from anlan.site.backup.errors import NoRoom
from anlan.site.backup.locked_keys import lock

FORMAT = 4
"""4 holds older months of readings as files; one without them fits no tables of this program."""
MANIFEST, CHECK, KEYS, ANCHOR = "manifest.json", "manifest.check", "keys.sealed", "anchor.jsonl"
EXERCISES = "worlds/forks"
READINGS = "observations"
ARCHIVE = "sensing_archive"
READ_BYTES = 1 << 20
LAST = "last-backup.json"
FILES = tuple(f"{folder}/" for folder in TAKEN_FOLDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a finished backup holds."""

    file: str
    bytes: int
    made_at: str
    rows: int
    files: int
    journal_seq: int
    with_keys: bool


def make(file: Path, *, now: dt.datetime, passphrase: str = "") -> Made:
    """Write the backup. With a passphrase it holds the keys as well. A file that could not be
    finished is removed; a finished one of the same name is replaced only at the very end."""
    draft = file.with_name(f".{file.name}.unfinished")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            manifest = _Writer(archive).write(now=now, passphrase=passphrase)
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        draft.replace(file)
    except OSError as error:
        raise NoRoom(file=str(file), reason=error.strerror or type(error).__name__) from error
    finally:
        draft.unlink(missing_ok=True)
    made = Made(
        file=str(file.resolve()),
        bytes=file.stat().st_size,
        made_at=now.isoformat(),
        rows=sum(manifest["rows"].values()),
        files=sum(name.startswith(FILES) for name in manifest["digests"]),
        journal_seq=manifest["journal"]["seq"],
        with_keys=bool(passphrase),
    )
    _remember(made)
    return made


def last() -> dict[str, Any] | None:
    """The newest backup that this instance knows of."""
    path = Path(settings.ANLAN_HOME) / LAST
    return json.loads(path.read_text()) if path.exists() else None


class _Writer:
    """Writes members and keeps their digests."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.digests: dict[str, str] = {}

    def write(self, *, now: dt.datetime, passphrase: str) -> dict[str, Any]:
        anchor = Path(settings.ANLAN_ANCHOR_FILE)
        self._put(ANCHOR, anchor.read_bytes() if anchor.exists() else b"")
        counts: dict[str, int] = {}
        with one_moment():
            stamp = stamp_now()
            exercises = forks.all_forks()
            head = JournalHead.objects.filter(id=1).first()
            shape = rows.shape()
            for model in rows.tables():
                label = model._meta.label_lower
                counts[label] = self._put_lines(f"tables/{label}.jsonl", rows.lines_of(model))
        for table in TABLES:  # after the journal: an entry never names readings that are not here
            counts[table] = self._put_lines(f"{READINGS}/{table}.jsonl", copying.lines_of(table))
        counts |= self._put_archive()
        self._put_folder("uploads", Path(settings.ANLAN_UPLOADS))
        for store in STORES:
            self._put_folder(store.folder, Path(settings.ANLAN_HOME) / store.folder)
        for exercise in exercises:
            self._put_exercise(forks.path_of(exercise))
        if passphrase:
            self._put(KEYS, lock(Path(settings.ANLAN_HOME) / "keys", passphrase))
        manifest = {
            "format": FORMAT,
            "version": version(),
            "made_at": now.isoformat(),
            "centre": settings.ANLAN_CENTRE,
            "is_demonstration": bool(stamp and stamp.is_demonstration),
            "shape": shape,
            "rows": counts,
            "journal": {"seq": head.seq if head else 0, "mac": head.mac if head else ""},
            "digests": self.digests,
        }
        text = canonical(manifest)
        self.archive.writestr(MANIFEST, text)
        self.archive.writestr(CHECK, digest_of(journal_key(), text))
        return manifest

    def _put_archive(self) -> dict[str, int]:
        """Older months: after the rows of the store, so that what moved meanwhile is here twice
        and never missing. Parts are never changed or removed."""
        with engine.reading() as session:
            known = parts(session)
        names = {part.name for part in known}
        lines = (line for line in copying.lines_of(ARCHIVE) if json.loads(line)["part"] in names)
        count = self._put_lines(f"{READINGS}/{ARCHIVE}.jsonl", lines)
        for part in known:
            with part.path.open("rb") as source:
                self._put_file(f"{READINGS}/{FOLDER}/{part.name}", source)
        return {ARCHIVE: count}

    def _put(self, name: str, content: bytes) -> None:
        self.archive.writestr(name, content)
        self.digests[name] = sha256(content).hexdigest()

    def _put_lines(self, name: str, lines: Iterator[str]) -> int:
        count, digest = 0, sha256()
        with self.archive.open(name, "w", force_zip64=True) as member:
            for line in lines:
                data = line.encode() + b"\n"
                member.write(data)
                digest.update(data)
                count += 1
        self.digests[name] = digest.hexdigest()
        return count

    def _put_folder(self, name: str, folder: Path) -> None:
        for path in sorted(folder.rglob("*")) if folder.exists() else []:
            if not path.is_file():
                continue
            try:
                source = path.open("rb")
            except FileNotFoundError:  # its day was over meanwhile
                continue
            with source:
                self._put_file(f"{name}/{path.relative_to(folder).as_posix()}", source)

    def _put_exercise(self, path: Path) -> None:
        """Its anchor, then its database file of one moment."""
        anchor = path.with_suffix(".anchor.jsonl")
        if anchor.exists():
            self._put(f"{EXERCISES}/{anchor.name}", anchor.read_bytes())
        if not path.exists():  # removed meanwhile
            return
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.ANLAN_HOME) as folder:
            copy = Path(folder) / path.name
            with (
                closing(sqlite3.connect(path)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
            with copy.open("rb") as read:
                self._put_file(f"{EXERCISES}/{path.name}", read)

    def _put_file(self, member: str, source: BinaryIO) -> None:
        digest = sha256()
        with self.archive.open(member, "w", force_zip64=True) as target:
            while data := source.read(READ_BYTES):
                target.write(data)
                digest.update(data)
        self.digests[member] = digest.hexdigest()


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads inside see the database of one moment, and hold nobody up."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.ANLAN_HOME) as folder:
        copy = Path(folder) / "moment.sqlite3"
        connection.ensure_connection()
        target = sqlite3.connect(copy)
        connection.connection.backup(target)
        target.close()
        with _reading_from(copy):
            yield


@contextmanager
def _reading_from(copy: Path) -> Iterator[None]:
    """The default connection of this thread reads a copy for a while."""
    own = connections["default"]
    other = type(own)({**own.settings_dict, "NAME": str(copy), "OPTIONS": {}}, alias="default")
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = own


def version() -> str:
    return str(getattr(anlan, "__version__", "") or "0.1.0")


def _remember(made: Made) -> None:
    text = json.dumps({name: getattr(made, name) for name in made.__slots__}, ensure_ascii=False)
    path = Path(settings.ANLAN_HOME) / LAST
    draft = path.with_suffix(".new")
    draft.write_text(text)
    draft.replace(path)
