"""Measures (量化指标): every figure with the rule it follows and the records it counts."""

from collections import defaultdict
from dataclasses import dataclass
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
from anlan.base.measures import Measure, Proof, Share, of_item, share_of
from anlan.base.parts import registry
from anlan.base.screens.cells import Badge, Column
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.models import ItemMeasure, PlanItem
from anlan.plan.queries.item_measures import snapshots
from anlan.plan.screens.common import item_url, uuid_or_none, with_query
from anlan.plan.screens.indicators.common import causes_url, has_causes
from anlan.plan.screens.item_measures import HEIGHT, WIDTH, figure_text, trend_points

PER_PAGE = 50
COUNTS = (
    ("yes", gettext_lazy("counted")),
    ("no", gettext_lazy("not counted")),
    ("out", gettext_lazy("left out")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A measure as the index shows it."""

    measure: Measure
    share: Share
    url: str
    text: str
    items: str


def _code(proof: Proof) -> str:
    return "out" if proof.left_out else "yes" if proof.counts else "no"


def _counts_badge(proof: Proof) -> Badge:
    if proof.counts:
        return Badge(text=_("counted"), tone="green", icon="check")
    if proof.left_out:
        return Badge(text=_("left out"), tone="grey", icon="info")
    return Badge(text=_("not counted"), tone="orange", icon="warn")


COLUMNS = (
    Column(
        name="label",
        label=gettext_lazy("record"),
        value=lambda p: p.label,
        link=lambda p: p.url,
        is_title=True,
    ),
    Column(name="counts", label=gettext_lazy("counted"), value=_counts_badge),
    Column(name="why", label=gettext_lazy("why"), value=lambda p: p.why),
)


def columns_of(measure: Measure) -> tuple[Column, ...]:
    """A measure of amounts says them beside the record."""
    write = measure.amount
    if write is None:
        return COLUMNS
    amount = Column(
        name="amount",
        label=gettext_lazy("amount"),
        value=lambda p: f"{write(p.part or 0)}/{write(p.whole or 0)}",
        align="end",
    )
    return (*COLUMNS, amount)


def direction_text(measure: Measure) -> str:
    return _("more is better") if measure.direction == "up" else _("less is better")


def item_asked(request: HttpRequest, measure: Measure) -> PlanItem | None:
    """The item of `?item=`, for a measure that can be narrowed to one."""
    key = request.GET.get("item", "").strip()
    if not key:
        return None
    found = uuid_or_none(key)
    seen = PlanItem.objects.visible_to(scope_of(request)).filter(pk=found)
    item: PlanItem | None = seen.first() if found is not None and measure.narrows else None
    if item is None:
        raise NotFound
    return item


def keys_by_measure(scope: Any) -> dict[str, list[str]]:
    """Measure → keys of the items that have it, in their order."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = ItemMeasure.objects.visible_to(scope).filter(item__is_dropped=False)
    for name, key in rows.values_list("measure", "item__key"):
        found[name].append(key)
    return found


def items_of(request: HttpRequest, name: str) -> list[tuple[str, str]]:
    """(name, address) of the items that have the measure."""
    rows = ItemMeasure.objects.visible_to(scope_of(request)).filter(measure=name)
    rows = rows.filter(item__is_dropped=False).select_related("item__notice")
    return [(str(row.item), item_url(row.item)) for row in rows]


def behind_of(request: HttpRequest, name: str) -> list[tuple[str, str]]:
    """(key, address) of what stands behind the indicators that have the measure."""
    mapped = keys_by_measure(scope_of(request))[name]
    return [(key, causes_url(key)) for key in dict.fromkeys(mapped) if has_causes(key)]


class Measures(SignedIn, View):
    capability = "read-internal"

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, now = scope_of(request), clock.now()
        lines = []
        mapped = keys_by_measure(scope)
        for measure in registry.measures():
            share = measure.query(scope, now)
            lines.append(
                Line(
                    measure=measure,
                    share=share,
                    url=reverse("plan-measure", args=[measure.name]),
                    text=figure_text(share, measure),
                    items="、".join(dict.fromkeys([*measure.serves, *mapped[measure.name]])),
                )
            )
        return render(request, "plan/loop/measures.html", {"lines": lines, "now": now})


class MeasureRecords(SignedIn, View):
    """The records behind one measure; `?counts=yes|no|out` narrows, `?format=` exports."""

    capability = "read-internal"

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        measure = next((m for m in registry.measures() if m.name == name), None)
        if measure is None:
            raise NotFound
        item = item_asked(request, measure)
        proofs = list(measure.evidence(scope_of(request), clock.now()))
        proofs = of_item(proofs, item.key) if item is not None else proofs
        share = share_of(proofs)
        asked = request.GET.get("counts", "")
        if asked in dict(COUNTS):
            proofs = [proof for proof in proofs if _code(proof) == asked]
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(self._sheet(measure, proofs))
        here = reverse("plan-measure", args=[name])
        key = str(item.pk) if item is not None else ""
        trend = trend_points(snapshots(name, item), measure)
        page = Paginator(proofs, PER_PAGE).get_page(request.GET.get("page"))
        context: dict[str, Any] = {
            "measure": measure,
            "text": figure_text(share, measure),
            "item": item,
            "item_url": item_url(item) if item is not None else "",
            "direction": direction_text(measure),
            "trend": trend,
            "trend_line": " ".join(f"{point.x},{point.y}" for point in trend),
            "width": WIDTH,
            "height": HEIGHT,
            "items_of": items_of(request, name),
            "behind": behind_of(request, name),
            "columns": columns_of(measure),
            "page": page,
            "choices": [
                ("", _("All"), with_query(here, item=key), not asked),
                *(
                    (c, label, with_query(here, counts=c, item=key), asked == c)
                    for c, label in COUNTS
                ),
            ],
            "previous": with_query(here, counts=asked, item=key, page=page.number - 1)
            if page.has_previous()
            else "",
            "following": with_query(here, counts=asked, item=key, page=page.number + 1)
            if page.has_next()
            else "",
            "csv": with_query(here, counts=asked, item=key, format="csv"),
            "xlsx": with_query(here, counts=asked, item=key, format="xlsx"),
        }
        return render(request, "plan/loop/measure.html", context)

    def _sheet(self, measure: Measure, proofs: list[Proof]) -> Sheet:
        return Sheet(
            title=_(measure.label),
            columns=columns_of(measure),
            rows=proofs,
            now=clock.now(),
            mark=demonstration_mark(),
        )
