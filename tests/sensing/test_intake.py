"""Intake: every row ends in one way, a repeat is harmless, the first value stays."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate, pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.errors import NotAllowed, RequestReused
from anlan.base.models import JournalEntry
from anlan.base.worlds.current import World, standing_in
from anlan.registers.models import Body, ReportingUnit
from anlan.sensing.actions import intake
from anlan.sensing.actions.errors import (
    FormIsWorkbook,
    FormRepeatsName,
    FormUnknown,
    IntakeEmpty,
    IntakeTooLarge,
    NotInLiveWorld,
    StoreUnavailable,
)
from anlan.sensing.actions.intake import enter_batches, take_readings
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.queries.live import readings
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.rules.decoding.hj212 import HJ212, packet
from anlan.sensing.rules.decoding.json_lines import JSON
from anlan.sensing.rules.judging import judge, limits_for
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.quality import names_of
from anlan.sensing.store import copying, engine
from anlan.sensing.store.reads import rejections_of, revisions, rows_of
from anlan.sensing.store.values import Observation, digest_of_rows, to_us
from tests.registers.kept import NOW, said
from tests.sensing.stations import make_station, make_stream

pytestmark = pytest.mark.usefixtures("kept")
START = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
HEAD = "station,property,time,value"
NOTHING = {"stored": 0, "corrected": 0, "suspect": 0, "repeated": 0, "rejected": 0}


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def row(minutes: float, value: Any, key: str = "rain", station: str = "YC-R-001") -> str:
    return f"{station},{key},{at(minutes).isoformat()},{value}"


def csv(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


def take(*rows: str, login: str = "bureau", **more: Any) -> dict[str, Any]:
    return take_readings(csv(*rows), CSV, **said(login, **more))


def held(stream: Datastream, **more: Any) -> Sequence[Observation]:
    return readings(stream.pk, at(-(10**5)), at(10**5), most=10**6, **more)


def values(stream: Datastream, **more: Any) -> list[float]:
    return [reading.value for reading in held(stream, **more)]


def counts(answer: dict[str, Any], **wanted: int) -> None:
    assert answer["counts"] == NOTHING | wanted


def test_readings_are_kept_and_entered_once(stream: Datastream) -> None:
    answer = take(row(0, 0.2), row(5, 0), row(10, 1.4))
    counts(answer, stored=3)
    assert values(stream) == [0.2, 0, 1.4]
    batch = IntakeBatch.objects.get()
    assert (str(batch.pk), batch.stored, batch.sender) == (answer["batch"], 3, "bureau")
    entry = JournalEntry.objects.get(action=intake.ACTION)
    assert batch.digest in entry.content


def test_the_digest_in_the_journal_proves_the_rows(stream: Datastream) -> None:
    answer = take(row(0, 0.2), row(5, ""), row(10, 1.4))
    batch = IntakeBatch.objects.get()
    key = batch.pk
    assert digest_of_rows(rows_of(key), rejections_of(key)) == batch.digest
    with engine.writing() as session:
        session.many("UPDATE sensing_observation SET value = ? WHERE at_us = ?", [(9, at_us(0))])
    assert digest_of_rows(rows_of(key), rejections_of(key)) != batch.digest
    assert answer["counts"]["rejected"] == 1


def at_us(minutes: float) -> int:
    return to_us(at(minutes))


def test_every_row_ends_in_one_way(stream: Datastream) -> None:
    take(row(0, 1), row(5, 2))
    rows = (
        row(0, 1),  # repeated
        row(5, 3),  # corrected
        row(10, 4),  # stored
        row(15, 301),  # suspect
        row(20, ""),  # rejected
        row(20, "x"),
        row(25, 1, station="NOWHERE"),
        row(25, 1, key="wind"),
        row(25, 1),  # the same instant twice with two values
        row(25, 2),
        row(60 * 48, 1),  # two days ahead
    )
    answer = take(*rows)
    counts(answer, stored=1, corrected=1, suspect=1, repeated=1, rejected=7)
    assert sum(answer["counts"].values()) == len(rows)
    assert [(r["line"], r["why"]) for r in answer["rejected"]] == [
        (6, "empty"),
        (7, "not-a-number"),
        (8, "unknown-station"),
        (9, "unknown-property"),
        (10, "twice"),
        (11, "twice"),
        (12, "time-out-of-range"),
    ]
    assert values(stream) == [1, 3, 4, 301]


def test_a_correction_keeps_the_first_value(stream: Datastream) -> None:
    take(row(0, 1))
    take(row(0, 2), now=NOW + dt.timedelta(hours=1))
    with engine.reading() as session:
        both = revisions(session, stream.pk, [at_us(0)])[at_us(0)]
    assert [(r.revision, r.value) for r in both] == [(0, 1), (1, 2)]
    assert values(stream) == [2]
    assert values(stream, known_at=NOW) == [1]  # as it was known then


def test_what_a_network_repeats_late_never_turns_a_correction_back(stream: Datastream) -> None:
    take(row(0, 1))
    take(row(0, 2))
    counts(take(row(0, 1)), repeated=1)
    assert values(stream) == [2]


def test_late_readings_take_their_place(stream: Datastream) -> None:
    take(row(10, 3), row(0, 1))
    counts(take(row(5, 2)), stored=1)
    assert values(stream) == [1, 2, 3]


def test_a_row_in_which_a_name_stands_twice_is_told_and_not_kept(stream: Datastream) -> None:
    """The last value was kept, and the first was gone."""
    good = json.dumps(
        {"station": "YC-R-001", "property": "rain", "time": at(0).isoformat(), "value": 1}
    )
    twice = good.replace(at(0).isoformat(), at(5).isoformat())[:-1] + ', "value": 200}'
    answer = take_readings(f"[{good}, {twice}]".encode(), JSON, **said())
    counts(answer, stored=1, rejected=1)
    (row,) = answer["rejected"]
    assert (row["line"], row["why"]) == (2, "name-twice")
    assert '"value": 1, "value": 200' in row["text"]
    assert values(stream) == [1]


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000"])
def test_names_that_no_database_takes_are_rejected_rows(stream: Datastream, name: str) -> None:
    """Half a character or a zero byte in a JSON text was an error of the program once."""
    rows = f'[{{"station":"S{name}","property":"rain","time":"{at(0).isoformat()}","value":1}}]'
    counts(take_readings(rows.encode(), JSON, **said()), rejected=1)


def test_a_repeated_request_gives_the_first_answer(stream: Datastream) -> None:
    first = take(row(0, 1), row(5, ""), request_id="same-request")
    again = take(row(0, 1), row(5, ""), request_id="same-request")
    assert first == again
    assert JournalEntry.objects.filter(action=intake.ACTION).count() == 1
    with pytest.raises(RequestReused):
        take(row(0, 2), request_id="same-request")
    with pytest.raises(RequestReused):
        take(row(0, 1), row(5, ""), login="county", request_id="same-request")
    assert values(stream) == [1]


def test_a_request_id_of_another_action_takes_nothing(stream: Datastream) -> None:
    used = JournalEntry.objects.order_by("position").first()
    assert used is not None
    with pytest.raises(RequestReused):
        take(row(0, 1), request_id=used.request_id)
    assert values(stream) == []


@pytest.mark.parametrize(
    ("login", "ends"),
    [("bureau", "stored"), ("county", "stored"), ("department", "stored"), ("other", "")],
)
def test_whose_readings_are_taken(stream: Datastream, login: str, ends: str) -> None:
    answer = take(row(0, 1), login=login)
    if ends:
        counts(answer, stored=1)
    else:  # another county does not even learn that the station exists
        assert [r["why"] for r in answer["rejected"]] == ["unknown-station"]


def test_a_station_that_is_seen_is_not_thereby_kept(stream: Datastream) -> None:
    city = ReportingUnit.objects.get(code="city")
    other = make_station(code="CITY", unit=city, body=Body.objects.get(code="emergency"))
    make_stream(other)
    answer = take(row(0, 1, station="CITY"), login="county")
    assert [r["why"] for r in answer["rejected"]] == ["not-permitted"]


def test_the_public_sends_nothing(stream: Datastream) -> None:
    with pytest.raises(NotAllowed):
        take(row(0, 1), login="public")


def test_paused_sensors_and_wrong_units(stream: Datastream) -> None:
    make_stream(stream.station, observed="wind", unit_of_measurement="m/s", state="paused")
    answer = take(row(0, 1, key="wind"))
    assert [r["why"] for r in answer["rejected"]] == ["not-in-use"]
    sent = {"station": "YC-R-001", "property": "rain", "time": at(0).isoformat(), "value": 1}
    body = json.dumps([sent | {"unit": "kPa"}, sent | {"unit": "cm"}]).encode()
    answer = take_readings(body, JSON, **said())
    assert [r["why"] for r in answer["rejected"]] == ["unknown-unit"]
    assert values(stream) == [10]  # a centimetre


def test_flags_travel_with_the_value(stream: Datastream) -> None:
    warm = make_stream(
        stream.station, observed="temperature", unit_of_measurement="°C", interval_s=600
    )
    names = [row(10 * n, v, key="temperature") for n, v in enumerate((20, 20.4, 36))]
    counts(take(*names), stored=2, suspect=1)
    assert [names_of(r.flags) for r in held(warm)] == [(), (), ("step",)]
    counts(take(row(30, 20.6, key="temperature")), suspect=1)
    assert [names_of(r.flags) for r in held(warm)] == [(), (), ("step", "spike"), ("step",)]
    assert [r.revision for r in held(warm)] == [0, 0, 1, 0]  # judged again, value untouched


def test_neighbours_of_the_test_are_asked(stream: Datastream) -> None:
    for number in range(4):
        station = make_station(code=f"T-{number}", longitude_deg=111.2 + number / 100)
        make_stream(station, observed="temperature", unit_of_measurement="°C", interval_s=600)
    sent = [row(0, 20 + n, key="temperature", station=f"T-{n}") for n in range(3)]
    counts(take(*sent), stored=3)
    counts(take(row(1, 31.5, key="temperature", station="T-3")), suspect=1)
    last = Datastream.objects.get(code="T-3:temperature")
    assert names_of(held(last)[0].flags) == ("neighbour",)
    counts(take(row(2, 30, key="temperature", station="T-3")), stored=1)


def test_a_clock_that_runs_ahead_is_doubted(stream: Datastream) -> None:
    take(row(0, 1), now=at(-1))
    take(row(5, 1), now=at(3.9))
    assert [names_of(r.flags) for r in held(stream)] == [(), ("clock",)]


def test_refusals_of_the_whole_batch(stream: Datastream, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FormUnknown) as refused:
        take_readings(csv(row(0, 1)).replace(b",", b"|"), CSV, **said())
    assert "以逗号分隔" in refused.value.text() and "如何报送读数" in refused.value.text()
    with pytest.raises(FormIsWorkbook) as refused:
        take_readings(b"PK\x03\x04" + csv(row(0, 1)), CSV, **said())
    assert "另存为CSV" in refused.value.text() and "未接收任何数据" in refused.value.text()
    twice = b'{"observations": [{"station": "A"}], "observations": [{"station": "B"}]}'
    with pytest.raises(FormRepeatsName) as refused:
        take_readings(twice, JSON, **said())
    assert "observations" in refused.value.text() and "未接收任何数据" in refused.value.text()
    with pytest.raises(IntakeEmpty):
        take()
    monkeypatch.setattr(intake, "MOST_READINGS", 1)
    with pytest.raises(IntakeTooLarge):
        take(row(0, 1), row(5, 1))
    asked = said()
    with standing_in(World(alias="x", token="x", name="演练")), pytest.raises(NotInLiveWorld):
        take_readings(csv(row(0, 1)), CSV, **asked)
    assert values(stream) == []


def test_packets_of_a_device(stream: Datastream) -> None:
    warm = make_stream(stream.station, observed="temperature", unit_of_measurement="°C")
    data = (
        "QN=1;ST=22;CN=2011;MN=YC-R-001;CP=&&DataTime=20261124080000;"
        "a01001-Rtd=21.5,a01001-Flag=N;a01007-Rtd=3,a01007-Flag=N&&"
    )
    answer = take_readings(packet(data), HJ212, **said())
    counts(answer, stored=1, rejected=1)
    assert values(warm) == [21.5]


@pytest.mark.skipif(engine.is_server(), reason="the file alone has a size of its own")
def test_a_full_disk_acknowledges_nothing_and_a_repeat_is_taken(stream: Datastream) -> None:
    take(row(0, 1))
    file = engine._connection()
    pages = file.execute("PRAGMA page_count").fetchone()[0]
    file.execute(f"PRAGMA max_page_count = {pages}")
    many = [row(5 * n, n % 7) for n in range(1, 2000)]
    with pytest.raises(StoreUnavailable) as refusal:
        take(*many, request_id="again-later")
    assert refusal.value.status == 503
    assert values(stream) == [1]
    assert IntakeBatch.objects.count() == 1
    file.execute("PRAGMA max_page_count = 1000000")
    counts(take(*many, request_id="again-later", now=NOW + dt.timedelta(days=9)), stored=1999)


def test_a_journal_that_fails_acknowledges_nothing(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def fails(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(intake, "recording", fails)
        with pytest.raises(StoreUnavailable):
            take(row(0, 1), request_id="journal-away")
    assert not IntakeBatch.objects.exists()
    assert enter_batches(NOW) == 1
    assert enter_batches(NOW) == 0
    counts(take(row(0, 1), request_id="journal-away"), stored=1)
    assert IntakeBatch.objects.count() == 1


def test_a_request_id_taken_meanwhile_does_not_hold_the_sweep(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = JournalEntry.objects.order_by("position").first()
    assert used is not None
    monkeypatch.setattr(intake, "_refuse_other_use", lambda request_id: None)
    answer = take(row(0, 1), request_id=used.request_id)
    assert IntakeBatch.objects.filter(pk=answer["batch"]).exists()


SENT = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from([0.0, 1.0, 2.5, 400.0])), min_size=1, max_size=25
)


@given(sent=SENT, cuts=st.lists(st.integers(0, 25), max_size=3))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_counts_add_up_and_the_first_value_is_never_lost(
    stream: Datastream, sent: list[tuple[int, float]], cuts: list[int]
) -> None:
    with engine.writing() as session:
        copying.clear(session)
    first: dict[int, float] = {}
    edges = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    for start, end in pairwise(edges):
        part = sent[start:end]
        answer = take(*(row(5 * minute, value) for minute, value in part))
        assert sum(answer["counts"].values()) == len(part)
        for minute in {m for m, _ in part}:
            said_of = {v for m, v in part if m == minute}
            if len(said_of) == 1:
                first.setdefault(minute, said_of.pop())
        batch = IntakeBatch.objects.get(pk=answer["batch"])
        assert asdict_of(batch) == answer["counts"]
    with engine.reading() as session:
        kept = revisions(session, stream.pk, [at_us(5 * minute) for minute in range(9)])
    assert {key: rows[0].value for key, rows in kept.items()} == {
        at_us(5 * minute): value for minute, value in first.items()
    }


GAPPED = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 6, 8, 9, 10]), st.sampled_from([0.0, 5.0, 30.0, 46.0])),
    min_size=2,
    max_size=8,
)


@given(line=GAPPED, order=st.randoms(use_true_random=False), cuts=st.sets(st.integers(1, 7)))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_in_whatever_order_they_come_the_same_is_doubted(
    river: Datastream, line: list[tuple[int, float]], order: Random, cuts: set[int]
) -> None:
    """Over gaps of any length: as if all of them had come at once."""
    with engine.writing() as session:
        copying.clear(session)
    minutes = [10 * n - 24 * 60 for n in accumulate(gap for gap, _ in line)]
    sent = [row(m, v, key="river-level") for m, (_, v) in zip(minutes, line, strict=True)]
    order.shuffle(sent)
    for start, end in pairwise([0, *sorted(n for n in cuts if n < len(sent)), len(sent)]):
        take(*sent[start:end])
    found = [(reading.value, reading.flags) for reading in held(river)]
    said_of, times = np.array([v for _, v in line]), np.array(minutes) * 60.0
    limits = limits_for(ObservedProperty.RIVER_LEVEL, river.interval_s)
    masks = judge(said_of, times, limits, received_s=times)
    assert found == list(zip(said_of.tolist(), masks.tolist(), strict=True))


@pytest.fixture
def river(kept: None) -> Datastream:
    more = {"observed": "river-level", "unit_of_measurement": "m", "interval_s": 600}
    return make_stream(make_station(kind="hydrology"), **more)


@pytest.mark.parametrize(("intervals", "flags"), [(3, 2), (4, 2), (9, 2), (10, 0)])
def test_a_reading_before_that_comes_late_is_compared_with(
    river: Datastream, intervals: int, flags: int
) -> None:
    take(row(10 * intervals, 343.7, key="river-level"))
    take(row(0, 1.0, key="river-level"))
    assert [reading.flags for reading in held(river)] == [0, flags]
    take(row(10 * intervals - 10, 343.7, key="river-level"))
    assert [reading.flags for reading in held(river)] == [0, 2, 0]


@pytest.mark.parametrize(("intervals", "flags"), [(5, 6), (6, 6), (7, 2), (9, 2), (10, 0)])
@pytest.mark.parametrize(
    "order", [(0, 1, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0), (1, 0, 2), (2, 0, 1)]
)
def test_a_spike_after_a_gap_whichever_reading_comes_last(
    river: Datastream, order: Sequence[int], intervals: int, flags: int
) -> None:
    line = ((0, 343.7), (intervals, 1.0), (intervals + 3, 343.7))
    for number in order:
        at, value = line[number]
        take(row(10 * at - 24 * 60, value, key="river-level"))
    assert [reading.flags for reading in held(river)] == [0, flags, 2]


def everything_held() -> list[tuple[Any, ...]]:
    """Every revision in the store, without the batch that wrote it."""
    with engine.reading() as session:
        return sorted(
            session.rows(
                "SELECT stream, at_us, revision, value, flags, received_us FROM sensing_observation"
            )
        )


MANY = st.lists(
    st.tuples(
        st.sampled_from(["YC-R-001,rain", "T-0,temperature", "T-1,temperature", "T-1,rain"]),
        st.integers(0, 6),
        st.sampled_from([0.0, 1.5, 17.0, 33.0, 400.0]),
    ),
    max_size=12,
)


@given(batches=st.lists(MANY, min_size=1, max_size=3))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_datastreams_of_one_batch_end_as_each_by_itself(
    places: list[str], batches: list[list[tuple[str, int, float]]]
) -> None:
    found = []
    for is_apart in (False, True):
        with engine.writing() as session:
            copying.clear(session)
        ends = Counter[str]()
        for batch in batches:
            for part in [[r for r in batch if r[0] == p] for p in places] if is_apart else [batch]:
                if part:
                    rows = [f"{name},{at(5 * n).isoformat()},{value}" for name, n, value in part]
                    ends += Counter(take(*rows)["counts"])
        found.append((everything_held(), ends))
    assert found[0] == found[1]


@pytest.fixture
def places(stream: Datastream) -> list[str]:
    """Two properties at three stations: too few for the test against neighbours."""
    for number in range(2):
        station = make_station(code=f"T-{number}", longitude_deg=111.2 + number / 100)
        warm = {"observed": "temperature", "unit_of_measurement": "°C", "interval_s": 600}
        make_stream(station, **warm)
    make_stream(station, interval_s=60)
    return ["YC-R-001,rain", "T-0,temperature", "T-1,temperature", "T-1,rain"]


def test_a_zero_has_no_sign(stream: Datastream) -> None:
    """No engine keeps it: the digest must prove the rows as they come out of the store."""
    take(row(0, "-0.0"), row(5, 1))
    batch = IntakeBatch.objects.get()
    assert digest_of_rows(rows_of(batch.pk), []) == batch.digest
    counts(take(row(0, 0)), repeated=1)


@pytest.mark.parametrize("value", ["1.7e308", "-1.7e308"])
def test_a_value_that_is_finite_in_its_own_unit_alone_is_no_number(
    stream: Datastream, value: str
) -> None:
    content = f"{HEAD},unit\n{row(0, value)},cm\n{row(5, 2)},cm\n".encode()
    answer = take_readings(content, CSV, **said())
    assert [(r["line"], r["why"]) for r in answer["rejected"]] == [(2, "not-a-number")]
    counts(answer, stored=1, rejected=1)
    assert values(stream) == [20]


def test_a_batch_of_which_nothing_is_taken(stream: Datastream) -> None:
    counts(take(row(0, 1, station="NOWHERE"), row(0, "")), rejected=2)
    counts(take(row(0, 1), row(0, 2)), rejected=2)
    batch = IntakeBatch.objects.first()
    assert batch is not None
    assert digest_of_rows([], rejections_of(batch.pk)) == batch.digest


def test_what_is_noted_of_the_journal_needs_no_disk_but_readings_do(stream: Datastream) -> None:
    """A kill finds the note again; the file keeps what is acknowledged through a loss of power."""
    take(row(0, 1))
    if not engine.is_server():
        with engine.reading() as session:
            assert session.rows("PRAGMA synchronous") == [(2,)]
        with engine.writing(is_repeatable=True) as session:
            assert session.rows("PRAGMA synchronous") == [(1,)]
    with engine.reading() as session:
        assert session.rows("SELECT journaled FROM sensing_batch") == [(1,)]


def asdict_of(batch: IntakeBatch) -> dict[str, int]:
    return {name: getattr(batch, name) for name in NOTHING}


def test_empty_counts_are_zero() -> None:
    from anlan.sensing.store.values import Counts

    assert asdict(Counts()) == NOTHING
