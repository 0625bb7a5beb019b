"""How many warnings of a period: by level and by hazard, issuer, county or time; and how many
people were called because of them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Count, Q

from anlan.registers.rules.scope import Scope
from anlan.warning.choices import GAS
from anlan.warning.models import MonitoringNotice
from anlan.warning.queries.calling_measures import asked_for_an_answer
from anlan.warning.queries.scoring_records import (
    ALARM_SOURCES,
    Of,
    Page,
    Period,
    Places,
    Sources,
    narrowed,
    places_in_view,
)
from anlan.warning.rules.call_state import CallState
from anlan.warning.rules.scoring.score import Rate
from anlan.warning.rules.scoring.tally import (
    IN_ORDER_OF_TIME,
    By,
    Tally,
    is_in_line,
    lines_of,
    tally,
)
from anlan.warning.rules.scoring.values import Alarm, Season
from anlan.warning.rules.signal import Hazard, Level

_ANSWERED: Final = Q(state=CallState.ANSWERED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which warnings are counted; everything of a hazard or county that is not named."""

    period: Period
    of: Of = Of.WARNINGS
    hazard: Hazard | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What calls came of warnings: of how many of them somebody was called, how many people, and
    who of them answered in the term. Nobody is asked for an answer by an exercise."""

    warnings: int
    people: int
    in_time: int

    @property
    def answered(self) -> Rate:
        return Rate(part=self.in_time, whole=self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table."""

    code: str
    tally: Tally
    called: Called


class Tallies:
    """The warnings of a period in view, each counted as the rule says."""

    def __init__(self, scope: Scope, asked: Asked) -> None:
        self.scope, self.asked = scope, asked
        self.places = places_in_view(scope)
        sources = Sources()
        ALARM_SOURCES[asked.of](scope, asked.period, Places(), sources)
        self.pages: dict[str, Page] = sources.pages
        rows = narrowed(sources.alarms, frozenset(self.places), with_unknown=True)
        self.alarms: Sequence[Alarm] = [row for row in rows if self._is_asked(row)]

    def _is_asked(self, row: Alarm) -> bool:
        return (
            self.asked.period.holds(row.begun_at)
            and self.asked.hazard in (None, row.hazard)
            and (not self.asked.place or is_in_line(row, By.PLACE, self.asked.place))
        )

    def lines(self, by: By) -> list[Line]:
        """One line a value that any warning has: in the order of the city's lists, time newest
        first, and else the most first."""
        codes = {code for row in self.alarms for code in lines_of(row, by)}
        if by is By.PLACE:
            order = [code for code in self.places if code in codes]
            ordered = order + sorted(codes - set(self.places) - self._elsewhere)
        elif by is By.SEASON:
            ordered = [season.value for season in Season if season.value in codes]
        else:
            ordered = sorted(codes, reverse=by in IN_ORDER_OF_TIME)
        found = [self.line(by, code) for code in ordered]
        by_number = by in (By.HAZARD, By.ISSUER)
        return sorted(found, key=lambda one: -one.tally.total) if by_number else found

    @cached_property
    def _elsewhere(self) -> set[str]:
        """Counties that the reader does not count for."""
        return {code for row in self.alarms for code in row.places} - set(self.places)

    def line(self, by: By, code: str) -> Line:
        rows = self.rows(by, code)
        unit = code if by is By.PLACE else self.asked.place
        return Line(code=code, tally=tally(rows), called=self._called(rows, unit))

    @cached_property
    def total(self) -> Line:
        """All of them, each once."""
        rows = self.alarms
        return Line(code="", tally=tally(rows), called=self._called(rows, self.asked.place))

    def rows(
        self, by: By | None = None, code: str = "", level: Level | None = None
    ) -> list[Alarm]:
        """The warnings behind a number, the newest first."""
        found = [
            row
            for row in self.alarms
            if (by is None or is_in_line(row, by, code)) and level in (None, row.level)
        ]
        return sorted(found, key=lambda row: (row.begun_at, row.key), reverse=True)

    def _called(self, rows: Iterable[Alarm], unit: str) -> Called:
        warnings = people = in_time = 0
        for row in rows:
            of_units = self._calls.get(row.key, {})
            is_asked = unit in self.places
            found = [of_units[each] for each in of_units if not is_asked or each == unit]
            warnings += bool(found)
            people += sum(called for called, _ in found)
            in_time += sum(answered for _, answered in found)
        return Called(warnings=warnings, people=people, in_time=in_time)

    @cached_property
    def _calls(self) -> dict[str, dict[str, tuple[int, int]]]:
        """By warning and unit: who was asked for an answer, and who gave it in the term."""
        if self.asked.of is not Of.WARNINGS:
            return {}
        asked = asked_for_an_answer(self.scope)
        rows = asked.filter(round__warning__in=_keys(self.alarms))
        counted = rows.order_by().values_list("round__warning", "unit__code")
        found: dict[str, dict[str, tuple[int, int]]] = {}
        for warning, unit, people, in_time in counted.annotate(
            people=Count("pk"), in_time=Count("pk", filter=_ANSWERED & Q(is_late=False))
        ):
            found.setdefault(f"warning-{warning.hex}", {})[unit] = (people, in_time)
        return found

    @cached_property
    def gas_notices(self) -> int:
        """Notices of gas, which are no warning of weather or water: they stand in no line."""
        if self.asked.of is not Of.NOTICES:
            return 0
        rows = MonitoringNotice.objects.visible_to(self.scope).filter(hazard=GAS)
        span = self.asked.period
        return int(rows.filter(known_at__gte=span.begins, known_at__lt=span.ends).count())


def _keys(alarms: Iterable[Alarm]) -> list[str]:
    return [row.key.removeprefix("warning-") for row in alarms]


def year_until(today: dt.date) -> Period:
    """House rule: what is usually asked for is this year until today."""
    return Period(first=dt.date(today.year, 1, 1), last=today)
