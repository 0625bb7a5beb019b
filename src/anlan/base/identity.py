"""Keys of records and of requests (design wall 5)."""

import uuid

from uuid_utils import uuid7 as plain_uuid7
from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): sorts by the time it was made, unique across centres."""
    return uuid7()


def new_hex_id() -> str:
    """`new_id` as 32 hexadecimal digits, in the same order, much cheaper: for bulk rows."""
    return plain_uuid7().hex


def request_id_from(value: str) -> str:
    """Normalise a request id given by a client.

    Valid: 8 to 64 characters of letters, digits, ``-`` and ``_``. Raises ValueError otherwise.
    """
    text = value.strip()
    if not 8 <= len(text) <= 64 or not all(c.isalnum() or c in "-_" for c in text):
        raise ValueError(value)
    return text
