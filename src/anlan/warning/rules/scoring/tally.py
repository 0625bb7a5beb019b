"""How many warnings there were (预警统计): counted by level, told apart by what they were for.

Decides how often a warning counts, and in which lines of a table.

Source: House rule [D]. Statistics of warnings are asked for everywhere, a way to count them is
printed nowhere that we have read.
Units and valid range: whole warnings; months, seasons and years of the city's calendar, by the
instant at which the warning began.
Edge cases: one that was raised or lowered counts once, at the highest level it had. One for
several counties counts in the line of each, and once in the whole, so these lines do not add up.
One of which no county is known has a line of its own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.warning.rules.scoring.values import Alarm, season_of
from anlan.warning.rules.signal import Level

NOWHERE: Final = "unknown"
"""The line of those of which no county is known."""


class By(StrEnum):
    """By what warnings are told apart."""

    HAZARD = "hazard"
    ISSUER = "issuer"
    PLACE = "place"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"


BY_LABELS: Final = {
    By.HAZARD: gettext_noop("hazard warned of"),
    By.ISSUER: gettext_noop("issuer or rule"),
    By.PLACE: gettext_noop("county"),
    By.MONTH: gettext_noop("month"),
    By.SEASON: gettext_noop("season"),
    By.YEAR: gettext_noop("year"),
}
IN_ORDER_OF_TIME: Final = frozenset({By.MONTH, By.YEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of each level; a level without any is nought."""

    by_level: Mapping[Level, int]

    @property
    def total(self) -> int:
        return sum(self.by_level.values())


def tally(alarms: Iterable[Alarm]) -> Tally:
    """Each once, at its level. Source and edge cases: see the module."""
    found = Counter(alarm.level for alarm in alarms)
    return Tally(by_level={level: found[level] for level in Level})


def lines_of(alarm: Alarm, by: By) -> frozenset[str]:
    """Codes of the lines in which a warning counts."""
    match by:
        case By.HAZARD:
            return frozenset({alarm.hazard.value})
        case By.ISSUER:
            return frozenset({alarm.source})
        case By.PLACE:
            return alarm.places or frozenset({NOWHERE})
        case By.MONTH:
            return frozenset({f"{alarm.begun_at:%Y-%m}"})
        case By.SEASON:
            return frozenset({season_of(alarm.begun_at.month).value})
        case By.YEAR:
            return frozenset({f"{alarm.begun_at:%Y}"})


def is_in_line(alarm: Alarm, by: By, code: str) -> bool:
    """Whether a warning counts in a line."""
    return code in lines_of(alarm, by)
