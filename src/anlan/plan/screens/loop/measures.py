"""Measures (度量): every figure with the rule it follows and the records it counts."""

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
from anlan.base.parts import Measure, Proof, Share, registry, share_of
from anlan.base.screens.cells import Badge, Column
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.screens.common import with_query

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


def share_text(share: Share) -> str:
    """“12/40（30.0 %）”, or that nothing can be said."""
    if share.percent is None:
        return _("not determinable: no record yet")
    return f"{share.part}/{share.whole}（{share.percent:.1f}%）"


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


class Measures(SignedIn, View):
    capability = "read-internal"

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, now = scope_of(request), clock.now()
        lines = []
        for measure in registry.measures():
            share = measure.query(scope, now)
            lines.append(
                Line(
                    measure=measure,
                    share=share,
                    url=reverse("plan-measure", args=[measure.name]),
                    text=share_text(share),
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
        proofs = list(measure.evidence(scope_of(request), clock.now()))
        share = share_of(proofs)
        asked = request.GET.get("counts", "")
        if asked in dict(COUNTS):
            proofs = [proof for proof in proofs if _code(proof) == asked]
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(self._sheet(measure, proofs))
        here = reverse("plan-measure", args=[name])
        page = Paginator(proofs, PER_PAGE).get_page(request.GET.get("page"))
        context: dict[str, Any] = {
            "measure": measure,
            "text": share_text(share),
            "columns": COLUMNS,
            "page": page,
            "choices": [
                ("", _("All"), here, not asked),
                *((c, label, with_query(here, counts=c), asked == c) for c, label in COUNTS),
            ],
            "previous": with_query(here, counts=asked, page=page.number - 1)
            if page.has_previous()
            else "",
            "following": with_query(here, counts=asked, page=page.number + 1)
            if page.has_next()
            else "",
            "csv": with_query(here, counts=asked, format="csv"),
            "xlsx": with_query(here, counts=asked, format="xlsx"),
        }
        return render(request, "plan/loop/measure.html", context)

    def _sheet(self, measure: Measure, proofs: list[Proof]) -> Sheet:
        return Sheet(
            title=_(measure.label),
            columns=COLUMNS,
            rows=proofs,
            now=clock.now(),
            mark=demonstration_mark(),
        )
