"""What the screens of sensing share: addresses, badges, units."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, plain_number
from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream, Station, Threshold
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty
from anlan.sensing.rules.station_state import is_overdue

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


def owner_choices(scope: Any) -> list[tuple[str, str]]:
    """The bodies that own a station in view."""
    rows = Station.objects.visible_to(scope).order_by("body__position", "body__code")
    return list(rows.values_list("body__code", "body__short_name").distinct())


def calibration_of(row: Datastream) -> Any:
    """The day of the next calibration; marked when it has passed."""
    due = row.calibration_due_on
    if is_overdue(due, clock.today()):
        return Badge(text=f"{due} · {_('overdue')}", tone="orange", icon="warn")
    return due


def unit_of(row: Datastream) -> str:
    """The unit in which its values are kept."""
    return QUANTITIES[ObservedProperty(row.observed)].unit


def with_unit(row: Datastream, value: float | None) -> str | None:
    """A value of a datastream as a reader sees it."""
    return None if value is None else f"{plain_number(round(value, 6))} {unit_of(row)}"
