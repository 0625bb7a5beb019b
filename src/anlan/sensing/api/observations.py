"""Readings: batches in, series out."""

import datetime as dt
import uuid
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext
from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import is_marked
from anlan.base.api.problems import UnsupportedMedia
from anlan.base.api.writing import stated
from anlan.base.errors import NotFound
from anlan.base.identity import request_id_from
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability
from anlan.sensing.actions.intake import answer_of, take_readings
from anlan.sensing.actions.streaming import hand_over, stream_request
from anlan.sensing.actions.streaming import is_on as streaming_is_on
from anlan.sensing.models import Datastream
from anlan.sensing.queries.exporting import Lines, arrow_parts, csv_lines
from anlan.sensing.queries.live import known_until, readings
from anlan.sensing.rules.decoding.arrow_stream import MEDIA_TYPE as ARROW_TYPE
from anlan.sensing.rules.decoding.decoded import Why
from anlan.sensing.rules.decoding.forms import DECODERS, decoder_for
from anlan.sensing.rules.decoding.hj212 import HJ212, answers_to
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty
from anlan.sensing.rules.quality import names_of
from anlan.sensing.store.reads import batches_of_message

router = Router(tags=["sensing"])
MOST_ROWS: Final = 5000
DAYS_SHOWN: Final = 7
CSV_TYPE: Final = "text/csv"
HJ212_TYPE: Final = HJ212.media_types[0]
TEXT: Final = {"schema": {"type": "string"}}
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
ACCEPTED: Final = tuple(media for decoder in DECODERS for media in decoder.media_types)
_ROW: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["station", "property", "time", "value"],
    "properties": {
        "station": {"type": "string", "description": "station code"},
        "property": {"type": "string", "description": "rain, or methane.T1"},
        "time": {"type": "string", "format": "date-time"},
        "value": {"type": ["number", "null"]},
        "unit": {"type": "string"},
    },
}
_DOCUMENT: Final = {
    "type": "object",
    "required": ["observations"],
    "properties": {"observations": {"type": "array", "items": _ROW}},
}
BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": _DOCUMENT}
            if media == "application/json"
            else BINARY
            if media == ARROW_TYPE
            else TEXT
            for media in ACCEPTED
        },
    }
}


class CountsRow(Schema):
    """How the rows ended; their sum is the number of rows that were sent."""

    stored: int
    corrected: int
    suspect: int
    repeated: int
    rejected: int


class RejectedRow(Schema):
    """`why` is the code, `says` the reason in the reader's language."""

    line: int
    why: Why
    says: str
    text: str


class IntakeAnswer(Schema):
    """A batch that is kept. What is answered here is never lost."""

    batch: uuid.UUID
    received_at: dt.datetime
    counts: CountsRow
    rejected: list[RejectedRow]


class HandedOver(Schema):
    """A batch that the stream has on its disk; it is kept by a worker. Ask how its rows ended
    under `GET /observations/requests/{request_id}`. `rejected` are rows that are no reading."""

    request_id: str
    received_at: dt.datetime
    rows: int
    rejected: list[RejectedRow]


class RequestAnswer(Schema):
    """What is kept of a request of one's own: all of it once `rows` are those handed over."""

    request_id: str
    rows: int
    batches: list[IntakeAnswer]


class SeriesQuery(Schema):
    """`start` and `end` (excluded); the last seven days when absent. The newest 5000 are given."""

    model_config = ConfigDict(extra="forbid")

    start: Annotated[dt.datetime | None, Field()] = None
    end: Annotated[dt.datetime | None, Field()] = None


class ObservationRow(Schema):
    """`revision` counts corrections and later judgements; `flags` are the tests that doubt it."""

    phenomenon_time: dt.datetime
    result: float
    received_at: dt.datetime
    revision: int
    flags: list[str]


class Series(Schema):
    datastream: uuid.UUID
    observed: ObservedProperty
    unit: str
    is_cut: bool
    demonstration: bool
    observations: list[ObservationRow]


