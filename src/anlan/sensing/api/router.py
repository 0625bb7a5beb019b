"""The addresses of sensing, gathered for `site`."""

from ninja import Router

from anlan.sensing.api import datastreams, observations, stations

router = Router()
for _part in (stations, datastreams, observations):
    router.add_router("", _part.router)
