"""Reporting units: the city, its counties, and the development zone as their sibling."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.choices import UnitKind
from anlan.registers.models import Body, ReportingUnit
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, span


def unit_url(unit: ReportingUnit) -> str:
    return reverse("unit", args=[unit.code])


UNIT_COLUMNS = (
    Column(
        name="name",
        label=_("name"),
        value=lambda u: u.name,
        link=unit_url,
        sort=("name",),
        is_title=True,
    ),
    Column(
        name="short", label=_("short name"), value=lambda u: u.short_name, sort=("short_name",)
    ),
    Column(name="kind", label=_("kind"), value=lambda u: u.get_kind_display(), sort=("kind",)),
    Column(
        name="region",
        label=_("region"),
        value=lambda u: u.region.name,
        link=lambda u: reverse("region", args=[u.region.code]),
        sort=("region__code",),
    ),
    Column(name="from", label=_("valid from"), value=lambda u: u.valid_from, sort=("valid_from",)),
    Column(name="span", label=_("in force"), value=span, shown=False),
    MARK_COLUMN,
    SOURCE_COLUMN,
)


class UnitList(RegisterList):
    model = ReportingUnit
    title = _("Reporting units")
    lead = _("Units that report side by side. The development zone stands beside the counties.")
    columns = UNIT_COLUMNS
    filters = (Filter(name="kind", label=_("kind"), choices=choices_of(UnitKind), field="kind"),)
    search_fields = ("name__icontains", "short_name__icontains", "region__initials__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("region")


class UnitObject(RegisterObject):
    model = ReportingUnit
    lookup = "code"
    url_name = "unit"
    subject = "registers.unit"
    order_key = ("position", "code")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("region", "parent")

    def heading(self, row: ReportingUnit) -> Text:
        return row.name

    def badges(self, row: ReportingUnit) -> Sequence[Badge]:
        return (Badge(text=row.get_kind_display(), tone="blue"),)

    def crumbs(self, row: ReportingUnit) -> Sequence[tuple[str, Text]]:
        return ((reverse("unit-list"), _("Reporting units")),)

    def facts(self, row: ReportingUnit) -> Sequence[Fact]:
        region = reverse("region", args=[row.region.code])
        above = unit_url(row.parent) if row.parent else ""
        return (
            fact(_("short name"), row.short_name),
            fact(_("kind"), row.get_kind_display()),
            fact(_("region"), row.region.name, url=region),
            fact(
                _("reports to"),
                row.parent and row.parent.name,
                url=above,
                missing=_("nobody in this program"),
            ),
            fact(_("in force"), span(row)),
        )

    def relations(self, row: ReportingUnit) -> Sequence[Relation]:
        scope = scope_of(self.request)
        bodies = list(Body.objects.visible_to(scope).filter(unit=row))
        below = ReportingUnit.objects.visible_to(scope).filter(parent=row)
        units = list(below.select_related("region"))
        relations = [
            Relation(
                label=_("Bodies"),
                columns=(
                    Column(
                        name="name",
                        label=_("name"),
                        value=lambda b: b.full_name,
                        link=lambda b: reverse("body", args=[b.code]),
                        is_title=True,
                    ),
                    Column(name="short", label=_("short name"), value=lambda b: b.short_name),
                    Column(name="kind", label=_("kind"), value=lambda b: b.get_kind_display()),
                    MARK_COLUMN,
                ),
                rows=bodies,
                count=len(bodies),
                empty=_(
                    "Your post does not see the bodies of this unit: it sees those of the "
                    "city and of its own unit."
                ),
                url=f"{reverse('body-list')}?unit={row.code}" if bodies else "",
            )
        ]
        if units:
            relations.insert(
                0,
                Relation(
                    label=_("Units below"),
                    columns=(UNIT_COLUMNS[0], *UNIT_COLUMNS[2:4]),
                    rows=units,
                    count=len(units),
                    empty="",
                ),
            )
        return relations
