"""Accidents: the worked examples of the fact sheet, every limit, missing figures, properties."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN, SourceStatus
from anlan.losses.rules.accident_count import (
    Counting,
    Deaths,
    count_deaths,
    decide_counting,
)
from anlan.losses.rules.accident_grade import grade_accident, grade_so_far
from anlan.losses.rules.accident_terms import (
    AccidentKind,
    follow_up_until,
    investigation_due,
    is_in_window,
    report_deadlines,
)
from anlan.losses.rules.grade_table import NegativeFigure
from anlan.losses.rules.grades import GRADE_LABELS, IncidentGrade

ES, S, RS, O = IncidentGrade  # noqa: E741 - from the highest grade down
CST = dt.timezone(dt.timedelta(hours=8))
SHEET = [  # hazards-and-response.md, worked examples 1-9: deaths, injuries, loss in 10 000 yuan
    (2, 0, 0, O),
    (3, 0, 0, RS),
    (9, 0, 4999, RS),
    (10, 0, 0, S),
    (29, 99, 9999, S),
    (30, 0, 0, ES),
    (2, 12, 800, RS),
    (0, 0, 5000, S),
    (0, 100, 0, ES),
]
LIMITS = [
    *(("deaths", least, above, below) for least, above, below in ((3, RS, O), (10, S, RS))),
    ("deaths", 30, ES, S),
    ("serious_injuries", 10, RS, O),
    ("serious_injuries", 50, S, RS),
    ("serious_injuries", 100, ES, S),
    ("direct_loss_yuan", 10_000_000, RS, O),
    ("direct_loss_yuan", 50_000_000, S, RS),
    ("direct_loss_yuan", 100_000_000, ES, S),
]


def graded(**figures: object) -> object:
    zero = {"deaths": 0, "serious_injuries": 0, "direct_loss_yuan": Decimal(0)}
    return grade_accident(**{**zero, **figures})  # type: ignore[arg-type]


@pytest.mark.parametrize(("deaths", "injuries", "wan", "grade"), SHEET)
def test_worked_examples(deaths: int, injuries: int, wan: int, grade: IncidentGrade) -> None:
    verdict = grade_accident(
        deaths=deaths, serious_injuries=injuries, direct_loss_yuan=Decimal(wan) * 10_000
    )
    assert verdict.value is grade
    assert verdict.reasons[0].article == "第三条"
    assert verdict.reasons[0].status is SourceStatus.VERIFIED


@pytest.mark.parametrize(("name", "least", "above", "below"), LIMITS)
def test_each_limit_belongs_to_the_higher_grade(
    name: str, least: int, above: IncidentGrade, below: IncidentGrade
) -> None:
    step = Decimal("0.01") if name == "direct_loss_yuan" else 1
    assert graded(**{name: least - step}).value is below  # type: ignore[attr-defined]
    assert graded(**{name: least}).value is above  # type: ignore[attr-defined]
    assert graded(**{name: least + step}).value is above  # type: ignore[attr-defined]


def test_the_missing_give_a_second_reading() -> None:
    verdict = grade_accident(deaths=2, serious_injuries=0, direct_loss_yuan=Decimal(0), missing=1)
    assert verdict.value is O
    details = dict(verdict.reasons[1].details)
    assert details == {"value_if_missing_dead": "RELATIVELY_SERIOUS"}
    assert len(graded(missing=0).reasons) == 1  # type: ignore[attr-defined]
    unsaid = grade_accident(
        deaths=2, serious_injuries=0, direct_loss_yuan=Decimal(0), missing=None
    )
    assert unsaid.value is O
    assert unsaid.reasons[1].note is not None


def test_a_figure_not_reported_can_only_raise() -> None:
    open_loss = grade_accident(deaths=3, serious_injuries=0, direct_loss_yuan=None)
    assert open_loss.value is UNKNOWN
    assert grade_so_far(open_loss) is RS
    assert "direct economic loss" in open_loss.reasons[0].note.text()  # type: ignore[union-attr]
    top = grade_accident(deaths=30, serious_injuries=None, direct_loss_yuan=None)
    assert top.value is ES
    nothing = grade_accident(deaths=None, serious_injuries=None, direct_loss_yuan=None, missing=2)
    assert grade_so_far(nothing) is O
    assert dict(nothing.reasons[1].details) == {"value_if_missing_dead": "UNKNOWN"}


def test_a_negative_figure_never_gets_a_grade() -> None:
    with pytest.raises(NegativeFigure):
        graded(deaths=-1)


figures = st.fixed_dictionaries(
    {
        "deaths": st.integers(0, 200),
        "serious_injuries": st.integers(0, 300),
        "direct_loss_yuan": st.decimals(0, 10**9, places=2),
        "missing": st.integers(0, 50),
    }
)


@given(figures, st.sampled_from(["deaths", "serious_injuries", "direct_loss_yuan"]))
def test_more_never_lowers_the_grade(found: dict[str, int], name: str) -> None:
    more = {**found, name: found[name] + 1}
    assert grade_accident(**more).known().rank() <= grade_accident(**found).known().rank()
    unknown = {**found, name: None}
    assert grade_so_far(grade_accident(**unknown)).rank() >= grade_accident(**found).known().rank()


def test_every_grade_has_a_label() -> None:
    assert set(GRADE_LABELS) == set(IncidentGrade)
    assert [grade.rank() for grade in IncidentGrade] == [1, 2, 3, 4]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CST)


@pytest.mark.parametrize(
    ("grade", "told", "expected"),
    [  # worked examples 10-12, and serious
        (O, "2024-05-01T10:00", ("2024-05-01T11:00", "2024-05-01T13:00", None, None)),
        (
            RS,
            "2024-05-01T10:00",
            ("2024-05-01T11:00", "2024-05-01T13:00", "2024-05-01T15:00", None),
        ),
        (
            ES,
            "2024-05-01T22:30",
            ("2024-05-01T23:30", "2024-05-02T01:30", "2024-05-02T03:30", "2024-05-02T05:30"),
        ),
        (
            S,
            "2024-05-01T22:30",
            ("2024-05-01T23:30", "2024-05-02T01:30", "2024-05-02T03:30", "2024-05-02T05:30"),
        ),
    ],
)
def test_report_deadlines(
    grade: IncidentGrade, told: str, expected: tuple[str | None, ...]
) -> None:
    found = report_deadlines(grade, at(told)).known()
    times = (found.county, found.city, found.province, found.nation)
    assert times == tuple(each and at(each) for each in expected)


@pytest.mark.parametrize(
    ("kind", "day", "last"),
    [  # worked examples 13-15
        ("general", "2024-03-01", "2024-03-31"),
        ("road", "2024-03-01", "2024-03-08"),
        ("fire", "2024-03-01", "2024-03-08"),
        ("general", "2023-02-01", "2023-03-03"),
    ],
)
def test_follow_up_window(kind: str, day: str, last: str) -> None:
    occurred, until = dt.date.fromisoformat(day), dt.date.fromisoformat(last)
    assert follow_up_until(AccidentKind(kind), occurred).known() == until
    assert is_in_window(AccidentKind(kind), occurred, until)
    assert not is_in_window(AccidentKind(kind), occurred, until + dt.timedelta(days=1))


def test_investigation_due() -> None:
    """Worked example 16, a leap year."""
    day = dt.date(2024, 1, 10)
    assert investigation_due(day).known() == dt.date(2024, 3, 10)
    assert investigation_due(day, extended=True).known() == dt.date(2024, 5, 9)


@pytest.mark.parametrize(
    ("kind", "changed_after", "counted"),
    [
        *(("general", days, n) for days, n in ((29, 2), (30, 2), (31, 1))),
        *((kind, days, n) for kind in ("road", "fire") for days, n in ((6, 2), (7, 2), (8, 1))),
    ],
)
def test_a_death_after_the_window_is_recorded_and_not_counted(
    kind: str, changed_after: int, counted: int
) -> None:
    occurred = dt.date(2024, 3, 1)
    verdict = count_deaths(
        Deaths(known=1, counted=1),
        deaths=2,
        changed_on=occurred + dt.timedelta(days=changed_after),
        occurred_on=occurred,
        kind=AccidentKind(kind),
    )
    assert verdict.known() == Deaths(known=2, counted=counted)
    assert (verdict.reasons[0].note is not None) == (counted == 1)


def test_a_fall_takes_late_deaths_back_first() -> None:
    occurred = dt.date(2024, 3, 1)
    words = {"occurred_on": occurred, "kind": AccidentKind.GENERAL, "changed_on": occurred}
    before = Deaths(known=3, counted=2)
    assert count_deaths(before, deaths=2, **words).known() == Deaths(known=2, counted=2)  # type: ignore[arg-type]
    assert count_deaths(before, deaths=1, **words).known() == Deaths(known=1, counted=1)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=8))
def test_counted_deaths_are_part_of_all_deaths(reports: list[tuple[int, int]]) -> None:
    occurred, state = dt.date(2024, 3, 1), None
    for deaths, days in reports:
        state = count_deaths(
            state,
            deaths=deaths,
            changed_on=occurred + dt.timedelta(days=days),
            occurred_on=occurred,
            kind=AccidentKind.GENERAL,
        ).known()
        assert 0 <= state.counted <= state.known == deaths
        assert state.late == state.known - state.counted


@pytest.mark.parametrize("counting", Counting)
def test_all_but_one_say_why_they_are_not_counted(counting: Counting) -> None:
    verdict = decide_counting(counting, "批复")
    assert verdict.value is (counting is Counting.COUNTED)
    cited = counting is Counting.OUTSIDE_ORDER
    assert (verdict.reasons[0].status is SourceStatus.VERIFIED) == cited
