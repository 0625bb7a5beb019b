"""`anlan restore FILE`: take a backup back, all of it or nothing.

Everything that can be checked is checked before anything is changed: digests, version, keys. Then
tables are emptied, filled and the journal is verified inside one transaction: when that fails,
the instance is as it was. Files are laid ready beside the old ones and take their place after.
"""

import errno
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils.translation import gettext as _

from anlan.base.instance_stamp import stamp_now
from anlan.base.journal import keys as journal_keys
from anlan.base.journal.content import digest_of
from anlan.base.journal.verification import LABELS, verify
from anlan.base.models import JournalEntry
from anlan.base.rules.labels import gettext_noop
from anlan.sensing.store import copying, engine
from anlan.sensing.store.parts import FOLDER
from anlan.sensing.store.tables import NUMBER, TABLES
from anlan.site import instance
from anlan.site.backup import rows
from anlan.site.backup.contents import TAKEN_FOLDERS
from anlan.site.backup.errors import (
    KeyMissing,
    NotEmpty,
    NotProven,
    NotReadable,
    OtherInstance,
    OtherVersion,
    WrongPassphrase,
)
from anlan.site.backup.locked_keys import unlock
from anlan.site.backup.making import (
    ANCHOR,
    ARCHIVE,
    CHECK,
    FILES,
    FORMAT,
    KEYS,
    MANIFEST,
    READ_BYTES,
    READINGS,
)

UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, ValueError),
    DatabaseError,
)
READY, OLD = "restoring", "before-restore"
KINDS = {True: gettext_noop("demonstration"), False: gettext_noop("real")}


def restore(file: Path, *, passphrase: str = "", replace: bool = False) -> dict[str, Any]:
    """Returns the manifest of what stands now."""
    home = Path(settings.ANLAN_HOME)
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _checked_manifest(archive, file)
            _check_instance(manifest, replace=replace)
            ready = home / READY
            shutil.rmtree(ready, ignore_errors=True)
            ready.mkdir(parents=True)
            try:
                _lay_files(archive, manifest, ready, passphrase)
                with _under(ready):
                    _check_keys(archive, manifest)
                    _lay_readings(archive, manifest, ready)
                    if rows.shape() != manifest["shape"]:
                        with _scratch_database():
                            _fill(archive, manifest)
                        call_command("migrate", verbosity=0, interactive=False)
                    with transaction.atomic():
                        _fill(archive, manifest)
                        if engine.is_server():
                            with engine.writing() as session:
                                copying.clear(session)
                                _take_readings(archive, manifest, session)
                                for name in _part_names(manifest):
                                    copying.take_part(session, ready / name)
                            shutil.rmtree(ready / READINGS / FOLDER, ignore_errors=True)
                _switch(home, ready)
            finally:
                shutil.rmtree(ready, ignore_errors=True)
    except UNREADABLE as error:
        raise NotReadable(file=str(file), reason=_in_words(error)) from error
    instance.forget()
    rows.learn_sizes()
    return manifest


def _checked_manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """The manifest, once every member is what it says."""
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise OtherVersion(found=manifest["version"], difference=_("another kind of file"))
    names = set(archive.namelist()) - {MANIFEST, CHECK}
    if names != set(manifest["digests"]):
        raise NotReadable(file=str(file), reason=_("parts of it are missing or were added"))
    for name, wanted in manifest["digests"].items():
        digest = sha256()
        with archive.open(name) as member:
            while data := member.read(READ_BYTES):
                digest.update(data)
        if digest.hexdigest() != wanted:
            raise NotReadable(
                file=str(file), reason=_("its part {name} was changed").format(name=name)
            )
    return manifest


def _check_instance(manifest: dict[str, Any], *, replace: bool) -> None:
    if manifest["is_demonstration"] != settings.ANLAN_DEMO:
        found, wanted = KINDS[manifest["is_demonstration"]], KINDS[settings.ANLAN_DEMO]
        raise OtherInstance(found=_(found), wanted=_(wanted))
    own = rows.shape_of_the_program()
    if own != manifest["shape"]:
        different = sorted(set(own.items()) ^ set(manifest["shape"].items()))
        names = ", ".join(sorted({app for app, _ in different}))
        raise OtherVersion(found=manifest["version"], difference=names)
    tables = connection.introspection.table_names()
    if replace or JournalEntry._meta.db_table not in tables:
        return
    entries = JournalEntry.objects.count()
    if entries or stamp_now() is not None:
        raise NotEmpty(entries=entries)


def _in_words(error: Exception) -> str:
    """Why a file is no backup, for whoever restores at night."""
    if isinstance(error, FileNotFoundError):
        return _("there is no such file")
    if isinstance(error, PermissionError):
        return _("it may not be opened")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("the disk is full")
    if isinstance(error, DatabaseError):
        return _("its rows do not fit the tables")
    return _("it is no backup, or a part of it is cut or damaged")


@contextmanager
def _scratch_database() -> Iterator[None]:
    """An empty database in a file: there the rows are proven before an older instance is brought
    to the tables of this program."""
    own = connections["default"]
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.ANLAN_HOME) as folder:
        place = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/scratch.sqlite3"}
        other = DatabaseWrapper({**own.settings_dict, **place, "OPTIONS": {}}, alias="default")
        connections["default"] = other
        try:
            call_command("migrate", verbosity=0, interactive=False)
            yield
        finally:
            other.close()
            connections["default"] = own


