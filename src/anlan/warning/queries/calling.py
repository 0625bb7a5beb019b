"""Reads of call-and-confirm: whom a message reaches, by which ladder, and how a round stands."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import numpy as np
from django.db.models import Count, F, Q, QuerySet

from anlan.base.clock import CITY_ZONE
from anlan.registers.models import (
    Account,
    AreaContact,
    Person,
    Region,
    RegionOutline,
    ReportingUnit,
)
from anlan.registers.rules.area_contact import STANDING_ABOVE, ContactKind
from anlan.registers.rules.scope import Scope
from anlan.warning.models import (
    CallAddressee,
    CallLadder,
    CallRound,
    WarningArea,
    WarningMessage,
)
from anlan.warning.rules.call_state import CLOSED, CallState, Reach
from anlan.warning.rules.ladder import SENT_BY_PROGRAM, Ladder, house_ladder
from anlan.warning.rules.recipients import Area, Contacts, Divisions, Found, recipients
from anlan.warning.rules.signal import RANK, Change, Level

NAN: Final = float("nan")
DUTY_UPWARD: Final = (ContactKind.TOWNSHIP_DUTY, ContactKind.COUNTY_DUTY, ContactKind.CITY_DUTY)
CANDIDATE: Final = (
    *("pk", "person", "deputy", "unit", "region", "region__code", "kind", "longitude_deg"),
    *("latitude_deg",),
)
_ABOVE: Final = frozenset(kind.value for kind in STANDING_ABOVE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact that holds today, as the rules need it."""

    pk: uuid.UUID
    person: uuid.UUID
    deputy: uuid.UUID | None
    unit: uuid.UUID
    region: uuid.UUID
    region_code: str
    kind: str
    longitude_deg: float | None
    latitude_deg: float | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate that is on the list, and why."""

    contact: Candidate
    found: Found
    upper: uuid.UUID | None


def contacts_on(day: dt.date) -> QuerySet[Any]:
    until = Q(held_until__isnull=True) | Q(held_until__gt=day)
    return AreaContact.objects.filter(until, held_from__lte=day)


def area_of(message: WarningMessage) -> Area:
    """The divisions and outlines of a message."""
    rows = list(WarningArea.objects.filter(message=message).select_related("region"))
    return Area(
        regions=tuple(row.region.code for row in rows if row.region is not None),
        outlines=tuple(row.outline for row in rows if row.outline is not None),
    )


def divisions() -> Divisions:
    """All regions with the code above, and the outlines that are held."""
    parents = Region.objects.filter(parent__isnull=False).values_list("code", "parent__code")
    outlines = RegionOutline.objects.values_list("region__code", "geometry")
    return Divisions(parents=dict(parents), outlines=dict(outlines))


def chosen_for(message: WarningMessage, ladder: Ladder, day: dt.date) -> list[Chosen]:
    """Whom a message calls by a ladder, with the unlocated among them."""
    return chosen_in(area_of(message), ladder, day)


def chosen_in(area: Area, ladder: Ladder, day: dt.date) -> list[Chosen]:
    """Whom a warning of an area would call."""
    rows = contacts_on(day).order_by("pk").values_list(*CANDIDATE)
    candidates = [Candidate(*row) for row in rows.iterator(chunk_size=5_000)]
    contacts = Contacts(
        regions=[one.region_code for one in candidates],
        longitude_deg=_degrees(one.longitude_deg for one in candidates),
        latitude_deg=_degrees(one.latitude_deg for one in candidates),
        is_above=np.array([one.kind in _ABOVE for one in candidates], dtype=bool),
    )
    places = divisions()
    found = recipients(area, contacts, places)
    called = frozenset(kind.value for kind in ladder.kinds)
    uppers = _uppers(candidates)
    return [
        Chosen(one, why, _upper_of(one, places, uppers))
        for one, why in zip(candidates, found, strict=True)
        if why is not None and one.kind in called
    ]


def _degrees(values: Iterable[float | None]) -> Any:
    return np.array([NAN if value is None else value for value in values], dtype=np.float64)


def _uppers(candidates: Sequence[Candidate]) -> Mapping[str, list[Candidate]]:
    """Duty contacts by the code of their division, the nearest level first."""
    ranks = {kind.value: rank for rank, kind in enumerate(DUTY_UPWARD)}
    found: dict[str, list[Candidate]] = {}
    for one in sorted((c for c in candidates if c.kind in ranks), key=lambda c: ranks[c.kind]):
        found.setdefault(one.region_code, []).append(one)
    return found


def _upper_of(
    one: Candidate, places: Divisions, uppers: Mapping[str, list[Candidate]]
) -> uuid.UUID | None:
    """The nearest duty at or above the contact's division that is somebody else."""
    for code in places.line(one.region_code):
        for duty in uppers.get(code, ()):
            if duty.pk != one.pk and duty.person != one.person:
                return duty.pk
    return None


