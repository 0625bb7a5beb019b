"""Messages of brokers: each counts once, whoever brings it and however often."""

import datetime as dt
import sqlite3
from typing import Any

import pytest

from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.registers.models import Account, Tenure
from anlan.sensing.actions import messages
from anlan.sensing.actions.errors import StoreUnavailable
from anlan.sensing.actions.intake import ACTION, enter_batches
from anlan.sensing.actions.messages import Sent, forget_old_messages, message_key, take_messages
from anlan.sensing.choices import IntakeWay
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.queries.live import readings
from anlan.sensing.rules.topics import heard
from anlan.sensing.store import engine
from anlan.sensing.store.reads import batches_of_message, rejections_of
from anlan.sensing.store.tables import VERSION, statements
from anlan.sensing.store.ways import Way, forget_worker, note_way, ways
from tests.registers.kept import NOW, said
from tests.sensing.stations import make_station, make_stream

pytestmark = pytest.mark.usefixtures("kept")
START = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


def at(minutes: float) -> str:
    return (START + dt.timedelta(minutes=minutes)).isoformat()


def sent(minutes: float, value: Any, sender: str = "bureau", name: str = "") -> Sent:
    topic, payload = f"anlan/v1/140800/{sender}/value/YC-R-001/rain", f"{at(minutes)},{value}"
    found = heard(topic, payload.encode(), "140800")
    assert found is not None
    key = message_key(topic, name or payload)
    return Sent(key=key, request=key.hex(), sender=sender, form="value", decoded=found.decoded)


def take(*found: Sent, way: IntakeWay = IntakeWay.MQTT) -> list[Any]:
    return take_messages(found, now=NOW, way=way)


def held(stream: Datastream) -> list[float]:
    span = START - dt.timedelta(days=9), START + dt.timedelta(days=9)
    return [reading.value for reading in readings(stream.pk, *span, most=99)]


def test_messages_of_a_sender_become_one_batch(stream: Datastream) -> None:
    take(sent(0, 1), sent(5, 2), sent(10, 3))
    batch = IntakeBatch.objects.get()
    assert (batch.sender, batch.form, batch.way, batch.stored) == ("bureau", "value", "mqtt", 3)
    assert JournalEntry.objects.filter(action=ACTION).count() == 1


def test_a_message_that_comes_again_counts_once_even_in_other_company(stream: Datastream) -> None:
    take(sent(0, 1), sent(5, "x"))
    assert take(sent(0, 1), sent(5, "x")) == []
    take(sent(5, "x"), sent(10, 3), sent(10, 3))
    rows = list(IntakeBatch.objects.all())
    assert sum(row.stored for row in rows) == 2
    assert sum(row.rejected for row in rows) == 1  # a rejected row is not doubled either
    assert sum(row.repeated for row in rows) == 0


def test_a_sender_whose_post_has_ended_holds_up_nobody(stream: Datastream) -> None:
    """The account is there, and nothing is in its view: its rows are rejected, others kept."""
    county = Account.objects.get(login="county")
    who = {name: value for name, value in said().items() if name != "reason"}
    with recording(action="test.end", **who) as rec:
        tenure = rec.lock(Tenure, Tenure.objects.get(person=county.person_id).pk)
        tenure.held_until = dt.date(2022, 1, 1)
        rec.save(tenure)
    take(sent(0, 1, sender="county"), sent(5, 2))
    (rejected,) = [batch for batch in IntakeBatch.objects.all() if batch.rejected]
    assert [row.why for row in rejections_of(rejected.id)] == ["unknown-station"]
    assert held(stream) == [2]


def test_a_correction_in_the_same_moment_is_no_contradiction(stream: Datastream) -> None:
    take(sent(0, 1), sent(0, 2), sent(5, 3))
    assert [(b.stored, b.corrected, b.rejected) for b in IntakeBatch.objects.order_by("id")] == [
        (1, 0, 0),
        (1, 1, 0),
    ]
    assert held(stream) == [2, 3]


