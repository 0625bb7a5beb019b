"""Returned files as they came, in the store of evidence under their digest: each kept once, and
what was taken of it is proven by the very file."""

import os
import re
import secrets
from pathlib import Path

from django.conf import settings

from anlan.base.errors import NotFound
from anlan.base.journal.content import plain_digest

DIGEST = re.compile(r"[0-9a-f]{64}")


def keep_content(data: bytes) -> str:
    """Put a file into the store; its digest. A killed program leaves no half file."""
    digest = plain_digest(data)
    path = _path(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return digest


def kept_content(digest: str) -> bytes:
    """The file behind a digest; NotFound when the store lost it."""
    path = _path(digest)
    if not path.is_file():
        raise NotFound
    return path.read_bytes()


def _path(digest: str) -> Path:
    if not DIGEST.fullmatch(digest):
        raise NotFound
    return Path(settings.ANLAN_HOME) / "evidence" / digest[:2] / digest
