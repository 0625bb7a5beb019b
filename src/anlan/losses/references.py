"""What of losses points at records of the registers: for the relations tab and for merges."""

from typing import Any

from django.urls import reverse

from anlan.base.parts import Reference
from anlan.base.rules.labels import gettext_noop
from anlan.losses.models import Accident, AccidentFigure, Disaster, DisasterFigure

ACCIDENTS = gettext_noop("Accidents")
STATEMENTS = gettext_noop("Figures of accidents")
DISASTERS = gettext_noop("Natural disasters")
FIGURES = gettext_noop("Figures of disasters")


def _at(
    subject: str,
    model: Any,
    field: str,
    label: str,
    url_name: str,
    *,
    key: str = "pk",
    stays_behind: bool = False,
) -> Reference:
    return Reference(
        subject=subject,
        model=model,
        field=field,
        label=label,
        url=lambda row: reverse(url_name, args=[getattr(row, key)]),
        stays_behind=stays_behind,
    )


def _statements(subject: str, field: str) -> Reference:
    """What was stated in its time goes on naming whom it named."""
    model = AccidentFigure
    return _at(subject, model, field, STATEMENTS, "accident", key="accident_id", stays_behind=True)


REFERENCES = (
    _at("registers.body", Accident, "body", ACCIDENTS, "accident"),
    _at("registers.region", Accident, "region", ACCIDENTS, "accident"),
    _at("registers.reportingunit", Accident, "unit", ACCIDENTS, "accident"),
    _at("registers.enterprise", Accident, "enterprise", ACCIDENTS, "accident"),
    _at("losses.accidentsector", Accident, "sector", ACCIDENTS, "accident"),
    _statements("registers.body", "body"),
    _statements("registers.region", "region"),
    _statements("registers.reportingunit", "unit"),
    _statements("losses.accidentsector", "sector"),
    _statements("losses.accident", "accident"),
    _at("registers.reportingunit", Disaster, "unit", DISASTERS, "disaster"),
    _at("losses.disaster", DisasterFigure, "disaster", FIGURES, "disaster-figure"),
    _at("registers.reportingunit", DisasterFigure, "unit", FIGURES, "disaster-figure"),
    _at(
        "registers.body",
        DisasterFigure,
        "body",
        FIGURES,
        "disaster-figure",
        stays_behind=True,
    ),
)
