"""Packs of the stream: the same for the same content, nothing lost on the way, a station together."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.decoding.decoded import Decoded, NotInThisForm, Reading, Rejected, Why
from anlan.sensing.rules.packing import (
    MOST_BYTES,
    PARTITIONS,
    pack,
    partition_of,
    unpack,
)

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
READINGS = st.builds(
    Reading,
    line=st.integers(1, 10**6),
    station=NAMES,
    key=NAMES,
    at=st.integers(0, 4 * 10**15).map(
        lambda us: dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us)
    ),
    value=st.floats(allow_nan=False, allow_infinity=False),
    unit=NAMES,
)
REJECTED = st.builds(Rejected, line=st.integers(1, 10**6), why=st.sampled_from(Why), text=NAMES)


@given(st.lists(READINGS, max_size=30), st.lists(REJECTED, max_size=5))
def test_what_is_packed_comes_out_as_it_was(
    readings: list[Reading], rejected: list[Rejected]
) -> None:
    decoded = Decoded(readings=tuple(readings), rejected=tuple(rejected))
    packs = list(pack(decoded, request="r", sender="s", form="csv"))
    assert packs == list(pack(decoded, request="r", sender="s", form="csv"))
    out = [unpack(packed.content, "k") for packed in packs]
    assert {(o.request, o.sender, o.form, o.key) for o in out} <= {("r", "s", "csv", "k")}
    assert sorted((r for o in out for r in o.decoded.readings), key=repr) == sorted(
        readings, key=repr
    )
    assert sorted((r for o in out for r in o.decoded.rejected), key=repr) == sorted(
        rejected, key=repr
    )
    for packed, o in zip(packs, out, strict=True):
        assert {partition_of(r.station) for r in o.decoded.readings} <= {packed.partition}


def test_a_partition_is_the_same_on_every_machine() -> None:
    assert [partition_of(f"YC-R-00{n}") for n in range(4)] == [15, 9, 3, 5]
    assert {partition_of(str(n)) for n in range(1000)} == set(range(PARTITIONS))


def test_large_requests_are_parted_below_the_limit_of_a_message() -> None:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    readings = tuple(Reading(n, "YC-R-001", "rain", at, n / 3, "mm") for n in range(20_000))
    packs = list(pack(Decoded(readings=readings), request="r", sender="s", form="csv"))
    assert len(packs) > 1
    assert [packed.number for packed in packs] == list(range(len(packs)))
    assert all(len(packed.content) < MOST_BYTES + 1000 for packed in packs)
    assert sum(len(unpack(p.content, "").decoded.readings) for p in packs) == 20_000


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"[]", b"{}", b'{"v":2,"request":"r","sender":"s","form":"f","rows":[]}']
    + [b'{"v":1,"request":"r","sender":"s","form":"f","rows":[%s]}' % r for r in (b"1", b"[1,2]")]
    + [b'{"v":1,"request":"r","sender":"s","form":"f","rows":[[1,"no-such-why","t"]]}'],
)
def test_what_is_no_pack_is_refused(content: bytes) -> None:
    with pytest.raises(NotInThisForm):
        unpack(content, "")
