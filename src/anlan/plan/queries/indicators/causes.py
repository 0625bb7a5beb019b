"""Where an indicator's figure comes from and what stands beside it: units, sectors or hazards,
enterprises, the items that are linked, their bodies, what is late, what is proven.

The ranking is over all units, for every reader the same; who may not see a unit finds it in one
sum of the others. Nothing here says why a figure is what it is.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anlan.base import clock
from anlan.base.rules.verdict import Reason, Verdict
from anlan.losses.queries.behind import (
    EnterpriseSum,
    GroupSum,
    enterprises_behind,
    focus_with_deaths,
    sums_by_hazard,
    sums_by_sector,
)
from anlan.plan.models import Duty, ItemMeasure, Notice, PlanItem
from anlan.plan.queries.indicators.board import COUNTED_IN, Board, Line, board
from anlan.plan.queries.indicators.facts import DISASTER_FIGURES, WHOLE, Facts
from anlan.plan.queries.indicators.standing_by import (
    Late,
    Proven,
    late_by_item,
    proven_by_item,
)
from anlan.plan.rules.indicators.beside import evidence_of
from anlan.plan.rules.indicators.choices import Basis
from anlan.plan.rules.indicators.contribution import (
    Contribution,
    Part,
    Ranking,
    part_of,
    rank_contributions,
)
from anlan.plan.rules.indicators.serving import Candidate, Found, links_of
from anlan.plan.rules.indicators.sources import Counted
from anlan.plan.rules.notice.values import Kind
from anlan.registers import queries as registers
from anlan.registers.models import ReportingUnit

NO_UNIT = ""
"""Records of no unit of the list, such as the city's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPart:
    """A unit in view with what it adds; `unit` None are records of no unit of the list."""

    unit: ReportingUnit | None
    contribution: Contribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What units outside the reader's view add together."""

    units: int
    value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingItem:
    """An item with its links, what is late in it, and what is proven."""

    item: PlanItem
    verdict: Verdict[tuple[Found, ...]]
    late: tuple[Late, ...]
    proven: tuple[Proven, ...]

    @property
    def evidence(self) -> Verdict[int]:
        """How many records prove something; UNKNOWN where none is recorded."""
        return evidence_of({one.kind: one.count for one in self.proven})


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """A body (or printed name) with the items in which it has a duty or is late, and with how
    many matters it is late."""

    name: str
    body: Any
    items: tuple[str, ...]
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Causes:
    board: Board
    line: Line
    basis: Basis
    years: tuple[int, ...]
    ranking: Verdict[Ranking]
    units: tuple[UnitPart, ...]
    others: Others | None
    groups: tuple[GroupSum, ...]
    enterprises: tuple[EnterpriseSum, ...]
    items: tuple[ServingItem, ...]
    bodies: tuple[BodyPart, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        first = self.items[0].verdict.reasons if self.items else ()
        return (*self.ranking.reasons, *first)


def causes(notice: Notice, key: str, *, scope: Any, year: int | None = None) -> Causes | None:
    """Of a year, or of the years of the period that have begun. None: no such indicator."""
    found = board(notice, only=key, with_units=False, projects=False)
    line = found.line(key)
    if line is None or key not in COUNTED_IN:
        return None
    figure, basis = COUNTED_IN[key]
    years = years_of(found) if year is None else (year,)
    units = registers.reporting_units()
    covered = found.chosen.coverage.get(basis)
    complete = {one for one in years if covered is not None and covered.covers(one)}
    ranking = rank_contributions(_parts(figure, years, units, complete))
    shown, others = _in_view(ranking.known(), units, scope)
    is_coal = figure == "coal_deaths"
    focus = frozenset[str]()
    enterprises: tuple[EnterpriseSum, ...] = ()
    if basis is Basis.ACCIDENTS:
        focus = focus_with_deaths(years=years, coal_only=is_coal)
        enterprises = enterprises_behind(scope, years=years, coal_only=is_coal)
    items = serving_items(line.item, scope, clock.now(), focus=focus)
    return Causes(
        board=found,
        line=line,
        basis=basis,
        years=years,
        ranking=ranking,
        units=shown,
        others=others,
        groups=_groups(figure, basis, years, scope.units),
        enterprises=enterprises,
        items=items,
        bodies=bodies_of(items, scope),
    )


def years_of(found: Board) -> tuple[int, ...]:
    """The years of the period that have begun."""
    return tuple(year for year in found.period.years if year <= found.today.year)


def _parts(
    figure: str, years: Iterable[int], units: list[ReportingUnit], complete: Collection[int]
) -> list[Part]:
    facts, parts = Facts(years), []
    for year in years:
        held = {unit.code: facts.counted(figure, unit.code, year) for unit in units}
        is_complete = year in complete
        for code, counted in held.items():
            parts.append(part_of(code, year, counted, is_complete=is_complete))
        rest = _rest(facts.counted(figure, WHOLE, year), held.values())
        if rest is not None:
            parts.append(part_of(NO_UNIT, year, rest, is_complete=is_complete))
    return parts


def _rest(whole: Counted | None, held: Iterable[Counted | None]) -> Counted | None:
    """What the whole counts beyond the units."""
    known = [each for each in held if each is not None]
    if whole is None or whole.records == sum(each.records for each in known):
        return None
    return Counted(
        value=whole.value - sum((each.value for each in known), Decimal(0)),
        records=whole.records - sum(each.records for each in known),
        silent=whole.silent - sum(each.silent for each in known),
    )


def _in_view(
    ranking: Ranking, units: list[ReportingUnit], scope: Any
) -> tuple[tuple[UnitPart, ...], Others | None]:
    by_code = {unit.code: unit for unit in units}
    shown, hidden = [], []
    for row in ranking.rows:
        is_seen = row.unit in scope.units if row.unit else scope.is_city_wide
        if is_seen:
            shown.append(UnitPart(unit=by_code.get(row.unit), contribution=row))
        else:
            hidden.append(row)
    if not hidden:
        return tuple(shown), None
    known = [row.value for row in hidden if row.value is not None]
    value = sum(known, Decimal(0)) if known else None
    return tuple(shown), Others(units=len(hidden), value=value)


def _groups(
    figure: str, basis: Basis, years: tuple[int, ...], units: Collection[str]
) -> tuple[GroupSum, ...]:
    """By sector or hazard, over the units in view, in the unit of the numerator."""
    if basis is Basis.ACCIDENTS:
        return sums_by_sector(units, years=years, coal_only=figure == "coal_deaths")
    field, per = DISASTER_FIGURES[figure]
    return tuple(
        GroupSum(
            code=row.code,
            name=row.name,
            value=None if row.value is None else row.value / per,
            records=row.records,
            unknown=row.unknown,
        )
        for row in sums_by_hazard(units, field=field, years=years)
    )


def serving_items(
    indicator: PlanItem,
    scope: Any,
    now: dt.datetime,
    *,
    focus: frozenset[str] = frozenset(),
    measures: frozenset[str] = frozenset(),
) -> tuple[ServingItem, ...]:
    """Items in view with a link to an indicator, itself first to last; `measures` are looked at
    beside those that are mapped to it."""
    rows = PlanItem.objects.visible_to(scope).filter(notice=indicator.notice_id, is_dropped=False)
    listed = list(rows.defer("text", "as_read").order_by("position"))
    mapped = _measures(listed)
    own = mapped.get(indicator.key, frozenset()) | measures
    linked: list[tuple[PlanItem, Verdict[tuple[Found, ...]]]] = []
    for item in listed:
        verdict = links_of(indicator.key, _candidate(item, mapped), sectors=focus, measures=own)
        if verdict.known():
            linked.append((item, verdict))
    items = [item for item, _verdict in linked]
    late, proven = late_by_item(items, scope, now), proven_by_item(items, scope, now)
    return tuple(
        ServingItem(
            item=item,
            verdict=verdict,
            late=tuple(late.get(item.pk, ())),
            proven=tuple(proven.get(item.pk, ())),
        )
        for item, verdict in linked
    )


def _candidate(item: PlanItem, measures: Mapping[str, frozenset[str]]) -> Candidate:
    return Candidate(
        key=item.key,
        is_indicator=item.kind in (Kind.INDICATOR, Kind.SUBGOAL),
        heading=item.heading,
        deliverables=tuple(item.deliverables),
        measures=measures.get(item.key, frozenset()),
    )


def _measures(items: Iterable[PlanItem]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    rows = ItemMeasure.objects.filter(item__in=[item.pk for item in items])
    for key, name in rows.values_list("item__key", "measure"):
        found.setdefault(key, set()).add(name)
    return {key: frozenset(names) for key, names in found.items()}


def bodies_of(items: tuple[ServingItem, ...], scope: Any) -> tuple[BodyPart, ...]:
    """Who has a duty in the items or is late in them, those who are late with most first."""
    keys = {each.item.pk: each.item.key for each in items}
    bodies: dict[Any, Any] = {}
    named: dict[Any, list[str]] = defaultdict(list)
    duties = Duty.objects.visible_to(scope).filter(item__in=list(keys))
    for duty in duties.select_related("body__unit").order_by("item__position", "position"):
        who = duty.body_id or duty.printed_name
        bodies[who] = duty.body or duty.printed_name
        named[who].append(keys[duty.item_id])
    late: Counter[Any] = Counter()
    for each in items:
        for one in each.late:
            if one.body is not None:
                late[one.body.pk] += 1
                bodies[one.body.pk] = one.body
                named[one.body.pk].append(each.item.key)
    found = [
        BodyPart(
            name=str(bodies[who]),
            body=None if isinstance(bodies[who], str) else bodies[who],
            items=tuple(dict.fromkeys(rows)),
            late=late[who],
        )
        for who, rows in named.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.late, -len(one.items), one.name)))
