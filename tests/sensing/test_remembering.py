"""What the intake remembers of the registers: never older than the journal, never another's."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.journal.changes import changes_here, forget_changes
from anlan.base.journal.recording import recording
from anlan.registers.models import Body, ReportingUnit
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.actions.stations import change_datastream, change_station
from anlan.sensing.models import Datastream, Station
from anlan.sensing.queries import remembered
from anlan.sensing.queries.neighbours import Asked, said_around, surroundings_of
from anlan.sensing.queries.remembered import view_of
from anlan.sensing.queries.resolving import resolve
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store import copying, engine
from anlan.sensing.store.reads import series_in
from anlan.sensing.store.values import to_us
from tests.registers.kept import NOW, acting, said
from tests.sensing.stations import make_station, make_stream, station_values, stream_values

pytestmark = pytest.mark.usefixtures("kept")
START = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
HEAD = "station,property,time,value"
_minutes = iter(range(10**9))


def row(station: str = "YC-R-001", key: str = "rain", value: float = 1) -> str:
    at = START + dt.timedelta(seconds=next(_minutes))
    return f"{station},{key},{at.isoformat()},{value}"


def take(*rows: str, login: str = "bureau") -> list[str]:
    """Why rows of a batch were rejected, in their order."""
    answer = take_readings("\n".join((HEAD, *rows)).encode(), CSV, **said(login))
    return [rejected["why"] for rejected in answer["rejected"]]


def asked_of_registers(work: Callable[[], Any]) -> int:
    """How many statements of some work read a register."""
    with CaptureQueriesContext(connection) as seen:
        work()
    named = ('FROM "sensing_', 'FROM "registers_', 'JOIN "registers_')
    return sum(any(name in one["sql"] for name in named) for one in seen.captured_queries)


def change(row: Datastream, **values: Any) -> None:
    """Change a datastream as everybody changes it."""
    row.refresh_from_db()
    kept = {name: getattr(row, name) for name in ("unit_of_measurement", "interval_s", "state")}
    told = stream_values(row.station, observed=row.observed) | kept | values
    change_datastream(row.pk, told, expected_version=row.version, **said())


def move(row: Station, **values: Any) -> None:
    row.refresh_from_db()
    told = station_values(unit=row.unit, body=row.body, state=row.state) | values
    change_station(row.pk, told, expected_version=row.version, **said())


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


def test_what_was_asked_once_is_not_asked_again(stream: Datastream) -> None:
    first, actor = row(), said()
    assert asked_of_registers(lambda: take(first)) > 0
    content = "\n".join((HEAD, row(), row())).encode()
    assert asked_of_registers(lambda: take_readings(content, CSV, **actor)) == 0


def test_a_batch_of_ones_own_outdates_nothing(stream: Datastream) -> None:
    take(row())
    view = view_of("namings", acting("bureau").scope)
    assert len(view) == 1
    take(row())
    assert view_of("namings", acting("bureau").scope) is view


def test_a_change_is_seen_by_the_next_batch(stream: Datastream) -> None:
    assert take(row()) == []
    change(stream, state="paused")
    assert take(row()) == ["not-in-use"]
    change(stream, state="in-use")
    assert take(row()) == []
    move(stream.station, state="removed")
    assert take(row()) == ["not-in-use"]


def test_a_unit_of_the_device_that_changed_is_the_one_that_counts(stream: Datastream) -> None:
    take(row(value=1))
    change(stream, unit_of_measurement="cm")
    take(row(value=2))
    with engine.reading() as session:
        assert [r.value for r in series_in(session, stream.pk, 0, 2**62)] == [1, 20]


def test_a_station_that_moves_to_another_county(stream: Datastream) -> None:
    assert take(row(), login="county") == []
    move(stream.station, unit=ReportingUnit.objects.get(code="xia"))
    assert take(row(), login="county") == ["unknown-station"]
    assert take(row(), login="other") == []


def test_what_was_unknown_may_be_entered(stream: Datastream) -> None:
    assert take(row(key="wind"), row(station="T-1")) == ["unknown-property", "unknown-station"]
    wind = {"observed": "wind", "unit_of_measurement": "m/s"}
    make_stream(stream.station, **wind)
    make_stream(make_station(code="T-1"))
    assert take(row(key="wind"), row(station="T-1")) == []


def test_what_one_may_send_another_may_not(stream: Datastream) -> None:
    """Whoever sent before: the memory is of one scope."""
    assert take(row(), login="bureau") == []
    assert take(row(), login="other") == ["unknown-station"]
    assert take(row(), login="department") == []


def test_names_that_are_not_taken_are_not_kept(stream: Datastream) -> None:
    take(row(), *(row(station=f"NOWHERE-{n}") for n in range(20)))
    assert len(view_of("namings", acting("bureau").scope)) == 1


def test_rows_that_changed_while_they_were_read_are_not_kept(stream: Datastream) -> None:
    """Two threads: one reads, the other has meanwhile seen the change and got this same view."""
    view = view_of("test", "slow")

    def compute() -> dict[str, str]:
        found = {"state": Datastream.objects.get().state}
        change(stream, state="paused")
        assert view_of("test", "slow") is view  # nothing that it read is known yet
        return found

    assert view.ask(compute) == {"state": "in-use"}
    assert view.get("state") is None
    assert view_of("test", "slow") is not view


def test_a_view_that_was_dropped_gives_nothing_to_the_next(stream: Datastream) -> None:
    view = view_of("test", "a")
    view.ask(lambda: {"state": Datastream.objects.get().state})
    assert view.get("state") == "in-use"
    assert view_of("test", "a") is view
    change(stream, state="paused")
    assert view_of("test", "a").get("state") is None
    assert view_of("test", "b").get("state") is None


def test_nothing_of_an_open_recording_is_kept(stream: Datastream) -> None:
    with recording(action="t", actor=said()["actor"], now=NOW, request_id="open") as rec:
        inside = rec.lock(Datastream, stream.pk)
        inside.state = "paused"
        rec.save(inside)
        view_of("test").ask(lambda: {"state": Datastream.objects.get().state})
        rec.result = {}
        assert view_of("test").get("state") is None
    assert view_of("test").get("state") is None


def test_another_beginning_of_the_journal_keeps_nothing(stream: Datastream) -> None:
    view_of("test").ask(lambda: {"state": "in-use"})
    forget_changes()
    changes_here().look()
    assert view_of("test").get("state") is None


def test_the_least_used_are_forgotten(stream: Datastream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 25)
    monkeypatch.setattr(remembered, "_views", type(remembered._views)())
    for name in "abc":
        view_of(name).ask(lambda: {n: "x" for n in range(10)})
    found = {name: view_of(name).get(1) for name in "bc"}
    assert found == {"b": "x", "c": "x"}
    assert view_of("a").get(1) is None
    view_of("d").ask(lambda: {n: "x" for n in range(100)})
    assert view_of("e").get(1) is None
    assert view_of("d").get(1) is None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.sampled_from(["bureau", "county", "other", "department"])),
        st.tuples(st.just("stream"), st.sampled_from(["paused", "in-use"])),
        st.tuples(st.just("unit"), st.sampled_from(["xinjiang", "xia", "city"])),
        st.tuples(st.just("body"), st.sampled_from(["water", "emergency"])),
        st.tuples(st.just("interval"), st.sampled_from([60, 300])),
    ),
    min_size=2,
    max_size=8,
)


@given(steps=STEPS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_remembered_is_as_asked_anew(stream: Datastream, steps: list[tuple[str, Any]]) -> None:
    """Whatever happens between the batches of whoever sends."""
    for what, value in steps:
        if what == "stream":
            change(stream, state=value)
        elif what == "interval":
            change(stream, interval_s=value)
        elif what == "unit":
            move(stream.station, unit=ReportingUnit.objects.get(code=value))
        elif what == "body":
            move(stream.station, body=Body.objects.get(code=value))
        else:
            decoded = CSV.decode("\n".join((HEAD, row(), row(key="wind"))).encode())
            scope = acting(value).scope
            known = resolve(decoded, scope, NOW)
            remembered._views.clear()
            anew = resolve(decoded, scope, NOW)
            assert (known.streams, known.rejected) == (anew.streams, anew.rejected)
            assert known.samples.value.tolist() == anew.samples.value.tolist()


@pytest.fixture
def warm(kept: None) -> list[Datastream]:
    """Six thermometers in a row, two of them at one station."""
    made = []
    for number in range(5):
        station = make_station(code=f"T-{number}", longitude_deg=111.2 + number / 100)
        values = {"observed": "temperature", "unit_of_measurement": "°C", "interval_s": 600}
        made.append(make_stream(station, **values))
    made.append(make_stream(station, number="2", **values))
    return made


def test_surroundings_follow_the_stations(warm: list[Datastream]) -> None:
    def around(number: int) -> set[uuid.UUID]:
        decoded = CSV.decode(f"{HEAD}\n{row(f'T-{number}', 'temperature')}".encode())
        stream = resolve(decoded, acting("bureau").scope, NOW).streams[0]
        return set(surroundings_of("temperature").around(stream))

    keys = [each.pk for each in warm]
    assert around(0) == set(keys[1:])
    assert around(4) == set(keys[:4])  # not the other sensor of the same station
    assert asked_of_registers(lambda: surroundings_of("temperature")) == 0
    change(warm[1], state="paused")
    assert around(0) == set(keys[2:])
    move(warm[2].station, code="T-2", longitude_deg=None, latitude_deg=None)
    assert around(0) == set(keys[3:])
    assert around(2) == set()


SAID = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 40), st.sampled_from([1.0, 2.0, 3.0, 99.0])),
    min_size=1,
    max_size=30,
)


@given(batches=st.lists(SAID, min_size=1, max_size=3), at=st.sets(st.integers(0, 40), min_size=1))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_all_neighbours_at_once_say_what_each_says(
    warm: list[Datastream], batches: list[list[tuple[int, int, float]]], at: set[int]
) -> None:
    """The newest unflagged value as it is held, within one interval before; others nothing."""
    with engine.writing() as session:
        copying.clear(session)
    names = [each.code.replace(":", ",") for each in warm]
    for batch in batches:
        rows = {(place, minute): value for place, minute, value in batch}
        lines = [
            f"{names[place]},{(START + dt.timedelta(minutes=minute)).isoformat()},{value}"
            for (place, minute), value in rows.items()
        ]
        take(*lines)
    start = to_us(START)
    times = np.array([start + minute * 60_000_000 for minute in sorted(at)], dtype=np.int64)
    lines = [row(each.station.code, "temperature") for each in warm[:3]]
    decoded = CSV.decode("\n".join((HEAD, *lines)).encode())
    streams = resolve(decoded, acting("bureau").scope, NOW).streams
    keys = [each.pk for each in warm[1:]]
    asked = [Asked(stream=stream, times_us=times, keys=keys) for stream in streams]
    with engine.reading() as session:
        tables = said_around(session, asked)
        held = {key: series_in(session, key, 0, 2**62) for key in keys}
    for one, table in zip(asked, tables, strict=True):
        for column, key in enumerate(keys):
            for line, time in enumerate(times.tolist()):
                sound = [each for each in held[key] if not each.flags]
                near = [r.value for r in sound if time - one.reach_us <= r.at_us <= time]
                np.testing.assert_equal(table[line, column], near[-1] if near else np.nan)
