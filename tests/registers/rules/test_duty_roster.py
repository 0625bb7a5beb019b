"""Gaps, overlaps and vacancies of a roster; an independent count by minutes agrees."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registers.rules.duty_roster import Fault, Finding, Shift, check_roster

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
END = START + dt.timedelta(days=3)
MINUTE = dt.timedelta(minutes=1)


def shift(begin_h: float, end_h: float, leaders: int = 1, officers: int = 1) -> Shift:
    return Shift(
        starts_at=START + dt.timedelta(hours=begin_h),
        ends_at=START + dt.timedelta(hours=end_h),
        leaders=leaders,
        officers=officers,
    )


def faults(*shifts: Shift) -> list[tuple[Fault, float, float]]:
    hour = dt.timedelta(hours=1)
    return [
        (f.fault, (f.starts_at - START) / hour, (f.ends_at - START) / hour)
        for f in check_roster(shifts, START, END).known()
    ]


def test_shifts_that_touch_are_whole() -> None:
    assert faults(shift(0, 24), shift(24, 48), shift(48, 72)) == []


def test_no_shift_at_all_is_one_gap() -> None:
    assert faults() == [(Fault.GAP, 0, 72)]


def test_a_minute_less_is_a_gap_and_a_minute_more_an_overlap() -> None:
    late = Shift(
        starts_at=START + dt.timedelta(hours=24) + MINUTE, ends_at=END, leaders=1, officers=1
    )
    early = Shift(
        starts_at=START + dt.timedelta(hours=24) - MINUTE, ends_at=END, leaders=1, officers=1
    )
    gap = check_roster([shift(0, 24), late], START, END).known()
    overlap = check_roster([shift(0, 24), early], START, END).known()
    assert gap == (
        Finding(
            fault=Fault.GAP,
            starts_at=START + dt.timedelta(hours=24),
            ends_at=START + dt.timedelta(hours=24) + MINUTE,
        ),
    )
    assert [f.fault for f in overlap] == [Fault.OVERLAP]
    assert overlap[0].ends_at - overlap[0].starts_at == MINUTE


def test_shifts_outside_the_window_are_cut() -> None:
    assert faults(shift(-24, 24), shift(24, 96)) == []
    assert faults(shift(-48, 0), shift(72, 96)) == [(Fault.GAP, 0, 72)]


def test_a_vacant_leader_and_a_missing_officer_are_told() -> None:
    found = faults(shift(0, 36, leaders=0), shift(36, 72, officers=0))
    assert found == [(Fault.NO_LEADER, 0, 36), (Fault.NO_OFFICER, 36, 72)]


def test_a_shift_inside_another_overlaps_and_leaves_no_gap() -> None:
    assert faults(shift(0, 72), shift(10, 20)) == [(Fault.OVERLAP, 10, 20)]


def test_what_is_no_shift_is_refused() -> None:
    with pytest.raises(ValueError):
        shift(5, 5)
    with pytest.raises(ValueError):
        Shift(starts_at=START.replace(tzinfo=None), ends_at=END, leaders=1, officers=1)
    with pytest.raises(ValueError):
        check_roster([], END, START)


SPANS = st.lists(
    st.tuples(st.integers(-10, 80), st.integers(1, 40)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=8,
)


@given(SPANS)
def test_gaps_are_exactly_the_hours_without_a_shift(spans: list[tuple[int, int]]) -> None:
    found = faults(*(shift(a, b) for a, b in spans))
    free = {h for h in range(72) if not any(a <= h < b for a, b in spans)}
    gaps = [set(range(int(a), int(b))) for fault, a, b in found if fault is Fault.GAP]
    assert set().union(*gaps) == free
    assert sum(map(len, gaps)) == len(free)
    doubled = any(sum(a <= h < b for a, b in spans) > 1 for h in range(72))
    assert doubled == any(fault is Fault.OVERLAP for fault, *_ in found)


@given(SPANS, st.randoms())
def test_the_order_of_input_does_not_matter(spans: list[tuple[int, int]], random: object) -> None:
    shifts = [shift(a, b) for a, b in spans]
    mixed = list(shifts)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert check_roster(shifts, START, END).value == check_roster(mixed, START, END).value
