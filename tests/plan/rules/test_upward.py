"""How a report to the level above stands, and whether it was on time."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.upward import (
    SendingRefused,
    Sent,
    Timeliness,
    UpwardCourse,
    UpwardState,
    check_sent,
    check_settled,
    upward_state,
    upward_timeliness,
)

DUE = dt.date(2026, 10, 20)
S, T = UpwardState, Timeliness


def day(shift: int) -> dt.date:
    return DUE + dt.timedelta(days=shift)


def course(*sendings: tuple[int, int | None, int | None], withdrawn: bool = False) -> UpwardCourse:
    rows = tuple(
        Sent(
            on=day(on),
            received_on=None if got is None else day(got),
            returned_on=None if back is None else day(back),
        )
        for on, got, back in sendings
    )
    return UpwardCourse(due_on=DUE, sendings=rows, is_withdrawn=withdrawn)


@pytest.mark.parametrize(
    ("sendings", "today", "state", "timeliness"),
    [
        ((), -1, S.OPEN, T.LEFT_OUT),
        ((), 0, S.OPEN, T.LEFT_OUT),
        ((), 1, S.OVERDUE, T.NOT_SENT),
        (((-1, None, None),), 0, S.SENT, T.LEFT_OUT),
        (((0, None, None),), 1, S.SENT, T.NO_RECEIPT),
        (((1, None, None),), 9, S.SENT, T.NO_RECEIPT),
        (((-1, 0, None),), 0, S.RECEIVED, T.ON_TIME),
        (((0, 30, None),), 40, S.RECEIVED, T.ON_TIME),
        (((1, 2, None),), 3, S.RECEIVED, T.LATE),
        (((-1, None, 0),), 0, S.RETURNED, T.LEFT_OUT),
        (((-1, None, 1),), 2, S.RETURNED, T.NOT_SENT),
        (((-3, None, -1), (0, 1, None)), 2, S.RECEIVED, T.ON_TIME),
        (((-1, None, 1), (2, 3, None)), 9, S.RECEIVED, T.LATE),
        (((-1, None, 1), (2, None, None)), 9, S.SENT, T.NO_RECEIPT),
    ],
)
def test_states(
    sendings: tuple[tuple[int, int | None, int | None], ...],
    today: int,
    state: UpwardState,
    timeliness: Timeliness,
) -> None:
    known = course(*sendings)
    assert upward_state(known, day(today)).known() is state
    assert upward_timeliness(known, day(today)).known() is timeliness


def test_withdrawn_is_left_out_whatever_happened() -> None:
    for sendings in ((), ((0, None, None),), ((0, None, 1),)):
        known = course(*sendings, withdrawn=True)
        assert upward_state(known, day(99)).known() is S.WITHDRAWN
        assert upward_timeliness(known, day(99)).known() is T.LEFT_OUT


moments = st.one_of(st.none(), st.integers(-30, 30))


@given(
    st.lists(st.tuples(st.integers(-30, 30), moments, moments), max_size=4), st.integers(-40, 40)
)
def test_nothing_is_received_or_on_time_without_a_receipt(
    sendings: list[tuple[int, int | None, int | None]], today: int
) -> None:
    known = course(*sendings)
    has_receipt = bool(sendings) and sendings[-1][1] is not None
    assert (upward_state(known, day(today)).known() is S.RECEIVED) is has_receipt
    if not has_receipt:
        assert upward_timeliness(known, day(today)).known() not in (T.ON_TIME, T.LATE)


def test_days_that_cannot_be() -> None:
    check_sent(day(0), day(0), None)
    with pytest.raises(SendingRefused):
        check_sent(day(1), day(0), None)
    before = Sent(on=day(-5), returned_on=day(-2))
    check_sent(day(-2), day(0), before)
    with pytest.raises(SendingRefused):
        check_sent(day(-3), day(0), before)
    check_settled(day(0), day(0), day(0))
    for on, sent, today in ((-1, 0, 0), (1, 0, 0)):
        with pytest.raises(SendingRefused):
            check_settled(day(on), day(sent), day(today))
