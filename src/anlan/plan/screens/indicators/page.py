"""One indicator: sentence, path, years, counties against control figures, bodies, reasons."""

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
from anlan.base.errors import NotFound
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.screens.cells import Badge, Column
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.base.worlds.current import current
from anlan.plan.models import ControlFigure, ControlTable
from anlan.plan.queries.indicators.board import Board, Line, board
from anlan.plan.queries.indicators.subgoal import KEY, sub_goal
from anlan.plan.queries.items import duties_of
from anlan.plan.rules.indicator_table import FIGURE_LABELS, IndicatorKind
from anlan.plan.rules.indicators.projection import exact_interval
from anlan.plan.rules.indicators.standing import Standing, YearValue
from anlan.plan.screens.common import body_url, item_url
from anlan.plan.screens.indicators import common
from anlan.plan.screens.indicators.picture import picture_of
from anlan.plan.screens.indicators.subgoal import goal_context
from anlan.registers.queries import sees_body
from anlan.registers.rules.scope import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """A year: the two figures apart with their sources, the value, what lacks, the records."""

    year: int
    top: Decimal | None
    top_from: str
    records: int
    records_url: str
    beside: Decimal | None
    bottom: Decimal | None
    bottom_from: str
    value: str
    missing: str
    is_running: bool
    interval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    unit: str
    top: Decimal | None
    records_url: str
    bottom: Decimal | None
    value: str
    missing: str
    control: Decimal | None
    paper: str
    badge: Badge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRow:
    name: str
    role: str
    url: str


