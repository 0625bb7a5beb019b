"""The records behind a figure: which accidents or disasters of a year it counts, and how many."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Column
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.queries.indicators.board import COUNTED_IN
from anlan.plan.queries.indicators.records import Behind, behind
from anlan.plan.rules.indicator_table import FIGURE_LABELS, indicators
from anlan.plan.rules.indicators.choices import Basis
from anlan.plan.screens.common import with_query
from anlan.plan.screens.indicators import common
from anlan.registers.rules.scope import Capability

PER_PAGE = 50
PAGES = {Basis.ACCIDENTS: "accident", Basis.DISASTERS: "disaster"}


def record_url(row: Behind) -> str:
    return reverse(PAGES[row.basis], args=[row.key])


COLUMNS = (
    Column(
        name="record",
        label=gettext_lazy("record"),
        value=lambda r: r.title,
        link=record_url,
        is_title=True,
    ),
    Column(name="unit", label=gettext_lazy("reporting unit"), value=lambda r: r.unit_name),
    Column(name="day", label=gettext_lazy("day"), value=lambda r: r.day),
    Column(
        name="number",
        label=gettext_lazy("counted"),
        value=lambda r: r.number,
        align="end",
        missing=gettext_lazy("not reported yet"),
    ),
    Column(
        name="statement",
        label=gettext_lazy("report number"),
        value=lambda r: r.statement,
        align="end",
    ),
    Column(name="known", label=gettext_lazy("entered at"), value=lambda r: r.known_at),
)


class IndicatorRecords(SignedIn, View):
    """`?unit=` narrows to a reporting unit; records outside the reader's view are counted only."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, key: str, year: int) -> HttpResponse:
        if key not in COUNTED_IN:
            raise NotFound
        unit = request.GET.get("unit", "").strip()
        rows, hidden = behind(key, year, scope=scope_of(request), unit=unit)
        label = _(FIGURE_LABELS[indicators()[key].numerator])
        title = _("{figure}, {year}: the records").format(figure=label, year=year)
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(_sheet(title, rows))
        here = reverse("plan-indicator-records", args=[key, year])
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        kept = {"unit": unit}
        known = [row.number for row in rows if row.number is not None]
        context: dict[str, Any] = {
            "title": title,
            "key": key,
            "year": year,
            "total": sum(known) if known else None,
            "count": len(rows),
            "hidden": hidden,
            "columns": COLUMNS,
            "page": page,
            "indicator_url": common.indicator_url(key, year=str(year)),
            "previous": with_query(here, **kept, page=page.number - 1)
            if page.has_previous()
            else "",
            "following": with_query(here, **kept, page=page.number + 1) if page.has_next() else "",
            "csv": with_query(here, **kept, format="csv"),
            "xlsx": with_query(here, **kept, format="xlsx"),
        }
        return render(request, "plan/indicators/records.html", context)


def _sheet(title: str, rows: tuple[Behind, ...]) -> Sheet:
    return Sheet(
        title=title, columns=COLUMNS, rows=rows, now=clock.now(), mark=demonstration_mark()
    )
