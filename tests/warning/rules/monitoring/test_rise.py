"""A reservoir that would pass its next level within 6 hours: each level at its edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.engine.plan import Limits
from anlan.warning.rules.monitoring.own_limits import reservoir_limits
from anlan.warning.rules.monitoring.rise import HOUR_US, MINUTE_US, Rise, Sound, rise_level

LIMITS = reservoir_limits({"flood-limit": 612.0, "design-flood": 616.4, "check-flood": 618.0})
NOW_US = 1_000 * HOUR_US
E = 0.001


def ahead(
    earlier: float | None,
    newest: float | None,
    *,
    minutes: int = 60,
    age_min: int = 0,
    before: int = 0,
    limits: object = LIMITS,
    clear_min: int = 0,
) -> Rise:
    at_us = NOW_US - age_min * MINUTE_US
    readings = []
    if earlier is not None:
        readings.append(Sound(at_us=at_us - minutes * MINUTE_US, value=earlier))
    if newest is not None:
        readings.append(Sound(at_us=at_us, value=newest))
    return rise_level(
        readings,
        limits,  # type: ignore[arg-type]
        now_us=NOW_US,
        before=before,
        clear_us=clear_min * MINUTE_US,
    )


@pytest.mark.parametrize(
    ("newest", "minutes", "predicted", "level"),
    [
        # Over half an hour the line goes twelve times as far again as the level rose.
        (611.0, 30, 611.0 + 12 * 0.083, 0),
        (611.004, 30, 612.0, 0),
        (611.004 + E, 30, 612.001 + 0.012, 2),
        (615.5, 60, 616.4 - 6 * E, 0),
        (615.5, 60, 616.4, 3),
        (615.5, 60, 616.4 + 6 * E, 3),
        (617.4, 60, 618.0 - 6 * E, 0),
        (617.4, 60, 618.0, 4),
        (617.4, 60, 618.0 + 6 * E, 4),
    ],
)
def test_the_next_level_just_below_on_it_and_just_above(
    newest: float, minutes: int, predicted: float, level: int
) -> None:
    per_reading = (predicted - newest) * minutes / 360
    found = ahead(round(newest - per_reading, 3), newest, minutes=minutes)
    assert found.level == level
    assert found.predicted_m == pytest.approx(predicted, abs=0.013)


@pytest.mark.parametrize(
    ("newest", "level"), [(611.999, 0), (612.0, 0), (612.001, 2), (612.002, 2)]
)
def test_the_flood_limit_has_to_be_exceeded(newest: float, level: int) -> None:
    """72 minutes before: six hours are five times that. 611.4 + 5 · 0.12 is 612 itself."""
    start = round(newest - 6 * 0.12, 3)
    found = ahead(start, round(start + 0.12, 3), minutes=72)
    assert (found.predicted_m, found.level) == (newest, level)
    assert found.limit_m == (612.0 if level else None)


def test_what_is_said_of_it() -> None:
    found = ahead(611.4, 611.5)
    assert (found.rate_m_h, found.predicted_m, found.limit_m) == (0.1, 612.1, 612.0)
    assert found.since_us == NOW_US - HOUR_US


@pytest.mark.parametrize("before", [0, 2, 3])
@pytest.mark.parametrize(("earlier", "newest"), [(611.9, 611.9), (611.95, 611.9), (640.0, 600.0)])
def test_what_stands_or_falls_predicts_nothing(earlier: float, newest: float, before: int) -> None:
    assert ahead(earlier, newest, before=before).level == 0


def test_only_the_next_level_counts() -> None:
    """In 6 hours 641.9: above all of them, but the next one is the flood limit."""
    found = ahead(606.9, 611.9)
    assert (found.level, found.limit_m) == (2, 612.0)
    assert ahead(607.1, 612.0).level == 2
    assert ahead(607.1, 612.0 + E).level == 3
    assert ahead(611.4, 616.4).level == 4


@pytest.mark.parametrize("before", [0, 4])
def test_above_the_highest_there_is_no_next(before: int) -> None:
    assert ahead(613.0, 618.0, before=before).level == 0
    assert ahead(None, 618.0, before=before).level == 0


@pytest.mark.parametrize(
    ("minutes", "is_known"), [(29, False), (30, True), (60, True), (90, True), (91, False)]
)
def test_the_hour_over_which_it_is_taken(minutes: int, is_known: bool) -> None:
    found = ahead(611.0, 611.9, minutes=minutes)
    assert (found.level == 2, found.predicted_m is not None) == (is_known, is_known)


def test_the_reading_nearest_to_one_hour_before_and_of_two_the_older() -> None:
    minutes = (85, 75, 45, 35, 10, 0)
    readings = [Sound(at_us=NOW_US - each * MINUTE_US, value=600.0) for each in minutes]
    found = rise_level(readings, LIMITS, now_us=NOW_US, before=0, clear_us=0)
    assert found.since_us == NOW_US - 75 * MINUTE_US


@pytest.mark.parametrize(("age_min", "level"), [(0, 2), (359, 2), (360, 2), (361, 0)])
def test_a_prediction_whose_time_is_over_raises_nothing(age_min: int, level: int) -> None:
    assert ahead(611.0, 611.9, age_min=age_min).level == level


@pytest.mark.parametrize(
    ("earlier", "newest", "age_min"),
    [(None, None, 0), (None, 611.9, 0), (611.9, 611.8, 361), (None, 500.0, 0)],
)
def test_what_is_not_known_raises_and_ends_nothing(
    earlier: float | None, newest: float | None, age_min: int
) -> None:
    for before in (0, 2, 3, 4):
        assert ahead(earlier, newest, age_min=age_min, before=before).level == before


def test_without_a_rate_it_ends_where_the_level_itself_is_reached() -> None:
    assert ahead(None, 612.0, before=2).level == 2
    assert ahead(None, 612.0 + E, before=2).level == 0
    assert ahead(None, 616.4 - E, before=3).level == 3
    assert ahead(None, 616.4, before=3).level == 0


def test_levels_that_are_missing_are_left_out() -> None:
    one = reservoir_limits({"check-flood": 618.0})
    assert ahead(607.0, 612.0, limits=one).level == 4
    assert ahead(607.0, 612.0, limits=reservoir_limits({})).level == 0
    same = reservoir_limits({"design-flood": 616.4, "check-flood": 616.4})
    assert ahead(607.0, 612.0, limits=same).level == 4


@given(st.integers(0, 20_000), st.integers(0, 5_000), st.integers(1, 5_000))
def test_who_rises_faster_is_never_milder(start: int, risen: int, more: int) -> None:
    newest = 600 + start / 1000
    slow = ahead(newest - risen / 1000, newest)
    fast = ahead(newest - (risen + more) / 1000, newest)
    assert fast.level >= slow.level


CLEAR_MIN = 120


def after(
    *values: float | None,
    before: int,
    every_min: int = 60,
    clear_min: int = CLEAR_MIN,
    limits: Limits = LIMITS,
) -> int:
    """The level after values some minutes apart, the last of them now; None: nothing was heard."""
    count = len(values) - 1
    readings = [
        Sound(at_us=NOW_US - (count - number) * every_min * MINUTE_US, value=value)
        for number, value in enumerate(values)
        if value is not None
    ]
    clear_us = clear_min * MINUTE_US
    return rise_level(readings, limits, now_us=NOW_US, before=before, clear_us=clear_us).level


@pytest.mark.parametrize(("clear_min", "level"), [(119, 0), (120, 0), (121, 2)])
def test_it_ends_after_its_time_below(clear_min: int, level: int) -> None:
    """Three readings that predict nothing: the first of them two hours ago."""
    found = after(611.4, 611.5, 611.5, 611.5, 611.5, before=2, clear_min=clear_min)
    assert found == level


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((611.5, 611.5, 611.5, 611.5), 0),
        ((None, 611.5, 611.5, 611.5), 2),  # of the first no rate is known
        ((611.5, 611.5, None, 611.5), 2),  # two hours apart: of the last none is
        ((611.4, 611.5, 611.5, 611.5), 2),  # the first still predicted it
        ((611.5, 611.4, 611.5, 611.5), 2),  # and one on the way
        ((611.5, 611.5, 611.4, 611.5), 2),
    ],
)
def test_what_is_missing_or_predicts_it_on_the_way_keeps_it(
    values: tuple[float | None, ...], level: int
) -> None:
    assert after(*values, before=2) == level


def test_it_falls_to_what_was_predicted_meanwhile() -> None:
    """From check flood at 617.5 down to what passes the flood limit alone."""
    assert after(611.4, 611.5, 611.6, 611.7, before=4) == 2
    assert after(611.4, 611.5, 611.6, 611.6, before=4) == 2
    assert after(611.6, 611.6, 611.6, 611.6, before=4) == 0


def test_a_higher_level_waits_for_nothing() -> None:
    assert after(616.0, 616.4, before=3) == 4
    assert after(611.0, 611.9, before=0) == 2


@pytest.mark.parametrize("before", [0, 2])
def test_a_level_that_swings_around_its_edge_is_passed_once(before: int) -> None:
    """611.99 rises and predicts it, 612.01 has reached it: it lies behind for two hours."""
    swinging = (611.2, 611.4, 612.01, 611.99)
    assert after(*swinging, before=before) == 0
    assert after(*swinging[:2], before=before) == 2
    assert after(*swinging[:2], 611.99, 611.999, before=before) == 2


@pytest.mark.parametrize(("clear_min", "level"), [(119, 2), (120, 2), (121, 0)])
def test_how_long_a_level_that_was_reached_lies_behind(clear_min: int, level: int) -> None:
    assert after(612.01, 611.8, 611.95, before=0, clear_min=clear_min) == level


def test_past_what_was_reached_the_next_level_counts() -> None:
    """612.01 and then 611.99 with 0.75 m an hour: design flood lies ahead."""
    assert after(611.24, 612.01, before=0) == 3
    assert after(611.24, 612.01, 612.0, before=3) == 3


@pytest.mark.parametrize("before", [2, 3, 4])
def test_two_levels_at_once_and_beyond(before: int) -> None:
    """From below the flood limit past the check flood level: its own rule has it at once."""
    assert after(611.4, 618.0, before=before) == 0
    assert after(None, 618.0, before=before) == 0
    assert after(611.4, 616.4, before=before) == 4
    assert after(None, 616.4, before=before) == (4 if before == 4 else 0)


@pytest.mark.parametrize("value", [600.0, 611.9, 612.5, 616.4, 618.0])
@pytest.mark.parametrize("earlier", [None, 600.0, 618.0])
@pytest.mark.parametrize("before", [0, 2, 3, 4])
def test_a_reading_older_than_six_hours_changes_nothing(
    earlier: float | None, value: float, before: int
) -> None:
    for clear_min in (0, CLEAR_MIN):
        found = ahead(earlier, value, age_min=361, before=before, clear_min=clear_min)
        assert found.level == before


VALUES = st.lists(st.one_of(st.none(), st.integers(6110, 6185)), min_size=1, max_size=20)


@given(VALUES, st.sampled_from([0, 2, 3, 4]), st.integers(0, 300), st.integers(0, 100))
def test_who_waits_longer_is_never_milder_while_nothing_is_reached(
    tenths: list[int | None], before: int, clear_min: int, more: int
) -> None:
    """All below the flood limit: waiting alone can keep, never lower."""
    values = [None if each is None else 600 + (each - 6110) * 0.1 for each in tenths]
    short = after(*values, before=before, every_min=30, clear_min=clear_min)
    assert after(*values, before=before, every_min=30, clear_min=clear_min + more) >= short


@given(VALUES, st.sampled_from([2, 3, 4]), st.integers(0, 8))
def test_silence_lowers_nothing(tenths: list[int | None], before: int, silent: int) -> None:
    """What is missing at the end leaves the level as it was, and over 6 hours whatever was said."""
    values = [None if each is None else each / 10 for each in tenths]
    level = after(*values, before=before)
    newest = max((n for n, each in enumerate(values) if each is not None), default=None)
    nothing = [None] * silent
    assert after(*values, *nothing, before=level) >= min(level, after(*values, before=level))
    if newest is None or len(values) - 1 - newest + silent > 6:
        assert after(*values, *nothing, before=before) == before
