"""Sites, installations, inventories and substances."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.sites import (
    add_site,
    change_site,
)
from anlan.registers.choices import (
    DataGrade,
    FocusSector,
    PlaceState,
)
from anlan.registers.forms.sites import SiteForm
from anlan.registers.models import Enterprise, Installation, Site
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    UNKNOWN,
    mark_choices,
    unit_choices,
)
from anlan.registers.screens.enterprises import enterprise_url
from anlan.registers.screens.keeping import KeptForm, columns_of, county_regions
from anlan.registers.screens.regions import in_region, region_url, upper_choices

SITE_COLUMNS = (
    "name",
    "address",
    "longitude_deg",
    "latitude_deg",
    "region",
    "grade",
    "source",
    "mark",
)
INSTALLATION_COLUMNS = ("name", "kind", "state", "commissioned_on", "note", "source", "mark")
PLACE_TONES = {"none": "yellow", "unchecked": "orange", "inside": "green"}
INTERNAL_MAP = _("For internal use only: places of hazard sites are never published.")


def site_url(row: Site) -> str:
    return reverse("site", args=[row.pk])


def installation_url(row: Installation) -> str:
    return reverse("installation", args=[row.pk])


def place_badge(row: Site) -> Badge:
    return Badge(
        text=row.get_place_state_display(),
        tone=PLACE_TONES.get(row.place_state, "grey"),
        icon="check" if row.place_state == PlaceState.INSIDE else "warn",
    )


class SiteList(RegisterList):
    model = Site
    capability = Capability.READ_INTERNAL
    title = _("Sites")
    lead = INTERNAL_MAP
    empty = _("No site is entered that your post may see. Open an enterprise and add its site.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda s: s.name,
            link=site_url,
            sort=("name",),
            is_title=True,
        ),
        Column(
            name="enterprise",
            label=_("enterprise"),
            value=lambda s: s.enterprise.name,
            link=lambda s: enterprise_url(s.enterprise),
            sort=("enterprise__initials", "name"),
        ),
        Column(
            name="region",
            label=_("region"),
            value=lambda s: s.region.name,
            link=lambda s: region_url(s.region),
            sort=("region__code", "name"),
        ),
        Column(name="address", label=_("address"), value=lambda s: s.address),
        Column(name="place", label=_("proof of the place"), value=place_badge),
        Column(
            name="installations",
            label=_("installations"),
            value=lambda s: s.installation_count,
            align="end",
        ),
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
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="enterprise__unit__code"),
        Filter(name="in", label=_("within"), choices=upper_choices, narrow=in_region),
        Filter(
            name="sector",
            label=_("focus sector"),
            choices=choices_of(FocusSector),
            field="enterprise__sector",
        ),
        Filter(
            name="place",
            label=_("proof of the place"),
            choices=choices_of(PlaceState),
            field="place_state",
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = (
        "name__icontains",
        "address__icontains",
        "enterprise__name__icontains",
        "enterprise__initials__icontains",
    )
    default_sort = "enterprise"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("enterprise__unit", "region")
        return joined.annotate(installation_count=Count("installations"))


class SiteObject(RegisterObject):
    model = Site
    capability = Capability.READ_INTERNAL
    url_name = "site"
    subject = "registers.site"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("enterprise__unit", "region")

    def lead(self, row: Site) -> Text:
        return INTERNAL_MAP

    def badges(self, row: Site) -> Sequence[Badge]:
        return (place_badge(row),)

    def crumbs(self, row: Site) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("site-list"), _("Sites")),
            (enterprise_url(row.enterprise), row.enterprise.name),
        )

    def api_url(self, row: Site) -> str:
        return f"/api/v1/sites/{row.pk}"

    def actions(self, row: Site) -> Sequence[Action]:
        if not scope_of(self.request).may_keep_for(row.enterprise.unit.code):
            return ()
        return (
            Action(label=_("Change"), url=reverse("site-change", args=[row.pk])),
            Action(
                label=_("Add an installation"),
                url=reverse("installation-add", args=[row.pk]),
                icon="plus",
                is_primary=True,
            ),
        )

    def facts(self, row: Site) -> Sequence[Fact]:
        point = ""
        if row.longitude_deg is not None:
            point = f"{row.longitude_deg:.5f}°E, {row.latitude_deg:.5f}°N"
        return (
            fact(_("name"), row.name),
            fact(_("enterprise"), row.enterprise.name, url=enterprise_url(row.enterprise)),
            fact(_("address"), row.address, missing=UNKNOWN),
            fact(_("region"), row.region.name, url=region_url(row.region)),
            fact(_("point (CGCS2000)"), point, missing=UNKNOWN),
            fact(_("datum of the source"), row.source_datum),
            fact(_("proof of the place"), place_badge(row)),
            fact(_("data grade"), row.get_grade_display()),
        )

    def relations(self, row: Site) -> Sequence[Relation]:
        visible = Installation.objects.visible_to(scope_of(self.request)).filter(site=row)
        rows = list(visible)
        return (
            Relation(
                label=_("Installations"),
                columns=(
                    Column(
                        name="name",
                        label=_("name or number"),
                        value=lambda i: i.name,
                        link=installation_url,
                        is_title=True,
                    ),
                    Column(name="kind", label=_("kind"), value=lambda i: i.get_kind_display()),
                    Column(name="state", label=_("state"), value=lambda i: i.get_state_display()),
                    MARK_COLUMN,
                ),
                rows=rows,
                count=len(rows),
                empty=_("No installation is entered."),
            ),
        )


class SiteAdd(KeptForm):
    form_class = SiteForm
    title = _("Add a site")
    lead = _("The region follows from the point; a point outside the city is refused.")

    def enterprise(self) -> Enterprise:
        row: Enterprise = self.one(Enterprise, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"grade": DataGrade.INTERNAL}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"region": county_regions(self.scope)}

    def perform(self, asked: Asked) -> str:
        values = asked.values | {"enterprise": self.enterprise()}
        result = add_site(values, **self.told(asked))
        return reverse("site", args=[result["id"]])

    def back(self) -> str:
        return enterprise_url(self.enterprise())

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.enterprise()
        return [(reverse("enterprise-list"), _("Enterprises")), (enterprise_url(row), row.name)]


class SiteChange(KeptForm):
    form_class = SiteForm
    title = _("Change a site")
    lead = _("The point is shown in CGCS2000, as it is kept.")

    def current(self) -> Site:
        row: Site = self.one(Site, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), SITE_COLUMNS) | {"datum": "CGCS2000"}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"region": county_regions(self.scope)}

    def perform(self, asked: Asked) -> str:
        change_site(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("site", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("site-list"), _("Sites")), (self.back(), self.current().name)]
