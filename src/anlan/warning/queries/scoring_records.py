"""What is scored: alarms of every source, and the events that are on record.

A source of alarms is a function of `ALARM_SOURCES`: it gives its episodes as `Alarm` values with
their labels and pages.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.db.models import Min, Q, QuerySet
from django.urls import reverse

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.labels import gettext_noop
from anlan.losses.choices import Hazard as LossHazard
from anlan.losses.models import Disaster, DisasterFigure
from anlan.registers.choices import UnitKind
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Role, Scope
from anlan.warning.choices import GAS, hazard_and_level
from anlan.warning.models import IssuedWarning, MonitoringNotice, WarningArea
from anlan.warning.queries.monitoring import notice_url
from anlan.warning.queries.received import warning_url
from anlan.warning.rules.scoring.values import Alarm, Event
from anlan.warning.rules.signal import RANK, Hazard, Level

LONGEST: Final = dt.timedelta(days=366)
"""How far outside a period lies what may still belong to something in it."""
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of the city; the last one is included."""

    first: dt.date
    last: dt.date

    @property
    def begins(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time(), CITY_ZONE)

    @property
    def ends(self) -> dt.datetime:
        """The first instant after it."""
        return dt.datetime.combine(self.last + DAY, dt.time(), CITY_ZONE)

    def holds(self, instant: dt.datetime) -> bool:
        return self.begins <= instant < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a record is called, and its page."""

    label: str
    url: str


@dataclass(slots=True, kw_only=True)
class Sources:
    """Alarms and events with what they are called."""

    alarms: list[Alarm] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)

    def take_alarm(self, alarm: Alarm, page: Page) -> None:
        self.alarms.append(alarm)
        self.pages[alarm.key] = page

    def take_event(self, event: Event, page: Page) -> None:
        self.events.append(event)
        self.pages[event.key] = page


def may_score(scope: Any) -> bool:
    """House rule: who sees all disasters of an area scores it; a department sees only its own."""
    if not isinstance(scope, Scope) or not scope.may(Capability.READ_INTERNAL):
        return False
    return scope.is_city_wide or Role.COUNTY in scope.roles


def places_in_view(scope: Scope) -> dict[str, str]:
    """Codes and short names of the units that are scored, in their order: counties and zones."""
    units = ReportingUnit.objects.visible_to(scope).exclude(kind=UnitKind.CITY)
    rows = units.values_list("code", "short_name")
    own = scope.units if scope.is_city_wide else scope.own_units
    return {code: name for code, name in rows if code in own}


class Places:
    """Which units a region holds: the city all of them, a county itself and the zone inside it, a
    township its county."""

    def __init__(self) -> None:
        rows = Region.objects.values_list("pk", "code", "parent")
        self._codes = {pk: code for pk, code, _ in rows}
        self._parents = {pk: parent for pk, _, parent in rows}
        self._units: dict[Any, set[str]] = {}
        units = list(ReportingUnit.objects.values_list("code", "region", "kind"))
        cities = [region for _, region, kind in units if kind == UnitKind.CITY]
        for code, region, kind in units:
            if kind != UnitKind.CITY:
                for each in (*self._upward(region), *cities):
                    self._units.setdefault(each, set()).add(code)

    def of(self, region: Any) -> frozenset[str]:
        """Codes of units; empty when the region is in none."""
        for each in self._upward(region):
            if each in self._units:
                return frozenset(self._units[each])
        return frozenset()

    def _upward(self, region: Any) -> Iterable[Any]:
        seen: set[Any] = set()
        while region is not None and region not in seen:
            seen.add(region)
            yield region
            region = self._parents.get(region)


def issued_warnings(scope: Scope, period: Period, places: Places, sources: Sources) -> None:
    """Warnings of their owners, each at the highest level that it had."""
    rows = IssuedWarning.objects.visible_to(scope).filter(
        issued_at__gte=period.begins - LONGEST, issued_at__lt=period.ends + DAY
    )
    areas: dict[Any, set[str]] = {}
    unsure: set[Any] = set()
    of_rows = WarningArea.objects.filter(message__warning__in=rows)
    for warning, region in of_rows.values_list("message__warning", "region"):
        found = places.of(region) if region is not None else frozenset[str]()
        areas.setdefault(warning, set()).update(found)
        if not found:
            unsure.add(warning)
    for row in rows.prefetch_related("messages"):
        held = frozenset() if row.pk in unsure else frozenset(areas.get(row.pk, ()))
        sources.take_alarm(_alarm(row, held), Page(label=_label(row), url=warning_url(row.pk)))


def _alarm(row: IssuedWarning, places: frozenset[str]) -> Alarm:
    levels = [Level(message.level) for message in row.messages.all()] or [Level(row.level)]
    begun = row.issued_at.astimezone(CITY_ZONE)
    ended = row.ended_at or row.expires_at
    return Alarm(
        key=f"warning-{row.pk.hex}",
        source=row.issuer,
        hazard=Hazard(row.hazard),
        level=max(levels, key=lambda level: RANK[level]),
        places=places,
        begun_at=begun,
        ended_at=None if ended is None else max(begun, ended.astimezone(CITY_ZONE)),
    )


def _label(row: IssuedWarning) -> str:
    named = hazard_and_level(row.get_hazard_display(), row.get_level_display())
    return f"{row.issuer} {named}"


def monitoring_notices(scope: Scope, period: Period, places: Places, sources: Sources) -> None:
    """What our own rules found, each at its highest level, from when the program knew."""
    rows = MonitoringNotice.objects.visible_to(scope).exclude(hazard=GAS)
    rows = rows.filter(known_at__gte=period.begins - LONGEST, known_at__lt=period.ends + DAY)
    for row in rows.select_related("rule", "datastream__station__region", "region"):
        station = row.datastream.station
        begun = row.known_at.astimezone(CITY_ZONE)
        ended = row.ended_at and row.ended_at.astimezone(CITY_ZONE)
        alarm = Alarm(
            key=f"notice-{row.pk.hex}",
            source=row.rule.name,
            hazard=Hazard(row.hazard),
            level=Level(row.highest),
            places=places.of(row.region_id or station.region_id),
            begun_at=begun,
            ended_at=ended and max(begun, ended),
        )
        label = f"{row.rule.name} · {station.name}"
        sources.take_alarm(alarm, Page(label=label, url=notice_url(row.pk)))


class Of(StrEnum):
    """Whose alarms are scored: what was said to people, or what our rules said to us."""

    WARNINGS = "warnings"
    NOTICES = "notices"


OF_LABELS: Final = {
    Of.WARNINGS: gettext_noop("warnings"),
    Of.NOTICES: gettext_noop("monitoring notices"),
}
AlarmSource = Callable[[Scope, Period, Places, Sources], None]
ALARM_SOURCES: Final[dict[Of, AlarmSource]] = {
    Of.WARNINGS: issued_warnings,
    Of.NOTICES: monitoring_notices,
}


def disasters(scope: Scope, period: Period, now: dt.datetime, sources: Sources) -> None:
    """Disasters on record, each in the counties that reported figures other than nought."""
    rows = Disaster.objects.visible_to(scope).filter(
        began_on__gte=period.first - LONGEST,
        began_on__lte=min(period.last + LONGEST, now.astimezone(CITY_ZONE).date()),
    )
    hit: dict[Any, set[str]] = {}
    for disaster, unit in _figures(scope, rows).values_list("disaster", "unit__code"):
        hit.setdefault(disaster, set()).add(unit)
    for row in rows:
        sources.take_event(
            _event(row, frozenset(hit.get(row.pk, ()))),
            Page(label=row.title, url=reverse("disaster", args=[row.pk])),
        )


def _figures(scope: Scope, rows: QuerySet[Disaster]) -> QuerySet[DisasterFigure]:
    figures = DisasterFigure.objects.visible_to(scope).filter(
        disaster__in=rows, superseded_at__isnull=True
    )
    nothing = Q(affected_person_times=0, direct_loss_fen=0, crop_affected_ha=0)
    found: QuerySet[DisasterFigure] = figures.exclude(nothing).exclude(unit__kind=UnitKind.CITY)
    return found


def _event(row: Disaster, places: frozenset[str]) -> Event:
    midnight = dt.datetime.combine(row.began_on, dt.time(), CITY_ZONE)
    last = row.ended_on and dt.datetime.combine(row.ended_on, dt.time(), CITY_ZONE) + DAY
    timed = None if row.began_at is None else row.began_at.astimezone(CITY_ZONE)
    return Event(
        key=f"disaster-{row.pk.hex}",
        family=row.hazard,
        places=places,
        onset_from=timed or midnight,
        onset_until=timed or midnight + DAY,
        ended_at=last,
    )


def alarms_from(scope: Scope, of: Of) -> dt.datetime | None:
    """Since when such alarms are on record here."""
    rows: QuerySet[Any]
    if of is Of.NOTICES:
        rows, instant = MonitoringNotice.objects.visible_to(scope), "known_at"
    else:
        rows, instant = IssuedWarning.objects.visible_to(scope), "issued_at"
    first: dt.datetime | None = rows.aggregate(first=Min(instant))["first"]
    return first


def families_on_record(scope: Scope) -> set[tuple[str, int]]:
    """Kinds of disasters with the years in which some were recorded."""
    rows = Disaster.objects.visible_to(scope).values_list("hazard", "began_on")
    return {(hazard, day.year) for hazard, day in rows}


def family_label(family: str) -> str:
    """A kind of event in words."""
    known = {str(code): str(label) for code, label in LossHazard.choices}
    return known.get(family, family)


def narrowed(rows: Sequence[Any], places: frozenset[str], *, with_unknown: bool) -> list[Any]:
    """Alarms or events that concern some of the places, and those of which no place is known."""
    return [row for row in rows if row.places & places or (with_unknown and not row.places)]
