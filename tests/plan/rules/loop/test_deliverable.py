"""States of deliverables, days of clauses, lamps, answers in time, how items are dealt with."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.due.clock import end_of, start_of
from anlan.plan.rules.loop.deliverable import (
    Basis,
    DeliverableState,
    Finish,
    Progress,
    deliverable_state,
    deliverables_of,
)
from anlan.plan.rules.loop.handling import Handling, handling_of
from anlan.plan.rules.loop.lamp import Counts, Lamp, item_lamp
from anlan.plan.rules.loop.obstacle import Answered, answered_in_time
from anlan.plan.rules.loop.terms import TERMS
from anlan.plan.rules.notice.values import Mode

S = DeliverableState
TICK = dt.timedelta(microseconds=1)
LIVE = start_of(dt.date(2024, 1, 1))
DUE = end_of(dt.date(2025, 12, 31))
OLD = end_of(dt.date(2023, 12, 31))


def state(now: dt.datetime, **known: object) -> DeliverableState:
    given = {"due_at": DUE} | known
    return deliverable_state(Progress(**given), now=now, live_from=LIVE).known()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "expected"),
    [(DUE - TICK, S.NOT_DUE), (DUE, S.NOT_DUE), (DUE + TICK, S.OVERDUE)],
)
def test_exactly_at_the_end_is_not_overdue(now: dt.datetime, expected: S) -> None:
    assert state(now) is expected


def test_before_the_system_existed_without_information_is_to_be_back_filled() -> None:
    assert OLD == LIVE
    assert state(DUE, due_at=OLD) is S.TO_BACK_FILL
    assert state(DUE, due_at=OLD + TICK) is S.OVERDUE
    assert state(DUE, due_at=OLD, information=1) is S.OVERDUE
    assert state(DUE, due_at=OLD, finish=Finish.BACK_FILL) is S.BACK_FILLED


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"is_withdrawn": True, "finish": Finish.REPORT}, S.WITHDRAWN),
        ({"finish": Finish.REPORT, "in_review": True}, S.FINISHED),
        ({"in_review": True, "information": 1}, S.UNDER_REVIEW),
        ({"due_at": None, "has_day": False}, S.NO_DAY),
        ({"due_at": None, "has_day": False, "information": 1}, S.IN_PROGRESS),
        ({"due_at": None}, S.NOT_DUE),
    ],
)
def test_what_wins(known: dict[str, object], expected: S) -> None:
    assert state(DUE + TICK, **known) is expected


@given(st.booleans(), st.integers(0, 3), st.booleans())
def test_without_a_day_nothing_is_overdue(review: bool, told: int, withdrawn: bool) -> None:
    known = Progress(
        due_at=None, has_day=False, in_review=review, information=told, is_withdrawn=withdrawn
    )
    far = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    assert deliverable_state(known, now=far, live_from=LIVE).known() is not S.OVERDUE


def test_days_of_a_clause() -> None:
    assert deliverables_of((), (2023,), "{year}") == ()
    one = deliverables_of(("a",), (2023,), "{year}")
    assert [(d.text, d.due_on) for d in one] == [("a", dt.date(2023, 12, 31))]
    two = deliverables_of(("a", "b"), (2025, 2022), "by {year}")
    assert [(d.text, d.due_on and d.due_on.year) for d in two] == [
        ("by 2022", 2022),
        ("a", 2025),
        ("b", 2025),
    ]
    assert deliverables_of(("a",), (), "{year}")[0].due_on is None


@pytest.mark.parametrize(
    ("states", "more", "lamp"),
    [
        ({}, {}, Lamp.GREY),
        ({S.NOT_DUE: 2}, {}, Lamp.GREY),
        ({S.NO_DAY: 1}, {}, Lamp.GREY),
        ({S.TO_BACK_FILL: 5}, {}, Lamp.GREY),
        ({S.TO_BACK_FILL: 1, S.FINISHED: 9}, {}, Lamp.GREY),
        ({S.OVERDUE: 1, S.FINISHED: 9}, {"due_soon": 1}, Lamp.RED),
        ({S.FINISHED: 2}, {"due_soon": 1}, Lamp.YELLOW),
        ({S.IN_PROGRESS: 1}, {"waiting": 1}, Lamp.YELLOW),
        ({S.FINISHED: 1, S.BACK_FILLED: 1}, {}, Lamp.DONE),
        ({S.FINISHED: 1, S.WITHDRAWN: 1}, {}, Lamp.DONE),
        ({S.WITHDRAWN: 1}, {}, Lamp.GREY),
        ({S.IN_PROGRESS: 1, S.NOT_DUE: 1}, {}, Lamp.GREEN),
    ],
)
def test_lamps(states: dict[S, int], more: dict[str, int], lamp: Lamp) -> None:
    assert item_lamp(Counts(states=states, **more)).known() is lamp


@given(st.dictionaries(st.sampled_from(S), st.integers(0, 4)), st.integers(0, 2))
def test_missing_is_never_green_and_back_fill_never_red(counts: dict[S, int], soon: int) -> None:
    lamp = item_lamp(Counts(states=counts, due_soon=soon)).known()
    assert (lamp is Lamp.RED) == bool(counts.get(S.OVERDUE))
    if not any(counts.get(s) for s in S if s not in (S.NO_DAY, S.NOT_DUE, S.WITHDRAWN)):
        assert lamp in (Lamp.GREY, Lamp.YELLOW)
    assert lamp.sign
    assert lamp.label
    assert list(Lamp)[lamp.rank] is lamp


@pytest.mark.parametrize(
    ("replied", "due", "now", "expected"),
    [
        (DUE, DUE, DUE + TICK, Answered.IN_TIME),
        (DUE + TICK, DUE, DUE + TICK, Answered.LATE),
        (None, DUE, DUE, Answered.RUNNING),
        (None, DUE, DUE + TICK, Answered.LATE),
        (None, None, DUE, Answered.RUNNING),
        (DUE, None, DUE, Answered.IN_TIME),
    ],
)
def test_answers_in_time(
    replied: dt.datetime | None, due: dt.datetime | None, now: dt.datetime, expected: Answered
) -> None:
    assert answered_in_time(replied, due, now).known() is expected


def test_how_items_are_dealt_with() -> None:
    assert handling_of(Mode.NONE, None).known() is Handling.STATEMENT
    assert handling_of(Mode.JOINT, None).known() is Handling.BREAK_DOWN
    assert handling_of(Mode.NONE, Handling.BREAK_DOWN).known() is Handling.BREAK_DOWN
    assert handling_of(Mode.SOLE, Handling.MARKET).known() is Handling.MARKET
    assert all(handling.label for handling in Handling)


def test_labels_are_complete() -> None:
    for family in (DeliverableState, Finish, Basis, Answered):
        assert all(member.label for member in family)
    assert [s for s in S if s.is_done] == [S.FINISHED, S.BACK_FILLED]
    assert len({term.rule for term in TERMS}) == len(TERMS)
