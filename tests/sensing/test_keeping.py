"""A message that always fails holds nothing up and is not lost; an engine that is away is no fault
of a message."""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import django.db
import pytest

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.sensing.actions import aside, raw_messages
from anlan.sensing.actions.aside import PUT_ASIDE, content_of
from anlan.sensing.actions.errors import StoreRefuses, StoreUnavailable
from anlan.sensing.actions.intake import acknowledging
from anlan.sensing.actions.raw_messages import Raw
from anlan.sensing.choices import AsideState, IntakeWay
from anlan.sensing.gateways.mqtt import Delivery
from anlan.sensing.models import AsideMessage, Datastream, IntakeBatch
from anlan.sensing.rules.trying import MOST_TRIES
from anlan.sensing.store import engine
from anlan.sensing.store.reads import batches_of_message, rejections_of
from anlan.sensing.workers import keeping as worker
from anlan.sensing.workers.keeping import Keeping
from anlan.sensing.workers.mqtt import Line
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_messages import at, held

pytestmark = pytest.mark.usefixtures("kept")
POISON = b"2026-11-24T00:00:00Z,13.13"
Patch = pytest.MonkeyPatch


class Notes:
    def __init__(self) -> None:
        self.states: list[str] = []

    def note(self, state: str, *rest: Any) -> None:
        self.states.append(state)


class Tick:
    """A clock that a test moves, and an end that comes when somebody would wait too long."""

    def __init__(self) -> None:
        self.now_s, self.waits, self.most_waits = 0.0, 0, 5
        self.stop = threading.Event()
        self.on_wait: Callable[[], None] = lambda: None
        self.stop.wait = self._wait  # type: ignore[method-assign, assignment]

    def _wait(self, timeout: float = 0.0) -> bool:
        self.now_s += timeout
        self.waits += 1
        self.on_wait()
        if self.waits >= self.most_waits:
            self.stop.set()
        return self.stop.is_set()


