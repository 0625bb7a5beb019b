"""Readings as PostgreSQL takes them in a binary COPY: every field has a fixed width, so a batch is
one array of records and no text is made or parsed.

The format: a signature, two empty numbers, then for each row the number of its fields and before
each field its length, all in network order; a row of -1 fields ends it.
"""

import numpy as np

from anlan.sensing.store.values import Rows

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_KEY = 16
_FIELDS = (
    ("stream", f"V{_KEY}"),
    ("at_us", ">i8"),
    ("revision", ">i4"),
    ("value", ">f8"),
    ("flags", ">i4"),
    ("received_us", ">i8"),
    ("batch", f"V{_KEY}"),
)
"""In the order of the columns of the table."""
_RECORD = np.dtype(
    [("fields", ">i2")]
    + [part for name, kind in _FIELDS for part in ((f"{name}_bytes", ">i4"), (name, kind))]
)


def binary_copy(rows: Rows, batch: bytes) -> bytes:
    """The rows of one batch as the whole of a COPY."""
    table = np.zeros(len(rows), dtype=_RECORD)
    table["fields"] = len(_FIELDS)
    for name, kind in _FIELDS:
        table[f"{name}_bytes"] = np.dtype(kind).itemsize
    keys = np.frombuffer(b"".join(rows.keys), dtype=f"V{_KEY}")
    table["stream"] = keys[rows.stream]
    table["batch"] = np.frombuffer(batch, dtype=f"V{_KEY}")[0]
    for name in ("at_us", "revision", "value", "flags", "received_us"):
        table[name] = getattr(rows, name)
    return _HEAD + table.tobytes() + _END
