"""What of losses points at records of the registers: for the relations tab and for merges."""

from anlan.base.keeping.pointing import NOTHING_OPEN, page, points
from anlan.base.parts import Reference
from anlan.base.rules.labels import gettext_noop
from anlan.losses.models import Accident, AccidentFigure, Disaster, DisasterFigure

ACCIDENTS, ACCIDENT = gettext_noop("Accidents"), page("accident")
STATEMENTS, STATED = gettext_noop("Figures of accidents"), page("accident", "accident_id")
DISASTERS, DISASTER = gettext_noop("Natural disasters"), page("disaster")
FIGURES, FIGURE = gettext_noop("Figures of disasters"), page("disaster-figure")


def _stated(field: str) -> Reference:
    """What was stated in its time goes on naming whom it named."""
    return points(AccidentFigure, field, STATEMENTS, STATED, open_rows=NOTHING_OPEN)


REFERENCES = (
    points(Accident, "body", ACCIDENTS, ACCIDENT),
    points(Accident, "region", ACCIDENTS, ACCIDENT),
    points(Accident, "unit", ACCIDENTS, ACCIDENT),
    points(Accident, "enterprise", ACCIDENTS, ACCIDENT),
    points(Accident, "sector", ACCIDENTS, ACCIDENT),
    _stated("body"),
    _stated("region"),
    _stated("unit"),
    _stated("sector"),
    _stated("accident"),
    points(Disaster, "unit", DISASTERS, DISASTER),
    points(DisasterFigure, "disaster", FIGURES, FIGURE),
    points(DisasterFigure, "unit", FIGURES, FIGURE),
    points(DisasterFigure, "body", FIGURES, FIGURE, open_rows=NOTHING_OPEN),
)
