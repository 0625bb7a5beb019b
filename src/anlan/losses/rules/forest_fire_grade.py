"""The grade of a forest fire.

Source: 森林防火条例 (Order 541) Art. 40; another woodland alight, or less than one hectare of
forest, is ordinary. Units and valid range: hectares of burnt forest, persons; none below zero.
Edge cases: a figure equal to a limit is in the higher band; one not known can only raise.
"""

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
from anlan.losses.rules.grades import GRADE_LABELS, IncidentGrade

RULE: Final = "forest-fire-grade"


def grade_forest_fire(
    *, burnt_ha: Decimal | None, deaths: int | None, serious_injuries: int | None
) -> Verdict[IncidentGrade]:
    """The highest grade that any of the three reaches."""
    figures = {"burnt_ha": burnt_ha, "deaths": deaths, "serious_injuries": serious_injuries}
    table = grade_table("forest_fire_grade")
    reached = reached_by(table, figures)
    grade = IncidentGrade(reached.grade)
    if not reached.is_decided:
        note = missing_note(reached, GRADE_LABELS[grade])
        details = pairs(at_least=grade.value)
        return Verdict.unknown(table.reason(RULE, pairs(**figures), note=note, details=details))
    by = Message.of(gettext_noop("Decided by: {by}."), by=criterion_labels(reached.by))
    reason = table.reason(RULE, pairs(**figures), note=by if reached.by else None)
    return Verdict(value=grade, reasons=(reason,))
