"""The class of one figure: grade of rain, size of a flood, class of drought, colour of a danger.

Source: by scale, see `data/bands.toml`: GB/T 28592-2012 (rain), GB/T 22482-2008 (floods by return
period), SL 424-2008 (relative soil moisture), QX/T 77-2007 (forest fire danger; its colours from
memory), the ratio to the critical rainfall (a popular text), and cut-offs that are ours (`D`).
Units and valid range: those of the scale. Edge cases: each limit keeps its own inequality; a
figure between two printed bands (9.95 mm) belongs to the lower one; below every limit: NONE. The
figure missing: UNKNOWN, never NONE.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.limit import Limit, read_limit
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "threshold-class"
TABLE: Final = "bands"
NONE: Final = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    code: str
    name: str
    limit: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Bands from the worst; `note` is what the table says of itself."""

    code: str
    name: str
    unit: str
    source: Source
    note: str
    lowest: Decimal
    highest: Decimal | None
    is_whole: bool
    bands: tuple[Band, ...]


class OutsideScale(ValueError):
    """The figure cannot be one of this scale; `args` are the lowest and highest."""


@lru_cache(maxsize=1)
def scales() -> Mapping[str, Scale]:
    """Code → scale, in the order of the table."""
    return MappingProxyType({row["code"]: _scale(row) for row in read_table(TABLE)["scales"]})


def _scale(row: Mapping[str, Any]) -> Scale:
    highest = row.get("highest")
    return Scale(
        code=row["code"],
        name=row["name"],
        unit=row["unit"],
        source=Source.of(MappingProxyType(dict(row)), status=row["mark"]),
        note=row.get("note", ""),
        lowest=Decimal(row["lowest"]),
        highest=None if highest is None else Decimal(highest),
        is_whole=row.get("is_whole", False),
        bands=tuple(
            Band(code=each["code"], name=each["name"], limit=read_limit(each))
            for each in row["classes"]
        ),
    )


def threshold_class(code: str, value: Decimal | None) -> Verdict[str]:
    """The code of the worst class whose limit is reached."""
    scale = scales()[code]
    inputs = pairs(scale=code, value=value)
    if value is None:
        note = Message.of(gettext_noop("The figure is missing. Give it to decide."))
        return Verdict.unknown(scale.source.reason(RULE, inputs, note=note))
    is_whole = not scale.is_whole or value == value.to_integral_value()
    if value < scale.lowest or (scale.highest is not None and value > scale.highest):
        raise OutsideScale(scale.lowest, scale.highest)
    if not is_whole:
        raise OutsideScale(scale.lowest, scale.highest)
    found = next((band for band in scale.bands if band.limit.is_reached(value)), None)
    name = None if found is None else found.name
    details = pairs(scale_name=scale.name, unit=scale.unit, class_name=name, said=scale.note)
    reason = scale.source.reason(RULE, inputs, details=details)
    return Verdict(value=NONE if found is None else found.code, reasons=(reason,))
