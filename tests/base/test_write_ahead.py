"""The write-ahead log is brought into its file beside the work, and never grows without end."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from anlan.base import write_ahead
from anlan.base.parts import registry
from anlan.sensing.store import engine

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
PAGE = 4096


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "rows.sqlite3", isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute(write_ahead.BOUND)
        opened.execute("CREATE TABLE kept (text TEXT)")
        yield opened


def log_of(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


def write(file: sqlite3.Connection, pages: int) -> None:
    for _ in range(pages):
        file.execute("INSERT INTO kept VALUES (?)", ["x" * PAGE])


def test_the_log_is_used_again_once_it_is_brought_in(
    file: sqlite3.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "rows.sqlite3"
    write(file, 100)
    once = log_of(path)
    for _ in range(10):
        assert write_ahead.bring_in_file(file) > 0
        write(file, 100)
    assert log_of(path) < 2 * once
    assert file.execute("SELECT COUNT(*) FROM kept").fetchone() == (1100,)


def test_a_commit_brings_it_in_where_nobody_else_does(
    file: sqlite3.Connection, tmp_path: Path
) -> None:
    file.execute("PRAGMA wal_autocheckpoint=50")  # the bound itself would take long to reach
    write(file, 400)
    assert log_of(tmp_path / "rows.sqlite3") < 200 * PAGE


def test_what_a_reader_still_sees_is_left(file: sqlite3.Connection, tmp_path: Path) -> None:
    write(file, 10)
    with closing(sqlite3.connect(tmp_path / "rows.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM kept").fetchone() == (10,)
        write(file, 10)
        write_ahead.bring_in_file(file)
        assert reader.execute("SELECT COUNT(*) FROM kept").fetchone() == (10,)
        reader.execute("COMMIT")
    write_ahead.bring_in_file(file)
    assert file.execute("SELECT COUNT(*) FROM kept").fetchone() == (20,)


@pytest.mark.django_db
def test_nothing_is_brought_in_amid_a_transaction() -> None:
    assert write_ahead.bring_in(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_the_sweeps_do_it_for_records_and_readings() -> None:
    names = {sweep.name: sweep for sweep in registry.sweeps()}
    assert names["write-ahead-log"].run(NOW) >= 0
    assert names["log-of-readings"].run(NOW) == 0  # no file yet
    with engine.writing() as session:
        session.rows("DELETE FROM sensing_batch_order")
        assert names["log-of-readings"].run(NOW) == 0
    found = names["log-of-readings"].run(NOW)
    assert found == 0 if connection.vendor == "postgresql" else found > 0
