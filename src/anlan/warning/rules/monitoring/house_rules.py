"""The monitoring rules that the program brings, from `data/monitoring_rules.toml`.

Source: as each row cites. Edge cases: what a row does not say is the default of the register.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from anlan.warning.rules.thresholds.source import read_table

TABLE: Final = "monitoring_rules"
DIGEST_CHARS: Final = 32


def house_rules() -> tuple[MappingProxyType[str, Any], ...]:
    """Rows with `criteria`; dates and numbers as they stand."""
    table = read_table(TABLE)
    return tuple(
        MappingProxyType({"valid_from": table["valid_from"], "criteria": (), **row})
        for row in table["rule"]
    )


def edition() -> str:
    return str(read_table(TABLE)["edition"])


def digest_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Other rows or another edition have another one, so that they are loaded."""
    said = repr((edition(), [sorted(row.items()) for row in rows]))
    return sha256(said.encode()).hexdigest()[:DIGEST_CHARS]
