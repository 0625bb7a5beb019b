"""The text of an entry, its digest and the chain (HMAC with SM3, GB/T 32905)."""

import json
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac

GENESIS = "0" * 64


def canonical(content: Any) -> str:
    """The one text of a content: sorted keys, no spaces, unescaped."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(key: bytes, content: str) -> str:
    """HMAC-SM3 of an entry's text. Keyed, so that a row put into the table behind the program's
    back is never taken for one that the program wrote and is waiting to be sealed."""
    return _hmac_sm3(key, b"entry\x00" + content.encode())


def chain(key: bytes, previous_mac: str, seq: int, position: int, digest: str) -> str:
    """The link of entry `seq`: depends on every entry before it, and on where the row stands."""
    text = f"chain\x00{previous_mac}\x00{seq}\x00{position}\x00{digest}"
    return _hmac_sm3(key, text.encode())


def anchor_check(key: bytes, previous_check: str, seq: int, mac: str, at: str) -> str:
    """What makes a line of the anchor file answer to the key and to the line before it."""
    text = f"anchor\x00{previous_check}\x00{seq}\x00{mac}\x00{at}"
    return _hmac_sm3(key, text.encode())


def plain_digest(data: bytes) -> str:
    """SM3 of bytes (not keyed): for files and bulk facts named by an entry."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


def _hmac_sm3(key: bytes, data: bytes) -> str:
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(data)
    return mac.finalize().hex()
