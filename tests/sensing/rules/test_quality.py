"""The six tests: −ε, equal, +ε, missing, and what always holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.judging import Limits, judge, judge_many, limits_for, reading_quality
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.quality import (
    AHEAD_S,
    FLAG_LABELS,
    Flag,
    apart_from_neighbours,
    jumps,
    names_of,
    outside_range,
    runs_ahead,
    spikes,
    stands_still,
)

E = 1e-9
NAN = float("nan")
ROW = st.lists(st.floats(-1e3, 1e3, allow_nan=False), min_size=1, max_size=30)


def arr(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def every(count: int, seconds: float = 60.0) -> np.ndarray:
    return np.arange(count, dtype=np.float64) * seconds


def test_range_at_its_limits() -> None:
    found = outside_range(arr(0 - E, 0, 0 + E, 10 - E, 10, 10 + E), 0, 10)
    assert found.tolist() == [True, False, False, False, False, True]
    assert outside_range(arr(-1e9, NAN), None, None).tolist() == [False, False]
    assert outside_range(arr(NAN), 0, 10).tolist() == [False]


@pytest.mark.parametrize(("change", "flagged"), [(5 - 1e-6, False), (5, False), (5 + 1e-6, True)])
def test_step_at_its_limit(change: float, flagged: bool) -> None:
    for sign in (1, -1):
        found = jumps(arr(0, sign * change), every(2), 5, 60)
        assert found.tolist() == [False, flagged]


@pytest.mark.parametrize(("gap", "flagged"), [(179, True), (180, True), (181, False)])
def test_a_step_over_a_long_gap_is_not_judged(gap: float, flagged: bool) -> None:
    assert jumps(arr(0, 9), arr(0, gap), 5, 60).tolist() == [False, flagged]


@pytest.mark.parametrize(
    ("gap", "change", "flagged"),
    [
        *((180, 5, False), (180, 5 + 1e-6, True)),
        *((180 + 1e-6, 15, False), (180 + 1e-6, 15 + 1e-6, True)),
        *((240, 20 - 1e-6, False), (240, 20, False), (240, 20 + 1e-6, True)),
        *((270, 22.5, False), (270, 22.5 + 1e-6, True)),
        *((540 - 1e-6, 45, True), (540, 45, False), (540, 45 + 1e-6, True)),
        *((540 + 1e-6, 45 + 1e-6, False), (540 + 1e-6, 1e9, False), (600, 1e9, False)),
    ],
)
def test_after_a_gap_the_step_grows_with_it(gap: float, change: float, flagged: bool) -> None:
    """One reading a minute: up to three 5, then 5 a minute, after nine nothing is compared."""
    for sign in (1, -1):
        assert jumps(arr(0, sign * change), arr(0, gap), 5, 60).tolist() == [False, flagged]
        assert jumps(arr(0, NAN), arr(0, gap), 5, 60).tolist() == [False, False]
        both = jumps(
            arr(0, sign * change, 1e9, 1e9 + sign * change),
            arr(0, gap, 0, gap),
            np.full(4, 5.0),
            np.full(4, 60.0),
            np.array([True, False, True, False]),
        )
        assert both.tolist() == [False, flagged, False, flagged]


def test_an_absurd_level_after_a_gap_is_doubted() -> None:
    """A river, one reading in ten minutes, four of them missing: 343.7 m, then 1 m."""
    limits = limits_for(ObservedProperty.RIVER_LEVEL, 600)
    gaps = (
        (5, ("step", "spike")),
        (6, ("step", "spike")),
        (7, ("step",)),
        (9, ("step",)),
        (10, ()),
    )
    for intervals, names in gaps:
        values, times = arr(343.7, 1.0, 343.7), arr(0, intervals * 600, (intervals + 1) * 600)
        masks = judge(values, times, limits, received_s=times)
        assert [names_of(int(mask)) for mask in masks] == [(), names, ("step",)]


@pytest.mark.parametrize(
    ("minutes", "value", "names"),
    [
        *((30, 338.7, ()), (30, 338.699, ("step",))),
        *((40, 323.7, ()), (40, 323.699, ("step",)), (40, 1.0, ("step",))),
        *((90, 298.7, ()), (90, 298.699, ("step",)), (90, 1.0, ("step",)), (90.001, 1.0, ())),
    ],
)
def test_the_table_of_a_gap(minutes: float, value: float, names: tuple[str, ...]) -> None:
    limits = limits_for(ObservedProperty.RIVER_LEVEL, 600)
    times = arr(0, minutes * 60)
    masks = judge(arr(343.7, value), times, limits, received_s=times)
    assert names_of(int(masks[1])) == names


def test_step_without_limit_or_reading_before() -> None:
    assert jumps(arr(0, 99), every(2), None, 60).tolist() == [False, False]
    assert jumps(arr(99), every(1), 5, 60).tolist() == [False]


@pytest.mark.parametrize(
    ("values", "flagged"),
    [
        ((0, 5 + 1e-6, 0), True),
        ((0, 5, 0), False),
        ((0, 5 - 1e-6, 0), False),
        ((0, -9, 0), True),
        ((0, 9, 18), False),  # a rise is no spike
        ((0, 9, 9), False),  # a step that stays is no spike
        ((0, 20, 6), False),  # the readings beside do not agree
    ],
)
def test_spike(values: tuple[float, ...], flagged: bool) -> None:
    assert spikes(arr(*values), every(3), 5, 60).tolist() == [False, flagged, False]


def test_the_last_reading_is_no_spike_yet() -> None:
    assert not spikes(arr(0, 9), every(2), 5, 60).any()
    assert not spikes(arr(0, 9, 0), arr(0, 60, 999), 5, 60).any()


@pytest.mark.parametrize(
    ("before", "value", "after", "flagged"),
    [
        *((180, 5 + 1e-6, 60, True), (180, 5 + 1e-6, 180, True)),
        *((180, 5 + 1e-6, 180 + 1e-6, False), (180, 5, 60, False)),
        *((240, 20, 60, False), (240, 20 + 1e-6, 60, True), (240, -20 - 1e-6, 60, True)),
        *((360, 30 + 1e-6, 180, True), (360, 30, 180, False), (360, 999, 180 + 1e-6, False)),
        *((360 + 1e-6, 999, 60, False), (540, 999, 60, False), (600, 999, 60, False)),
    ],
)
def test_a_spike_after_a_gap(before: float, value: float, after: float, flagged: bool) -> None:
    """The reading before may be 6 intervals away, the one after 3; beside them 0 and 5."""
    times = arr(0, before, before + after)
    for last in (0, np.copysign(5 if abs(value) > 11 else 0, value)):
        assert spikes(arr(0, value, last), times, 5, 60).tolist() == [False, flagged, False]
    assert not spikes(arr(0, value, NAN), times, 5, 60).any()
    assert not spikes(arr(0, value, 2 * value), times, 5, 60).any()
    apart = np.copysign(5 + 1e-6, value)
    assert not spikes(arr(0, value, apart), times, 5, 60).any()


def test_flat_line_at_its_limit() -> None:
    values, times = arr(1, 1, 1, 1, 2, 2), arr(0, 99, 100, 101, 102, 201)
    assert stands_still(values, times, 100).tolist() == [False, False, True, True, False, False]
    assert not stands_still(values, times, None).any()


def test_neighbours_decide_only_when_three_are_heard() -> None:
    around = np.array([[1, 2, 3], [1, 2, NAN], [1, 2, 3], [1, 2, 3]], dtype=np.float64)
    found = apart_from_neighbours(arr(7, 99, 7 + 1e-6, 7 - 1e-6), around, 5)
    assert found.tolist() == [False, False, True, False]
    assert not apart_from_neighbours(arr(99), np.empty((1, 0)), 5).any()
    assert not apart_from_neighbours(arr(99), around[:1], None).any()


@pytest.mark.parametrize(
    ("ahead", "flagged"), [(AHEAD_S - 1e-3, False), (AHEAD_S, False), (AHEAD_S + 1e-3, True)]
)
def test_clock_at_its_limit(ahead: float, flagged: bool) -> None:
    assert runs_ahead(arr(1000 + ahead), 1000).tolist() == [flagged]
    assert runs_ahead(arr(0), 1e9).tolist() == [False]  # late is not wrong


def test_masks_have_names() -> None:
    assert names_of(0) == ()
    assert names_of(Flag.STEP | Flag.RANGE) == ("range", "step")
    assert names_of(63) == ("range", "step", "spike", "flat", "neighbour", "clock")
    assert set(FLAG_LABELS) == set(Flag)


def test_own_limits_are_taken_before_those_of_the_catalogue() -> None:
    own = limits_for(ObservedProperty.METHANE, 60, highest=10, step=0.5)
    assert (own.lowest, own.highest, own.step) == (0, 10, 0.5)
    ours = limits_for(ObservedProperty.TEMPERATURE, 600)
    assert (ours.lowest, ours.flat_after_s, ours.neighbour) == (-50, 12 * 3600, 10)
    zero = limits_for(ObservedProperty.TEMPERATURE, 600, lowest=0.0)
    assert zero.lowest == 0


def test_the_worked_table() -> None:
    """The table of docs/rules/sensing-quality.md."""
    limits = Limits(interval_s=600, lowest=-50, highest=90, step=15, flat_after_s=1800)
    values = arr(20, 20.4, 36, 20.6, 95, 20.8, 20.8, 20.8, 20.8)
    times = every(9, 600)
    received = times + 5
    received[8] = times[8] - 61
    masks = judge(values, times, limits, received_s=received)
    assert [names_of(int(mask)) for mask in masks] == [
        (),
        (),
        ("step", "spike"),
        ("step",),
        ("range", "step", "spike"),
        ("step",),
        (),
        (),
        ("flat", "clock"),
    ]


def test_the_verdict_says_that_the_numbers_are_ours() -> None:
    verdict = reading_quality(ObservedProperty.METHANE, 101.0, None, 60)
    assert verdict.value == ("range",)
    assert verdict.reasons[0].status.value == "D"
    assert reading_quality(ObservedProperty.TEMPERATURE, 20, 4.9, 600).value == ("step",)
    assert reading_quality(ObservedProperty.TEMPERATURE, 20, 5, 600).value == ()


@given(ROW)
def test_wider_limits_never_flag_more(row: list[float]) -> None:
    values, times = np.array(row), every(len(row))
    narrow = Limits(interval_s=60, lowest=-10, highest=10, step=5)
    wide = Limits(interval_s=60, lowest=-20, highest=20, step=50)
    keep = int(Flag.RANGE | Flag.STEP)
    few = judge(values, times, wide, received_s=times) & keep
    many = judge(values, times, narrow, received_s=times) & keep
    assert ((few & many) == few).all()


@given(ROW, st.integers(0, 29))
def test_a_judgement_looks_one_reading_ahead_at_most(row: list[float], cut: int) -> None:
    """What came before stays judged as it was, but for the last reading's spike."""
    limits = Limits(interval_s=60, lowest=-10, highest=10, step=5, flat_after_s=120)
    values, times = np.array(row), every(len(row))
    whole = judge(values, times, limits, received_s=times)
    at = min(cut, len(row) - 1)
    part = judge(values[: at + 1], times[: at + 1], limits, received_s=times[: at + 1])
    assert part[:at].tolist() == whole[:at].tolist()
    assert int(part[at]) | int(Flag.SPIKE) == int(whole[at]) | int(Flag.SPIKE)


