"""Limits of datastreams: list, entry, end."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Filter, RegisterList, choices_of
from anlan.registers.models import Region
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices, unit_choices
from anlan.registers.screens.keeping import KeptForm
from anlan.sensing.actions.stations import add_threshold, end_threshold
from anlan.sensing.choices import SoilState, ThresholdKind
from anlan.sensing.forms.stations import ThresholdEndForm, ThresholdForm
from anlan.sensing.models import Datastream, Threshold
from anlan.sensing.screens.common import (
    datastream_url,
    threshold_url,
    with_unit,
)

COUNTY_DIGITS = 6


def span_text(row: Threshold) -> str:
    """From and until of a limit."""
    end = row.valid_until.isoformat() if row.valid_until else ""
    return f"{row.valid_from.isoformat()} – {end}"


def window_text(row: Threshold) -> str:
    """Window and soil state of a limit of rain over a window, empty for other limits."""
    if not row.window_min:
        return ""
    window = gettext("{minutes} minutes").format(minutes=row.window_min)
    return f"{window} · {row.get_soil_display()}"


class ThresholdList(RegisterList):
    model = Threshold
    capability = Capability.READ_INTERNAL
    title = _("Limits of stations")
    empty = _("No limit is entered that your post may see. Open a datastream and add one.")
    columns = (
        Column(
            name="station",
            label=_("station"),
            value=lambda t: t.datastream.station.name,
            link=threshold_url,
            sort=("datastream__station__code", "kind", "window_min"),
            is_title=True,
        ),
        Column(
            name="kind", label=_("limit"), value=lambda t: t.get_kind_display(), sort=("kind",)
        ),
        Column(
            name="value",
            label=_("value"),
            value=lambda t: with_unit(t.datastream, t.value),
            align="end",
        ),
        Column(name="window", label=_("window"), value=window_text),
        Column(
            name="village", label=_("village"), value=lambda t: t.region.name if t.region else None
        ),
        Column(name="span", label=_("valid"), value=span_text, sort=("valid_from",)),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(
            name="unit",
            label=_("reporting unit"),
            choices=unit_choices,
            field="datastream__station__unit__code",
        ),
        Filter(name="kind", label=_("limit"), choices=choices_of(ThresholdKind), field="kind"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = (
        "datastream__station__name__icontains",
        "datastream__station__code__icontains",
        "region__name__icontains",
    )
    default_sort = "station"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("datastream__station", "region")

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("station-list"), _("Stations")),)


class ThresholdAdd(KeptForm):
    form_class = ThresholdForm
    title = _("Add a limit")
    lead = _("A limit of this datastream's own, with its document. An older one is ended first.")

    def datastream(self) -> Datastream:
        row: Datastream = self.one(Datastream, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"soil": SoilState.ANY, "valid_from": clock.today()}

    def offered(self) -> dict[str, QuerySet[Any]]:
        """Villages of the station's own region first: nobody looks through two thousand."""
        villages = Region.objects.visible_to(self.scope).filter(level__in=("township", "village"))
        here = Q(code__startswith=self.datastream().station.region.code[:COUNTY_DIGITS])
        return {"region": villages.order_by(Case(When(here, then=0), default=1), "code")}

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"observed": self.datastream().observed}

    def perform(self, asked: Asked) -> str:
        row = self.datastream()
        add_threshold(asked.values | {"datastream": row}, **self.told(asked))
        return datastream_url(row)

    def back(self) -> str:
        return datastream_url(self.datastream())

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("station-list"), _("Stations")), (self.back(), str(self.datastream()))]


class ThresholdEnd(KeptForm):
    form_class = ThresholdEndForm
    title = _("End a limit")
    lead = _("The limit stays on record for the days on which it held.")

    def current(self) -> Threshold:
        row: Threshold = self.one(Threshold, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"valid_until": clock.today()}

    def perform(self, asked: Asked) -> str:
        end_threshold(
            self.kwargs["pk"],
            asked.values["valid_until"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return threshold_url(self.current())

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [(reverse("station-list"), _("Stations")), (self.back(), str(row.datastream))]