def test_an_unknown_sender_and_one_who_may_not_are_kept_as_rejected(stream: Datastream) -> None:
    take(sent(0, 1, "nobody"), sent(5, 2, "other"))
    by_sender = {row.sender: row for row in IntakeBatch.objects.all()}
    assert held(stream) == []
    assert by_sender["program:mqtt"].rejected == 1
    assert [r.why for r in rejections_of(by_sender["program:mqtt"].pk)] == ["unknown-sender"]
    assert [r.why for r in rejections_of(by_sender["other"].pk)] == ["unknown-station"]


def test_nothing_is_acknowledged_that_the_store_did_not_take(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(messages, "add_messages", fails)
        with pytest.raises(StoreUnavailable):
            take(sent(0, 1))
    assert held(stream) == []
    take(sent(0, 1))
    assert held(stream) == [1]


def fails(*args: Any) -> None:
    raise engine.StoreFailed("database or disk is full")


def test_a_journal_that_is_away_holds_the_acknowledgement_back(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(messages, "enter", fails)
        with pytest.raises(StoreUnavailable):
            take(sent(0, 1))
    assert take(sent(0, 1)) == []  # kept: may be acknowledged, the sweep enters it
    assert enter_batches(NOW) == 1
    assert IntakeBatch.objects.get().stored == 1


def test_another_worker_that_was_faster_leaves_the_rest(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, first = messages._kept, sent(0, 1)

    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(messages, "_kept", kept)
        take(first)
        return kept(*args)

    monkeypatch.setattr(messages, "_kept", overtaken)
    take(first, sent(5, 2))
    assert held(stream) == [1, 2]
    assert sum(row.stored for row in IntakeBatch.objects.all()) == 2
    assert sum(row.repeated for row in IntakeBatch.objects.all()) == 0


def test_over_the_stream_a_request_is_a_batch_that_its_sender_can_ask_for(
    stream: Datastream,
) -> None:
    first, second = sent(0, 1), sent(5, 2)
    take(first, second, way=IntakeWay.STREAM)
    assert IntakeBatch.objects.count() == 2
    assert [batch.counts.stored for batch in batches_of_message(first.request)] == [1]


def test_ids_of_messages_are_forgotten_when_no_broker_brings_them_again(
    stream: Datastream,
) -> None:
    take(sent(0, 1))
    assert forget_old_messages(NOW + dt.timedelta(days=7)) == 0
    assert forget_old_messages(NOW + dt.timedelta(days=9)) == 1
    take(sent(0, 1))
    assert held(stream) == [1]  # harmless even then


def test_a_file_of_an_older_program_is_brought_up_to_date(settings: Any) -> None:
    if engine.is_server():
        pytest.skip("the file is of SQLite")
    engine.close()
    path = engine.store_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path, isolation_level=None) as old:
        for text in statements("sqlite")[:5]:
            old.execute(text.replace(", way TEXT NOT NULL DEFAULT 'http'", ""))
        old.execute(
            "INSERT INTO sensing_batch VALUES (x'00','r','p','a','b','csv','',1,0,0,0,0,0,'d',1)"
        )
    old.close()
    with engine.reading() as session:
        assert session.rows("SELECT way FROM sensing_batch") == [("http",)]
        assert session.rows("SELECT COUNT(*) FROM sensing_message") == [(0,)]
        assert session.rows("PRAGMA user_version") == [(VERSION,)]


def test_workers_note_how_they_are() -> None:
    way = Way(
        way="mqtt",
        worker="a-1",
        state="connected",
        detail="",
        backlog=None,
        beat_us=10**15,
        message_us=None,
    )
    note_way(way)
    note_way(way)
    assert ways() == [way]
    assert way.is_gone(NOW)
    forget_worker("mqtt", "a-1")
    assert ways() == []