LIMIT = st.one_of(st.none(), st.floats(-50, 50))
LIMITS = st.builds(
    Limits,
    interval_s=st.sampled_from([60.0, 300.0]),
    lowest=LIMIT,
    highest=LIMIT,
    step=st.one_of(st.none(), st.floats(0.1, 50)),
    flat_after_s=st.one_of(st.none(), st.sampled_from([60.0, 120.0])),
)
LINE = st.lists(
    st.tuples(st.sampled_from([60, 180, 181, 900]), st.sampled_from([0, 0.1, 9, -9, 49, 1e308])),
    max_size=9,
)


@given(st.lists(st.tuples(LIMITS, LINE), max_size=5), st.sampled_from([-61.0, -60.0, 0.0]))
def test_many_datastreams_are_judged_as_each_by_itself(
    lines: list[tuple[Limits, list[tuple[int, float]]]], ahead: float
) -> None:
    times = [np.cumsum([0, *(gap for gap, _ in line)])[1:].astype(float) for _, line in lines]
    values = [np.array([value for _, value in line], dtype=float) for _, line in lines]
    each: list[int] = []
    for (limits, _), at, said in zip(lines, times, values, strict=True):
        with np.errstate(over="ignore", invalid="ignore"):
            each += judge(said, at, limits, received_s=at + ahead).tolist()
    whole = judge_many(
        np.concatenate([*values, arr()]),
        np.concatenate([*times, arr()]),
        [limits for limits, _ in lines],
        [len(line) for _, line in lines],
        received_s=np.concatenate([*times, arr()]) + ahead,
    )
    assert whole.tolist() == each


GAPS = st.lists(
    st.tuples(st.sampled_from([30, 60, 180, 181, 240, 540, 541]), st.sampled_from([0, 5, 6, 46])),
    min_size=1,
    max_size=12,
)


@given(GAPS)
def test_every_spike_is_a_jump(line: list[tuple[int, int]]) -> None:
    times = np.cumsum([gap for gap, _ in line]).astype(float)
    values = np.array([value for _, value in line], dtype=float)
    found = jumps(values, times, 5, 60)
    assert not (spikes(values, times, 5, 60) & ~found).any()


@given(GAPS)
def test_a_longer_gap_never_doubts_more(line: list[tuple[int, int]]) -> None:
    """But for the reading before, which is another one when something is missing."""
    for gap, change in line:
        near = jumps(arr(0, change), arr(0, gap), 5, 60)[1]
        far = jumps(arr(0, change), arr(0, gap + 60), 5, 60)[1]
        assert near or not far
