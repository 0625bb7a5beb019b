"""State of a project, budget, the checks of the notice: cases, boundaries, properties."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN
from anlan.preparedness.rules.notice_check import (
    Asked,
    Check,
    Clause,
    SheetFacts,
    notice_check,
)
from anlan.preparedness.rules.project import (
    ProjectFacts,
    ProjectState,
    over_budget,
    project_state,
)

DAY = dt.date(2025, 6, 30)
ONE = dt.timedelta(days=1)
LIVE = dt.date(2021, 1, 4)
DAYS = st.none() | st.dates(dt.date(2019, 1, 1), dt.date(2030, 1, 1))


def state(today: dt.date = DAY, **facts: object) -> ProjectState:
    return project_state(ProjectFacts(**facts), today=today, live_from=LIVE).known()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        (DAY + ONE, ProjectState.NOT_STARTED),
        (DAY, ProjectState.NOT_STARTED),
        (DAY - ONE, ProjectState.LATE),
        (None, ProjectState.NO_SCHEDULE),
    ],
)
def test_the_planned_last_day_is_not_late(planned: dt.date | None, expected: ProjectState) -> None:
    assert state(planned_finish_on=planned) is expected


@pytest.mark.parametrize(
    ("planned", "informed", "expected"),
    [
        (LIVE - ONE, False, ProjectState.TO_BACK_FILL),
        (LIVE - ONE, True, ProjectState.LATE),
        (LIVE, False, ProjectState.LATE),
    ],
)
def test_what_nobody_knows_of_before_the_start_is_never_late(
    planned: dt.date, informed: bool, expected: ProjectState
) -> None:
    assert state(planned_finish_on=planned, informed=informed) is expected


def test_built_is_not_finished() -> None:
    assert state(built_on=DAY) is ProjectState.BUILT
    assert state(built_on=DAY, accepted_on=DAY) is ProjectState.FINISHED
    assert state(built_on=DAY, accepted_on=DAY + ONE) is ProjectState.BUILT
    back = state(built_on=DAY, accepted_on=DAY, is_back_filled=True)
    assert back is ProjectState.BACK_FILLED
    assert state(started_on=DAY) is ProjectState.UNDER_WAY
    assert state(started_on=DAY + ONE) is ProjectState.NO_SCHEDULE


@given(planned=DAYS, started=DAYS, built=DAYS, accepted=DAYS, informed=st.booleans())
def test_only_an_acceptance_finishes(
    planned: dt.date | None,
    started: dt.date | None,
    built: dt.date | None,
    accepted: dt.date | None,
    informed: bool,
) -> None:
    found = state(
        planned_finish_on=planned,
        started_on=started,
        built_on=built,
        accepted_on=accepted,
        informed=informed,
    )
    assert found.is_finished == (accepted is not None and accepted <= DAY)


@pytest.mark.parametrize(("amount", "expected"), [(99, False), (100, False), (101, True)])
def test_the_budget_itself_is_not_above_it(amount: int, expected: bool) -> None:
    assert over_budget(budget_fen=200, paid_fen=100, amount_fen=amount).value is expected


def test_without_a_budget_nothing_is_above_it() -> None:
    assert over_budget(budget_fen=None, paid_fen=1, amount_fen=1).value is UNKNOWN


BY = dt.date(2022, 12, 31)
AFTER = dt.date(2023, 5, 1)
PROGRESS = Clause(asked=Asked.PROGRESS, by=BY, phrase="进展明显，部分建成", basis="basis")
COMPLETE = Clause(asked=Asked.COMPLETE, by=BY, phrase="建设任务全部完成", basis="basis")
STARTED = BY - 100 * ONE


def check(clause: Clause, *sheets: SheetFacts, today: dt.date = AFTER) -> Check:
    return notice_check(clause, sheets, today).known()


@pytest.mark.parametrize(
    ("done", "expected"),
    [(BY - ONE, Check.MET), (BY, Check.MET), (BY + ONE, Check.NOT_MET)],
)
def test_progress_is_a_milestone_by_the_day(done: dt.date, expected: Check) -> None:
    assert check(PROGRESS, SheetFacts(started_on=STARTED, milestones_done=(done,))) is expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [(BY - ONE, Check.MET), (BY, Check.MET), (BY + ONE, Check.NOT_MET)],
)
def test_complete_is_an_acceptance_by_the_day(accepted: dt.date, expected: Check) -> None:
    assert check(COMPLETE, SheetFacts(accepted_on=accepted)) is expected


def test_a_milestone_without_a_start_is_no_progress() -> None:
    assert check(PROGRESS, SheetFacts(milestones_done=(BY,))) is Check.NOT_MET


def test_what_nobody_knows_is_not_determinable() -> None:
    silent = SheetFacts()
    started = SheetFacts(started_on=STARTED)
    for clause in (PROGRESS, COMPLETE):
        assert check(clause) is Check.NOT_DETERMINABLE
        assert check(clause, silent) is Check.NOT_DETERMINABLE
        assert check(clause, today=BY) is Check.RUNNING
    assert check(PROGRESS, started) is Check.NOT_MET
    assert check(COMPLETE, started) is Check.NOT_DETERMINABLE
    assert check(COMPLETE, SheetFacts(started_on=BY)) is Check.NOT_DETERMINABLE
    assert check(COMPLETE, SheetFacts(started_on=BY + ONE)) is Check.NOT_MET
    assert check(COMPLETE, SheetFacts(last_known_open_on=BY)) is Check.NOT_DETERMINABLE
    assert check(COMPLETE, SheetFacts(last_known_open_on=BY + ONE)) is Check.NOT_MET
    done = SheetFacts(accepted_on=BY)
    assert check(COMPLETE, done, silent) is Check.NOT_DETERMINABLE
    assert check(PROGRESS, done, silent) is Check.MET


def test_a_check_names_the_words_of_the_notice_and_what_is_missing() -> None:
    reason = notice_check(COMPLETE, (), AFTER).reasons[0]
    assert reason.article == "建设任务全部完成"
    assert reason.note is not None
    assert "No project sheet" in reason.note.text(str)


SHEETS = st.lists(
    st.builds(
        SheetFacts,
        started_on=DAYS,
        accepted_on=DAYS,
        milestones_done=st.lists(st.dates(dt.date(2019, 1, 1), AFTER), max_size=3).map(tuple),
        last_known_open_on=DAYS,
    ),
    max_size=4,
)


@given(sheets=SHEETS)
def test_complete_by_the_day_means_every_sheet(sheets: list[SheetFacts]) -> None:
    found = notice_check(COMPLETE, sheets, AFTER).known()
    all_there = bool(sheets) and all(
        one.accepted_on is not None and one.accepted_on <= BY for one in sheets
    )
    assert (found is Check.MET) == all_there
    assert found is not Check.RUNNING
