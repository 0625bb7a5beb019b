"""The grade of an earthquake disaster: by deaths and missing, or the first judgement by magnitude.

Source: 国家地震应急预案 (国办函〔2012〕149号) on grading; replaced on 2025-10-11 by
国办函〔2025〕102号, whose numbers were not seen. House rule: the dense column holds from 200
persons per km² (one local table; the national text may define the classes otherwise).
Units and valid range: persons; magnitude Ms; persons per km².
Edge cases: a limit belongs to the higher band. Below the last magnitude of the column the plan
names no grade: UNKNOWN, never "ordinary". With figures of people and a magnitude the higher grade
holds. A magnitude without density is UNKNOWN.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.edition import Edition
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
from anlan.losses.rules.grade_table import GradeTable, grade_table, reached_by, read_table
from anlan.losses.rules.grades import IncidentGrade

RULE: Final = "earthquake-grade"
TABLE: Final = "earthquake_grade"
DENSE: Final = "magnitude_dense"
FAIRLY_DENSE: Final = "magnitude_fairly_dense"


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return read_table(TABLE)


EDITION: Final = Edition(
    name=_data()["edition"],
    in_force_until=_data()["in_force_until"],
    superseded_by=_data()["superseded_by"],
)


def grade_earthquake(
    *,
    deaths_missing: int | None = None,
    magnitude: Decimal | None = None,
    density_per_km2: Decimal | None = None,
    loss_share_of_province_gdp_pct: Decimal | None = None,
) -> Verdict[IncidentGrade]:
    """The grade; the highest of what is given."""
    verdicts = []
    loss = loss_share_of_province_gdp_pct
    if deaths_missing is not None or loss is not None:
        verdicts.append(_by_loss(deaths_missing, loss))
    if magnitude is not None or density_per_km2 is not None:
        verdicts.append(_by_magnitude(magnitude, density_per_km2))
    if not verdicts:
        return Verdict.unknown(_nothing_given())
    decided = [each for each in verdicts if each.value is not UNKNOWN]
    reasons = tuple(reason for each in verdicts for reason in each.reasons)
    if not decided:
        return Verdict.unknown(*reasons)
    best = min((each.known() for each in decided), key=lambda grade: grade.rank())
    return Verdict(value=best, reasons=reasons)


def _by_loss(deaths_missing: int | None, loss_pct: Decimal | None) -> Verdict[IncidentGrade]:
    """By people, and by the share of the province's GDP; the latter has a limit of its own only
    for the highest grade, so that a smaller loss decides nothing."""
    table = grade_table(TABLE)
    inputs = pairs(deaths_missing=deaths_missing, loss_share_of_province_gdp_pct=loss_pct)
    given = {
        name: value
        for name, value in inputs
        if isinstance(value, int | Decimal) and value is not None
    }
    reached = reached_by(table, given)
    if not reached.grade:
        note = Message.of(
            gettext_noop("The plan names no grade for this loss; decide by deaths and missing.")
        )
        return Verdict.unknown(table.reason(RULE, inputs, note=note))
    return Verdict(value=IncidentGrade(reached.grade), reasons=(table.reason(RULE, inputs),))


def _by_magnitude(
    magnitude: Decimal | None, density_per_km2: Decimal | None
) -> Verdict[IncidentGrade]:
    table = grade_table(TABLE)
    inputs = pairs(magnitude=magnitude, density_per_km2=density_per_km2)
    if magnitude is None or density_per_km2 is None:
        note = Message.of(
            gettext_noop(
                "The first judgement needs the magnitude and the density of the epicentral county."
            )
        )
        return Verdict.unknown(table.reason(RULE, inputs, note=note))
    least = Decimal(_data()["dense_from_per_km2"])
    is_dense = density_per_km2 >= least
    column = DENSE if is_dense else FAIRLY_DENSE
    density = _density_reason(density_per_km2, least, is_dense=is_dense)
    grade = _grade_of_column(table, column, magnitude)
    if grade is None:
        note = Message.of(
            gettext_noop("The plan names no grade for this magnitude; decide by people and loss.")
        )
        return Verdict.unknown(table.reason(RULE, inputs, note=note), density)
    return Verdict(value=grade, reasons=(table.reason(RULE, inputs), density))


def _grade_of_column(table: GradeTable, column: str, magnitude: Decimal) -> IncidentGrade | None:
    limits = table.criteria[column]
    return next((IncidentGrade(grade) for grade, least in limits if magnitude >= least), None)


def _density_reason(density: Decimal, least: Decimal, *, is_dense: bool) -> Reason:
    said = gettext_noop("Below {least} persons per km²: the column “fairly dense” holds.")
    if is_dense:
        said = gettext_noop("From {least} persons per km²: the column “dense” holds.")
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(density_per_km2=density),
        note=Message.of(said, least=least),
    )


def _nothing_given() -> Reason:
    return grade_table(TABLE).reason(
        RULE,
        pairs(deaths_missing=None, magnitude=None, density_per_km2=None),
        note=Message.of(
            gettext_noop("Give deaths and missing, or the magnitude and the density.")
        ),
    )
