"""较大涉险事故: every criterion below, at and above its number, missing figures, and the reply."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN, SourceStatus
from anlan.losses.choices import Threat as Choice
from anlan.losses.rules.accident_terms import reply_due
from anlan.losses.rules.grades import IncidentGrade
from anlan.losses.rules.near_serious import (
    Endangered,
    Threat,
    is_near_serious,
    reporting_grade,
)

NOBODY = {
    "people_at_risk": 0,
    "people_trapped": 0,
    "missing": 0,
    "people_evacuated": 0,
    "people_observed": 0,
}
people = st.one_of(st.none(), st.integers(0, 1000))


def judged(threat: Threat | None = None, **more: int | None) -> object:
    return is_near_serious(Endangered(**{**NOBODY, **more}), threat=threat).value


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"people_at_risk": 9}, False),
        ({"people_at_risk": 10}, True),
        ({"people_at_risk": 11}, True),
        ({"people_trapped": 2}, False),
        ({"people_trapped": 3}, True),
        ({"missing": 3}, True),
        ({"people_trapped": 2, "missing": 1}, True),
        ({"people_trapped": 1, "missing": 1}, False),
        ({"people_evacuated": 499, "people_observed": 10}, False),
        ({"people_evacuated": 500, "people_observed": 10}, True),
        ({"people_evacuated": 500, "people_observed": 9}, True),
        ({"people_at_risk": None}, UNKNOWN),
        ({"people_trapped": None, "missing": 3}, True),
        ({"people_trapped": 3, "missing": None}, True),
        ({"people_trapped": None, "missing": 2}, UNKNOWN),
        ({"people_evacuated": None}, UNKNOWN),
        ({"people_observed": None}, False),
    ],
)
def test_the_numbers_of_the_notice(more: dict[str, int | None], expected: object) -> None:
    assert judged(**more) is expected


@pytest.mark.parametrize("threat", list(Threat))
def test_a_threat_needs_no_number(threat: Threat) -> None:
    assert judged(threat, people_at_risk=None) is True


@pytest.mark.parametrize(
    ("observed", "status"),
    [(10, SourceStatus.VERIFIED), (9, SourceStatus.FROM_MEMORY), (None, SourceStatus.FROM_MEMORY)],
)
def test_an_evacuation_without_people_in_hospital_rests_on_the_order_alone(
    observed: int | None, status: SourceStatus
) -> None:
    figures = Endangered(**{**NOBODY, "people_evacuated": 500, "people_observed": observed})
    (reason,) = is_near_serious(figures, threat=None).reasons
    assert reason.status is status


def test_what_is_not_known_is_named() -> None:
    verdict = is_near_serious(Endangered(people_at_risk=1), threat=None)
    assert verdict.reasons[0].note is not None
    said = verdict.reasons[0].note.text(str)
    assert "people trapped" in said
    assert "people at risk" not in said


def test_nobody_is_counted_below_zero() -> None:
    with pytest.raises(ValueError, match="below zero"):
        Endangered(people_trapped=-1)


@given(at_risk=people, trapped=people, missing=people, evacuated=people, more=st.integers(0, 50))
def test_more_people_never_make_it_less(
    at_risk: int | None,
    trapped: int | None,
    missing: int | None,
    evacuated: int | None,
    more: int,
) -> None:
    def of(*values: int | None) -> object:
        names = ("people_at_risk", "people_trapped", "missing", "people_evacuated")
        return is_near_serious(
            Endangered(**dict(zip(names, values, strict=True))), threat=None
        ).value

    values = (at_risk, trapped, missing, evacuated)
    if of(*values) is True:
        assert of(*(None if n is None else n + more for n in values)) is True
    known = of(*(n or 0 for n in values))
    assert known is not UNKNOWN
    assert of(*values) in (known, UNKNOWN)


@pytest.mark.parametrize("grade", list(IncidentGrade))
def test_it_raises_the_reports_to_relatively_serious_and_never_lowers(
    grade: IncidentGrade,
) -> None:
    near = is_near_serious(Endangered(missing=3), threat=None)
    raised = reporting_grade(grade, near)
    assert raised.rank() == min(grade.rank(), IncidentGrade.RELATIVELY_SERIOUS.rank())
    assert reporting_grade(grade, is_near_serious(Endangered(**NOBODY), threat=None)) is grade
    assert reporting_grade(grade, is_near_serious(Endangered(), threat=None)) is grade


def test_the_codes_of_the_column_are_those_of_the_rule() -> None:
    assert [choice.value for choice in Choice] == [threat.value for threat in Threat]


@pytest.mark.parametrize(
    ("grade", "received", "expected"),
    [
        (IncidentGrade.ORDINARY, dt.date(2026, 3, 1), dt.date(2026, 3, 16)),
        (IncidentGrade.RELATIVELY_SERIOUS, dt.date(2026, 2, 20), dt.date(2026, 3, 7)),
        (IncidentGrade.SERIOUS, dt.date(2026, 3, 1), dt.date(2026, 3, 16)),
        (IncidentGrade.ESPECIALLY_SERIOUS, dt.date(2026, 3, 1), dt.date(2026, 3, 31)),
    ],
)
def test_the_government_replies_in_its_days(
    grade: IncidentGrade, received: dt.date, expected: dt.date
) -> None:
    assert reply_due(grade, received).known() == expected
