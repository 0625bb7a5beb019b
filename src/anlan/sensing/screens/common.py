"""What the screens of sensing share: addresses, badges, units."""

from django.urls import reverse

from anlan.base.screens.cells import Badge, plain_number
from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream, Station, Threshold
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty

STATE_TONES = {
    StationState.IN_USE: ("green", "check"),
    StationState.PAUSED: ("yellow", "warn"),
    StationState.REMOVED: ("grey", "info"),
}


def station_url(row: Station) -> str:
    return reverse("station", args=[row.pk])


def datastream_url(row: Datastream) -> str:
    return reverse("datastream", args=[row.pk])


def threshold_url(row: Threshold) -> str:
    return reverse("datastream", args=[row.datastream_id])


def state_badge(row: Station | Datastream) -> Badge:
    tone, icon = STATE_TONES.get(StationState(row.state), ("grey", "info"))
    return Badge(text=row.get_state_display(), tone=tone, icon=icon)


def unit_of(row: Datastream) -> str:
    """The unit in which its values are kept."""
    return QUANTITIES[ObservedProperty(row.observed)].unit


def with_unit(row: Datastream, value: float | None) -> str | None:
    """A value of a datastream as a reader sees it."""
    return None if value is None else f"{plain_number(round(value, 6))} {unit_of(row)}"
