"""The addresses of sensing, gathered for `site`."""

from ninja import Router

from anlan.sensing.api import datastreams, observations, station_map, stations, ways
from anlan.sensing.api.sensorthings.router import PREFIX
from anlan.sensing.api.sensorthings.router import router as sensorthings

router = Router()
for _part in (stations, station_map, datastreams, observations, ways):
    router.add_router("", _part.router)
STANDARDS = ((PREFIX, sensorthings),)
"""What a standard prescribes the addresses of."""
