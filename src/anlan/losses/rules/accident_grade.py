"""The grade of a work-safety accident, and what it would be if the missing are dead.

Source: 生产安全事故报告和调查处理条例 (Order 493, in force 2007-06-01) Art. 3; the missing are
reported with the casualties by Art. 12 (4), and the grade of Art. 3 counts deaths: both readings
are shown (House rule). Acute industrial poisoning counts as serious injury.
Units and valid range: persons, yuan; none below zero.
Edge cases: 以上 includes the number. A figure not reported yet can only raise the grade: UNKNOWN,
with `at_least`, unless the others reach the top. `missing` not known is said, never taken as 0.
"""

from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import (
    HOUSE_RULE,
    UNKNOWN,
    Reason,
    SourceStatus,
    Verdict,
    pairs,
)
from anlan.losses.rules.grade_table import (
    Reached,
    criterion_labels,
    grade_table,
    missing_note,
    reached_by,
)
from anlan.losses.rules.grades import GRADE_LABELS, IncidentGrade

RULE: Final = "accident-grade"
TABLE: Final = "accident_grade"


def grade_accident(
    *,
    deaths: int | None,
    serious_injuries: int | None,
    direct_loss_yuan: Decimal | None,
    missing: int | None = 0,
) -> Verdict[IncidentGrade]:
    """The grade by deaths; with missing people a second reason has `value_if_missing_dead`."""
    figures = {
        "deaths": deaths,
        "serious_injuries": serious_injuries,
        "direct_loss_yuan": direct_loss_yuan,
    }
    verdict = _graded(reached_by(grade_table(TABLE), figures), figures)
    if missing is None:
        return verdict.because(_missing_unknown())
    if missing == 0:
        return verdict
    if_dead = None if deaths is None else deaths + missing
    other = _graded(reached_by(grade_table(TABLE), {**figures, "deaths": if_dead}), figures)
    return verdict.because(_if_missing_dead(other, deaths, missing))


def grade_so_far(verdict: Verdict[IncidentGrade]) -> IncidentGrade:
    """The grade, or what it is at least: the clocks of an accident do not wait for the loss."""
    if verdict.value is not UNKNOWN:
        return verdict.known()
    return IncidentGrade(dict(verdict.reasons[0].details)["at_least"])


def _graded(reached: Reached, figures: dict[str, int | Decimal | None]) -> Verdict[IncidentGrade]:
    table = grade_table(TABLE)
    grade = IncidentGrade(reached.grade)
    inputs = pairs(**figures)
    if not reached.is_decided:
        note = missing_note(reached, GRADE_LABELS[grade])
        return Verdict.unknown(
            table.reason(RULE, inputs, note=note, details=pairs(at_least=grade.value))
        )
    by = Message.of(gettext_noop("Decided by: {by}."), by=criterion_labels(reached.by))
    reason = table.reason(RULE, inputs, note=by if reached.by else None)
    return Verdict(value=grade, reasons=(reason,))


def _if_missing_dead(other: Verdict[IncidentGrade], deaths: int | None, missing: int) -> Reason:
    value = "UNKNOWN" if other.value is UNKNOWN else other.known().value
    label = GRADE_LABELS[grade_so_far(other)]
    said = gettext_noop("If the {missing} missing are dead, the grade is “{grade}”.")
    if other.value is UNKNOWN:
        said = gettext_noop("If the {missing} missing are dead, the grade is at least “{grade}”.")
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        article="第十二条第四项",
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(deaths=deaths, missing=missing),
        note=Message.of(said, missing=missing, grade=Message.of(label)),
        details=pairs(value_if_missing_dead=value),
    )


def _missing_unknown() -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(missing=None),
        note=Message.of(
            gettext_noop("Whether people are missing is not reported yet: the grade may rise.")
        ),
    )
