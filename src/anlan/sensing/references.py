"""What of sensing points at records of the registers: for the relations tab and for merges."""

from anlan.base.keeping.pointing import page, points
from anlan.base.rules.labels import gettext_noop
from anlan.sensing.models import Datastream, Station, Threshold

STATIONS = gettext_noop("Stations")
LIMITS = gettext_noop("Limits of stations")
LIMIT = page("datastream", "datastream_id")

REFERENCES = (
    points(Station, "body", STATIONS, page("station")),
    points(Station, "unit", STATIONS, page("station")),
    points(Station, "region", STATIONS, page("station")),
    points(Datastream, "station", gettext_noop("Datastreams"), page("datastream")),
    points(Threshold, "datastream", LIMITS, LIMIT),
    points(Threshold, "region", LIMITS, LIMIT),
)
