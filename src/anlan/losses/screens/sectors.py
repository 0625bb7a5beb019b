"""Sectors in which accidents are counted."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.losses.models import AccidentSector
from anlan.registers.choices import FocusSector
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices


def sector_url(row: AccidentSector) -> str:
    return reverse("sector", args=[row.code])


class SectorList(RegisterList):
    model = AccidentSector
    capability = Capability.READ_INTERNAL
    title = _("Sectors of accidents")
    lead = _("The nine focus sectors of the notice, their parts, and the other sectors.")
    empty = _("No sector is loaded. The loaders of the profile bring them in.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda s: s.name,
            link=sector_url,
            sort=("position", "code"),
            is_title=True,
        ),
        Column(name="focus", label=_("focus sector"), value=lambda s: s.get_focus_display()),
        Column(
            name="coal",
            label=_("coal mines"),
            value=lambda s: s.is_coal_mine,
            sort=("is_coal_mine",),
        ),
        Column(
            name="accidents",
            label=_("accidents"),
            value=lambda s: s.accident_count,
            sort=("accident_count",),
            align="end",
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(
            name="focus", label=_("focus sector"), choices=choices_of(FocusSector), field="focus"
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("name__icontains", "code__icontains")
    default_sort = "name"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.annotate(accident_count=Count("accidents"))

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("accident-list"), _("Accidents")),)


class SectorObject(RegisterObject):
    model = AccidentSector
    lookup = "code"
    capability = Capability.READ_INTERNAL
    url_name = "sector"
    subject = "losses.accidentsector"
    order_key = ("position", "code")

    def crumbs(self, row: AccidentSector) -> Sequence[tuple[str, Text]]:
        return ((reverse("sector-list"), _("Sectors of accidents")),)

    def facts(self, row: AccidentSector) -> Sequence[Fact]:
        listed = f"{reverse('accident-list')}?sector={row.code}"
        return (
            fact(_("name"), row.name),
            fact(_("focus sector"), row.get_focus_display(), missing=_("none of the nine")),
            fact(_("coal mines"), row.is_coal_mine),
            fact(_("valid from"), row.valid_from, missing=_("since before the records")),
            fact(_("valid until (excluded)"), row.valid_until, missing=_("until now")),
            fact(_("accidents"), _("open the list"), url=listed),
        )
