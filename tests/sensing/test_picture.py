"""The scales of the picture: round numbers and round times, inside it, whatever is drawn."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.screens.picture import LEFT, RIGHT, WIDTH, picture_of
from anlan.sensing.store.values import Observation, to_us

END = dt.datetime(2026, 11, 26, 13, 22, tzinfo=dt.UTC)
STREAM = uuid.UUID(int=1)


def rows(*values: float, days: float = 1) -> list[Observation]:
    step = dt.timedelta(days=days) / max(1, len(values))
    return [
        Observation(
            stream=STREAM,
            at_us=to_us(END - step * (len(values) - n)),
            revision=0,
            value=value,
            flags=0,
            received_us=to_us(END),
        )
        for n, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((16.5, 19.5), ["16.5", "17", "17.5", "18", "18.5", "19", "19.5"]),
        ((62.94, 64.0), ["63", "63.25", "63.5", "63.75", "64"]),
        ((343.2, 343.7), ["343.2", "343.3", "343.4", "343.5", "343.6", "343.7"]),
        ((75.0, 165.0), ["80", "100", "120", "140", "160"]),
        ((5.0, 5.0), ["4.5", "4.75", "5", "5.25", "5.5"]),
    ],
)
def test_levels_are_round(values: tuple[float, ...], texts: list[str]) -> None:
    picture = picture_of(rows(*values), END - dt.timedelta(days=1), END, interval_s=300)
    assert picture is not None
    found = [tick.text for tick in picture.levels]
    assert len(found) >= 3
    assert set(texts) & set(found)


@pytest.mark.parametrize("days", [1, 7, 30])
def test_times_are_round_hours_of_the_city(days: int) -> None:
    start = END - dt.timedelta(days=days)
    picture = picture_of(rows(1.0, 2.0, days=days), start, END, interval_s=300)
    assert picture is not None
    assert 3 <= len(picture.times) <= 7
    assert all(tick.text.endswith(":00") for tick in picture.times)
    if days > 1:
        assert all(tick.text.endswith("00:00") for tick in picture.times)


@given(
    st.lists(st.floats(-1e4, 1e5, allow_nan=False), min_size=1, max_size=20),
    st.sampled_from([1, 7, 30]),
    st.booleans(),
)
def test_scales_lie_inside_and_rise(values: list[float], days: int, as_bars: bool) -> None:
    start = END - dt.timedelta(days=days)
    picture = picture_of(rows(*values, days=days), start, END, interval_s=300, as_bars=as_bars)
    assert picture is not None
    assert 2 <= len(picture.levels) <= 12
    heights = [tick.at for tick in picture.levels]
    assert heights == sorted(heights, reverse=True)
    assert all(picture.top - 1 <= at <= picture.bottom + 1 for at in heights)
    assert all(LEFT - 1 <= tick.at <= WIDTH - RIGHT + 1 for tick in picture.times)
    assert len({tick.text for tick in picture.levels}) == len(picture.levels)