def ladder_for(unit: ReportingUnit, level: str, hazard: str, day: dt.date) -> Ladder:
    """The newest ladder of the unit, else of those above it, else the house default. One for the
    hazard goes before one for all hazards."""
    here: ReportingUnit | None = unit
    while here is not None:
        rows = CallLadder.objects.filter(unit=here, level=level, valid_from__lte=day)
        own = rows.filter(hazard__in=(hazard, "")).order_by("-hazard", "-valid_from").first()
        if own is not None:
            return own.to_domain()
        here = here.parent
    return house_ladder(Level(level))


def with_accounts(people: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    """Those who can sign in and read a message inside the program."""
    wanted = {person for person in people if person is not None}
    if len(wanted) > 5_000:
        rows = Account.objects.filter(is_active=True, person__isnull=False)
    else:
        rows = Account.objects.filter(is_active=True, person__in=wanted)
    return set(rows.values_list("person", flat=True)) & wanted


def with_numbers(people: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    """Those who have a mobile number."""
    wanted = {person for person in people if person is not None}
    rows = Person.objects.exclude(mobile="")
    if len(wanted) <= 5_000:
        rows = rows.filter(pk__in=wanted)
    return set(rows.values_list("pk", flat=True)) & wanted


def numbers_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The mobile numbers of those who have one."""
    wanted = set(people)
    rows = Person.objects.exclude(mobile="")
    if len(wanted) <= 5_000:
        rows = rows.filter(pk__in=wanted)
    return {key: number for key, number in rows.values_list("pk", "mobile") if key in wanted}


class Reaches:
    """By what the addressees of a batch can be reached; read once a batch."""

    def __init__(self, people: Iterable[tuple[uuid.UUID, uuid.UUID | None]]) -> None:
        pairs = list(people)
        everybody = [person for pair in pairs for person in pair]
        self._accounts, self._numbers = with_accounts(everybody), with_numbers(everybody)

    def of(self, person: uuid.UUID, deputy: uuid.UUID | None, *, has_upper: bool) -> Reach:
        return Reach(
            account=person in self._accounts,
            number=person in self._numbers,
            deputy_account=deputy in self._accounts,
            deputy_number=deputy in self._numbers,
            upper=has_upper,
        )

    def has_account(self, person: uuid.UUID | None) -> bool:
        return person in self._accounts


def may_be_called(message: WarningMessage, now: dt.datetime) -> bool:
    """Whether a message is the newest of a warning in force."""
    warning = message.warning
    if warning.ended_at is not None or message.change == Change.LIFT.value:
        return False
    if message.expires_at is not None and message.expires_at <= now:
        return False
    return newest_message(warning) == message


def newest_message(warning: Any) -> WarningMessage | None:
    found: WarningMessage | None = (
        WarningMessage.objects.filter(warning=warning)
        .order_by("-issued_at", "-received_at", "-pk")
        .first()
    )
    return found


def rounds() -> QuerySet[CallRound]:
    found: QuerySet[CallRound] = CallRound.objects.select_related("warning", "message", "unit")
    return found


def addressees(scope: Scope, round_: CallRound) -> QuerySet[CallAddressee]:
    seen: QuerySet[CallAddressee] = CallAddressee.objects.visible_to(scope).filter(round=round_)
    return seen


def to_be_telephoned(scope: Scope, round_: CallRound) -> QuerySet[CallAddressee]:
    """Who waits for a call by whoever asks: open, of a unit that is theirs to keep, and not at a
    step by which the program itself calls; whose time runs out first stands first, then who was
    not called yet."""
    ladder = round_.to_ladder()
    by_program = [n for n, step in enumerate(ladder.steps) if step.way in SENT_BY_PROGRAM]
    rows = addressees(scope, round_).filter(round__closed_at__isnull=True)
    rows = rows.exclude(state__in=[state.value for state in CLOSED])
    waiting = rows.exclude(not_begun()).exclude(step__in=by_program)
    units = waiting.order_by().values_list("unit__code", flat=True).distinct()
    kept = [code for code in units if scope.may_keep_for(code)]
    return waiting.filter(unit__code__in=kept).order_by(
        F("next_step_at").asc(nulls_last=True), F("called_at").asc(nulls_first=True), "pk"
    )


def counts_by_state(rows: QuerySet[CallAddressee]) -> dict[CallState, int]:
    """How many in each state; the unlocated that nobody took up are not among them."""
    found = rows.exclude(not_begun()).values("state").annotate(number=Count("pk")).order_by()
    counted = {row["state"]: row["number"] for row in found}
    return {state: counted.get(state.value, 0) for state in CallState}


def not_begun() -> Q:
    """Whose place is not known, and whom nobody took up yet."""
    return Q(found=Found.UNLOCATED.value, state=CallState.WAITING.value, step=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The addressees of one place: a unit, or a township of it."""

    code: str
    name: str
    counts: Mapping[CallState, int]
    townships: tuple["Line", ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        return self.total - self.answered - self.released

    @property
    def answered(self) -> int:
        return self.counts[CallState.ANSWERED]

    @property
    def released(self) -> int:
        """Who had not answered when the round was over: neither open nor answered."""
        return self.counts[CallState.RELEASED]

    @property
    def silent(self) -> int:
        return self.counts[CallState.SILENT] + self.counts[CallState.UNREACHABLE]


def lines_of(rows: QuerySet[CallAddressee]) -> list[Line]:
    """Counts a reporting unit and, below it, a township; the most silent first."""
    grouped = (
        rows.exclude(not_begun())
        .values("unit__code", "unit__short_name", "region", "state")
        .annotate(number=Count("pk"))
        .order_by()
    )
    townships = _townships({row["region"] for row in grouped})
    units: dict[tuple[str, str], dict[tuple[str, str], Counter[CallState]]] = {}
    for row in grouped:
        below = units.setdefault((row["unit__code"], row["unit__short_name"]), {})
        counter = below.setdefault(townships[row["region"]], Counter())
        counter[CallState(row["state"])] += row["number"]
    lines = []
    for (code, name), below in units.items():
        parts = [_line(key, counter) for key, counter in below.items()]
        total: Counter[CallState] = Counter()
        for counter in below.values():
            total.update(counter)
        lines.append(_line((code, name), total, _worst_first(parts)))
    return list(_worst_first(lines))


def _line(key: tuple[str, str], counter: Counter[CallState], parts: Any = ()) -> Line:
    counts = {state: counter[state] for state in CallState}
    return Line(code=key[0], name=key[1], counts=counts, townships=tuple(parts))


def _worst_first(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.silent, -line.open, line.code)))


def _townships(keys: set[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Region → code and name of its township; a county or the city stands for itself."""
    rows = Region.objects.filter(pk__in=keys).select_related("parent")
    found = {}
    for row in rows:
        upper = row.parent if row.level == "village" and row.parent is not None else row
        found[row.pk] = (upper.code, upper.name)
    return found


def median_minutes(rows: QuerySet[CallAddressee]) -> float | None:
    """Median of the minutes from the opening to the answer; None without answers."""
    spans = rows.filter(answered_at__isnull=False, is_carried=False).values_list(
        "answered_at", "round__opened_at"
    )
    minutes = [(answered - opened).total_seconds() / 60 for answered, opened in spans]
    return round(median(minutes), 1) if minutes else None


def calls_of(person: str, now: dt.datetime) -> QuerySet[CallAddressee]:
    """What somebody is called for, as contact or deputy, newest first; closed rounds of the last
    days are shown as they ended."""
    mine = Q(person=person) | Q(deputy=person)
    recent = Q(round__closed_at__isnull=True) | Q(round__closed_at__gt=now - dt.timedelta(days=3))
    rows = CallAddressee.objects.filter(mine & recent)
    found: QuerySet[CallAddressee] = rows.select_related(
        "round__warning", "round__message", "region", "contact"
    ).order_by(F("answered_at").desc(nulls_first=True), "-round__opened_at", "pk")
    return found


def most_urgent_first(rows: Iterable[CallAddressee]) -> list[CallAddressee]:
    """The highest level first, of one level whose time runs out first."""
    return sorted(
        rows,
        key=lambda row: (
            -RANK[Level(row.round.level)],
            row.answer_by is None,
            row.answer_by or row.round.opened_at,
        ),
    )


def today_of(now: dt.datetime) -> dt.date:
    return now.astimezone(CITY_ZONE).date()
