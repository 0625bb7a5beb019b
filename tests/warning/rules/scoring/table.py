"""The worked table of docs/rules/warning-scores.md, as values."""

import datetime as dt
from typing import Any

from anlan.warning.rules.scoring.matching import Judged, Known, judge
from anlan.warning.rules.scoring.values import Alarm, Event, house_terms
from anlan.warning.rules.signal import Hazard, Level

TERMS = house_terms()
NOW = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
FROM = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def at(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """Of July 2025."""
    return dt.datetime(2025, 7, day, hour, minute, tzinfo=dt.UTC)


def alarm(key: str, begun: dt.datetime, ended: dt.datetime | None, **more: Any) -> Alarm:
    given: dict[str, Any] = {
        "source": "台",
        "hazard": Hazard.RAINSTORM,
        "level": Level.ORANGE,
        "places": frozenset({"140827"}),
    }
    return Alarm(key=key, begun_at=begun, ended_at=ended, **(given | more))


def event(key: str, onset: dt.datetime, **more: Any) -> Event:
    given: dict[str, Any] = {
        "family": "flood",
        "places": frozenset({"140827"}),
        "onset_from": onset,
        "onset_until": onset,
        "ended_at": onset + dt.timedelta(hours=6),
    }
    return Event(key=key, **(given | more))


def by_day(key: str, day: int, **more: Any) -> Event:
    """An event of which only the day is known."""
    return event(key, at(day), onset_until=at(day + 1), ended_at=at(day + 1), **more)


KNOWN = Known(alarms_from=FROM, families={("flood", 2025)})
ALARMS = (
    alarm("A1", at(1, 8), at(1, 20)),
    alarm("A2", at(3, 8), at(3, 12)),
    alarm("A3", at(5, 15), at(5, 20)),
    alarm("A4", at(7, 8), at(7, 20)),
    alarm("A5", at(9, 8), at(9, 20), hazard=Hazard.FOG),
    alarm("A6", at(11, 8), at(11, 20), places=frozenset({"140828"})),
)
EVENTS = (
    event("E1", at(1, 11)),
    event("E2", at(3, 16)),
    event("E3", at(5, 14)),
    by_day("E4", 7),
    event("E5", at(11, 10)),
    event("E6", FROM - dt.timedelta(hours=1)),
)


def worked() -> Judged:
    return judge(ALARMS, EVENTS, KNOWN, TERMS, NOW)
