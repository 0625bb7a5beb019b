"""Stations: list, object, entry, correction."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.choices import DataGrade
from anlan.registers.models import ReportingUnit
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    UNKNOWN,
    mark_choices,
    unit_choices,
)
from anlan.registers.screens.keeping import (
    KeptForm,
    columns_of,
    county_regions,
    kept_bodies,
    kept_units,
)
from anlan.registers.screens.regions import region_url
from anlan.sensing.actions.stations import add_station, change_station
from anlan.sensing.choices import StationKind, StationState
from anlan.sensing.forms.stations import StationChangeForm, StationForm
from anlan.sensing.models import Datastream, Station
from anlan.sensing.queries.live import Live, lives
from anlan.sensing.screens.common import (
    calibration_of,
    datastream_url,
    owner_choices,
    state_badge,
    station_url,
    with_unit,
)
from anlan.sensing.screens.live import heard_badge

INTERNAL = _("For internal use only: places of dams and hazard sites are never published.")
COLUMNS = (
    *("name", "kind", "state", "body", "unit", "longitude_deg", "latitude_deg", "region"),
    *("grade", "note", "source", "mark"),
)


class StationList(RegisterList):
    model = Station
    capability = Capability.READ_INTERNAL
    title = _("Stations")
    lead = INTERNAL
    empty = _(
        "No station is entered that your post may see. Add one, or bring in a file of stations."
    )
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda s: s.name,
            link=station_url,
            sort=("name",),
            is_title=True,
        ),
        Column(name="code", label=_("station code"), value=lambda s: s.code, sort=("code",)),
        Column(name="kind", label=_("kind"), value=lambda s: s.get_kind_display(), sort=("kind",)),
        Column(
            name="unit",
            label=_("reporting unit"),
            value=lambda s: s.unit.short_name,
            sort=("unit__position", "code"),
        ),
        Column(name="body", label=_("owner"), value=lambda s: s.body.short_name),
        Column(
            name="streams",
            label=_("datastreams"),
            value=lambda s: s.stream_count,
            align="end",
        ),
        Column(name="state", label=_("state"), value=state_badge, sort=("state",)),
        Column(
            name="longitude",
            label=_("longitude (°)"),
            value=lambda s: s.longitude_deg,
            align="end",
            shown=False,
        ),
        Column(
            name="latitude",
            label=_("latitude (°)"),
            value=lambda s: s.latitude_deg,
            align="end",
            shown=False,
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="unit", label=_("reporting unit"), choices=unit_choices, field="unit__code"),
        Filter(name="body", label=_("owner"), choices=owner_choices, field="body__code"),
        Filter(name="kind", label=_("kind"), choices=choices_of(StationKind), field="kind"),
        Filter(name="state", label=_("state"), choices=choices_of(StationState), field="state"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("name__icontains", "code__icontains", "body__short_name__icontains")
    default_sort = "code"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("unit", "body")
        return joined.annotate(stream_count=Count("datastreams"))

    def actions(self) -> Sequence[Action]:
        found = [
            Action(label=_("Map"), url=reverse("station-map")),
            Action(label=_("Live"), url=reverse("station-live")),
            Action(label=_("Datastreams"), url=reverse("datastream-list")),
            Action(label=_("How to send readings"), url=reverse("station-sending")),
            Action(label=_("Limits"), url=reverse("threshold-list")),
        ]
        if scope_of(self.request).may(Capability.KEEP_OWN):
            add = _("Add a station")
            url = reverse("station-add")
            found.append(Action(label=add, url=url, icon="plus", is_primary=True))
        return found


class StationObject(RegisterObject):
    model = Station
    capability = Capability.READ_INTERNAL
    url_name = "station"
    subject = "sensing.station"
    order_key = ("code", "pk")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit", "body", "region")

    def lead(self, row: Station) -> Text:
        return INTERNAL

    def badges(self, row: Station) -> Sequence[Badge]:
        return (state_badge(row),)

    def crumbs(self, row: Station) -> Sequence[tuple[str, Text]]:
        return ((reverse("station-list"), _("Stations")),)

    def api_url(self, row: Station) -> str:
        return f"/api/v1/stations/{row.pk}"

    def actions(self, row: Station) -> Sequence[Action]:
        if not scope_of(self.request).may_keep_for(row.unit.code, row.body.code):
            return ()
        return (
            Action(label=_("Change"), url=reverse("station-change", args=[row.pk])),
            Action(
                label=_("Add a datastream"),
                url=reverse("datastream-add", args=[row.pk]),
                icon="plus",
                is_primary=True,
            ),
        )

    def facts(self, row: Station) -> Sequence[Fact]:
        point = ""
        if row.longitude_deg is not None:
            point = f"{row.longitude_deg:.5f}°E, {row.latitude_deg:.5f}°N"
        return (
            fact(_("name"), row.name),
            fact(_("station code"), row.code),
            fact(_("kind"), row.get_kind_display()),
            fact(_("owner"), row.body.short_name, url=reverse("body", args=[row.body.code])),
            fact(_("reporting unit"), row.unit.short_name),
            fact(_("region"), row.region.name, url=region_url(row.region)),
            fact(_("point (CGCS2000)"), point, missing=UNKNOWN),
            fact(_("proof of the place"), row.get_place_state_display()),
            fact(_("data grade"), row.get_grade_display()),
            fact(_("note"), row.note),
        )

    def relations(self, row: Station) -> Sequence[Relation]:
        visible = Datastream.objects.visible_to(scope_of(self.request)).filter(station=row)
        found = {live.stream.pk: live for live in lives(visible, clock.now())}
        rows = [live.stream for live in found.values()]
        return (
            Relation(
                label=_("Datastreams"),
                columns=(
                    Column(
                        name="observed",
                        label=_("observed property"),
                        value=lambda d: d.get_observed_display(),
                        link=datastream_url,
                        is_title=True,
                    ),
                    Column(name="number", label=_("sensor number"), value=lambda d: d.number),
                    Column(
                        name="newest",
                        label=_("newest value"),
                        value=lambda d: _newest(found[d.pk]),
                        align="end",
                        missing=_("no reading yet"),
                    ),
                    Column(
                        name="time",
                        label=_("time"),
                        value=lambda d: found[d.pk].last and found[d.pk].last.at,
                    ),
                    Column(
                        name="heard",
                        label=_("heard"),
                        value=lambda d: heard_badge(found[d.pk].heard),
                    ),
                    Column(
                        name="interval",
                        label=_("sampling interval (s)"),
                        value=lambda d: d.interval_s,
                        align="end",
                    ),
                    Column(
                        name="calibration",
                        label=_("next calibration due"),
                        value=calibration_of,
                    ),
                    Column(name="state", label=_("state"), value=state_badge),
                ),
                rows=rows,
                count=len(rows),
                empty=_("No datastream is entered. Without one no reading can be taken in."),
            ),
        )


def _newest(live: Live) -> str | None:
    return with_unit(live.stream, live.last.value) if live.last else None


class StationAdd(KeptForm):
    form_class = StationForm
    title = _("Add a station")
    lead = _("The region follows from the point; a point outside the city is refused.")

    def initial(self) -> dict[str, Any]:
        return {"grade": DataGrade.INTERNAL, "state": StationState.IN_USE}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return offered(self)

    def perform(self, asked: Asked) -> str:
        result = add_station(asked.values, **self.told(asked))
        return reverse("station", args=[result["id"]])

    def back(self) -> str:
        return reverse("station-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("station-list"), _("Stations"))]


class StationChange(KeptForm):
    form_class = StationChangeForm
    title = _("Change a station")
    lead = _("The point is shown in CGCS2000, as it is kept.")

    def current(self) -> Station:
        row: Station = self.one(Station, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), COLUMNS) | {"datum": "CGCS2000"}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return offered(self)

    def perform(self, asked: Asked) -> str:
        change_station(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("station", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("station-list"), _("Stations")), (self.back(), self.current().name)]


def offered(form: KeptForm) -> dict[str, QuerySet[Any]]:
    """Owners and units that the reader may keep, counties for a station without a point."""
    units = kept_units(form.scope)
    if not units.exists():  # a department keeps stations of its body, in any unit in view
        units = ReportingUnit.objects.visible_to(form.scope)
    return {
        "body": kept_bodies(form.scope).order_by("position", "code"),
        "unit": units,
        "region": county_regions(form.scope),
    }
