"""Partitions a month on PostgreSQL: made ahead, made for late readings, and of an older program."""

import datetime as dt
from typing import Any

import pytest

from anlan.sensing.actions.intake import take_readings
from anlan.sensing.models import Datastream
from anlan.sensing.queries.live import readings
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store import engine
from anlan.sensing.store.months import AHEAD, after, begins_us, make_ahead, month_of, partition_of
from anlan.sensing.store.tables import statements
from anlan.sensing.store.values import to_us
from tests.registers.kept import NOW, said
from tests.sensing.stations import make_station, make_stream

HEAD = "station,property,time,value"
TIMES = ("2003-05-01T00:00:00Z", "2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z")


def partitions() -> set[str]:
    with engine.reading() as session:
        rows = session.rows(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'sensing_observation'::regclass"
        )
    return {name for (name,) in rows}


@pytest.mark.parametrize("count", [-13, -1, 0, 1, 11, 12])
def test_months_follow_each_other(count: int) -> None:
    month = dt.date(2026, 11, 1)
    assert after(after(month, count), -count) == month
    assert month_of(begins_us(month)) == month
    assert month_of(begins_us(month) - 1) == dt.date(2026, 10, 1)
    assert partition_of(dt.date(2019, 12, 1)) == partition_of(dt.date(2001, 1, 1))


@pytest.mark.postgres
@pytest.mark.usefixtures("kept")
def test_late_and_old_readings_find_their_month() -> None:
    stream = make_stream(make_station())
    rows = [f"YC-R-001,rain,{time},{n}" for n, time in enumerate(TIMES)]
    take_readings("\n".join([HEAD, *rows]).encode(), CSV, **said())
    wanted = {f"sensing_observation_{name}" for name in ("old", "2026_01", "2026_02")}
    assert wanted <= partitions()
    assert [r.value for r in held(stream)] == [0, 1, 2]


def held(stream: Datastream) -> Any:
    span = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    return readings(stream.pk, *span, most=99)


@pytest.mark.postgres
@pytest.mark.usefixtures("kept")
def test_coming_months_are_made_ahead_and_once() -> None:
    make_ahead(NOW)
    assert make_ahead(NOW) == 0
    first = NOW.date().replace(day=1)
    assert {partition_of(after(first, n)) for n in range(AHEAD + 1)} <= partitions()


@pytest.mark.postgres
@pytest.mark.usefixtures("kept")
def test_readings_of_an_older_program_move_into_their_months() -> None:
    from importlib import import_module

    module = import_module("anlan.sensing.migrations.0031_readings_by_month")
    stream = make_stream(make_station())
    with engine.writing() as session:
        session.rows("DROP TABLE sensing_observation")
        plain = next(text for text in statements("postgresql") if "sensing_observation (" in text)
        session.rows(plain.replace(" PARTITION BY RANGE (at_us)", ""))
        for n, time in enumerate(TIMES):
            at_us = to_us(dt.datetime.fromisoformat(time))
            row = (stream.pk.bytes, at_us, 0, n, 0, at_us, b"b" * 16)
            session.many("INSERT INTO sensing_observation VALUES (?, ?, ?, ?, ?, ?, ?)", [row])

    class Editor:
        class connection:
            vendor = "postgresql"

    module.make(None, Editor)
    module.make(None, Editor)
    assert [r.value for r in held(stream)] == [0, 1, 2]
    assert "sensing_observation_old" in partitions()
