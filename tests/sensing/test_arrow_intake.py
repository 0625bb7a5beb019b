"""Arrow over the API: taken, or refused with words and without any row."""

import io
from collections.abc import Iterator

import pyarrow as pa
import pytest

from anlan.base import clock
from anlan.sensing.models import IntakeBatch
from anlan.sensing.rules.decoding.arrow_stream import MEDIA_TYPE
from anlan.site import instance
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import ago, client_of

pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def sent(rows: int = 3, codec: str | None = None) -> bytes:
    table = pa.table(
        {
            "station": ["YC-R-001"] * rows,
            "property": ["rain"] * rows,
            "time": pa.array([ago(300.0 * n) for n in range(rows)], pa.timestamp("ms", tz="UTC")),
            "value": [n / 2 for n in range(rows)],
        }
    )
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=codec)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def test_a_stream_is_taken_once() -> None:
    make_stream(make_station())
    client = client_of("bureau")
    for counts in ({"stored": 3}, {"repeated": 3}):
        answer = client.post("/api/v1/observations", sent(), content_type=MEDIA_TYPE)
        assert answer.status_code == 200
        assert {k: v for k, v in answer.json()["counts"].items() if v} == counts
    assert set(IntakeBatch.objects.values_list("form", flat=True)) == {"arrow"}


def test_what_is_refused_leaves_nothing_behind() -> None:
    make_stream(make_station())
    client = client_of("bureau")
    for content, status, code in (
        (sent(codec="zstd"), 422, "form-compressed"),
        (sent()[:100], 422, "form-unknown"),
        (sent(100_001), 413, "intake-too-large"),
        (sent(0), 422, "intake-empty"),
    ):
        answer = client.post("/api/v1/observations", content, content_type=MEDIA_TYPE)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["detail"]
    assert not IntakeBatch.objects.exists()
