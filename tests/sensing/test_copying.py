"""The store as text, and back: every row, every digit."""

import datetime as dt

import pytest

from anlan.sensing.actions.intake import decoded_batch, take_readings
from anlan.sensing.actions.messages import Sent, take_messages
from anlan.sensing.choices import IntakeWay
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store import copying, engine
from anlan.sensing.store.numbered import arrived, newest_number
from anlan.sensing.store.tables import NUMBER, TABLES
from tests.registers.kept import NOW, said
from tests.sensing.stations import make_station, make_stream


@pytest.mark.usefixtures("kept")
def test_the_store_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 3)
    make_stream(make_station())
    head = "station,property,time,value"
    rows = [f"YC-R-001,rain,2026-11-24T08:{n:02d}:00,{n / 3}" for n in range(10)]
    content = "\n".join([head, *rows, "YC-R-001,rain,2026-11-24T09:00:00,"]).encode()
    take_readings(content, CSV, **said())
    heard = decoded_batch("\n".join([head, "YC-R-001,rain,2026-11-24T07:00:00,1"]).encode(), CSV)
    message = Sent(key=b"k" * 16, request="r", sender="bureau", form="csv", decoded=heard)
    take_messages([message], now=NOW, way=IntakeWay.MQTT)
    before = {table: list(copying.lines_of(table)) for table in TABLES}
    assert [len(lines) for lines in before.values()] == [2, 11, 1, 1, 2]
    with engine.writing() as session:
        copying.clear(session)
        taken = [copying.take_in(session, table, iter(before[table])) for table in TABLES]
    assert taken == [2, 11, 1, 1, 2]
    assert {table: list(copying.lines_of(table)) for table in TABLES} == before


@pytest.mark.usefixtures("kept")
def test_batches_are_numbered_in_the_order_of_being_known() -> None:
    """Whatever the clocks of those who take them say, and as they were in a restored store."""
    make_stream(make_station())
    for minute, hours in ((0, 0), (5, -3), (10, 1)):
        line = f"YC-R-001,rain,2026-11-24T08:{minute:02d}:00,{minute}"
        content = f"station,property,time,value\n{line}".encode()
        take_readings(content, CSV, **said(now=NOW + dt.timedelta(hours=hours)))
    assert newest_number() == 3
    assert arrived(1, 3).value.tolist() == [5.0, 10.0]
    assert not len(arrived(3, 3))
    with engine.writing() as session:
        session.rows("DELETE FROM sensing_batch_order")
        session.rows(NUMBER)
    assert newest_number() == 3
