"""The readings of a datastream as a file that the intake takes back: CSV, Arrow; page by page."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from anlan.sensing.models import Datastream
from anlan.sensing.queries.live import known_until
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty
from anlan.sensing.rules.quality import names_of
from anlan.sensing.store.reads import ALWAYS_US, page_in_order
from anlan.sensing.store.values import Observation, to_us

EXPORT_PAGE = 5000
HEAD = ("station", "property", "time", "value", "unit", "flags", "received")
Lines = Callable[[Datastream, dt.datetime, dt.datetime], Iterator[Any]]


def pages(row: Datastream, start: dt.datetime, end: dt.datetime) -> Iterator[list[Observation]]:
    """The readings of a span in the order of their times, as they are held in this world."""
    known = known_until()
    known_us = ALWAYS_US if known is None else to_us(known)
    from_us, until_us = to_us(start), to_us(end)
    while True:
        page = page_in_order(row.pk, from_us, until_us, most=EXPORT_PAGE, known_us=known_us)
        if page:
            yield page
        if len(page) < EXPORT_PAGE:
            return
        from_us = page[-1].at_us + 1


def csv_lines(row: Datastream, start: dt.datetime, end: dt.datetime) -> Iterator[str]:
    yield ",".join(HEAD) + "\n"
    for page in pages(row, start, end):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        for reading in page:
            at, received = reading.at.isoformat(), reading.received_at.isoformat()
            cells = (row.station.code, row.key, at, repr(reading.value), _unit(row))
            writer.writerow((*cells, _flags(reading), received))
        yield text.getvalue()


def arrow_parts(row: Datastream, start: dt.datetime, end: dt.datetime) -> Iterator[bytes]:
    """An Arrow IPC stream without compression."""
    import pyarrow as pa  # large, and few ask for it

    instant = pa.timestamp("us", tz="UTC")
    kinds = (*(pa.string(),) * 2, instant, pa.float64(), *(pa.string(),) * 2, instant)
    schema = pa.schema(list(zip(HEAD, kinds, strict=True)))
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema) as stream:
        yield _taken(sink)
        for page in pages(row, start, end):
            arrays = [
                pa.array(values, kind)
                for values, kind in zip(_columns(row, page), kinds, strict=True)
            ]
            stream.write_batch(pa.record_batch(arrays, schema=schema))
            yield _taken(sink)
    yield _taken(sink)


def _columns(row: Datastream, page: Sequence[Observation]) -> tuple[list[Any], ...]:
    number = len(page)
    return (
        [row.station.code] * number,
        [row.key] * number,
        [reading.at_us for reading in page],
        [reading.value for reading in page],
        [_unit(row)] * number,
        [_flags(reading) for reading in page],
        [reading.received_us for reading in page],
    )


def _taken(sink: io.BytesIO) -> bytes:
    """What was written since the last time."""
    found = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return found


def _unit(row: Datastream) -> str:
    return QUANTITIES[ObservedProperty(row.observed)].unit


def _flags(reading: Observation) -> str:
    return " ".join(names_of(reading.flags))
