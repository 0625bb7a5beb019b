"""Values of scoring: an alarm, an event, and the terms under which they are matched.

Source: House rule [D], `data/scoring.toml`.
Units and valid range: aware instants; places are codes of counties and of the zone.
Edge cases: an alarm without an end is still in force; an event of which only the day is known has
an onset somewhere in that day; places that are not known are empty and match nothing surely.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.warning.rules.signal import Hazard, Level

OBSERVED_LEVEL: Final = "observed-level"
OBSERVED_RAIN: Final = "observed-rain"
OBSERVED_LABELS: Final = {
    OBSERVED_LEVEL: gettext_noop("water above its limit"),
    OBSERVED_RAIN: gettext_noop("rain above its limit"),
}


class BadSpan(ValueError):
    """An end before its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A warning or a monitoring notice: from whom or by which rule, for what and where."""

    key: str
    source: str
    hazard: Hazard
    level: Level
    places: frozenset[str]
    begun_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.ended_at is not None and self.ended_at < self.begun_at:
            raise BadSpan(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. Its onset lies between `onset_from` and `onset_until`; both are
    the same instant when the hour is known. `ended_at` is None when its end was never entered."""

    key: str
    family: str
    places: frozenset[str]
    onset_from: datetime
    onset_until: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        is_reversed = self.ended_at is not None and self.ended_at < self.onset_from
        if is_reversed or self.onset_until < self.onset_from:
            raise BadSpan(self.key)

    @property
    def is_timed(self) -> bool:
        return self.onset_from == self.onset_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How alarms and events are matched, and what is compared with what."""

    grace: timedelta
    late: timedelta
    unended: timedelta
    apart: timedelta
    families: Mapping[Hazard, frozenset[str]]
    lead_min: int
    budget_a_day: int
    base_year: int
    neighbours_m: tuple[float, ...]
    neighbours_times: tuple[float, ...]
    edition: str

    def hazards_of(self, family: str) -> frozenset[Hazard]:
        return frozenset(hazard for hazard, known in self.families.items() if family in known)


class Season(StrEnum):
    """Of three months each, winter from December."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


SEASON_LABELS: Final = {
    Season.SPRING: gettext_noop("spring (March to May)"),
    Season.SUMMER: gettext_noop("summer (June to August)"),
    Season.AUTUMN: gettext_noop("autumn (September to November)"),
    Season.WINTER: gettext_noop("winter (December to February)"),
}
_MONTHS: Final = {
    Season.SPRING: (3, 4, 5),
    Season.SUMMER: (6, 7, 8),
    Season.AUTUMN: (9, 10, 11),
    Season.WINTER: (12, 1, 2),
}


def season_of(month: int) -> Season:
    """The season of a month of the city's calendar (1 to 12)."""
    return next(season for season, months in _MONTHS.items() if month in months)


@lru_cache(maxsize=1)
def house_terms() -> Terms:
    """Our defaults."""
    path = resources.files("anlan.warning.rules") / "data" / "scoring.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Terms(
        grace=timedelta(hours=table["grace_h"]),
        late=timedelta(hours=table["late_h"]),
        unended=timedelta(days=table["unended_days"]),
        apart=timedelta(hours=table["apart_h"]),
        families={Hazard(name): frozenset(known) for name, known in table["families"].items()},
        lead_min=table["lead_min"],
        budget_a_day=table["budget_a_day"],
        base_year=table["base_year"],
        neighbours_m=tuple(table["neighbours_m"]),
        neighbours_times=tuple(table["neighbours_times"]),
        edition=table["edition"],
    )
