"""Regions: the list, and the drill-down from the city to the village."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers import queries
from anlan.registers.choices import RegionLevel
from anlan.registers.models import Body, Region, ReportingUnit, Site
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, UNKNOWN, mark_choices
from anlan.registers.screens.region_map import map_of

DEPTHS = ("parent", "parent__parent", "parent__parent__parent")


def region_url(region: Region) -> str:
    return reverse("region", args=[region.code])


def within(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Regions below one, at any depth (the city has three levels below it)."""
    condition = Q(code=code)
    for path in DEPTHS:
        condition |= Q(**{f"{path}__code": code})
    return rows.filter(condition)


def in_region(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Sites in a region or below it."""
    condition = Q(region__code=code)
    for path in ("region__parent", "region__parent__parent"):
        condition |= Q(**{f"{path}__code": code})
    return rows.filter(condition)


def upper_choices(scope: Scope) -> list[tuple[str, Text]]:
    upper = Region.objects.visible_to(scope).filter(level__in=("city", "county"))
    return [(region.code, region.name) for region in upper]


class RegionList(RegisterList):
    model = Region
    title = _("Regions")
    lead = _("Divisions and statistical units, from the city down to villages and communities.")
    empty = _("No region is loaded. Prepare the instance with a city profile: anlan prepare.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda r: r.name,
            link=region_url,
            sort=("initials", "code"),
            is_title=True,
        ),
        Column(name="code", label=_("code"), value=lambda r: r.code, sort=("code",)),
        Column(
            name="level", label=_("level"), value=lambda r: r.get_level_display(), sort=("level",)
        ),
        Column(
            name="parent",
            label=_("belongs to"),
            value=lambda r: r.parent and r.parent.name,
            link=lambda r: r.parent and region_url(r.parent),
            sort=("parent__code",),
        ),
        Column(name="seat", label=_("seat"), value=lambda r: r.seat, sort=("seat",), shown=False),
        Column(
            name="division",
            label=_("is a division"),
            value=lambda r: r.is_division,
            sort=("is_division",),
        ),
        Column(name="edition", label=_("edition"), value=lambda r: r.edition, shown=False),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="level", label=_("level"), choices=choices_of(RegionLevel), field="level"),
        Filter(name="in", label=_("within"), choices=upper_choices, narrow=within),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("name__icontains", "code__startswith", "initials__icontains")
    default_sort = "code"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("parent")

    def actions(self) -> Sequence[Action]:
        return (Action(label=_("Map and levels"), url=reverse("region-root"), icon="map"),)


class RegionRoot(SignedIn, View):
    """The top region: where the drill-down begins."""

    def get(self, request: HttpRequest) -> HttpResponse:
        top = Region.objects.visible_to(scope_of(request)).filter(parent__isnull=True).first()
        if top is None:
            raise NotFound(
                gettext_noop("No region is loaded yet. Prepare the instance with a city profile.")
            )
        return redirect(region_url(top))


class RegionObject(RegisterObject):
    model = Region
    lookup = "code"
    url_name = "region"
    subject = "registers.region"
    order_key = ("code",)
    template_name = "registers/region.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("parent__parent__parent", "outline")

    def heading(self, row: Region) -> Text:
        return row.name

    def badges(self, row: Region) -> Sequence[Badge]:
        badges = [Badge(text=row.get_level_display(), tone="blue")]
        if not row.is_division:
            badges.append(Badge(text=_("Not a division"), tone="orange", icon="info"))
        return badges

    def crumbs(self, row: Region) -> Sequence[tuple[str, Text]]:
        above = [(region_url(region), region.name) for region in queries.path_of(row)[:-1]]
        return [(reverse("region-list"), _("Regions")), *above]

    def actions(self, row: Region) -> Sequence[Action]:
        statistics = reverse("region-statistics", args=[row.code])
        return (Action(label=_("Statistics"), url=statistics),) if row.level != "village" else ()

    def neighbours_among(self, row: Region) -> QuerySet[Any] | None:
        scope = scope_of(self.request)
        return Region.objects.visible_to(scope).filter(parent=row.parent_id, level=row.level)

    def facts(self, row: Region) -> Sequence[Fact]:
        facts = [
            fact(_("code"), row.code),
            fact(_("level"), row.get_level_display()),
            fact(
                _("belongs to"),
                row.parent and row.parent.name,
                url=region_url(row.parent) if row.parent else "",
                missing=_("top of this instance"),
            ),
            fact(_("pinyin initials"), row.initials.upper()),
            fact(_("edition of the code list"), row.edition, missing=UNKNOWN),
        ]
        if row.level in ("city", "county"):
            facts.insert(3, fact(_("seat"), row.seat, missing=UNKNOWN))
            facts.append(fact(_("place of the seat"), place(row), missing=UNKNOWN))
        if row.note:
            facts.append(fact(_("note"), row.note))
        return facts

    def figures(self, row: Region) -> Sequence[tuple[Text, Any, str]]:
        list_url = reverse("region-list")
        shown = [
            (RegionLevel(level).label, number, f"{list_url}?level={level}&in={row.code}")
            for level, number in self._levels(row)
        ]
        if row.level == "township":
            shown = [(label, number, "#children") for label, number, _url in shown]
        bodies = Body.objects.visible_to(scope_of(self.request)).filter(self._units(row))
        number = bodies.count() if row.level in ("city", "county") else 0
        if number:
            url = reverse("body-list") if row.level == "city" else "#bodies"
            shown.append((_("Bodies in view"), number, url))
        return shown

    def relations(self, row: Region) -> Sequence[Relation]:
        relations = [self._children(row)] if row.level != "village" else []
        if row.level in ("city", "county", "statistical"):
            relations += [self._reporting(row), self._bodies(row)]
        if scope_of(self.request).may(Capability.READ_INTERNAL):
            relations.append(self._sites(row))
        return relations

    def _sites(self, row: Region) -> Relation:
        visible = in_region(Site.objects.visible_to(scope_of(self.request)), row.code)
        rows = list(visible.select_related("enterprise", "region").order_by("name")[:20])
        return Relation(
            label=_("Sites of enterprises (internal use only)"),
            columns=(
                Column(
                    name="name",
                    label=_("name"),
                    value=lambda s: s.name,
                    link=lambda s: reverse("site", args=[s.pk]),
                    is_title=True,
                ),
                Column(name="owner", label=_("enterprise"), value=lambda s: s.enterprise.name),
                Column(name="region", label=_("region"), value=lambda s: s.region.name),
                Column(
                    name="sector",
                    label=_("focus sector"),
                    value=lambda s: s.enterprise.get_sector_display(),
                ),
            ),
            rows=rows,
            count=visible.count() if len(rows) == 20 else len(rows),
            empty=_("No site of this region is entered that your post may see."),
            url=f"{reverse('site-list')}?in={row.code}" if row.level in ("city", "county") else "",
            anchor="sites",
        )

    def more_context(self, row: Region) -> dict[str, Any]:
        return {"map": map_of(row, scope_of(self.request))}

    def _levels(self, row: Region) -> list[tuple[str, int]]:
        """How many regions of each level lie below, in the order of the levels."""
        found: dict[str, int] = {}
        for path in DEPTHS:
            below = Region.objects.filter(**{path: row}).order_by().values_list("level")
            for level, number in below.annotate(number=Count("pk")):
                found[level] = found.get(level, 0) + number
        return [(level, found[level]) for level in RegionLevel.values if level in found]

    def _units(self, row: Region) -> Q:
        below = {"unit__region__code": row.code} if row.level != "city" else {}
        return Q(**below)

    def _children(self, row: Region) -> Relation:
        scope = scope_of(self.request)
        rows = list(
            Region.objects.visible_to(scope)
            .filter(parent=row)
            .annotate(number=Count("children"))
            .order_by("code")
        )
        return Relation(
            label=_("Regions below"),
            columns=(
                Column(
                    name="name",
                    label=_("name"),
                    value=lambda r: r.name,
                    link=region_url,
                    is_title=True,
                ),
                Column(name="code", label=_("code"), value=lambda r: r.code),
                Column(name="level", label=_("level"), value=lambda r: r.get_level_display()),
                Column(
                    name="number",
                    label=_("regions below"),
                    value=lambda r: r.number or None,
                    align="end",
                ),
            ),
            rows=rows,
            count=len(rows),
            empty=_("The code list names nothing below this region."),
            url=f"{reverse('region-list')}?in={row.code}"
            if row.level in ("city", "county")
            else "",
            anchor="children",
        )

    def _reporting(self, row: Region) -> Relation:
        scope = scope_of(self.request)
        units = ReportingUnit.objects.visible_to(scope).filter(
            Q(region=row) | Q(region__parent=row)
        )
        rows = list(units)
        return Relation(
            label=_("Reporting units"),
            columns=(
                Column(
                    name="name",
                    label=_("name"),
                    value=lambda u: u.name,
                    link=lambda u: reverse("unit", args=[u.code]),
                    is_title=True,
                ),
                Column(name="kind", label=_("kind"), value=lambda u: u.get_kind_display()),
            ),
            rows=rows,
            count=len(rows),
            empty=_("No reporting unit covers this region on its own."),
            anchor="units",
        )

    def _bodies(self, row: Region) -> Relation:
        scope = scope_of(self.request)
        bodies = Body.objects.visible_to(scope).filter(unit__region=row).select_related("unit")
        rows = list(bodies[:20])
        return Relation(
            label=_("Bodies"),
            columns=(
                Column(
                    name="name",
                    label=_("name"),
                    value=lambda b: b.full_name,
                    link=lambda b: reverse("body", args=[b.code]),
                    is_title=True,
                ),
                Column(name="kind", label=_("kind"), value=lambda b: b.get_kind_display()),
            ),
            rows=rows,
            count=bodies.count() if len(rows) == 20 else len(rows),
            empty=_("No body of this region that your post may see."),
            url=self._bodies_url(row),
            anchor="bodies",
        )

    def _bodies_url(self, row: Region) -> str:
        unit = row.reporting_units.first() if row.level in ("city", "county") else None
        if unit is None:
            return ""
        may_see = unit.kind == "city" or unit.code in scope_of(self.request).units
        return f"{reverse('body-list')}?unit={unit.code}" if may_see else ""


def place(row: Region) -> str:
    if row.longitude_deg is None or row.latitude_deg is None:
        return ""
    return f"{row.longitude_deg:.4f}°E, {row.latitude_deg:.4f}°N"
