"""A station with datastreams in the small city of the kept registers."""

from typing import Any

from anlan.registers.models import Body, ReportingUnit
from anlan.sensing.actions.stations import add_datastream, add_station
from anlan.sensing.models import Datastream, Station
from tests.registers.kept import said


def station_values(**more: Any) -> dict[str, Any]:
    values = {
        "code": "YC-R-001",
        "name": "演示·雨量站",
        "kind": "rain",
        "body": Body.objects.get(code="water"),
        "unit": ReportingUnit.objects.get(code="xinjiang"),
        "longitude_deg": 111.2,
        "latitude_deg": 35.6,
        "datum": "CGCS2000",
        "source": "演示",
        "mark": "X",
    }
    return values | more


def make_station(login: str = "bureau", **more: Any) -> Station:
    result = add_station(station_values(**more), **said(login))
    found: Station = Station.objects.get(pk=result["id"])
    return found


def stream_values(station: Station, **more: Any) -> dict[str, Any]:
    values = {
        "station": station,
        "observed": "rain",
        "unit_of_measurement": "mm",
        "interval_s": 300,
        "source": "演示",
        "mark": "X",
    }
    return values | more


def make_stream(station: Station, login: str = "bureau", **more: Any) -> Datastream:
    result = add_datastream(stream_values(station, **more), **said(login))
    found: Datastream = Datastream.objects.get(pk=result["id"])
    return found