@pytest.fixture(autouse=True)
def _now(kept: None) -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The connection of a test is inside its transaction: a server would lose what was made."""
    with Patch.context() as patch:
        patch.setattr(worker, "close_old_connections", lambda: None)
        yield


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


@pytest.fixture
def broken(monkeypatch: Patch) -> Patch:
    """An edition of the program whose decoder fails at one message."""
    heard = raw_messages.heard

    def fails(topic: str, payload: bytes, centre: str) -> Any:
        if payload == POISON:
            raise KeyError(payload.decode())
        return heard(topic, payload, centre)

    monkeypatch.setattr(raw_messages, "heard", fails)
    return monkeypatch


def raw(payload: bytes, way: IntakeWay = IntakeWay.MQTT, sender: str = "bureau") -> Raw:
    return Raw(way=way, topic=f"anlan/v1/140800/{sender}/value/YC-R-001/rain", content=payload)


def good(minutes: float, value: float) -> Raw:
    return raw(f"{at(minutes)},{value}".encode())


def keeping(tick: Tick, way: IntakeWay = IntakeWay.MQTT) -> tuple[Keeping, Notes]:
    notes = Notes()
    return Keeping(way, notes, tick.stop, lambda: tick.now_s), notes  # type: ignore[arg-type]


def test_good_messages_get_through_beside_a_bad_one_at_once(
    stream: Datastream, broken: Patch
) -> None:
    tick = Tick()
    kept, _ = keeping(tick)
    messages = [good(0, 1), raw(POISON), *(good(5 * n, n) for n in range(1, 9))]
    assert kept.settled(messages) == {m.key for m in messages if m.content != POISON}
    assert held(stream) == [1, *range(1, 9)]
    assert not AsideMessage.objects.exists()
    assert tick.waits == 0


def test_it_is_tried_a_few_times_after_growing_pauses_and_then_put_aside(
    stream: Datastream, broken: Patch, caplog: pytest.LogCaptureFixture
) -> None:
    tick = Tick()
    kept, _ = keeping(tick)
    bad = raw(POISON)
    for pause in (0.5, 1.0, 2.0):
        assert kept.settled([bad]) == set()
        assert kept.wait_s(10) == pause
        tick.now_s += pause - 0.001
        assert kept.settled([bad, good(0, 1)]) == {good(0, 1).key}  # not tried before
        tick.now_s += 0.001
    assert not AsideMessage.objects.exists()
    assert kept.settled([bad]) == {bad.key}
    row = AsideMessage.objects.get()
    assert (row.why, row.tries, row.sender, row.state) == (
        "KeyError",
        MOST_TRIES,
        "bureau",
        AsideState.WAITING,
    )
    assert (row.topic, content_of(row)) == (bad.topic, POISON)
    assert kept.wait_s(10) == 10
    said = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(said) == 1
    assert "13.13" not in caplog.text


def test_it_is_known_as_a_rejected_row_and_acknowledged_when_it_comes_again(
    stream: Datastream, broken: Patch
) -> None:
    tick = Tick()
    bad = raw(POISON)
    put_aside(tick, bad)
    assert [row.why for row in rejections_of(IntakeBatch.objects.get().pk)] == ["put-aside"]
    assert JournalEntry.objects.filter(action=PUT_ASIDE).count() == 1
    broken.undo()
    kept, _ = keeping(tick)  # a newer program, and the acknowledgement was lost
    assert kept.settled([bad]) == {bad.key}
    assert (AsideMessage.objects.count(), IntakeBatch.objects.count()) == (1, 1)


def test_a_restart_between_tries_loses_nothing_and_puts_aside_once(
    stream: Datastream, broken: Patch
) -> None:
    tick = Tick()
    bad = raw(POISON)
    for _ in range(3):
        kept, _notes = keeping(tick)
        assert kept.settled([bad]) == set()
        tick.now_s += 10
        assert kept.settled([bad]) == set()
    put_aside(tick, bad)
    assert AsideMessage.objects.count() == 1


@pytest.mark.parametrize("place", ["recording", "take_messages"])
def test_killed_while_it_is_put_aside(stream: Datastream, broken: Patch, place: str) -> None:
    """Whatever is missing is made up when the broker brings it again."""
    tick = Tick()
    bad = raw(POISON)
    with broken.context() as killed:
        killed.setattr(aside, place, killing)
        with pytest.raises(SystemExit):
            put_aside(tick, bad)
    put_aside(tick, bad)
    assert (AsideMessage.objects.count(), IntakeBatch.objects.count()) == (1, 1)


def killing(*args: Any, **more: Any) -> None:
    raise SystemExit


def put_aside(tick: Tick, bad: Raw) -> Keeping:
    kept, _ = keeping(tick, bad.way)
    for _ in range(MOST_TRIES):
        tick.now_s += 10
        done = kept.settled([bad])
    assert done == {bad.key}
    return kept


@pytest.mark.parametrize(
    "error",
    [
        django.db.OperationalError("could not extend file: no space left on device"),
        django.db.OperationalError("canceling statement due to lock timeout"),
        django.db.InterfaceError("the connection is closed"),
    ]
    if engine.is_server()
    else [
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.OperationalError("database is locked"),
        sqlite3.DatabaseError("database disk image is malformed"),
    ],
)
def test_an_engine_that_is_away_is_waited_for_and_counts_for_nothing(
    stream: Datastream, monkeypatch: Patch, error: Exception
) -> None:
    tick = Tick()
    tick.most_waits = 40
    kept, notes = keeping(tick)
    with monkeypatch.context() as away:
        at = (engine.ServerSession, "_answers") if engine.is_server() else (engine, "_connection")
        away.setattr(*at, raising(error))

        def mended() -> None:
            if tick.waits == 30:
                away.undo()

        tick.on_wait = mended
        message = good(0, 1)
        assert kept.settled([message]) == {message.key}
    assert tick.waits == 30
    assert set(notes.states) == {"store-away"}
    assert held(stream) == [1]
    assert not AsideMessage.objects.exists()


def raising(error: Exception) -> Callable[..., Any]:
    def fails(*args: Any, **more: Any) -> Any:
        raise error

    return fails


def test_a_full_disk_is_not_poison_when_it_is_the_file_of_the_message(
    stream: Datastream, broken: Patch
) -> None:
    tick = Tick()
    kept, notes = keeping(tick)
    bad = raw(POISON)
    with broken.context() as full:
        full.setattr(type(aside.ASIDE), "keep", raising(OSError(28, "No space left on device")))
        for _ in range(MOST_TRIES):
            tick.now_s += 10
            done = kept.settled([bad])
    assert done == set()  # told to stop, and nothing acknowledged
    assert "store-away" in notes.states
    assert not AsideMessage.objects.exists()
    tick.stop.clear()
    assert kept.settled([bad]) == {bad.key}


def test_told_to_stop_while_the_engine_is_away(stream: Datastream, monkeypatch: Patch) -> None:
    tick = Tick()
    kept, _ = keeping(tick)
    monkeypatch.setattr(worker, "take_messages", raising(StoreUnavailable(reason="x")))
    meanwhile: list[int] = []
    assert kept.settled([good(0, 1)], lambda: meanwhile.append(1)) == set()
    assert len(meanwhile) == tick.most_waits


def test_a_row_that_the_store_always_refuses_is_put_aside(stream: Datastream) -> None:
    """A number that no column holds, from a sender that packs by itself."""
    head = {"v": 1, "request": "bureau:a", "sender": "bureau", "form": "csv"}
    rows = [[2**70, "not-a-time", "x"]]
    content = json.dumps(head | {"rows": rows}).encode()
    bad = Raw(way=IntakeWay.STREAM, name=b"id-1", content=content)
    fine = json.dumps(head | {"rows": [[1, "YC-R-001", "rain", 1764000000000000, 2.0, ""]]})
    put_aside(Tick(), bad)
    other = Raw(way=IntakeWay.STREAM, name=b"id-2", content=fine.encode())
    kept, _ = keeping(Tick(), IntakeWay.STREAM)
    assert kept.settled([other]) == {other.key}
    row = AsideMessage.objects.get()
    assert (row.way, row.sender) == ("stream", "bureau")
    batches = batches_of_message("bureau:a")  # whoever asks under the request hears of it
    assert sorted(batch.counts.rejected for batch in batches) == [0, 1]


@pytest.mark.parametrize(
    ("cause", "refusal"),
    [
        (sqlite3.IntegrityError("NOT NULL constraint failed"), StoreRefuses),
        (sqlite3.DataError("string or blob too big"), StoreRefuses),
        (sqlite3.OperationalError("disk I/O error"), StoreUnavailable),
        (sqlite3.DatabaseError("database disk image is malformed"), StoreUnavailable),
        (django.db.DataError("value out of range"), StoreRefuses),
        (django.db.IntegrityError("violates a constraint"), StoreRefuses),
        (django.db.OperationalError("could not extend file: No space left"), StoreUnavailable),
        (django.db.InterfaceError("connection already closed"), StoreUnavailable),
    ],
)
def test_an_engine_that_refuses_rows_is_not_away(
    cause: Exception, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), acknowledging():
        try:
            raise cause
        except (sqlite3.Error, django.db.Error) as error:
            raise engine.StoreFailed(str(error)) from error
    if isinstance(cause, django.db.Error):
        with pytest.raises(refusal), acknowledging():
            raise cause


def test_what_cannot_even_be_put_aside_keeps_its_place_and_others_go_on(
    stream: Datastream, broken: Patch
) -> None:
    tick = Tick()
    kept, notes = keeping(tick)
    bad = raw(POISON)
    broken.setattr(aside, "recording", raising(RuntimeError()))
    for _ in range(MOST_TRIES + 1):
        tick.now_s += 100
        assert kept.settled([bad, good(0, 1)]) == {good(0, 1).key}
    assert "failed" in notes.states
    assert kept.wait_s(100) == 30


class Broker:
    def __init__(self) -> None:
        self.acknowledged: list[int] = []

    def settle(self, deliveries: list[Delivery], answer: bytes) -> None:
        self.acknowledged += [each.mid for each in deliveries]


def test_acknowledgements_go_in_order_and_readings_do_not_wait(
    stream: Datastream, broken: Patch
) -> None:
    tick, broker = Tick(), Broker()
    kept, _ = keeping(tick)
    line = Line(broker, kept)  # type: ignore[arg-type]
    line.settle([delivery(1, good(0, 1)), delivery(2, raw(POISON)), delivery(3, good(5, 2))])
    assert (broker.acknowledged, len(line)) == ([1], 2)
    assert held(stream) == [1, 2]
    line.settle([delivery(4, good(10, 3))])
    assert held(stream) == [1, 2, 3]
    for _ in range(MOST_TRIES):
        assert broker.acknowledged == [1]
        tick.now_s += 10
        line.settle([])
        if len(line) == 0:
            break
    assert (broker.acknowledged, len(line)) == ([1, 2, 3, 4], 0)
    assert sum(row.repeated for row in IntakeBatch.objects.all()) == 0


def delivery(mid: int, message: Raw) -> Delivery:
    return Delivery(
        connection=1,
        mid=mid,
        qos=1,
        topic=message.topic,
        payload=message.content,
        given_id=message.name,
        answer_to="",
    )


def test_a_device_that_gives_every_message_one_name_loses_nothing(stream: Datastream) -> None:
    kept, _ = keeping(Tick())
    messages = [replace(good(5 * n, n), name=b"x") for n in range(3)]
    for message in messages:
        assert kept.settled([message]) == {message.key}
    assert kept.settled(messages) == {message.key for message in messages}
    assert held(stream) == [0, 1, 2]
