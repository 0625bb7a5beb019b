"""Tables of sensing. Readings themselves are in a store of their own, see `store`."""

from anlan.sensing.models.aside import AsideMessage
from anlan.sensing.models.batches import IntakeBatch
from anlan.sensing.models.stations import Datastream, Station, Threshold

__all__ = ["AsideMessage", "Datastream", "IntakeBatch", "Station", "Threshold"]
