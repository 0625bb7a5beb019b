"""Where the numbers of a table come from, and the reason that cites them.

The tables are TOML in `rules/data/`: source, article, edition, valid from, status; numbers exact.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Self

from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Pairs, Reason, SourceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Head of a table."""

    source: str
    status: SourceStatus
    article: str = ""
    edition: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @classmethod
    def of(cls, table: MappingProxyType[str, Any], *, status: str = "", article: str = "") -> Self:
        return cls(
            source=table["source"],
            status=SourceStatus(status or table["status"]),
            article=article or table.get("article", ""),
            edition=table.get("edition", ""),
            valid_from=table.get("valid_from"),
            valid_until=table.get("in_force_until"),
        )

    def reason(
        self, rule: str, inputs: Pairs, *, note: Message | None = None, details: Pairs = ()
    ) -> Reason:
        return Reason(
            rule=rule,
            source=self.source,
            article=self.article,
            edition=self.edition,
            status=self.status,
            inputs=inputs,
            note=note,
            details=details,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


@lru_cache(maxsize=32)
def read_table(name: str) -> MappingProxyType[str, Any]:
    """A file of `data/`, read once."""
    file = resources.files("anlan.warning.rules").joinpath("data", f"{name}.toml")
    return MappingProxyType(tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))
