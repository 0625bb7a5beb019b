"""When a photograph was taken: zone, city clock, wrong clock, nothing; real files."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.verdict import UNKNOWN
from anlan.preparedness.actions.demonstration import picture
from anlan.preparedness.actions.errors import NotAPhotograph
from anlan.preparedness.actions.photographs import taken_in
from anlan.preparedness.rules.photo_time import AHEAD, Taken, TimeProof, photo_time

ARRIVED = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def read(text: str, offset: str = "") -> tuple[object, TimeProof]:
    taken = Taken(text=text, offset=offset)
    verdict, proof = photo_time(taken, received_at=ARRIVED, city=CITY_ZONE)
    return verdict.value, proof


def written(at: dt.datetime) -> str:
    return at.astimezone(CITY_ZONE).strftime("%Y:%m:%d %H:%M:%S")


def test_the_same_clock_with_and_without_a_zone() -> None:
    with_zone = read("2026:11:24 09:30:00", "+09:00")
    assert with_zone == (dt.datetime(2026, 11, 24, 0, 30, tzinfo=dt.UTC), TimeProof.WITH_ZONE)
    city = read("2026:11:24 09:30:00")
    assert city == (dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC), TimeProof.CITY_ZONE)
    west = read("2026:11:23 09:30:00", "-03:30")
    assert west[0] == dt.datetime(2026, 11, 23, 13, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("at", "proof"),
    [
        (ARRIVED + AHEAD - SECOND, TimeProof.CITY_ZONE),
        (ARRIVED + AHEAD, TimeProof.CITY_ZONE),
        (ARRIVED + AHEAD + SECOND, TimeProof.WRONG_CLOCK),
        (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), TimeProof.CITY_ZONE),
        (dt.datetime(2000, 1, 1, tzinfo=dt.UTC) - SECOND, TimeProof.WRONG_CLOCK),
    ],
)
def test_a_clock_that_runs_ahead(at: dt.datetime, proof: TimeProof) -> None:
    value, found = read(written(at))
    assert found is proof
    assert (value is UNKNOWN) == (proof is TimeProof.WRONG_CLOCK)


@pytest.mark.parametrize("text", ["", "   ", "0000:00:00 00:00:00", "    :  :     :  :  "])
def test_no_time_is_missing(text: str) -> None:
    assert read(text) == (UNKNOWN, TimeProof.MISSING)


@pytest.mark.parametrize("text", ["2026-11-24 09:30", "2026:13:40 99:00:00", "昨天"])
def test_rubbish_is_a_wrong_clock(text: str) -> None:
    assert read(text) == (UNKNOWN, TimeProof.WRONG_CLOCK)


@pytest.mark.parametrize("offset", ["+15:00", "+08:60", "8", "CST"])
def test_an_offset_that_is_none_leaves_the_citys_clock(offset: str) -> None:
    assert read("2026:11:24 09:30:00", offset)[1] is TimeProof.CITY_ZONE


@given(text=st.text(max_size=30), offset=st.text(max_size=8))
def test_whatever_a_camera_writes_is_decided(text: str, offset: str) -> None:
    value, proof = read(text, offset)
    assert (value is UNKNOWN) == (proof in (TimeProof.MISSING, TimeProof.WRONG_CLOCK))


def test_files() -> None:
    with_time = picture("2026:11:20 10:00:00", "+08:00")
    assert taken_in(with_time, "a.jpg") == Taken(text="2026:11:20 10:00:00", offset="+08:00")
    assert taken_in(picture(""), "b.jpg") == Taken()
    for content in (b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 cut", b"GIF89a" + b"\0" * 20):
        with pytest.raises(NotAPhotograph):
            taken_in(content, "c.jpg")
