"""The measures of the items: 66 rows with lamp and figure, one measure of an item, its bounds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.measures import Measure, Share
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.measuring import NewBounds, set_bounds
from anlan.plan.forms.instrument import BoundsForm
from anlan.plan.models import ItemMeasure, MeasureSnapshot, PlanItem
from anlan.plan.queries.item_measures import ItemFigure, ItemLine, item_lines
from anlan.plan.rules.measure_lamp import MEASURE_LAMP_LABELS, MeasureLamp
from anlan.plan.screens.common import front_of, item_url, with_query
from anlan.plan.screens.indicators.common import causes_url, has_causes
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm

LOOKS = {
    MeasureLamp.GREEN: ("green", "check"),
    MeasureLamp.YELLOW: ("yellow", "warn"),
    MeasureLamp.RED: ("red", "warn"),
    MeasureLamp.NOT_DETERMINABLE: ("grey", "info"),
    MeasureLamp.INFORMATION: ("blue", ""),
    MeasureLamp.NOT_MEASURED: ("grey", "info"),
}
WIDTH, HEIGHT, EDGE = 640, 160, 24


def lamp_badge_of(lamp: MeasureLamp) -> Badge:
    tone, icon = LOOKS[lamp]
    return Badge(text=_(lamp.label), tone=tone, icon=icon)


def figure_text(share: Share | None, measure: Measure | None = None) -> str:
    """“12/40（30.0%）”, amounts in their unit, or that nothing can be said."""
    if share is None:
        return _("not yet measured")
    if share.percent is None:
        return _("not determinable: no record yet")
    write = measure.amount if measure is not None and measure.amount is not None else str
    text = f"{write(share.part)}/{write(share.whole)}（{share.percent:.1f}%）"
    if share.silent:
        text += _(", nothing known of {count} more").format(count=share.silent)
    return text


def measure_url(measure: str, item: PlanItem | None = None) -> str:
    key = str(item.pk) if item is not None else ""
    return with_query(reverse("plan-measure", args=[measure]), item=key)


def behind_url(line: ItemLine) -> str:
    """What stands behind an indicator with a figure; empty for other items. The lamp says how much
    of it is determined, not whether it is met."""
    return causes_url(line.item.key) if has_causes(line.item.key) else ""


def figure_rows(line: ItemLine) -> list[dict[str, Any]]:
    """The figures of an item as its tab and the overview of measures show them."""
    return [_figure_row(line.item, figure) for figure in line.figures]


def _figure_row(item: PlanItem, figure: ItemFigure) -> dict[str, Any]:
    measure = figure.measure
    narrowed = item if measure is not None and measure.narrows else None
    return {
        "label": _(measure.label) if measure is not None else _("pending: no stage declares it"),
        "url": measure_url(measure.name, narrowed) if measure is not None else "",
        "text": figure_text(figure.share, measure),
        "badge": lamp_badge_of(figure.lamp),
        "row": figure.row,
        "bounds": bounds_text(figure.row, measure),
    }


def bounds_text(row: ItemMeasure, measure: Measure | None) -> str:
    """“green from 90 %, red below 60 % (House rule)”; bounds say where they are from."""
    if measure is not None and not measure.has_lamp:
        return _("for information, without a lamp")
    source = row.lamp_source or _("{rule}, our default and not a regulation").format(
        rule=_(HOUSE_RULE)
    )
    is_down = measure is not None and measure.direction == "down"
    text = (
        _("green up to {green} %, red above {red} % ({source})")
        if is_down
        else _("green from {green} %, red below {red} % ({source})")
    )
    green, red = plain(row.green_from_percent), plain(row.red_below_percent)
    return text.format(green=green, red=red, source=source)


def plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


COLUMNS = (
    Column(name="item", label=gettext_lazy("item"), value=lambda r: r[0], is_title=True),
    Column(name="lamp", label=gettext_lazy("lamp"), value=lambda r: r[1]["badge"]),
    Column(name="measure", label=gettext_lazy("measure (figure)"), value=lambda r: r[1]["label"]),
    Column(name="figure", label=gettext_lazy("figure"), value=lambda r: r[1]["text"]),
    Column(
        name="bounds", label=gettext_lazy("bounds of the lamp"), value=lambda r: r[1]["bounds"]
    ),
)


class ItemMeasures(SignedIn, View):
    """Every item of the notice in view with its measures; `?lamp=` narrows, `?format=` exports."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        edition, scope, now = front_of(request), scope_of(request), clock.now()
        items: Sequence[PlanItem] = ()
        if edition is not None:
            seen = PlanItem.objects.visible_to(scope).filter(notice=edition.notice_id)
            live = seen.filter(is_dropped=False).select_related("notice").defer("text", "as_read")
            items = list(live.order_by("position"))
        lines = item_lines(items, scope, now)
        counts = {lamp: sum(line.lamp is lamp for line in lines) for lamp in MeasureLamp}
        asked = request.GET.get("lamp", "")
        if asked in set(MeasureLamp):
            lines = [line for line in lines if line.lamp == asked]
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(self._sheet(lines, now))
        here = reverse("plan-item-measures")
        context = {
            "lines": [
                (line, item_url(line.item), figure_rows(line), behind_url(line)) for line in lines
            ],
            "badges": {line.item.pk: lamp_badge_of(line.lamp) for line in lines},
            "tabs": [
                ("", _("All"), here, not asked, sum(counts.values())),
                *(
                    (lamp.value, _(text), with_query(here, lamp=lamp.value), asked == lamp, n)
                    for lamp, text in MEASURE_LAMP_LABELS.items()
                    if (n := counts[lamp])
                ),
            ],
            "csv": with_query(here, lamp=asked, format="csv"),
            "xlsx": with_query(here, lamp=asked, format="xlsx"),
        }
        return render(request, "plan/item_measures.html", context)

    @staticmethod
    def _sheet(lines: list[ItemLine], now: dt.datetime) -> Sheet:
        rows = [(str(line.item), row) for line in lines for row in figure_rows(line)]
        return Sheet(
            title=_("Measures of the items"),
            columns=COLUMNS,
            rows=rows,
            now=now,
            mark=demonstration_mark(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    x: float
    y: float
    day: dt.date
    text: str


def trend_points(rows: Sequence[MeasureSnapshot], measure: Measure) -> list[TrendPoint]:
    """The figures of the days as points of a picture; a day that says nothing has no point."""
    said = [(row, Share(part=row.part, whole=row.whole)) for row in rows if row.whole]
    if len(said) < 2:
        return []
    first, last = said[0][0].day, said[-1][0].day
    span = max((last - first).days, 1)
    return [
        TrendPoint(
            x=round(EDGE + (row.day - first).days / span * (WIDTH - 2 * EDGE), 1),
            y=round(HEIGHT - EDGE - min(share.percent or 0, 100) / 100 * (HEIGHT - 2 * EDGE), 1),
            day=row.day,
            text=figure_text(share, measure),
        )
        for row, share in said
    ]


class BoundsChange(KeptForm):
    form_class = BoundsForm
    capability = Capability.STEER_PLAN
    title = gettext_lazy("Set the bounds of the lamp")
    lead = gettext_lazy("Without a document of the city the house defaults stand, marked as such.")

    def current(self) -> ItemMeasure:
        row: ItemMeasure = self.one(ItemMeasure, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {
            "green_from_percent": row.green_from_percent,
            "red_below_percent": row.red_below_percent,
            "source": row.lamp_source,
        }

    def perform(self, asked: Asked) -> str:
        set_bounds(
            self.kwargs["pk"],
            NewBounds(**asked.values),
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        item = self.current().item
        address = reverse("plan-item", args=[item.notice_id, item.key])
        return with_query(address, tab="measures")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("plan-item-measures"), _("Measures of the items")),
            (self.back(), str(self.current().item)),
        ]
