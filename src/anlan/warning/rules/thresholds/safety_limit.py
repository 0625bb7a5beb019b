"""Whether a figure of a mine, a plant, a work permit or a tailings pond breaks a safety limit.

Source: by row, see `data/safety_limits.toml`: 煤矿安全规程 (2016) Art. 135, 136, 169, 172, 173,
176, 640, 655, 657; GB 16423-2020; GB/T 50493-2019; GB 30871-2022; the classes of tailings ponds.
Units and valid range: those of the row. Edge cases: each limit keeps its own inequality: "at most
24 ppm" is broken above 24, an alarm "at 24" from 24 on. A figure that is missing breaks nothing
and clears nothing: UNKNOWN. Where a newer edition is in force whose values were not seen, it is
said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.limit import Limit, read_limit
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "safety-limit"
TABLE: Final = "safety_limits"


class LimitState(Enum):
    """Whether the limit is kept."""

    KEPT = "KEPT"
    BROKEN = "BROKEN"

    @property
    def label(self) -> str:
        return LIMIT_STATE_LABELS[self]


LIMIT_STATE_LABELS: Final = {
    LimitState.KEPT: gettext_noop("limit kept"),
    LimitState.BROKEN: gettext_noop("limit broken"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyLimit:
    """`does`: what the text asks for where the limit is broken."""

    code: str
    name: str
    unit: str
    limit: Limit
    does: str
    mark: str
    source: Source


@lru_cache(maxsize=1)
def safety_limits() -> Mapping[str, SafetyLimit]:
    """Code → row, in the order of the table."""
    return MappingProxyType({row["code"]: _row(row) for row in read_table(TABLE)["limits"]})


def _row(row: Mapping[str, Any]) -> SafetyLimit:
    return SafetyLimit(
        code=row["code"],
        name=row["name"],
        unit=row["unit"],
        limit=read_limit(row),
        does=row["does"],
        mark=row["mark"],
        source=Source.of(MappingProxyType(dict(row)), status=row["mark"]),
    )


def safety_limit(code: str, value: Decimal | None) -> Verdict[LimitState]:
    """Whether the figure keeps the limit of that row."""
    row = safety_limits()[code]
    inputs = pairs(limit=code, limit_name=row.name, value=value)
    if value is None:
        note = Message.of(
            gettext_noop("The value is missing: a silent sensor is not a safe place. Go and look.")
        )
        return Verdict.unknown(row.source.reason(RULE, inputs, note=note))
    is_broken = row.limit.is_reached(value)
    details = pairs(
        how=row.limit.how,
        limit_value=row.limit.value,
        unit=row.unit,
        asks=row.does if is_broken else None,
    )
    reason = row.source.reason(RULE, inputs, note=_note(row), details=details)
    return Verdict(value=LimitState.BROKEN if is_broken else LimitState.KEPT, reasons=(reason,))


def _note(row: SafetyLimit) -> Message | None:
    until = row.source.valid_until
    if until is None:
        return None
    return Message.of(
        gettext_noop("A newer edition is in force since {day}; its numbers were not seen."),
        day=until,
    )