@router.post("/observations", response={200: IntakeAnswer, 202: HandedOver}, openapi_extra=BODY)
def post_observations(request: HttpRequest) -> Status | HttpResponse:
    """Take a batch of readings in: JSON, NDJSON, CSV, an Arrow stream or packets of HJ 212-2017,
    as the media type says. Kept and entered in the journal before it is answered; a repeat is
    harmless. Each row that is not taken is answered with its line and reason. Where a stream
    stands before the workers the answer is 202, once the stream has the batch on its disk.
    A gateway of HJ 212 devices that accepts `text/x-hj212` is answered with the packets (9014)
    that its devices wait for, none for a damaged one."""
    scope_for(request, Capability.KEEP_OWN)
    decoder = decoder_for(request.content_type or "")
    if decoder is None:
        raise UnsupportedMedia(accepted=", ".join(ACCEPTED))
    take = hand_over if streaming_is_on() else take_readings
    answer = take(request.body, decoder, **stated(request).kwargs())
    status = 202 if take is hand_over else 200
    if decoder is HJ212 and HJ212_TYPE in request.headers.get("Accept", ""):
        answers = answers_to(request.body)
        return HttpResponse(answers, status=status, content_type=HJ212_TYPE)
    rejected = [_rejected(row) for row in answer["rejected"]]
    return Status(status, answer | {"rejected": rejected})


RequestId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
"""A request id that can stand in an address."""


@router.get("/observations/requests/{request_id}", response=RequestAnswer)
def get_request(request: HttpRequest, request_id: RequestId) -> dict[str, Any]:
    """How the rows of a batch ended that one handed over to the stream oneself. Rows that no
    worker has kept yet are not counted: ask again."""
    scope = scope_for(request, Capability.KEEP_OWN)
    try:
        name = stream_request(scope.account, request_id_from(request_id))
    except ValueError:
        raise NotFound from None
    batches = batches_of_message(name)
    if not batches:
        raise NotFound
    answers = [answer_of(batch) for batch in batches]
    return {
        "request_id": request_id,
        "rows": sum(sum(answer["counts"].values()) for answer in answers),
        "batches": [a | {"rejected": [_rejected(r) for r in a["rejected"]]} for a in answers],
    }


@router.get("/datastreams/{uuid:datastream_id}/observations", response=Series)
def get_observations(
    request: HttpRequest, datastream_id: uuid.UUID, query: Query[SeriesQuery]
) -> dict[str, Any]:
    """Readings of one datastream as they are held, in the unit in which it is kept."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    row = only(Datastream.objects.visible_to(scope).filter(pk=datastream_id))
    end = _aware(query.end) or clock.now()
    start = _aware(query.start) or end - dt.timedelta(days=DAYS_SHOWN)
    found = readings(row.pk, start, end, most=MOST_ROWS + 1, known_at=known_until())
    return {
        "datastream": row.pk,
        "observed": row.observed,
        "unit": QUANTITIES[ObservedProperty(row.observed)].unit,
        "is_cut": len(found) > MOST_ROWS,
        "demonstration": is_marked(request),
        "observations": [
            {
                "phenomenon_time": reading.at,
                "result": reading.value,
                "received_at": reading.received_at,
                "revision": reading.revision,
                "flags": list(names_of(reading.flags)),
            }
            for reading in found[-MOST_ROWS:]
        ],
    }


@router.get(
    "/datastreams/{uuid:datastream_id}/observations.csv",
    openapi_extra={"responses": {200: {"description": "OK", "content": {CSV_TYPE: TEXT}}}},
)
def get_observations_csv(
    request: HttpRequest, datastream_id: uuid.UUID, query: Query[SeriesQuery]
) -> StreamingHttpResponse:
    """All readings of a span as CSV that `POST /observations` takes back."""
    return _file(request, datastream_id, query, csv_lines, CSV_TYPE)


@router.get(
    "/datastreams/{uuid:datastream_id}/observations.arrows",
    openapi_extra={"responses": {200: {"description": "OK", "content": {ARROW_TYPE: BINARY}}}},
)
def get_observations_arrow(
    request: HttpRequest, datastream_id: uuid.UUID, query: Query[SeriesQuery]
) -> StreamingHttpResponse:
    """All readings of a span as an Arrow stream that `POST /observations` takes back."""
    return _file(request, datastream_id, query, arrow_parts, ARROW_TYPE)


def _file(
    request: HttpRequest, key: uuid.UUID, query: SeriesQuery, lines: Lines, media: str
) -> StreamingHttpResponse:
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = Datastream.objects.visible_to(scope).select_related("station")
    row = only(rows.filter(pk=key))
    end = _aware(query.end) or clock.now()
    start = _aware(query.start) or end - dt.timedelta(days=DAYS_SHOWN)
    return StreamingHttpResponse(lines(row, start, end), content_type=media)


def _aware(instant: dt.datetime | None) -> dt.datetime | None:
    """A time without a zone is the city's; what lies beyond the calendar is cut to it."""
    if instant is None:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=clock.CITY_ZONE)
    first, last = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (1970, 2200))
    return min(max(instant, first), last)


def _rejected(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"says": gettext(Why(row["why"]).label)}
