"""Grades of geological disasters that happened, and of those that threaten.

Source: events 地质灾害防治条例 (Order 394) Art. 4, checked; threats by people to be moved or
possible loss, from memory. Units and valid range: persons, yuan; none below zero.
Edge cases: a figure equal to a limit is in the higher band; one not known can only raise.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict, pairs
from anlan.losses.rules.grade_table import (
    criterion_labels,
    grade_table,
    missing_note,
    reached_by,
)
from anlan.losses.rules.grades import GEOHAZARD_LABELS, GeohazardGrade

EVENT_RULE: Final = "geohazard-event-grade"
THREAT_RULE: Final = "geohazard-threat-grade"


def grade_geohazard_event(
    *, deaths: int | None, direct_loss_yuan: Decimal | None
) -> Verdict[GeohazardGrade]:
    """The grade of what happened."""
    figures = {"deaths": deaths, "direct_loss_yuan": direct_loss_yuan}
    return _graded(EVENT_RULE, "geohazard_event_grade", figures)


def grade_geohazard_threat(
    *, people_to_move: int | None, possible_loss_yuan: Decimal | None
) -> Verdict[GeohazardGrade]:
    """The grade of what threatens."""
    figures = {"people_to_move": people_to_move, "possible_loss_yuan": possible_loss_yuan}
    return _graded(THREAT_RULE, "geohazard_threat_grade", figures)


def _graded(
    rule: str, name: str, figures: Mapping[str, int | Decimal | None]
) -> Verdict[GeohazardGrade]:
    table = grade_table(name)
    reached = reached_by(table, figures)
    grade = GeohazardGrade(reached.grade)
    if not reached.is_decided:
        note = missing_note(reached, GEOHAZARD_LABELS[grade])
        details = pairs(at_least=grade.value)
        return Verdict.unknown(table.reason(rule, pairs(**figures), note=note, details=details))
    by = Message.of(gettext_noop("Decided by: {by}."), by=criterion_labels(reached.by))
    reason = table.reason(rule, pairs(**figures), note=by if reached.by else None)
    return Verdict(value=grade, reasons=(reason,))
