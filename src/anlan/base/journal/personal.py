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
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from anlan.base.models import PersonKey

KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16


def seal_value(person: uuid.UUID, value: Any) -> dict[str, str]:
    """Encrypt one JSON value under the person's key; the key is made on first use."""
    row, _ = PersonKey.objects.get_or_create(
        person=person, defaults={"key": secrets.token_bytes(KEY_BYTES)}
    )
    nonce = secrets.token_bytes(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(bytes(row.key)), modes.GCM(nonce)).encryptor()
    data = encryptor.update(json.dumps(value, ensure_ascii=False).encode()) + encryptor.finalize()
    sealed = base64.b64encode(nonce + encryptor.tag + data).decode()
    return {"person": str(person), "sealed": sealed}


def open_value(image: dict[str, str]) -> tuple[bool, Any]:
    """(readable, value). Not readable once the key was destroyed."""
    row = PersonKey.objects.filter(person=image["person"]).first()
    if row is None:
        return False, None
    raw = base64.b64decode(image["sealed"])
    nonce, tag = raw[:NONCE_BYTES], raw[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
    decryptor = Cipher(algorithms.SM4(bytes(row.key)), modes.GCM(nonce, tag)).decryptor()
    try:
        text = decryptor.update(raw[NONCE_BYTES + TAG_BYTES :]) + decryptor.finalize()
    except InvalidTag:
        return False, None
    return True, json.loads(text)


def is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"person", "sealed"}