class IndicatorPage(SignedIn, View):
    """`?year=` chooses the year of the table of units; `?format=csv|xlsx` exports the years."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        notice = common.notice_in_view(request)
        if key == KEY:
            return self._sub_goal(request)
        found = board(notice, only=key)
        line = found.line(key)
        if line is None:
            raise NotFound
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(_sheet(line))
        return render(request, "plan/indicators/page.html", self._context(found, line))

    def _context(self, found: Board, line: Line) -> dict[str, Any]:
        standing = line.verdict.known()
        kept = common.notice_query(self.request)
        year = _asked_year(self.request.GET.get("year", ""), standing, found)
        key = line.item.key
        units = self._units(line, year)
        return {
            "item": line.item,
            "item_url": item_url(line.item),
            "standing": standing,
            "sentence": common.words(standing),
            "badge": common.status_badge(standing.status),
            "value": common.number_text(standing.value),
            "unit_text": _(line.indicator.unit.label),
            "missing": [lack.text(_) for lack in standing.missing],
            "picture": picture_of(standing),
            "years": [year_row(key, each, is_shown=True) for each in standing.yearly],
            "readings": _readings(standing),
            "outlook": standing.outlook,
            "top_label": _(FIGURE_LABELS[line.indicator.numerator]),
            "bottom_label": _(FIGURE_LABELS[line.indicator.denominator]),
            "year": year,
            "year_links": [
                (each.fact.year, common.indicator_url(key, **kept, year=str(each.fact.year)))
                for each in standing.yearly
            ],
            "units": units,
            "table_url": self._table_url(line, year),
            "bodies": self._bodies(line),
            "notes": common.notes_of(line.verdict),
            "list_url": common.list_url(**kept),
            "causes_url": common.causes_url(key, **kept),
            "csv": common.indicator_url(key, **kept, format="csv"),
            "xlsx": common.indicator_url(key, **kept, format="xlsx"),
        }

    def _units(self, line: Line, year: int) -> list[UnitRow]:
        scope = scope_of(self.request)
        figures = ControlFigure.objects.visible_to(scope).filter(
            table__item=line.item, table__year=year
        )
        control = {row.unit_id: row for row in figures}
        rows = []
        for each in line.units:
            if each.unit.code not in scope.units:
                continue
            known = {y.fact.year: y for y in each.verdict.known().yearly}
            if year in known:
                figure = control.get(each.unit.pk)
                rows.append(_unit_row(line, known[year], each.unit, figure))
        return rows

    def _table_url(self, line: Line, year: int) -> str:
        table = ControlTable.objects.visible_to(scope_of(self.request))
        found = table.filter(item=line.item, year=year).first()
        if found is not None:
            return reverse("plan-control-table", args=[found.pk])
        if scope_of(self.request).may(Capability.STEER_PLAN) and current().as_of is None:
            return reverse("plan-control-set", args=[line.item.notice_id, line.item.key, year])
        return ""

    def _bodies(self, line: Line) -> list[BodyRow]:
        scope = scope_of(self.request)
        return [
            BodyRow(
                name=duty.printed_name,
                role=duty.get_role_display(),
                url=body_url(duty.body.code)
                if duty.body is not None and sees_body(scope, duty.body)
                else "",
            )
            for duty in duties_of(line.item.pk)
        ]

    def _sub_goal(self, request: HttpRequest) -> HttpResponse:
        goal = sub_goal(common.notice_in_view(request), clock.now())
        if goal is None:
            raise NotFound
        return render(request, "plan/indicators/subgoal.html", goal_context(request, goal))


def year_row(key: str, year: YearValue, *, is_shown: bool = False) -> YearRow:
    fact = year.fact
    top, bottom = fact.numerator, fact.denominator
    return YearRow(
        year=fact.year,
        top=top.value,
        top_from=" · ".join(
            part for part in (_(top.source) if top.source else "", top.edition) if part
        ),
        records=top.records,
        records_url=common.records_url(key, fact.year) if top.records else "",
        beside=top.beside,
        bottom=bottom.value,
        bottom_from=bottom.edition,
        value=common.number_text(year.value),
        missing="；".join(lack.text(_) for lack in year.missing),
        is_running=not fact.is_whole,
        interval=_interval(year) if is_shown else "",
    )


def _interval(year: YearValue) -> str:
    """The exact interval of a count of deaths, where there is one."""
    top = year.fact.numerator.value
    if top is None or top != top.to_integral_value() or top > MOST_EXACT:
        return ""
    low, high = exact_interval(int(top))
    return f"{low:.2f}–{high:.2f}"


MOST_EXACT = 1000
"""Over this a count is no small number any more, and person-times are no independent events."""


def _readings(standing: Standing) -> list[tuple[str, str]]:
    if not standing.indicator.yearly_mean:
        return []
    return [
        (_("mean of the yearly ratios"), common.number_text(standing.mean_of_yearly_ratios)),
        (_("ratio of the sums"), common.number_text(standing.ratio_of_sums)),
    ]


def _asked_year(text: str, standing: Standing, found: Board) -> int:
    years = [each.fact.year for each in standing.yearly]
    if text.isdecimal() and int(text) in years:
        return int(text)
    over = [year for year in years if year <= found.period.last]
    return max(over or years or [found.period.last])


def _unit_row(line: Line, year: YearValue, unit: Any, figure: ControlFigure | None) -> UnitRow:
    fact = year.fact
    control = None if figure is None else figure.value
    return UnitRow(
        unit=unit.short_name,
        top=fact.numerator.value,
        records_url=common.records_url(line.item.key, fact.year, unit.code)
        if fact.numerator.records
        else "",
        bottom=fact.denominator.value,
        value=common.number_text(year.value),
        missing="；".join(lack.text(_) for lack in year.missing),
        control=control,
        paper="" if figure is None else figure.paper_number,
        badge=_against(line, year, control),
    )


def _against(line: Line, year: YearValue, control: Decimal | None) -> Badge | None:
    """The unit's figure against its control figure: deaths by number, rates by value."""
    held = year.fact.numerator.value
    if line.indicator.kind is IndicatorKind.RATIO:
        held = None if year.value is UNKNOWN else year.value
    if control is None or held is None:
        return None
    if held > control:
        return Badge(text=_("over the control figure"), tone="red", icon="warn")
    return Badge(text=_("within the control figure"), tone="green", icon="check")


COLUMNS = (
    Column(name="year", label=gettext_lazy("year"), value=lambda r: str(r.year), is_title=True),
    Column(name="top", label=gettext_lazy("numerator"), value=lambda r: r.top, align="end"),
    Column(name="from", label=gettext_lazy("counted from"), value=lambda r: r.top_from),
    Column(
        name="bottom", label=gettext_lazy("denominator"), value=lambda r: r.bottom, align="end"
    ),
    Column(name="edition", label=gettext_lazy("edition"), value=lambda r: r.bottom_from),
    Column(name="value", label=gettext_lazy("value"), value=lambda r: r.value, align="end"),
    Column(name="missing", label=gettext_lazy("missing"), value=lambda r: r.missing),
)


def _sheet(line: Line) -> Sheet:
    standing = line.verdict.known()
    return Sheet(
        title=line.item.indicator_name or line.item.heading,
        columns=COLUMNS,
        rows=[year_row(line.item.key, year) for year in standing.yearly],
        now=clock.now(),
        mark=demonstration_mark(),
    )
