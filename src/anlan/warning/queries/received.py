"""Reads of received warnings: what is in force, where, since when; what a text may concern."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.urls import reverse

from anlan.base.rules.verdict import UNKNOWN, Verdict
from anlan.registers.models import Body, BodyName, Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.models import IssuedWarning, PublishingRight, WarningArea, WarningMessage
from anlan.warning.rules.episode import Episode, Said, State
from anlan.warning.rules.publishing import KIND_OF, Kind, may_publish
from anlan.warning.rules.reading.reading import INVENTED_PREFIX, Reading, read_warning
from anlan.warning.rules.signal import RANK, Change, Hazard, Level

PLACE_LEVELS = ("city", "county", "township")
SHORTEST_NAME = 3
"""House rule: shorter names (盐湖, 稷山) stand for much else; counties with two characters keep
theirs (夏县, 绛县)."""


def warning_url(key: Any) -> str:
    return reverse("warning", args=[key])


def message_url(key: Any) -> str:
    return reverse("warning-message", args=[key])


def may_receive(scope: Any, unit: str) -> bool:
    """House rule: the plan office and the city's own bodies for the city, a county for itself."""
    if not isinstance(scope, Scope) or not scope.may(Capability.RECEIVE_WARNINGS):
        return False
    return scope.is_city_wide or unit in scope.own_units


def units_received_for(scope: Scope) -> QuerySet[ReportingUnit]:
    """Reporting units for which the reader may record messages."""
    units: QuerySet[ReportingUnit] = ReportingUnit.objects.visible_to(scope)
    own = [unit.pk for unit in units if may_receive(scope, unit.code)]
    return units.filter(pk__in=own)


