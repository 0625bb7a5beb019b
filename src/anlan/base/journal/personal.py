"""Personal fields in the journal: SM4-GCM under one key a person (GB/T 32907).

Destroying the key makes every past image of that person's fields unreadable; the chain over the
encrypted text stays valid.
"""

import base64
import json
import secrets
import uuid
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from anlan.base.models import PersonKey

KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16


def key_of(person: uuid.UUID) -> bytes:
    """The person's key, made on first use."""
    row, _ = PersonKey.objects.get_or_create(
        person=person, defaults={"key": secrets.token_bytes(KEY_BYTES)}
    )
    return bytes(row.key)


def seal_value(person: uuid.UUID, value: Any, *, key: bytes | None = None) -> dict[str, str]:
    """Encrypt one JSON value under the person's key.

    House rule: the nonce follows from key and value, so that an unchanged value gives the same
    text and a history can say that it did not change, also after the key is gone.
    """
    key = key_of(person) if key is None else key
    plain = json.dumps(value, ensure_ascii=False).encode()
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(b"nonce\x00" + plain)
    nonce = mac.finalize()[:NONCE_BYTES]
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    data = encryptor.update(plain) + encryptor.finalize()
    sealed = base64.b64encode(nonce + encryptor.tag + data).decode()
    return {"person": str(person), "sealed": sealed}


def open_value(image: dict[str, str]) -> tuple[bool, Any]:
    """(readable, value). Not readable once the key was destroyed."""
    row = PersonKey.objects.filter(person=image["person"]).first()
    return (False, None) if row is None else open_with(bytes(row.key), image)


def open_with(key: bytes, image: dict[str, str]) -> tuple[bool, Any]:
    """(readable, value) of a sealed value under a key."""
    raw = base64.b64decode(image["sealed"])
    nonce, tag = raw[:NONCE_BYTES], raw[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    try:
        text = decryptor.update(raw[NONCE_BYTES + TAG_BYTES :]) + decryptor.finalize()
    except InvalidTag:
        return False, None
    return True, json.loads(text)


def is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"person", "sealed"}
