"""Signatures of what goes to another system and comes back: HMAC with SM3 (GB/T 32905) over the
time and the body, under a secret that both hold."""

import datetime as dt
import hmac as compare
from typing import Final

from cryptography.hazmat.primitives import hashes, hmac

SIGNATURE: Final = "X-Anlan-Signature"
TIMESTAMP: Final = "X-Anlan-Timestamp"
PREFIX: Final = "hmac-sm3="
SLACK: Final = dt.timedelta(minutes=5)
"""House rule: how far the clocks of two systems may lie apart."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    mac = hmac.HMAC(secret.encode(), hashes.SM3())
    mac.update(timestamp.encode() + b"." + body)
    return PREFIX + mac.finalize().hex()


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, now: dt.datetime) -> bool:
    """Whether the signature is of this body, and fresh."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(int(timestamp) - now.timestamp()) > SLACK.total_seconds():
        return False
    return is_same(signature, sign(secret, timestamp, body))


def is_same(given: str, expected: str) -> bool:
    return compare.compare_digest(given.encode(), expected.encode())
