"""Tables of losses. Django finds every table through this page."""

from anlan.losses.models.accidents import Accident, AccidentFigure, AccidentSector
from anlan.losses.models.disasters import Disaster, DisasterFigure

__all__ = [
    "Accident",
    "AccidentFigure",
    "AccidentSector",
    "Disaster",
    "DisasterFigure",
]
