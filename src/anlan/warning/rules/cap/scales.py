"""From a warning level to CAP severity and back, and from an event code to a hazard.

Source: red Extreme, orange Severe, yellow Moderate, blue Minor, else Unknown (from memory); event
codes GB/T 35561 as `data/event_codes.toml` holds them. A severity is not a warning level: only
these functions pass from one to the other.
Edge cases: Unknown has no level; a code that the table does not hold has no hazard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from anlan.warning.rules.cap.values import Severity
from anlan.warning.rules.signal import Hazard, Level
from anlan.warning.rules.thresholds.source import read_table

_SEVERITIES: Final[Mapping[Level, Severity]] = {
    Level.RED: Severity.EXTREME,
    Level.ORANGE: Severity.SEVERE,
    Level.YELLOW: Severity.MODERATE,
    Level.BLUE: Severity.MINOR,
}
_LEVELS: Final = {severity: level for level, severity in _SEVERITIES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCode:
    code: str
    name: str
    hazard: Hazard


def severity_of(level: Level | None) -> Severity:
    return Severity.UNKNOWN if level is None else _SEVERITIES[level]


def level_of(severity: Severity) -> Level | None:
    return _LEVELS.get(severity)


@lru_cache(maxsize=1)
def event_codes() -> Mapping[str, EventCode]:
    rows = read_table("event_codes")["codes"]
    return MappingProxyType(
        {
            row["code"]: EventCode(
                code=row["code"], name=row["name"], hazard=Hazard(row["hazard"])
            )
            for row in rows
        }
    )


def event_code_of(hazard: Hazard) -> EventCode | None:
    return next((each for each in event_codes().values() if each.hazard is hazard), None)
