"""The JSON API: one OpenAPI document over the routers of all stages.

A stage's API is its folder `api`, gathered in `api/router.py`. The mechanism is `base.api`.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from ninja import Router

from anlan.base.api.stage_api import StageApi
from anlan.base.instance_stamp import is_demonstration
from anlan.site import rule_api
from anlan.site.api_access import BearerToken, SessionCookie
from anlan.site.discovery import stage_modules

DESCRIPTION = """\
Emergency management for a city. Lists are paged (`count`, `next`, `results`); errors are
RFC 9457 problem details; times are ISO 8601 with zone; places are GeoJSON, longitude then
latitude, CGCS2000. Answers follow Accept-Language (zh-hans, en).

Sign in with `POST /api/v1/session` and send `csrf_token` back as `X-CSRFToken` with writes,
or send `Authorization: Bearer anlan_…`. A write takes `Idempotency-Key` (a repeat returns the
first result); a change takes `If-Match` or `expected_version` (409 tells what is there now).
Stations and readings are also offered as OGC SensorThings 1.1 under `/api/sensorthings/v1.1`,
which describes itself; the page `/stations/sending/` has an example of each form.
In a demonstration instance every answer carries `X-Anlan-Demonstration: true`.
"""


def stage_routers() -> Iterator[tuple[str, Router]]:
    """Each stage's own addresses, and those that a standard prescribes (`STANDARDS`)."""
    for module in stage_modules("api"):
        name = f"{module.__name__}.router"
        if find_spec(name) is not None:
            found = import_module(name)
            yield "/v1", found.router
            yield from getattr(found, "STANDARDS", ())


api = StageApi(
    title="Anlan 安澜",
    version="1",
    description=DESCRIPTION,
    openapi_url="/openapi.json",
    auth=[BearerToken(), SessionCookie()],
    is_demonstration=is_demonstration,
)
for _prefix, _router in stage_routers():
    api.add_router(_prefix, _router)
api.add_router("/v1", rule_api.router)
