"""What a methane sensor of a coal mine asks for: alarm, cut of power, leave to restore.

Source: 煤矿安全规程 (2016) Art. 498 Table 18, AQ 1029-2019 Table 1; by place, see
`data/coal_methane.toml`. Renumbered by the revision of 2025, whose values were not seen.
Units and valid range: volume percent of CH4.
Edge cases: alarm and cut are "at least". Once cut, power stays off until the value is below the
limit for restoring, the limit itself excluded: `locked` says that it is off. A place without a
limit for cutting never cuts by this rule, and without one for restoring never gives leave. A
value that is missing gives no leave and ends no alarm: UNKNOWN.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from anlan.base.rules.edition import Edition
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "methane-state"
TABLE: Final = "coal_methane"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethanePlace:
    """One row; limits in percent, None where the row has none."""

    code: str
    name: str
    mark: str
    alarm_pct: Decimal
    cut_pct: Decimal | None
    restore_pct: Decimal | None
    is_disputed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MethaneState:
    alarm: bool
    cut: bool
    may_restore: bool


@lru_cache(maxsize=1)
def methane_places() -> Mapping[str, MethanePlace]:
    """Code → row, in the order of the table."""
    rows = read_table(TABLE)["places"]
    return MappingProxyType(
        {
            row["code"]: MethanePlace(
                code=row["code"],
                name=row["name"],
                mark=row["mark"],
                alarm_pct=Decimal(row["alarm"]),
                cut_pct=Decimal(row["cut"]) if "cut" in row else None,
                restore_pct=Decimal(row["restore"]) if "restore" in row else None,
                is_disputed=row.get("is_disputed", False),
            )
            for row in rows
        }
    )


def edition() -> Edition:
    table = read_table(TABLE)
    return Edition(
        name=table["edition"],
        in_force_until=table["in_force_until"],
        superseded_by=table["superseded_by"],
    )


def methane_state(code: str, value_pct: Decimal | None, *, locked: bool) -> Verdict[MethaneState]:
    """What the value asks for at that place; `locked`: power is off since an earlier cut."""
    place = methane_places()[code]
    source = Source.of(read_table(TABLE), status=place.mark)
    inputs = pairs(place=code, place_name=place.name, value_pct=value_pct, locked=locked)
    if value_pct is None:
        note = Message.of(
            gettext_noop("The value is missing: a silent sensor is not a safe place. Go and look.")
        )
        return Verdict.unknown(source.reason(RULE, inputs, note=note))
    is_below = place.restore_pct is not None and value_pct < place.restore_pct
    state = MethaneState(
        alarm=value_pct >= place.alarm_pct,
        cut=(place.cut_pct is not None and value_pct >= place.cut_pct)
        or (locked and not is_below),
        may_restore=locked and is_below,
    )
    details = pairs(
        alarm_pct=place.alarm_pct, cut_pct=place.cut_pct, restore_below_pct=place.restore_pct
    )
    reason = source.reason(RULE, inputs, note=_note(place), details=details)
    return Verdict(value=state, reasons=(reason,))


def _note(place: MethanePlace) -> Message | None:
    if place.is_disputed:
        return Message.of(
            gettext_noop(
                "Two sources differ on this row; check the alarm of the mine's own setting."
            )
        )
    if place.cut_pct is None:
        return Message.of(
            gettext_noop("The table names no limit for cutting power at this place.")
        )
    return None
