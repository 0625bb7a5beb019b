"""The seal of an outgoing row: what decides where it may go cannot be changed behind the
program's back. HMAC with SM3 under the journal's key (GB/T 32905)."""

import hmac as compare
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac

from anlan.base.journal.content import canonical, plain_digest
from anlan.base.journal.keys import journal_key


class Sealer:
    """Seals of one key; made once for many rows."""

    def __init__(self) -> None:
        self._start = hmac.HMAC(journal_key(), hashes.SM3())
        self._start.update(b"dispatch\x00")
        self._read: dict[int, tuple[Any, bool]] = {}

    def of_message(self, message: Any) -> str:
        """Over everything that was said, and how it was meant."""
        names = ("mode", "world", "channel", "purpose", "about_model", "about_key")
        said = {name: getattr(message, name) for name in (*names, "subject", "text", "template")}
        expires = message.expires_at
        said["expires_at"] = None if expires is None else expires.timestamp()
        return self._mac(f"message\x00{message.id.hex}\x00{canonical(said)}")

    def is_as_written(self, message: Any) -> bool:
        """Whether it bears its seal; computed once for a message that many rows share."""
        if id(message) not in self._read:
            verdict = same(message.seal, self.of_message(message))
            self._read[id(message)] = (message, verdict)
        return self._read[id(message)][1]

    def of_row(self, key: str, message_seal: str, *parts: str) -> str:
        """`key` in hexadecimal; `parts`: mode, world, channel, kind of addressee, addressee,
        person in hexadecimal or empty, number."""
        mac = self._start.copy()
        mac.update("\x00".join((key, message_seal, *parts)).encode())
        return mac.finalize().hex()

    def _mac(self, text: str) -> str:
        mac = self._start.copy()
        mac.update(text.encode())
        return mac.finalize().hex()


def same(found: Any, expected: str) -> bool:
    return isinstance(found, str) and compare.compare_digest(found.encode(), expected.encode())


def digest_of_rows(seals: Iterable[str]) -> str:
    """One digest over the seals of all rows of a message, in the order of their keys."""
    return plain_digest("".join(seals).encode())
