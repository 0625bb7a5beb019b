"""World files: where they lie, how they are built without leaving halves behind."""

import datetime as dt
import errno
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

from anlan.base.worlds.errors import NoRoomForWorld
from anlan.base.worlds.tables import create_indexes, create_tables

FULL = ("database or disk is full", "disk I/O error")


def folder(kind: str) -> Path:
    """`scratch`, `checkpoints` or `forks`, made when it is missing; for the owner alone."""
    path = Path(settings.ANLAN_HOME) / "worlds" / kind
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def refusing_a_full_disk() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if str(error) in FULL:
            raise NoRoomForWorld from error
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoomForWorld from error
        raise


def build(path: Path, fill: Callable[[sqlite3.Connection], None], *, start: Path | None) -> None:
    """A world file at `path`: a copy of `start` or empty tables, then `fill`. It appears whole or
    not at all, also when two processes build it at once."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(6)}.part")
    try:
        with refusing_a_full_disk():
            if start is not None:
                shutil.copyfile(start, draft)
            with closing(sqlite3.connect(draft, isolation_level=None)) as db:
                draft.chmod(0o600)
                db.executescript(
                    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-64000;"
                    "PRAGMA secure_delete=ON;"
                )
                db.execute("BEGIN")
                if start is None:
                    create_tables(db)
                fill(db)
                create_indexes(db)
                db.execute("COMMIT")
            os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def age_s(path: Path) -> float:
    """Seconds since a file was last used; 0 when another process removed it."""
    try:
        return max(0.0, dt.datetime.now(dt.UTC).timestamp() - path.stat().st_mtime)
    except FileNotFoundError:
        return 0.0
