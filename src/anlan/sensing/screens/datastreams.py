"""Datastreams: list, object, entry, correction."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices, unit_choices
from anlan.registers.screens.keeping import KeptForm, columns_of
from anlan.sensing.actions.stations import (
    add_datastream,
    change_datastream,
)
from anlan.sensing.choices import PROPERTY_CHOICES, StationState
from anlan.sensing.forms.stations import (
    DatastreamChangeForm,
    DatastreamForm,
)
from anlan.sensing.models import Datastream, Station, Threshold
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty
from anlan.sensing.screens.common import (
    calibration_of,
    datastream_url,
    owner_choices,
    state_badge,
    station_url,
    unit_of,
    with_unit,
)
from anlan.sensing.screens.readings import readings_context
from anlan.sensing.screens.thresholds import span_text, window_text

COLUMNS = (
    *("unit_of_measurement", "interval_s", "lowest", "highest", "step", "calibrated_on"),
    *("calibration_due_on", "state", "source", "mark"),
)
OURS = _("our default")


class DatastreamList(RegisterList):
    model = Datastream
    capability = Capability.READ_INTERNAL
    title = _("Datastreams")
    empty = _("No datastream is entered that your post may see. Open a station and add one.")
    columns = (
        Column(
            name="station",
            label=_("station"),
            value=lambda d: d.station.name,
            link=lambda d: station_url(d.station),
            sort=("station__code", "observed", "number"),
            is_title=True,
        ),
        Column(
            name="observed",
            label=_("observed property"),
            value=lambda d: d.get_observed_display(),
            link=datastream_url,
            sort=("observed", "station__code"),
        ),
        Column(name="number", label=_("sensor number"), value=lambda d: d.number),
        Column(name="unit", label=_("unit of measurement"), value=unit_of),
        Column(
            name="body",
            label=_("owner"),
            value=lambda d: d.station.body.short_name,
            shown=False,
        ),
        Column(
            name="interval",
            label=_("sampling interval (s)"),
            value=lambda d: d.interval_s,
            sort=("interval_s",),
            align="end",
        ),
        Column(
            name="calibration",
            label=_("next calibration due"),
            value=calibration_of,
            sort=("calibration_due_on",),
        ),
        Column(name="state", label=_("state"), value=state_badge, sort=("state",)),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(
            name="unit",
            label=_("reporting unit"),
            choices=unit_choices,
            field="station__unit__code",
        ),
        Filter(name="body", label=_("owner"), choices=owner_choices, field="station__body__code"),
        Filter(
            name="observed",
            label=_("observed property"),
            choices=lambda scope: PROPERTY_CHOICES,
            field="observed",
        ),
        Filter(name="state", label=_("state"), choices=choices_of(StationState), field="state"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("station__name__icontains", "station__code__icontains", "number__icontains")
    default_sort = "station"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("station__body")

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("station-list"), _("Stations")),)


class DatastreamObject(RegisterObject):
    model = Datastream
    template_name = "sensing/datastream.html"
    capability = Capability.READ_INTERNAL
    url_name = "datastream"
    subject = "sensing.datastream"
    order_key = ("code",)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("station__unit", "station__body")

    def badges(self, row: Datastream) -> Sequence[Badge]:
        return (state_badge(row),)

    def crumbs(self, row: Datastream) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("station-list"), _("Stations")),
            (station_url(row.station), row.station.name),
        )

    def api_url(self, row: Datastream) -> str:
        return f"/api/v1/datastreams/{row.pk}"

    def actions(self, row: Datastream) -> Sequence[Action]:
        station = row.station
        if not scope_of(self.request).may_keep_for(station.unit.code, station.body.code):
            return ()
        return (
            Action(label=_("Change"), url=reverse("datastream-change", args=[row.pk])),
            Action(
                label=_("Add a limit"),
                url=reverse("threshold-add", args=[row.pk]),
                icon="plus",
                is_primary=True,
            ),
        )

    def facts(self, row: Datastream) -> Sequence[Fact]:
        quantity = QUANTITIES[ObservedProperty(row.observed)]
        return (
            fact(_("station"), row.station.name, url=station_url(row.station)),
            fact(_("datastream code"), row.code),
            fact(_("observed property"), row.get_observed_display()),
            fact(_("sensor number"), row.number),
            fact(_("unit of measurement"), quantity.unit),
            fact(_("unit of the device"), row.unit_of_measurement),
            fact(_("sampling interval (s)"), row.interval_s),
            fact(_("lowest valid value"), _limit(row, row.lowest, quantity.lowest)),
            fact(_("highest valid value"), _limit(row, row.highest, quantity.highest)),
            fact(_("largest change between readings"), _limit(row, row.step, quantity.step)),
            fact(_("calibrated on"), row.calibrated_on),
            fact(_("next calibration due"), calibration_of(row)),
        )

    def more_context(self, row: Datastream) -> dict[str, Any]:
        return readings_context(self.request, row)

    def relations(self, row: Datastream) -> Sequence[Relation]:
        visible = Threshold.objects.visible_to(scope_of(self.request)).filter(datastream=row)
        rows = list(visible.select_related("region", "datastream"))
        may = scope_of(self.request).may_keep_for(row.station.unit.code, row.station.body.code)
        return (
            Relation(
                label=_("Limits"),
                columns=(
                    Column(
                        name="kind",
                        label=_("limit"),
                        value=lambda t: t.get_kind_display(),
                        link=_end_url if may else None,
                        is_title=True,
                    ),
                    Column(
                        name="value",
                        label=_("value"),
                        value=lambda t: with_unit(row, t.value),
                        align="end",
                    ),
                    Column(name="window", label=_("window"), value=window_text),
                    Column(
                        name="village",
                        label=_("village"),
                        value=lambda t: t.region.name if t.region else None,
                    ),
                    Column(name="span", label=_("valid"), value=span_text),
                    MARK_COLUMN,
                ),
                rows=rows,
                count=len(rows),
                empty=_("No limit of its own is entered."),
            ),
        )


def _end_url(row: Threshold) -> str | None:
    return None if row.valid_until else reverse("threshold-end", args=[row.pk])


def _limit(row: Datastream, own: float | None, ours: float | None) -> str | None:
    """A limit of its own, or that of the catalogue, which is ours and not a regulation."""
    if own is not None:
        return with_unit(row, own)
    return None if ours is None else f"{with_unit(row, ours)}（{OURS}）"


class DatastreamAdd(KeptForm):
    form_class = DatastreamForm
    title = _("Add a datastream")
    lead = _("One sensor of the station: what it observes, in which unit and how often.")

    def station(self) -> Station:
        row: Station = self.one(Station, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"state": StationState.IN_USE, "interval_s": 300}

    def perform(self, asked: Asked) -> str:
        values = asked.values | {"station": self.station()}
        result = add_datastream(values, **self.told(asked))
        return reverse("datastream", args=[result["id"]])

    def back(self) -> str:
        return station_url(self.station())

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("station-list"), _("Stations")), (self.back(), self.station().name)]


class DatastreamChange(KeptForm):
    form_class = DatastreamChangeForm
    title = _("Change a datastream")
    lead = _("What it observes stays: readings belong to it. For another property add another.")

    def current(self) -> Datastream:
        row: Datastream = self.one(Datastream, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), COLUMNS)

    def perform(self, asked: Asked) -> str:
        change_datastream(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("datastream", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("station-list"), _("Stations")), (self.back(), str(self.current()))]
