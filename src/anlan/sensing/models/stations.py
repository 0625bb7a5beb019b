"""Stations, what they observe, and the limits that hold there (OGC SensorThings terms)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import DataGrade, PlaceState
from anlan.registers.models import Body, Region, ReportingUnit
from anlan.registers.models.common import Sourced
from anlan.registers.models.enterprises import graded
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Scope
from anlan.sensing.choices import (
    HAZARD_SITES,
    PROPERTY_CHOICES,
    UNIT_CHOICES,
    SoilState,
    StationKind,
    StationState,
    ThresholdKind,
)

ONLY = "1"
"""The sensor number of a station that has one of a property."""


class Station(Record, Sourced):
    """A place with instruments (Thing) of one owner. `code` is what its messages call it."""

    code = models.CharField(_("station code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=StationKind)
    state = models.CharField(
        _("state"), max_length=8, choices=StationState, default=StationState.IN_USE
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    longitude_deg = models.FloatField(_("longitude (°)"), null=True, blank=True)
    latitude_deg = models.FloatField(_("latitude (°)"), null=True, blank=True)
    source_datum = models.CharField(
        _("datum of the source"), max_length=20, blank=True, editable=False
    )
    place_state = models.CharField(
        _("proof of the place"),
        max_length=10,
        choices=PlaceState,
        default=PlaceState.NONE,
        editable=False,
    )
    grade = models.CharField(
        _("data grade"), max_length=10, choices=DataGrade, default=DataGrade.INTERNAL
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(longitude_deg__isnull=True, latitude_deg__isnull=True)
                | Q(longitude_deg__isnull=False, latitude_deg__isnull=False),
                name="station_point_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=HAZARD_SITES) | ~Q(grade=DataGrade.PUBLIC),
                name="station_hazard_not_public",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.name,), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Units in view; the public sees no station: hazard sites are never published."""
        return graded(scope, "unit__code")


def by_station(scope: Scope, path: str) -> Q | None:
    """Rows of the stations in view; `path` leads to the station."""
    return graded(scope, f"{path}__unit__code", f"{path}__grade")


class Datastream(Record, Sourced):
    """What one sensor of a station observes. Values are kept in the canonical unit of the
    property; `unit_of_measurement` is what the device sends. Empty limits: those of the
    catalogue."""

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="datastreams", verbose_name=_("station")
    )
    observed = models.CharField(_("observed property"), max_length=20, choices=PROPERTY_CHOICES)
    number = models.CharField(_("sensor number"), max_length=20, default=ONLY)
    code = models.CharField(
        _("datastream code"), max_length=90, unique=True, blank=True, editable=False
    )
    unit_of_measurement = models.CharField(
        _("unit of the device"), max_length=10, choices=UNIT_CHOICES
    )
    interval_s = models.PositiveIntegerField(_("sampling interval (s)"))
    lowest = models.FloatField(_("lowest valid value"), null=True, blank=True)
    highest = models.FloatField(_("highest valid value"), null=True, blank=True)
    step = models.FloatField(_("largest change between readings"), null=True, blank=True)
    calibrated_on = models.DateField(_("calibrated on"), null=True, blank=True)
    calibration_due_on = models.DateField(_("next calibration due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=StationState, default=StationState.IN_USE
    )

    class Meta:
        verbose_name = _("datastream")
        verbose_name_plural = _("datastreams")
        ordering = ("station", "observed", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("station", "observed", "number"), name="datastream_of_station"
            ),
            models.CheckConstraint(condition=Q(interval_s__gt=0), name="datastream_interval"),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True)
                | Q(highest__isnull=True)
                | Q(highest__gt=F("lowest")),
                name="datastream_range",
            ),
            models.CheckConstraint(
                condition=Q(step__isnull=True) | Q(step__gt=0), name="datastream_step"
            ),
        )

    def __str__(self) -> str:
        number = f" {self.number}" if self.number != ONLY else ""
        return f"{self.station} · {self.get_observed_display()}{number}"

    @property
    def key(self) -> str:
        """How a message names it within its station: `rain`, `methane.T1`."""
        return f"{self.observed}.{self.number}" if self.number != ONLY else self.observed

    def clean(self) -> None:
        """The code follows from what a message says: station, property, sensor number."""
        if self.station_id is not None:
            self.code = f"{self.station.code}:{self.key}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_station(scope, "station")


class Threshold(Record, Sourced):
    """A limit of a datastream's own from a day on, in the canonical unit. Critical rainfall has a
    window, a soil state and the village it is meant for; so may have the colours of rain."""

    datastream = models.ForeignKey(
        Datastream,
        on_delete=models.PROTECT,
        related_name="thresholds",
        verbose_name=_("datastream"),
    )
    kind = models.CharField(_("limit"), max_length=16, choices=ThresholdKind)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("village"),
    )
    window_min = models.PositiveIntegerField(_("window (min)"), default=0)
    soil = models.CharField(
        _("soil state"), max_length=6, choices=SoilState, default=SoilState.ANY
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    value = models.FloatField(_("value"))

    class Meta:
        verbose_name = _("limit of a station")
        verbose_name_plural = _("limits of stations")
        ordering = ("datastream", "kind", "window_min", "valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=("datastream", "kind", "region", "window_min", "soil", "valid_from"),
                condition=Q(region__isnull=False),
                name="threshold_once",
            ),
            models.UniqueConstraint(
                fields=("datastream", "kind", "window_min", "soil", "valid_from"),
                condition=Q(region__isnull=True),
                name="threshold_once_without_village",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="threshold_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.datastream} · {self.get_kind_display()}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_station(scope, "datastream__station")
