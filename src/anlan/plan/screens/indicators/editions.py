"""Published editions: the frozen figures, who published them, and what would be different now."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import EXPORTS, RegisterList
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.base.worlds.errors import BeforeTheJournal
from anlan.base.worlds.past import as_of
from anlan.plan.models import IndicatorEdition
from anlan.plan.queries.indicators.editions import changed_since, digest_of, figures_of, frozen
from anlan.plan.rules.indicators.restating import Change, Frozen
from anlan.plan.rules.indicators.standing import Status
from anlan.plan.screens.indicators import common
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A frozen figure with its words: indicator, year or period, unit."""

    indicator: str
    year: str
    unit: str
    frozen: Frozen

    @property
    def state(self) -> str:
        return _(Status(self.frozen.state).label) if self.frozen.state else ""


def edition_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="title",
            label=gettext_lazy("title"),
            value=lambda r: r.title,
            link=lambda r: common.edition_url(r.pk),
            is_title=True,
        ),
        Column(
            name="number",
            label=gettext_lazy("edition"),
            value=lambda r: r.number,
            sort=("number",),
        ),
        Column(
            name="document",
            label=gettext_lazy("document number"),
            value=lambda r: r.document_number,
        ),
        Column(
            name="on",
            label=gettext_lazy("published on"),
            value=lambda r: r.published_on,
            sort=("published_on",),
        ),
        Column(
            name="by",
            label=gettext_lazy("published by"),
            value=lambda r: actor_label(r.published_by),
        ),
    )


class EditionList(RegisterList):
    model = IndicatorEdition
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Published figures")
    lead = gettext_lazy("Figures of the indicators as they were published; none ever changes.")
    empty = gettext_lazy("Nothing was published yet. The plan office publishes from “Indicators”.")
    columns = edition_columns()
    search_fields = ("title__icontains", "document_number__icontains")
    default_sort = "-number"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.defer("figures")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(common.list_url(), _("Indicators"))]


COLUMNS = (
    Column(name="indicator", label=gettext_lazy("item"), value=lambda f: f.indicator),
    Column(name="year", label=gettext_lazy("year"), value=lambda f: f.year),
    Column(name="unit", label=gettext_lazy("reporting unit"), value=lambda f: f.unit),
    Column(
        name="value",
        label=gettext_lazy("value"),
        value=lambda f: f.frozen.value,
        align="end",
        missing=gettext_lazy("not determinable"),
    ),
    Column(
        name="top",
        label=gettext_lazy("numerator"),
        value=lambda f: f.frozen.numerator,
        align="end",
    ),
    Column(
        name="bottom",
        label=gettext_lazy("denominator"),
        value=lambda f: f.frozen.denominator,
        align="end",
    ),
    Column(name="state", label=gettext_lazy("state"), value=lambda f: f.state),
)


class EditionPage(SignedIn, View):
    """`?check=yes` computes the figures anew from the journal cut at the moment of publication."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        rows = IndicatorEdition.objects.visible_to(scope_of(request)).select_related(
            "notice__unit"
        )
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound
        names = _names(scope_of(request))
        figures = map_figures(frozen(row.figures), names)
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(_sheet(row, figures))
        here = common.edition_url(row.pk)
        context = {
            "row": row,
            "published_by": actor_label(row.published_by),
            "columns": COLUMNS,
            "figures": [figure for figure in figures if not figure.unit],
            "changes": _changes(changed_since(row), names),
            "check": _checked(row) if request.GET.get("check") == "yes" else None,
            "check_url": f"{here}?check=yes",
            "csv": f"{here}?format=csv",
            "xlsx": f"{here}?format=xlsx",
            "list_url": common.list_url(notice=str(row.notice_id)),
            "editions_url": reverse("plan-indicator-editions"),
        }
        return render(request, "plan/indicators/edition.html", context)


def _checked(row: IndicatorEdition) -> str:
    """Whether the journal, cut at the moment of publication, gives the same figures."""
    try:
        with as_of(row.cut_at):
            again = digest_of(figures_of(row.notice))
    except BeforeTheJournal:
        return "before"
    return "same" if again == row.digest == digest_of(row.figures) else "other"


def _names(scope: Scope) -> dict[str, str]:
    """Units in view; figures of others are not shown."""
    rows = registers.reporting_units()
    return {row.code: row.short_name for row in rows if row.code in scope.units}


def map_figures(figures: dict[str, Frozen], names: dict[str, str]) -> list[Figure]:
    found = []
    for key, value in figures.items():
        indicator, year, unit = parts_of(key)
        if unit and unit not in names:
            continue
        found.append(
            Figure(indicator=indicator, year=year, unit=names.get(unit, ""), frozen=value)
        )
    return sorted(found, key=lambda f: (f.indicator, f.unit, f.year))


def parts_of(key: str) -> tuple[str, str, str]:
    """`I2/2024/yanhu` as indicator, year and unit; what is absent is empty."""
    indicator, *rest = key.split("/")
    year = rest.pop(0) if rest and rest[0].isdigit() else ""
    return indicator, year, rest[0] if rest else ""


def _changes(found: tuple[Change, ...], names: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for change in found:
        indicator, year, unit = parts_of(change.key)
        if unit and unit not in names:
            continue
        rows.append(
            {
                "indicator": indicator,
                "url": common.indicator_url(indicator),
                "year": year,
                "unit": names.get(unit, ""),
                "was": _said(change.was),
                "now": _said(change.now),
                "cause": _(change.cause.label),
            }
        )
    return rows


def _said(figure: Frozen) -> str:
    value = _("not determinable") if figure.value is None else common.amount(figure.value)
    parts = [common.amount(n) for n in (figure.numerator, figure.denominator) if n is not None]
    state = _(Status(figure.state).label) if figure.state else ""
    tail = " / ".join(parts)
    return "，".join(part for part in (value, tail and f"（{tail}）", state) if part)


def _sheet(row: IndicatorEdition, figures: list[Figure]) -> Sheet:
    return Sheet(
        title=row.title,
        columns=COLUMNS,
        rows=figures,
        now=clock.now(),
        mark=demonstration_mark(),
    )
