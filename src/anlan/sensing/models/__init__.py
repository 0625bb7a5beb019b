"""Tables of sensing."""

from anlan.sensing.models.stations import Datastream, Station, Threshold

__all__ = ["Datastream", "Station", "Threshold"]
