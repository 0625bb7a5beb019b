"""The addresses of sensing, gathered for `site`."""

from ninja import Router

from anlan.sensing.api import datastreams, observations, stations, ways

router = Router()
for _part in (stations, datastreams, observations, ways):
    router.add_router("", _part.router)