def _lay_files(
    archive: zipfile.ZipFile, manifest: dict[str, Any], ready: Path, passphrase: str
) -> None:
    """Files, anchor and keys of the backup in a folder of their own. Without keys in the
    backup those of the instance stay."""
    for name in manifest["digests"]:
        if name.startswith(FILES):
            target = (ready / name).resolve()
            if not target.is_relative_to((ready / name.split("/")[0]).resolve()):
                raise ValueError(f"{name} leads out of the folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("wb") as written:
                shutil.copyfileobj(source, written, READ_BYTES)
    for folder in TAKEN_FOLDERS:
        (ready / folder).mkdir(exist_ok=True)
    (ready / "anchor").mkdir()
    (ready / "anchor" / Path(settings.ANLAN_ANCHOR_FILE).name).write_bytes(archive.read(ANCHOR))
    (ready / "keys").mkdir(mode=0o700)
    own = Path(settings.ANLAN_JOURNAL_KEY_FILE).parent
    for path in own.glob("*") if own.exists() else []:
        shutil.copy2(path, ready / "keys" / path.name)
    if KEYS not in manifest["digests"]:
        return
    if passphrase:
        for name, content in unlock(archive.read(KEYS), passphrase).items():
            path = ready / "keys" / Path(name).name
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(content)
    elif not (ready / "keys" / Path(settings.ANLAN_JOURNAL_KEY_FILE).name).exists():
        raise WrongPassphrase


def _lay_readings(archive: zipfile.ZipFile, manifest: dict[str, Any], ready: Path) -> None:
    """A store of its own beside the old one; on a server the rows are taken in with the others."""
    (ready / READINGS).mkdir()
    for name in _part_names(manifest):
        target = ready / name
        target.parent.mkdir(exist_ok=True)
        with archive.open(name) as source, target.open("wb") as written:
            shutil.copyfileobj(source, written, READ_BYTES)
    if engine.is_server():
        return
    connection = engine.open_file(ready / READINGS / engine.FILE)
    try:
        connection.execute("BEGIN")
        session = engine.FileSession(connection)
        _take_readings(archive, manifest, session)
        with archive.open(f"{READINGS}/{ARCHIVE}.jsonl") as member:
            copying.take_in(session, ARCHIVE, (line.decode() for line in member))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=DELETE")  # one whole file, to be moved
    finally:
        connection.close()


def _take_readings(
    archive: zipfile.ZipFile, manifest: dict[str, Any], session: engine.Session
) -> None:
    for table in TABLES:
        if table not in manifest["rows"]:  # of an edition that did not number its batches yet
            session.rows(NUMBER)
            continue
        with archive.open(f"{READINGS}/{table}.jsonl") as member:
            taken = copying.take_in(session, table, (line.decode() for line in member))
        if taken != manifest["rows"][table]:
            raise ValueError(f"{table}: {taken} rows, not {manifest['rows'][table]}")


def _part_names(manifest: dict[str, Any]) -> list[str]:
    """Files of older months. On a server their rows are taken in, and the files not kept."""
    folder = f"{READINGS}/{FOLDER}/"
    names = [name for name in manifest["digests"] if name.startswith(folder)]
    for name in names:
        if "/" in name.removeprefix(folder) or ".." in name:
            raise ValueError(f"{name} leads out of the folder")
    return names


@contextmanager
def _under(ready: Path) -> Iterator[None]:
    """Key and anchor are those that were laid ready."""
    own = settings.ANLAN_JOURNAL_KEY_FILE, settings.ANLAN_ANCHOR_FILE
    settings.ANLAN_JOURNAL_KEY_FILE = ready / "keys" / Path(own[0]).name
    settings.ANLAN_ANCHOR_FILE = ready / "anchor" / Path(own[1]).name
    journal_keys.forget()
    try:
        yield
    finally:
        settings.ANLAN_JOURNAL_KEY_FILE, settings.ANLAN_ANCHOR_FILE = own
        journal_keys.forget()


def _check_keys(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """The manifest was made under the journal key, and this is that key."""
    path = Path(settings.ANLAN_JOURNAL_KEY_FILE)
    text = archive.read(MANIFEST).decode()
    if not path.exists() or digest_of(journal_keys.journal_key(), text) != (
        archive.read(CHECK).decode()
    ):
        raise KeyMissing(path=str(Path(settings.ANLAN_HOME) / "keys" / path.name))


def _fill(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    with transaction.atomic():
        rows.clear()
        for model in rows.tables():
            label = model._meta.label_lower
            with archive.open(f"tables/{label}.jsonl") as member:
                taken = rows.take_in(model, (line.decode() for line in member))
            if taken != manifest["rows"][label]:
                raise ValueError(f"{label}: {taken} rows, not {manifest['rows'][label]}")
        rows.reset_sequences()
        report = verify()
        if not report.ok:
            label = _(LABELS[report.finding]) if report.finding else ""
            where = "" if report.first_bad_seq is None else f" ({report.first_bad_seq})"
            raise NotProven(finding=f"{label}{where}")


def _switch(home: Path, ready: Path) -> None:
    """The files of the backup take the place of the old ones, which stay beside them."""
    engine.close()
    old = home / OLD
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir(mode=0o700)
    places = {
        **{folder: home / folder for folder in TAKEN_FOLDERS},
        "uploads": Path(settings.ANLAN_UPLOADS),
        READINGS: Path(settings.ANLAN_OBSERVATIONS),
        "anchor": Path(settings.ANLAN_ANCHOR_FILE).parent,
        "keys": Path(settings.ANLAN_JOURNAL_KEY_FILE).parent,
    }
    for name, place in places.items():
        if place.exists():
            shutil.move(place, old / name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(ready / name, place)
    journal_keys.forget()
