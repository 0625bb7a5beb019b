"""The journal's key: a file outside the database."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@lru_cache(maxsize=4)
def _read(path: str) -> bytes:
    key = bytes.fromhex(Path(path).read_text().strip())
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{path} is not a journal key of {KEY_BYTES} bytes")
    return key


def journal_key() -> bytes:
    """The key of this instance. Raises ImproperlyConfigured when there is none."""
    path = os.fspath(settings.ANLAN_JOURNAL_KEY_FILE)
    if not os.path.exists(path):
        raise ImproperlyConfigured(
            f"no journal key at {path}: run `anlan prepare`, or restore the key file from backup"
        )
    return _read(path)


def forget() -> None:
    """Read the key anew (another file took its place)."""
    _read.cache_clear()


def make_key_if_absent() -> bool:
    """Create the key file (owner-readable only) unless it exists. True when made. Of two processes
    that start together one makes it, and neither ever reads half a key."""
    path = Path(settings.ANLAN_JOURNAL_KEY_FILE)
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
