"""The measure of the network: stations online of those in use (plan item T13)."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.sensing.queries.live import LiveStation, live_stations
from anlan.sensing.rules.silence import HEARD_LABELS, Heard


def _proof(row: LiveStation) -> Proof:
    return Proof(
        label=row.station.name,
        url=reverse("station", args=[row.station.pk]),
        counts=row.heard in (Heard.FRESH, Heard.LATE),
        why=_(HEARD_LABELS[row.heard]),
    )


def stations_online(scope: Any, now: dt.datetime) -> list[Proof]:
    """Every station in use in view; it counts when none of its sensors is silent."""
    return [_proof(row) for row in live_stations(scope, now)]


MEASURES = (
    Measure(
        name="stations-online",
        label=gettext_noop("Stations online"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the stations in use, those none of whose sensors is silent or was never heard."
        ),
        serves=("T13",),
        query=counted(stations_online),
        evidence=stations_online,
    ),
)
