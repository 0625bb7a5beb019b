"""Statistics: figures by region and year, editions side by side, unknown stays unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, fact, mark_badge
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.actions.statistics import NewFigure, add_figure
from anlan.registers.choices import StatisticState
from anlan.registers.forms.entries import AddFigure
from anlan.registers.models import Region, Statistic
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import MARK_COLUMN, mark_choices
from anlan.registers.screens.figures import INDICATORS, figure_text, indicator_label, unit_label

UNKNOWN = Badge(text=_("unknown"), tone="yellow", icon="info")


def figure_url(row: Statistic) -> str:
    return reverse("figure", args=[row.region.code, row.indicator, row.year])


def shown_value(row: Statistic) -> Any:
    return UNKNOWN if row.value is None else figure_text(row.value, row.unit_of_measure)


def region_choices(scope: Scope) -> list[tuple[str, Text]]:
    regions = Region.objects.visible_to(scope).filter(level__in=("city", "county"))
    return [(region.code, region.name) for region in regions]


def indicator_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [(code, indicator_label(code)) for code in INDICATORS]


def year_choices(scope: Scope) -> list[tuple[str, Text]]:
    years = Statistic.objects.visible_to(scope).order_by("-year").values_list("year", flat=True)
    return [(str(year), str(year)) for year in years.distinct()]


class StatisticList(RegisterList):
    model = Statistic
    title = _("Statistics")
    lead = _("A restated figure stands beside the older one; an unknown figure is never a zero.")
    columns = (
        Column(
            name="indicator",
            label=_("indicator"),
            value=lambda s: indicator_label(s.indicator),
            link=figure_url,
            sort=("indicator", "region__code", "year"),
            is_title=True,
        ),
        Column(
            name="region",
            label=_("region"),
            value=lambda s: s.region.name,
            link=lambda s: reverse("region-statistics", args=[s.region.code]),
            sort=("region__code", "indicator", "year"),
        ),
        Column(name="year", label=_("year"), value=lambda s: str(s.year), sort=("year",)),
        Column(name="value", label=_("value"), value=shown_value, sort=("value",), align="end"),
        Column(
            name="raw",
            label=_("value in the base unit"),
            value=lambda s: s.value,
            missing=_("unknown"),
            align="end",
            shown=False,
        ),
        Column(
            name="unit",
            label=_("base unit"),
            value=lambda s: unit_label(s.unit_of_measure),
            shown=False,
        ),
        Column(name="edition", label=_("edition"), value=lambda s: s.edition, sort=("edition",)),
        Column(
            name="published",
            label=_("published on"),
            value=lambda s: s.published_on,
            sort=("published_on",),
            shown=False,
        ),
        Column(name="source", label=_("source"), value=lambda s: s.source, sort=("source",)),
        MARK_COLUMN,
        Column(name="note", label=_("note"), value=lambda s: s.note, shown=False),
    )
    filters = (
        Filter(name="region", label=_("region"), choices=region_choices, field="region__code"),
        Filter(
            name="indicator", label=_("indicator"), choices=indicator_choices, field="indicator"
        ),
        Filter(name="year", label=_("year"), choices=year_choices, field="year"),
        Filter(name="state", label=_("state"), choices=choices_of(StatisticState), field="state"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("region__name__icontains", "region__initials__icontains", "note__icontains")
    default_sort = "region"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("region")


def region_of(request: HttpRequest, code: str) -> Region:
    visible = Region.objects.visible_to(scope_of(request))
    region: Region | None = visible.filter(code=code).first()
    if region is None:
        raise NotFound
    return region


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCell:
    """The editions of one figure in one year. `url` opens them; `add_url` enters the first."""

    rows: tuple[Statistic, ...]
    url: str
    add_url: str

    @property
    def texts(self) -> list[tuple[Statistic, Any]]:
        return [(row, shown_value(row)) for row in self.rows]


class RegionStatistics(SignedIn, View):
    """All figures of a region: indicators by year, every edition in its cell."""

    capability = Capability.READ_PUBLISHED

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        region = region_of(request, code)
        scope = scope_of(request)
        visible = Statistic.objects.visible_to(scope).filter(region=region)
        rows = list(visible.select_related("region").order_by("year", "edition"))
        years = sorted({row.year for row in rows})
        may_keep = scope.may(Capability.KEEP_REGISTERS)
        context = {
            "region": region,
            "years": years,
            "lines": figure_lines(rows, years, region, may_keep=may_keep),
            "list_url": f"{reverse('statistic-list')}?region={region.code}",
        }
        return render(request, "registers/region_statistics.html", context)


def figure_lines(
    rows: Sequence[Statistic], years: Sequence[int], region: Region, *, may_keep: bool
) -> list[tuple[str, list[YearCell]]]:
    """(indicator, one cell a year). Indicators nobody entered for the region are left out."""
    known: dict[tuple[str, int], list[Statistic]] = {}
    for row in rows:
        known.setdefault((row.indicator, row.year), []).append(row)
    codes = [c for c in INDICATORS if any(row.indicator == c for row in rows)]
    codes += sorted({row.indicator for row in rows} - INDICATORS.keys())
    lines = []
    for code in codes:
        cells = []
        for year in years:
            found = tuple(known.get((code, year), ()))
            args = [region.code, code, year]
            add_url = reverse("figure-add", args=args) if may_keep and not found else ""
            cells.append(YearCell(rows=found, url=reverse("figure", args=args), add_url=add_url))
        lines.append((indicator_label(code), cells))
    return lines


class FigurePage(SignedIn, View):
    """One figure of one year: its editions side by side, each with source and proof."""

    capability = Capability.READ_PUBLISHED

    def get(self, request: HttpRequest, code: str, indicator: str, year: int) -> HttpResponse:
        region = region_of(request, code)
        scope = scope_of(request)
        visible = Statistic.objects.visible_to(scope).filter(
            region=region, indicator=indicator, year=year
        )
        rows = list(visible.order_by("pk"))
        if not rows:
            raise NotFound
        may_keep = scope.may(Capability.KEEP_REGISTERS)
        context = {
            "region": region,
            "indicator": indicator_label(indicator),
            "year": year,
            "unit": unit_label(rows[0].unit_of_measure),
            "editions": [(row, shown_value(row), mark_badge(row)) for row in rows],
            "add_url": reverse("figure-add", args=[code, indicator, year]) if may_keep else "",
        }
        return render(request, "registers/figure.html", context)


class EditionObject(RegisterObject):
    """One edition of a figure, with its history."""

    model = Statistic
    lookup = "pk"
    url_name = "figure-edition"
    subject = "registers.statistic"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("region")

    def heading(self, row: Statistic) -> Text:
        return f"{row.region.name} {row.year} {indicator_label(row.indicator)}"

    def neighbours_among(self, row: Statistic) -> QuerySet[Any] | None:
        return None

    def crumbs(self, row: Statistic) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("statistic-list"), _("Statistics")),
            (reverse("region-statistics", args=[row.region.code]), row.region.name),
            (figure_url(row), f"{indicator_label(row.indicator)} {row.year}"),
        )

    def actions(self, row: Statistic) -> Sequence[Action]:
        return (Action(label=_("All editions"), url=figure_url(row)),)

    def facts(self, row: Statistic) -> Sequence[Fact]:
        region = reverse("region", args=[row.region.code])
        return (
            fact(_("indicator"), indicator_label(row.indicator)),
            fact(_("region"), row.region.name, url=region),
            fact(_("year"), str(row.year)),
            fact(_("value"), shown_value(row)),
            fact(_("value in the base unit"), row.value, missing=_("unknown")),
            fact(_("base unit"), unit_label(row.unit_of_measure)),
            fact(_("edition"), row.edition),
            fact(_("published on"), row.published_on, missing=_("unknown")),
            fact(_("data grade"), row.get_grade_display()),
            fact(_("note"), row.note),
        )


class FigureAdd(RegisterForm):
    """A new or restated figure, always as an edition of its own."""

    capability = Capability.KEEP_REGISTERS
    form_class = AddFigure
    title = _("Enter an edition of a figure")
    submit = _("Enter the figure")
    template_name = "registers/figure_add.html"

    def rows(self) -> QuerySet[Statistic]:
        visible = Statistic.objects.visible_to(scope_of(self.request))
        return visible.filter(
            region=region_of(self.request, self.kwargs["code"]),
            indicator=self.kwargs["indicator"],
            year=self.kwargs["year"],
        )

    def unit(self) -> str:
        known = INDICATORS.get(self.kwargs["indicator"])
        row = Statistic.objects.filter(indicator=self.kwargs["indicator"]).first()
        if known is None and row is None:
            raise NotFound
        return known.unit if known else row.unit_of_measure  # type: ignore[union-attr]

    def perform(self, asked: Asked) -> str:
        figure = NewFigure(
            region=self.kwargs["code"],
            indicator=self.kwargs["indicator"],
            year=self.kwargs["year"],
            unit_of_measure=self.unit(),
            **asked.values,
        )
        add_figure(
            figure,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self._figure_url()

    def _figure_url(self) -> str:
        args = [self.kwargs["code"], self.kwargs["indicator"], self.kwargs["year"]]
        return reverse("figure", args=args)

    def back(self) -> str:
        if self.rows().exists():
            return self._figure_url()
        return reverse("region-statistics", args=[self.kwargs["code"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        region = region_of(self.request, self.kwargs["code"])
        return [
            (reverse("statistic-list"), _("Statistics")),
            (reverse("region-statistics", args=[region.code]), region.name),
        ]

    def more_context(self) -> dict[str, Any]:
        return {
            "region": region_of(self.request, self.kwargs["code"]),
            "indicator": indicator_label(self.kwargs["indicator"]),
            "year": self.kwargs["year"],
            "unit": unit_label(self.unit()),
            "known": [(row, shown_value(row)) for row in self.rows()],
        }
