"""Secrets at rest: sealed under a key that is a file outside the database (AES-256-GCM).

`purpose` says what a text is for; sealed for one purpose it does not open for another.
"""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop

KEY_BYTES, NONCE_BYTES = 32, 12


class Unreadable(Refused):
    code = "secret-unreadable"
    message = gettext_noop(
        "A stored secret does not open: the key file of this instance was lost or replaced. The "
        "security administrator removes the second factor, then it is set up anew."
    )


def path() -> Path:
    return Path(settings.ANLAN_HOME) / "keys" / "secrets.key"


def seal(text: str, *, purpose: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    data = AESGCM(_key(make=True)).encrypt(nonce, text.encode(), purpose.encode())
    return base64.b64encode(nonce + data).decode()


def open_sealed(sealed: str, *, purpose: str) -> str:
    raw = base64.b64decode(sealed)
    try:
        plain = AESGCM(_key(make=False)).decrypt(
            raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()
        )
    except InvalidTag as error:
        raise Unreadable from error
    return plain.decode()


def _key(*, make: bool) -> bytes:
    file = path()
    if not file.exists():
        if not make:
            raise Unreadable
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _key(make=False)
        with os.fdopen(handle, "wb") as written:
            written.write(os.urandom(KEY_BYTES))
            written.flush()
            os.fsync(written.fileno())
    return file.read_bytes()
