"""The score of warnings: judged records of a period, told apart by hazard, issuer, place, time."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Scope
from anlan.warning.models import MonitoringNotice, WarningMessage
from anlan.warning.queries.scoring_limits import exceedances
from anlan.warning.queries.scoring_records import (
    ALARM_SOURCES,
    Of,
    Page,
    Period,
    Places,
    Sources,
    alarms_from,
    disasters,
    families_on_record,
    narrowed,
    places_in_view,
)
from anlan.warning.rules.scoring.load import Load, load
from anlan.warning.rules.scoring.matching import (
    AlarmFate,
    EventFate,
    Judged,
    JudgedAlarm,
    JudgedEvent,
    Known,
    judge,
)
from anlan.warning.rules.scoring.score import Score, score_of
from anlan.warning.rules.scoring.values import (
    OBSERVED_LEVEL,
    Season,
    Terms,
    house_terms,
    season_of,
)


class Cut(StrEnum):
    """By what the figures are told apart."""

    HAZARD = "hazard"
    EVENT = "event"
    ISSUER = "issuer"
    PLACE = "place"
    SEASON = "season"
    YEAR = "year"


CUT_LABELS: Final = {
    Cut.HAZARD: gettext_noop("hazard warned of"),
    Cut.EVENT: gettext_noop("kind of event"),
    Cut.ISSUER: gettext_noop("issuer or rule"),
    Cut.PLACE: gettext_noop("county"),
    Cut.SEASON: gettext_noop("season"),
    Cut.YEAR: gettext_noop("year"),
}
OF_ALARMS: Final = frozenset({Cut.HAZARD, Cut.ISSUER})
"""An event is warned of or not by all warnings together: it has no issuer of its own."""
OF_EVENTS: Final = frozenset({Cut.EVENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a cut: its code and what it counts."""

    code: str
    score: Score


