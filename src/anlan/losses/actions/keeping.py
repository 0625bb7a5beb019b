"""What goes with rows of losses that come by a file, a bulk change or the administration, and
with two records of one accident that are merged."""

import datetime as dt
from typing import Any

from anlan.base.journal.recording import Recording
from anlan.base.upkeep import validate
from anlan.losses.actions.accidents import correction, last_of, restate
from anlan.losses.actions.clocks import close_clocks
from anlan.losses.actions.disasters import check_disaster, complete_figure
from anlan.losses.actions.errors import NothingReported, OnlyOfficeCounts
from anlan.losses.actions.stating import (
    Figures,
    Statement,
    apply_figures,
    check_accident,
    write_statement,
)
from anlan.losses.choices import Counting, ReportKind
from anlan.losses.models import Accident, Disaster, DisasterFigure
from anlan.losses.queries.accidents import city_day
from anlan.registers.rules.scope import Capability


def prepare_accident(rec: Recording, row: Accident, stored: Accident | None) -> None:
    """What comes by a file was known before: it opens no clocks."""
    check_accident(row, rec.now)
    if stored is None:
        if Figures.of(row).is_empty:
            raise NothingReported(field="deaths")
        row.is_back_filled = True
        apply_figures(row, Figures.of(row), _arrival(rec, row))
    elif stored.counting != row.counting:
        scope: Any = rec.actor.scope
        if not scope.may(Capability.KEEP_REGISTERS):
            raise OnlyOfficeCounts(field="counting")


def follow_accident(rec: Recording, row: Accident, stored: Accident | None) -> None:
    """The first statement, or one more when it is counted otherwise."""
    if stored is None:
        write_statement(rec, row, _arrival(rec, row))
    else:
        restate(rec, row, note=rec.reason)


def _arrival(rec: Recording, row: Accident) -> Statement:
    return Statement(
        report_kind=ReportKind.FOLLOW_UP,
        reported_at=rec.now,
        changed_on=city_day(row.occurred_at),
        body=row.body,
        note=rec.reason[:300],
    )


def prepare_disaster(rec: Recording, row: Disaster, stored: Disaster | None) -> None:
    check_disaster(row, rec.now)


def prepare_figure(rec: Recording, row: DisasterFigure, stored: DisasterFigure | None) -> None:
    if stored is None:
        complete_figure(rec, row)


def follow_nothing(rec: Recording, row: Any, stored: Any) -> None:
    """Nothing goes with it."""


def absorb_accident(rec: Recording, winner: Accident, loser: Accident, now: dt.datetime) -> None:
    """Both sources stay: the merged record keeps its statements and is counted no longer; the one
    that stays is stated anew with the values that were chosen."""
    check_accident(winner, now)
    lost, won = last_of(loser), last_of(winner)
    if lost is not None and won is not None:
        statement = correction(winner, won, now, rec.reason)
        if winner.deaths != won.deaths and lost.changed_on > statement.changed_on:
            statement = correction(winner, lost, now, rec.reason)
        apply_figures(winner, Figures.of(winner), statement)
        validate(winner)
        write_statement(rec, winner, statement)
    loser.counting, loser.counting_note = Counting.DUPLICATE, rec.reason[:200]
    restate(rec, loser, note=rec.reason)
    close_clocks(rec, loser, rec.reason)
