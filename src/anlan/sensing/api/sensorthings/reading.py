"""GET: the service root, sets, entities, properties, links."""

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from anlan.base import clock
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Scope
from anlan.sensing.api.sensorthings.rendering import Rendering, shown
from anlan.sensing.queries.sensorthings.holdings import Entity, Holdings
from anlan.sensing.queries.sensorthings.observed import one_reading
from anlan.sensing.rules.sensorthings import vocabulary as names
from anlan.sensing.rules.sensorthings.options import options_of
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NoSuchEntity
from anlan.sensing.rules.sensorthings.resource_path import Address, Step, address_of

ROOT: Final = "/api/sensorthings/v1.1"
REQUIREMENTS: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req"
CONFORMANCE: Final = (
    *(
        f"{REQUIREMENTS}/datamodel/{part}"
        for part in (
            *("thing", "location", "datastream", "sensor", "observed-property"),
            *("observation", "feature-of-interest", "entity-control-information"),
        )
    ),
    f"{REQUIREMENTS}/resource-path/resource-path-to-entities",
    *(
        f"{REQUIREMENTS}/request-data/{part}"
        for part in (
            *("order", "expand", "select", "status-code", "query-status-code", "orderby"),
            *("top", "skip", "count", "filter", "built-in-filter-operations"),
            *("built-in-query-functions", "pagination"),
        )
    ),
    f"{REQUIREMENTS}/data-array/data-array",
)
"""What is kept of the standard (names from memory). Not claimed: HistoricalLocations, filters
through Observations, changing and deleting, batches, MQTT, MultiDatastreams."""
NOTHING: Final = gettext_noop("No {kind} has the id {id}, or it is outside your view.")


def read(request: HttpRequest, scope: Scope, path: str) -> HttpResponse:
    """The answer to one address below the service root."""
    root = request.build_absolute_uri(ROOT)
    address = address_of(path)
    pairs = pairs_of(request)
    if address.kind is None:
        if pairs:
            raise BadQuery(gettext_noop("The service root takes no options."))
        return JsonResponse(service_root(root), json_dumps_params={"ensure_ascii": False})
    holdings = Holdings(scope, clock.now())
    found = _answer(holdings, root, address, pairs, f"{root}/{path.strip('/')}")
    if isinstance(found, HttpResponse):
        return found
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False, "allow_nan": False})


def service_root(root: str) -> dict[str, Any]:
    """What is offered, and which requirements of the standard are kept."""
    return {
        "value": [{"name": name, "url": f"{root}/{name}"} for name in names.KINDS],
        "serverSettings": {
            "conformance": list(CONFORMANCE),
            f"{REQUIREMENTS}/data-array/data-array": {
                "endpoints": [f"{root}/CreateObservations", f"{root}/Observations"]
            },
        },
    }


def pairs_of(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in request.GET.lists() for text in texts]


def _answer(
    holdings: Holdings, root: str, address: Address, pairs: list[tuple[str, str]], here: str
) -> Any:
    kind = address.kind
    assert kind is not None  # noqa: S101 - the service root was answered before
    rendering = Rendering(holdings, root)
    if address.property:
        if pairs:
            raise BadQuery(gettext_noop("A property takes no options."))
        return _property(holdings, entity_at(holdings, address.steps), address)
    options = options_of(kind, pairs, is_set=address.is_set)
    if not address.is_set:
        entity = entity_at(holdings, address.steps)
        if address.is_ref:
            return {"@iot.selfLink": rendering.link(entity)}
        return rendering.entity(entity, options)
    *before, last = address.steps
    source = entity_at(holdings, tuple(before)) if before else None
    page = rendering.page(kind.name, source, last.name, options)
    if address.is_ref:
        return rendering.references(page, options, here)
    return rendering.collection(page, options, here)


def entity_at(holdings: Holdings, steps: tuple[Step, ...]) -> Entity:
    """The entity that a path of steps leads to; each step must be in view and behind the last."""
    first, *rest = steps
    here = _one(holdings, first.name, first.id or "")
    for step in rest:
        way = names.KINDS[here.kind].ways[step.name]
        if way.kind == names.OBSERVATIONS:
            there = _one(holdings, way.kind, step.id or "")
            owners = {row.pk for row in holdings.streams_behind(here)}
            if there.row.stream.pk not in owners:
                raise NoSuchEntity(NOTHING, kind=way.kind, id=step.id)
            here = there
            continue
        related = holdings.related(here, step.name)
        wanted = None if step.id is None else step.id.lower()
        found = [each for each in related if wanted in (None, each.key)]
        if not found:
            raise NoSuchEntity(NOTHING, kind=way.kind, id=step.id)
        here = found[0]
    return here


def _one(holdings: Holdings, kind: str, key: str) -> Entity:
    found = one_reading(holdings, key) if kind == names.OBSERVATIONS else holdings.one(kind, key)
    if found is None:
        raise NoSuchEntity(NOTHING, kind=kind, id=key)
    return found


def _property(holdings: Holdings, entity: Entity, address: Address) -> Any:
    value = shown(holdings.value(entity, address.property))
    if not address.is_value:
        name = "@iot.id" if address.property == names.ID else address.property
        return {name: value}
    if value is None:
        return HttpResponse(status=204)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