class Board:
    """Everything that is scored in a period, judged once."""

    def __init__(
        self, scope: Scope, period: Period, now: dt.datetime, of: Of = Of.WARNINGS
    ) -> None:
        self.scope, self.period, self.now, self.of = scope, period, now, of
        self.terms: Terms = house_terms()
        self.places = places_in_view(scope)
        sources, where = Sources(), Places()
        ALARM_SOURCES[of](scope, period, where, sources)
        disasters(scope, period, now, sources)
        self.with_limits = exceedances(scope, period, where, self.terms, sources, now)
        own = frozenset(self.places)
        # where else a disaster was a county does not see: without its figures it is not its own
        is_whole = scope.is_city_wide
        self.all_alarms = narrowed(sources.alarms, own, with_unknown=True)
        self.all_events = narrowed(sources.events, own, with_unknown=is_whole)
        self.pages: dict[str, Page] = sources.pages
        observed = {
            (event.family, event.onset_from.year)
            for event in self.all_events
            if event.family == OBSERVED_LEVEL
        }
        self.known = Known(
            alarms_from=alarms_from(scope, of), families=families_on_record(scope) | observed
        )

    @cached_property
    def judged(self) -> Judged:
        """Of the period; what reaches into it from before was looked at."""
        return self._of_period(self._judge(self.all_alarms, self.all_events))

    @cached_property
    def total(self) -> Score:
        return score_of(self.judged.events, self.judged.alarms)

    @cached_property
    def load(self) -> Load:
        """What came to the duty, day by day until today."""
        rows: QuerySet[Any]
        if self.of is Of.NOTICES:
            rows, instant = MonitoringNotice.objects.visible_to(self.scope), "known_at"
        else:
            rows, instant = WarningMessage.objects.visible_to(self.scope), "received_at"
        span = {f"{instant}__gte": self.period.begins, f"{instant}__lt": self.period.ends}
        came = rows.filter(**span).values_list(instant, flat=True)
        days = [at.astimezone(CITY_ZONE).date() for at in came]
        last = min(self.period.last, self.now.astimezone(CITY_ZONE).date())
        return load(days, self.period.first, last, self.terms.budget_a_day)

    def rows(self, cut: Cut) -> list[Row]:
        """One row a value of the cut that has anything to count."""
        if cut is Cut.PLACE:
            found = [(code, self.at_place(code)) for code in self.places]
        else:
            found = [(code, self._of_code(cut, code)) for code in self._codes(cut)]
        return [
            Row(code=code, score=score_of(judged.events, judged.alarms))
            for code, judged in found
            if judged.events or judged.alarms
        ]

    def part(self, cut: Cut | None, code: str) -> Judged:
        """What a row counts; all of it without a cut."""
        if cut is None:
            return self.judged
        return self.at_place(code) if cut is Cut.PLACE else self._of_code(cut, code)

    def at_place(self, code: str) -> Judged:
        """Judged anew for one place: a warning for other counties warns nobody here."""
        here = frozenset({code})
        return self._of_period(
            self._judge(
                [replace(one, places=here) for one in self.all_alarms if code in one.places],
                [replace(one, places=here) for one in self.all_events if code in one.places],
            )
        )

    def _judge(self, alarms: Sequence[Any], events: Sequence[Any]) -> Judged:
        return judge(alarms, events, self.known, self.terms, self.now)

    def _of_period(self, judged: Judged) -> Judged:
        return Judged(
            events=tuple(e for e in judged.events if self.period.holds(e.event.onset_from)),
            alarms=tuple(a for a in judged.alarms if self.period.holds(a.alarm.begun_at)),
        )

    def _codes(self, cut: Cut) -> list[str]:
        if cut is Cut.SEASON:
            return [season.value for season in Season]
        codes = {_EVENT_CODES[cut](one) for one in self.judged.events if cut in _EVENT_CODES}
        codes |= {_ALARM_CODES[cut](one) for one in self.judged.alarms if cut in _ALARM_CODES}
        return sorted(codes, reverse=cut is Cut.YEAR)

    def _of_code(self, cut: Cut, code: str) -> Judged:
        return Judged(
            events=tuple(_having(self.judged.events, _EVENT_CODES.get(cut), code)),
            alarms=tuple(_having(self.judged.alarms, _ALARM_CODES.get(cut), code)),
        )


def _having(rows: Iterable[Any], code_of: Callable[[Any], str] | None, code: str) -> Iterable[Any]:
    return [] if code_of is None else [row for row in rows if code_of(row) == code]


_EVENT_CODES: Final[dict[Cut, Callable[[JudgedEvent], str]]] = {
    Cut.EVENT: lambda one: one.event.family,
    Cut.SEASON: lambda one: season_of(one.event.onset_from.month).value,
    Cut.YEAR: lambda one: str(one.event.onset_from.year),
}
_ALARM_CODES: Final[dict[Cut, Callable[[JudgedAlarm], str]]] = {
    Cut.HAZARD: lambda one: one.alarm.hazard.value,
    Cut.ISSUER: lambda one: one.alarm.source,
    Cut.SEASON: lambda one: season_of(one.alarm.begun_at.month).value,
    Cut.YEAR: lambda one: str(one.alarm.begun_at.year),
}


def of_fate(judged: Judged, side: str, fate: str) -> list[JudgedEvent] | list[JudgedAlarm]:
    """The events or the alarms of one fate; all of the side without one."""
    if side == "event":
        return [one for one in judged.events if not fate or one.fate == EventFate(fate)]
    return [one for one in judged.alarms if not fate or one.fate == AlarmFate(fate)]


def base_year(scope: Scope, now: dt.datetime, of: Of = Of.WARNINGS) -> Board:
    """The records of the year against which progress is read."""
    year = house_terms().base_year
    period = Period(first=dt.date(year, 1, 1), last=dt.date(year, 12, 31))
    return Board(scope, period, now, of)
