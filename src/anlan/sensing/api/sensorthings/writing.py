"""POST: observations of the standard go the one way in that every reading goes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from anlan.base import clock
from anlan.base.api.problems import UnsupportedMedia
from anlan.base.api.writing import stated
from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Scope
from anlan.sensing.actions.errors import IntakeTooLarge
from anlan.sensing.actions.intake import MOST_BYTES, take_readings
from anlan.sensing.api.sensorthings.reading import ROOT, entity_at
from anlan.sensing.api.sensorthings.rendering import Rendering
from anlan.sensing.queries.sensorthings.holdings import Entity, Holdings
from anlan.sensing.queries.sensorthings.observed import one_reading
from anlan.sensing.rules.decoding.decoded import Decoder, Why
from anlan.sensing.rules.decoding.sensorthings import (
    FORM,
    Item,
    Named,
    instant_in,
    items_of_arrays,
    items_of_one,
    readings_of,
)
from anlan.sensing.rules.sensorthings import vocabulary as names
from anlan.sensing.rules.sensorthings.options import Options
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NotOffered
from anlan.sensing.rules.sensorthings.resource_path import address_of
from anlan.sensing.store.values import to_us

CREATE: Final = "CreateObservations"
JSON_TYPE: Final = "application/json"
FEW: Final = 5


class ReadingRejected(Invalid):
    code = "reading-rejected"
    message = gettext_noop("The observation was not taken: {why}.")


def write(request: HttpRequest, scope: Scope, path: str) -> HttpResponse:
    """Observations, one or as arrays; nothing else is entered here."""
    if request.content_type != JSON_TYPE:
        raise UnsupportedMedia(accepted=JSON_TYPE)
    if len(request.body) > MOST_BYTES:
        raise IntakeTooLarge(most=MOST_BYTES)
    holdings = Holdings(scope, clock.now())
    root = request.build_absolute_uri(ROOT)
    if path.strip("/") == CREATE:
        return _many(request, holdings, root, path)
    address = address_of(path)
    if address.kind is None or address.kind.name != names.OBSERVATIONS or not address.is_set:
        raise NotOffered(
            gettext_noop("Only Observations are entered here. Stations are entered on their page.")
        )
    source = entity_at(holdings, address.steps[:-1]) if len(address.steps) > 1 else None
    return _one(request, holdings, root, source, path)


def _one(
    request: HttpRequest, holdings: Holdings, root: str, source: Entity | None, path: str
) -> HttpResponse:
    datastream = source.key if source is not None and source.kind == names.DATASTREAMS else None
    if source is not None and datastream is None:
        raise NotOffered(gettext_noop("Enter an observation at its Datastream."))
    items = items_of_one(request.body, datastream)
    taken = _taken(request, holdings, items, path)
    if taken.rejected:
        raise ReadingRejected(why=gettext(Why(next(iter(taken.rejected.values()))).label))
    rendering = Rendering(holdings, root)
    entity = one_reading(holdings, taken.keys[0])
    if entity is None:
        raise BadQuery(gettext_noop("The observation was taken in, but cannot be read back."))
    answer = JsonResponse(
        rendering.entity(entity, Options()),
        status=201,
        json_dumps_params={"ensure_ascii": False, "allow_nan": False},
    )
    answer.headers["Location"] = rendering.link(entity)
    return answer


def _many(request: HttpRequest, holdings: Holdings, root: str, path: str) -> HttpResponse:
    """One answer an observation, in the order that was sent: its link, or why not."""
    items = items_of_arrays(request.body)
    taken = _taken(request, holdings, items, path)
    answers = []
    for line, key in enumerate(taken.keys, start=1):
        why = taken.rejected.get(line)
        if why is None:
            answers.append(f"{root}/{names.OBSERVATIONS}('{key}')")
        else:
            answers.append(f"error: {gettext(Why(why).label)}")
    return JsonResponse(answers, safe=False, status=201, json_dumps_params={"ensure_ascii": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """Ids of all rows in their order, and the reasons of those that were not taken."""

    keys: list[str]
    rejected: dict[int, str]


def _taken(request: HttpRequest, holdings: Holdings, items: Sequence[Item], path: str) -> _Taken:
    """Through the intake of all readings. The address is part of what a request id stands for:
    the same body at another datastream is another batch."""
    known = _known(holdings, items)
    said = stated(request)
    decoder = Decoder(
        name=FORM,
        media_types=(),
        suffixes=(),
        decode=lambda content: readings_of(items, known, said.now),
    )
    answer = take_readings(path.encode() + b"\n" + request.body, decoder, **said.kwargs())
    received = answer["received_at"]
    return _Taken(
        keys=[_key(item, received) for item in items],
        rejected={row["line"]: row["why"] for row in answer["rejected"]},
    )


def _key(item: Item, received: dt.datetime) -> str:
    at = instant_in(item, received)
    stream = item.datastream.replace("-", "")
    return f"{stream}-{to_us(at)}" if at is not None else ""


def _known(holdings: Holdings, items: Sequence[Item]) -> dict[str, Named]:
    keys = {item.datastream for item in items}
    rows = holdings.streams if len(keys) > FEW else {key: holdings.stream(key) for key in keys}
    return {
        key: Named(station=row.station.code, key=row.key, feature=str(row.station_id))
        for key in keys
        if (row := rows.get(key)) is not None
    }