def warnings(scope: Any) -> QuerySet[Any]:
    """Warnings in view with what a list shows. One query for the rows, one for their areas."""
    rows: QuerySet[Any] = IssuedWarning.objects.visible_to(scope)
    newest = WarningMessage.objects.filter(warning=OuterRef("pk")).order_by("-issued_at", "-id")
    ranks = [When(level=level.value, then=Value(rank)) for level, rank in RANK.items()]
    return rows.select_related("unit__region", "issuer_body").annotate(
        messages_all=Count("messages"),
        newest_at=Max("messages__issued_at"),
        newest_received_at=Subquery(newest.values("received_at")[:1]),
        rank=Case(*ranks, default=Value(0), output_field=IntegerField()),
        is_over=Case(
            When(ended_at__isnull=True, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        ),
    )


def with_areas(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Warnings with their messages, the newest first, and their areas."""
    newest = WarningMessage.objects.order_by("-issued_at", "-id").prefetch_related("areas__region")
    return rows.prefetch_related(Prefetch("messages", queryset=newest))


def areas_of(row: IssuedWarning) -> list[WarningArea]:
    """Where the newest message of a row of `with_areas` holds."""
    newest = next(iter(row.messages.all()), None)
    return list(newest.areas.all()) if newest is not None else []


def messages_of(warning: IssuedWarning) -> list[WarningMessage]:
    """The messages of a warning in the order of their times."""
    rows = WarningMessage.objects.filter(warning=warning).prefetch_related(
        "areas__region__parent", "cap_documents"
    )
    return list(rows.order_by("issued_at", "received_at", "id"))


def area_names(areas: Iterable[WarningArea]) -> str:
    return "、".join(str(area) for area in areas)


def said_by(row: WarningMessage) -> Said:
    """What a message says, for the rules."""
    return Said(
        change=Change(row.change),
        level=Level(row.level),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose warning it is: a station keeps one for each hazard."""

    issuer: str
    unit: uuid.UUID
    hazard: str


def known_warnings(who: Identity) -> list[tuple[IssuedWarning, Episode]]:
    """The warnings of an issuer for a hazard that are known here, with their messages."""
    rows = IssuedWarning.objects.filter(issuer=who.issuer, unit=who.unit, hazard=who.hazard)
    return [
        (
            row,
            Episode(
                messages=tuple(said_by(each) for each in row.messages.all()), state=_state(row)
            ),
        )
        for row in rows.prefetch_related("messages").order_by("issued_at", "id")
    ]


def _state(row: IssuedWarning) -> State:
    return State(
        level=Level(row.level),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def body_named(name: str) -> Body | None:
    """The body of the register that bears the name, when exactly one does."""
    plain = name.removeprefix(INVENTED_PREFIX)
    found = BodyName.objects.filter(name=plain, only_in_unit=False).values_list("body", flat=True)
    keys = set(found)
    return Body.objects.filter(pk=keys.pop()).first() if len(keys) == 1 else None


def known_places() -> list[tuple[str, str]]:
    """Code and name of places that a text may mention; a name that two places bear is left out."""
    rows = Region.objects.filter(level__in=PLACE_LEVELS).values_list("code", "name")
    units = ReportingUnit.objects.select_related("region")
    found = {(code, name) for code, name in rows}
    for unit in units:
        found |= {(unit.region.code, name) for name in (unit.name, unit.short_name)}
    shared = Counter(name for _code, name in found)
    counties = set(Region.objects.filter(level="county").values_list("name", flat=True))
    return sorted(
        (code, name)
        for code, name in found
        if shared[name] == 1 and (len(name) >= SHORTEST_NAME or name in counties)
    )


def read_here(text: str, received_at: dt.datetime) -> Verdict[Reading]:
    """A text read with the places of the register."""
    return read_warning(text, received_at=received_at, known_places=known_places())


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Regions to choose from: those of the reporting units and those that the text mentions;
    `chosen` are suggested."""

    regions: tuple[Region, ...]
    mentioned: frozenset[str]
    chosen: frozenset[str]


def suggest_regions(text: str, reading: Reading) -> Suggestion:
    """House rule: a warning holds for the whole area of its issuer, or for the places printed
    before the hazard (发布盐湖区暴雨…). Places that the text mentions elsewhere are offered and
    not chosen: a warning is never made smaller by a guess."""
    mentioned = [place for place in reading.places]
    issuer, hazard = reading.issuer.span, reading.hazard.span
    change = reading.change.span
    printed = {
        place.code
        for place in mentioned
        if change.end <= place.span.start and place.span.end <= hazard.start
    }
    own = {
        place.code
        for place in mentioned
        if issuer.start <= place.span.start and place.span.end <= issuer.end
    }
    codes = {place.code for place in mentioned}
    units = set(ReportingUnit.objects.values_list("region__code", flat=True))
    rows = Region.objects.filter(code__in=codes | units).order_by("code")
    order = {unit: n for n, unit in enumerate(_unit_codes())}
    regions = sorted(rows, key=lambda row: (order.get(row.code, len(order)), row.code))
    return Suggestion(
        regions=tuple(regions), mentioned=frozenset(codes), chosen=frozenset(printed or own)
    )


def _unit_codes() -> list[str]:
    rows = ReportingUnit.objects.values_list("region__code", flat=True)
    return list(rows)


def suggest_unit(reading: Reading, scope: Scope) -> ReportingUnit | None:
    """The unit whose region the issuer names; else the first that the reader works for."""
    units = list(units_received_for(scope).select_related("region"))
    own = [
        place.code
        for place in reading.places
        if place.span.start >= reading.issuer.span.start
        and place.span.end <= reading.issuer.span.end
    ]
    named = [unit for unit in units if unit.region.code in own]
    return next(iter(named or units), None)


def publishing_verdict(hazard: str, level: str, day: dt.date, body: str = "") -> Verdict[bool]:
    """Whether this program (it may not), or a body, may publish such a warning, with the
    clause."""
    rights = [row.to_domain() for row in PublishingRight.objects.select_related("body")]
    kind = KIND_OF.get(Hazard(hazard), Kind.OTHER)
    return may_publish(body, kind, Level(level) if level else None, rights, on=day)


def received_after(row: WarningMessage) -> dt.timedelta:
    """From the issue to the receipt; a receiving clock that is behind counts as at once."""
    return max(row.received_at - row.issued_at, dt.timedelta(0))


def value_or_blank(field: Any) -> Any:
    """A read value for a form; blank where it is left to a person."""
    return "" if field.value is UNKNOWN else field.value


def ends_at(row: IssuedWarning) -> dt.datetime | None:
    """When it ended, or will by itself."""
    return row.ended_at or row.expires_at


def ended_by_time(row: IssuedWarning) -> bool:
    """Whether it ran out by itself."""
    return row.ended_at is not None and row.ended_at == row.expires_at
