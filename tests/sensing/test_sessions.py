"""Sessions of the store: few readings and many go different ways and end alike."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from anlan.sensing.actions.errors import StoreRefuses, StoreUnavailable
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.queries.live import readings
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store import engine, months
from anlan.sensing.store.engine import FEW_READINGS
from anlan.sensing.store.reads import rejections_of, rows_of
from anlan.sensing.store.values import digest_of_rows
from tests.registers.kept import said
from tests.sensing.stations import make_station, make_stream

pytestmark = pytest.mark.usefixtures("kept")
START = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
HEAD = "station,property,time,value"
END = START + dt.timedelta(days=9)


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


def take(values: list[Any], **more: Any) -> dict[str, Any]:
    rows = [
        f"YC-R-001,rain,{(START + dt.timedelta(minutes=5 * n)).isoformat()},{value}"
        for n, value in enumerate(values)
    ]
    return take_readings("\n".join((HEAD, *rows)).encode(), CSV, **said(**more))


@pytest.mark.parametrize("count", [1, FEW_READINGS - 1, FEW_READINGS, FEW_READINGS + 1, 300])
def test_few_and_many_are_kept_alike(stream: Datastream, count: int) -> None:
    values = [n % 7 / 10 for n in range(count)]
    assert take(values)["counts"]["stored"] == count
    held = readings(stream.pk, START, END, most=10**6)
    assert [one.value for one in held] == values
    batch = IntakeBatch.objects.get()
    assert digest_of_rows(rows_of(batch.pk), []) == batch.digest
    again = take([9, *values[1:]])["counts"]
    assert (again["corrected"], again["repeated"], again["stored"]) == (1, count - 1, 0)


@pytest.mark.parametrize("count", [1, 3, 4, 40])
def test_few_and_many_rejected_rows(stream: Datastream, count: int) -> None:
    """They come back by the answer of the batch, in their order."""
    answer = take(["", *["x"] * (count - 1), 1])
    assert [row["line"] for row in answer["rejected"]] == list(range(2, count + 2))
    batch = IntakeBatch.objects.get()
    assert digest_of_rows(rows_of(batch.pk), rejections_of(batch.pk)) == batch.digest


@pytest.mark.parametrize("count", [3, FEW_READINGS + 1])
def test_what_fails_while_readings_are_taken_leaves_nothing(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """The digest is taken while a server already has the rows."""

    class Fails(Exception):
        pass

    def fails(*args: Any) -> str:
        raise Fails

    with monkeypatch.context() as broken:
        broken.setattr("anlan.sensing.store.writes.digest_of_columns", fails)
        with pytest.raises(Fails):
            take([1.0] * count, request_id="again")
    assert readings(stream.pk, START, END, most=10) == []
    assert not IntakeBatch.objects.exists()
    assert take([1.0] * count, request_id="again")["counts"]["stored"] == count


def test_statements_that_come_together_answer_in_their_order() -> None:
    with engine.writing() as session:
        answers = session.together(("SELECT ?", (1,)), ("SELECT ? WHERE 1 = 0", (2,)))
        assert answers == [[(1,)], []]
        assert session.rows("SELECT ?", (3,)) == [(3,)]
        assert session.together() == []


def test_a_transaction_in_which_nothing_is_asked() -> None:
    with engine.writing():
        pass


def test_what_can_be_repeated_is_one_transaction() -> None:
    """Either all of it, or nothing; and no other writer meanwhile."""
    row = ("INSERT INTO sensing_batch_order (seq, batch) VALUES (?, ?)", (1, b"a" * 16))
    with pytest.raises(engine.StoreFailed), transaction.atomic():
        engine.write_repeatably(row, row)
    count = "SELECT COUNT(*) FROM sensing_batch_order"
    with engine.reading() as session:
        assert session.rows(count) == [(0,)]
    engine.write_repeatably(row, ("DELETE FROM sensing_batch_order WHERE seq = ?", (2,)))
    with engine.reading() as session:
        assert session.rows(count) == [(1,)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_message_by_itself_is_a_transaction_that_waits_for_no_disk() -> None:
    asked = (
        ("CREATE TEMPORARY TABLE told AS SELECT 1 AS one", ()),
        ("INSERT INTO told SELECT current_setting('synchronous_commit') = 'off'", ()),
    )
    with pytest.raises(engine.StoreFailed):  # a boolean for a number: nothing of it stays
        engine.write_repeatably(*asked)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('told'), current_setting('synchronous_commit')")
        assert cursor.fetchone() == (None, "on")
        cursor.execute(
            "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)
    engine.write_repeatably(
        ("CREATE TEMPORARY TABLE told AS SELECT current_setting('synchronous_commit') AS one", ()),
        (
            "INSERT INTO told SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
            (),
        ),
    )
    with engine.reading() as session:
        assert session.rows("SELECT one FROM told ORDER BY one") == [("1",), ("off",)]
        session.rows("DROP TABLE told")


@pytest.mark.postgres
def test_the_first_statement_already_has_the_lock() -> None:
    """It goes in one message with it, and sees what the writer before has committed."""
    locks = (
        "SELECT objid::bigint FROM pg_locks"
        " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
    )
    with engine.writing() as session:
        assert (engine.WRITER_LOCK,) in session.rows(locks)
    with engine.writing() as session, session._copying("COPY sensing_way FROM STDIN"):
        pass
    with engine.writing() as session:
        session.many("DELETE FROM sensing_way WHERE way = ?", [("a",), ("b",)])
        assert (engine.WRITER_LOCK,) in session.rows(locks)


@pytest.mark.postgres
@pytest.mark.parametrize("count", [3, FEW_READINGS + 1])
def test_a_partition_that_somebody_took_away_is_made_again(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """The batch during which it is noticed is refused, and may come again."""
    monkeypatch.setattr(months, "_known", {months.partition_of(dt.date(2026, 11, 1))})
    with engine.writing() as session:
        session.rows("DROP TABLE IF EXISTS sensing_observation_2026_11")
    with pytest.raises(StoreUnavailable):
        take([1.0] * count, request_id="again")
    assert take([1.0] * count, request_id="again")["counts"]["stored"] == count


@pytest.mark.postgres
def test_rows_that_a_server_never_takes_are_refused_for_good_when_they_come_again(
    stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first time, the month was remembered and may have been taken away; then it is asked."""
    monkeypatch.setattr(months, "_known", {months.partition_of(dt.date(2026, 11, 1))})

    def fails(*args: Any, **more: Any) -> Any:
        raise IntegrityError("violates check constraint")

    with engine.writing() as session:
        months.ensure_months(session, [dt.date(2026, 11, 1)])
    monkeypatch.setattr(engine.ServerSession, "loading_readings", fails)
    with pytest.raises(StoreUnavailable):
        take([1.0], request_id="again")
    with pytest.raises(StoreRefuses):
        take([1.0], request_id="again")
