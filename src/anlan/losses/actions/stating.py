"""One more statement about an accident, inside a recording that is open.

Whoever writes an accident comes through here: entry, follow-up, correction, file, merge. The
statement before is closed at the same instant, so that at any instant exactly one holds.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

from anlan.base.clock import CITY_ZONE
from anlan.base.journal.recording import Recording
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.upkeep import validate
from anlan.losses.actions.errors import (
    BeforeTheEvent,
    FallNeedsNote,
    FutureTime,
    RegionElsewhere,
    TooLongAgo,
    UnitNotThen,
)
from anlan.losses.choices import ReportKind
from anlan.losses.models import Accident, AccidentFigure
from anlan.losses.queries.accidents import (
    city_day,
    first_day_of_units,
    lies_in,
    statements_of,
)
from anlan.losses.rules.accident_count import Deaths, count_deaths
from anlan.losses.rules.accident_terms import AccidentKind, is_in_window
from anlan.losses.rules.unit_day import unit_existed
from anlan.registers.models import Body, ReportingUnit

FIRST_DAY = dt.date(1949, 1, 1)
PLACED = ("kind", "unit", "region", "sector", "counting", "counting_note")
"""Columns that decide how an accident is counted; a change of them is a statement of its own."""
FIGURES = ("deaths", "missing", "serious_injuries", "direct_loss_fen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of people and loss; None: not known."""

    deaths: int | None = None
    missing: int | None = None
    serious_injuries: int | None = None
    direct_loss_fen: int | None = None

    @classmethod
    def of(cls, row: Accident | AccidentFigure) -> "Figures":
        return cls(**{each.name: getattr(row, each.name) for each in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, name) is None for name in FIGURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How the figures came to be known. `changed_on` is the day on which casualties changed."""

    report_kind: ReportKind
    reported_at: dt.datetime
    changed_on: dt.date
    body: Body
    note: str = ""
    source: str = ""
    mark: str = ""


def require_past(at: dt.datetime, now: dt.datetime, field: str) -> None:
    day = city_day(at)
    if at > now:
        raise FutureTime(field=field, time=f"{at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}")
    if day < FIRST_DAY:
        raise TooLongAgo(field=field, time=day.isoformat(), first=FIRST_DAY.isoformat())


def require_unit(unit: ReportingUnit, day: dt.date) -> None:
    existed = unit_existed(
        day,
        valid_from=unit.valid_from,
        valid_until=unit.valid_until,
        tree_from=first_day_of_units(),
    )
    if not existed.known():
        raise UnitNotThen(field="unit", unit=unit.name, day=day.isoformat())


def check_accident(row: Accident, now: dt.datetime) -> None:
    """What the columns alone cannot see."""
    require_past(row.occurred_at, now, "occurred_at")
    if row.head_told_at is not None:
        require_past(row.head_told_at, now, "head_told_at")
    require_unit(row.unit, city_day(row.occurred_at))
    if not lies_in(row.region, row.unit):
        raise RegionElsewhere(field="region", region=row.region.name, unit=row.unit.name)


def check_statement(row: Accident, statement: Statement, now: dt.datetime) -> None:
    require_past(statement.reported_at, now, "reported_at")
    if statement.reported_at < row.occurred_at:
        shown = f"{city_day(row.occurred_at)}"
        raise BeforeTheEvent(field="reported_at", time=shown)
    if statement.changed_on < city_day(row.occurred_at):
        raise BeforeTheEvent(field="changed_on", time=f"{city_day(row.occurred_at)}")
    if statement.changed_on > city_day(now):
        raise FutureTime(field="changed_on", time=statement.changed_on.isoformat())


def require_note_of_fall(before: Figures, after: Figures, note: str) -> None:
    """A figure that falls needs a note. The missing are found or become deaths: they may fall."""
    fell = [
        name
        for name in FIGURES
        if name != "missing" and _fell(getattr(before, name), getattr(after, name))
    ]
    if fell and not note.strip():
        labels = "、".join(str(Accident._meta.get_field(name).verbose_name) for name in fell)
        raise FallNeedsNote(field="note", fields=labels)


def _fell(before: int | None, after: int | None) -> bool:
    return before is not None and (after is None or after < before)


def counted(row: Accident, told: Sequence[tuple[int | None, dt.date]]) -> int | None:
    """Counted deaths after all reports, with the kind and the day that hold now."""
    state: Deaths | None = None
    occurred_on, kind = city_day(row.occurred_at), AccidentKind(row.kind)
    for deaths, changed_on in told:
        if deaths is None:
            continue
        verdict = count_deaths(
            state, deaths=deaths, changed_on=changed_on, occurred_on=occurred_on, kind=kind
        )
        if verdict.value is not UNKNOWN:
            state = verdict.known()
    return None if state is None else state.counted


def apply_figures(row: Accident, figures: Figures, statement: Statement) -> None:
    """Set what is known last on the accident; nothing is written."""
    before = [] if row._state.adding else statements_of(row.pk)
    told = [(each.deaths, each.changed_on) for each in before]
    for name in FIGURES:
        setattr(row, name, getattr(figures, name))
    row.counted_deaths = counted(row, [*told, (figures.deaths, statement.changed_on)])
    if figures.deaths is None:
        row.counted_deaths = None


def write_statement(rec: Recording, row: Accident, statement: Statement) -> AccidentFigure:
    """Write the statement that the accident stands for now, and close the one before."""
    last = AccidentFigure.objects.filter(accident=row.pk).order_by("-number").first()
    known_at = rec.now
    if last is not None:
        known_at = max(known_at, last.known_at)  # a clock that was put back leaves no gap
        former = rec.lock(AccidentFigure, last.pk)
        former.superseded_at = known_at
        rec.save(former)
    occurred_on = city_day(row.occurred_at)
    figure = AccidentFigure(
        accident=row,
        number=1 if last is None else last.number + 1,
        report_kind=statement.report_kind,
        reported_at=statement.reported_at,
        known_at=known_at,
        entered_by=rec.actor.account,
        body=statement.body,
        occurred_on=occurred_on,
        year=occurred_on.year,
        changed_on=statement.changed_on,
        in_window=is_in_window(AccidentKind(row.kind), occurred_on, statement.changed_on),
        counted_deaths=row.counted_deaths,
        note=statement.note.strip(),
        source=statement.source or row.source,
        mark=statement.mark or row.mark,
        **{name: getattr(row, name) for name in (*PLACED, *FIGURES)},
    )
    validate(figure)
    rec.add(figure)
    return figure
