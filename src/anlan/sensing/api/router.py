"""The addresses of sensing, gathered for `site`."""

from ninja import Router

from anlan.sensing.api import datastreams, observations, station_map, stations

router = Router()
for _part in (stations, station_map, datastreams, observations):
    router.add_router("", _part.router)
