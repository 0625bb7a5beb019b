"""The key files of an instance, locked with a passphrase: scrypt, then AES-256-GCM."""

import base64
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from anlan.site.backup.errors import WrongPassphrase

SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
COST = {"n": 2**15, "r": 8, "p": 1}


def lock(folder: Path, passphrase: str) -> bytes:
    """All files of the folder of keys as one sealed text."""
    files = {
        path.name: base64.b64encode(path.read_bytes()).decode()
        for path in sorted(folder.glob("*.key"))
    }
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(files).encode(), salt)
    return salt + nonce + sealed


def unlock(sealed: bytes, passphrase: str) -> dict[str, bytes]:
    """Contents by file name; WrongPassphrase when it does not open."""
    salt, rest = sealed[:SALT_BYTES], sealed[SALT_BYTES:]
    nonce, text = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, text, salt)
    except InvalidTag as error:
        raise WrongPassphrase from error
    return {name: base64.b64decode(value) for name, value in json.loads(plain).items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, **COST).derive(passphrase.encode())
