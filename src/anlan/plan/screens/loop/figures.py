"""Control figures: tables as a list and as pages with the check of their sum; writing one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotAllowed
from anlan.base.records import Record
from anlan.base.rules.verdict import UNKNOWN, Verdict
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.figures import NewTable, UnitFigure, set_control_table
from anlan.plan.choices import NATURE_CHOICES
from anlan.plan.forms.loop import ControlTableForm
from anlan.plan.models import ControlFigure, ControlTable, PlanItem
from anlan.plan.queries.loop.figures import check_table
from anlan.plan.rules.loop.control_figures import Nature, Sum
from anlan.plan.screens.common import item_url
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.common import crumbs_of, item_of_path, tab_url
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability

SUM_LOOKS = {
    Sum.EQUAL: ("green", "check"),
    Sum.OVER: ("red", "warn"),
    Sum.UNDER: ("yellow", "warn"),
}


def table_url(row: ControlTable) -> str:
    return reverse("plan-control-table", args=[row.pk])


def sum_badge(verdict: Verdict[Sum]) -> Badge:
    if verdict.value is UNKNOWN:
        return Badge(text=_("not determinable"), tone="grey", icon="info")
    tone, icon = SUM_LOOKS[verdict.known()]
    return Badge(text=_(verdict.known().label), tone=tone, icon=icon)


COLUMNS = (
    Column(
        name="item",
        label=gettext_lazy("item"),
        value=lambda t: t.item.key,
        link=lambda t: item_url(t.item),
        sort=("item__position", "year"),
    ),
    Column(
        name="indicator",
        label=gettext_lazy("indicator"),
        value=lambda t: t.item.indicator_name or t.item.heading,
        link=table_url,
        is_title=True,
    ),
    Column(
        name="year",
        label=gettext_lazy("year"),
        value=lambda t: str(t.year),
        sort=("year",),
        align="end",
    ),
    Column(
        name="city",
        label=gettext_lazy("the city's figure"),
        value=lambda t: t.city_value,
        align="end",
        missing=gettext_lazy("not yet"),
    ),
    Column(
        name="units",
        label=gettext_lazy("units with a figure"),
        value=lambda t: t.given,
        align="end",
    ),
    Column(name="sum", label=gettext_lazy("sum"), value=lambda t: sum_badge(check_table(t))),
    Column(
        name="number",
        label=gettext_lazy("document number"),
        value=lambda t: t.document_number,
    ),
)


class ControlTableList(RegisterList):
    model = ControlTable
    title = gettext_lazy("Control figures")
    lead = gettext_lazy("The city's figure of an indicator and year, given to the units.")
    empty = gettext_lazy("No figure yet. Open an indicator and its tab “Control figures”.")
    columns = COLUMNS
    search_fields = ("item__key__iexact", "item__heading__icontains")
    default_sort = "item"
    filters = (
        Filter(
            name="nature",
            label=gettext_lazy("kind of number"),
            choices=fixed(NATURE_CHOICES),
            field="nature",
        ),
    )

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("item").annotate(given=Count("figures"))

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)


FIGURE_COLUMNS = (
    Column(
        name="unit",
        label=gettext_lazy("reporting unit"),
        value=lambda f: f.unit.short_name,
        is_title=True,
    ),
    Column(
        name="value",
        label=gettext_lazy("control figure"),
        value=lambda f: f.value,
        align="end",
    ),
    Column(
        name="paper",
        label=gettext_lazy("responsibility paper"),
        value=lambda f: f.paper_number,
    ),
)


class ControlTableObject(RegisterObject):
    model = ControlTable
    url_name = "plan-control-table"
    subject = "plan.controltable"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("item__notice")

    def neighbours_among(self, row: Any) -> None:
        return None

    def heading(self, row: ControlTable) -> Text:
        name = row.item.indicator_name or row.item.heading
        return _("{indicator}, {year}").format(indicator=name, year=row.year)

    def badges(self, row: ControlTable) -> Sequence[Badge]:
        return [sum_badge(check_table(row))]

    def crumbs(self, row: ControlTable) -> Sequence[tuple[str, Text]]:
        return crumbs_of(row.item, "figures", _("Control figures"))

    def facts(self, row: ControlTable) -> Sequence[Fact]:
        verdict = check_table(row)
        notes = [reason.note.text(_) for reason in verdict.reasons if reason.note is not None]
        return [
            fact(_("item"), str(row.item), url=item_url(row.item)),
            fact(_("the city's figure"), row.city_value, missing=_("not yet")),
            fact(_("kind of number"), row.get_nature_display()),
            fact(_("sum"), sum_badge(verdict)),
            fact(_("basis"), "；".join(notes)),
            fact(_("document number"), row.document_number),
            fact(_("issued on"), row.issued_on),
        ]

    def relations(self, row: ControlTable) -> Sequence[Relation]:
        seen = ControlFigure.objects.visible_to(scope_of(self.request)).filter(table=row)
        rows = list(seen.select_related("unit"))
        return [
            Relation(
                label=_("Control figures"),
                columns=FIGURE_COLUMNS,
                rows=rows,
                empty=_("No unit in your view has a figure yet."),
                count=len(rows),
            )
        ]

    def actions(self, row: ControlTable) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.STEER_PLAN):
            return ()
        url = reverse("plan-control-set", args=[row.item.notice_id, row.item.key, row.year])
        return (Action(label=_("Change"), url=url, icon="edit", is_primary=True),)


class ControlTableScreen(RegisterForm):
    """The whole table of a year; nothing is saved by halves."""

    form_class = ControlTableForm
    title = gettext_lazy("Control figures")
    lead = gettext_lazy("Leave a number empty while none was given: a missing figure is no zero.")
    item: PlanItem

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        self.item = item_of_path(self.request, kwargs["notice"], kwargs["key"])
        if not scope_of(self.request).may(Capability.STEER_PLAN):
            raise NotAllowed

    def current(self) -> Record | None:
        year = self.kwargs.get("year") or 0
        return ControlTable.objects.filter(item=self.item, year=year).first()

    def form_arguments(self) -> dict[str, Any]:
        return {"units": [(unit.code, unit.short_name) for unit in registers.reporting_units()]}

    def initial(self) -> dict[str, Any]:
        table = self.current()
        if not isinstance(table, ControlTable):
            year = self.kwargs.get("year") or clock.today().year
            return {"year": year, "nature": nature_of(self.item).value}
        values: dict[str, Any] = {
            "year": table.year,
            "nature": table.nature,
            "city_value": _plain(table.city_value),
            "document_number": table.document_number,
            "issued_on": table.issued_on,
        }
        for figure in table.figures.select_related("unit"):
            values[f"unit_{figure.unit.code}"] = _plain(figure.value)
            values[f"paper_{figure.unit.code}"] = figure.paper_number
        return values

    def perform(self, asked: Asked) -> str:
        values = asked.values
        figures = {
            name.removeprefix("unit_"): UnitFigure(
                value=value, paper_number=values[f"paper_{name.removeprefix('unit_')}"]
            )
            for name, value in values.items()
            if name.startswith("unit_") and value is not None
        }
        made = set_control_table(
            NewTable(
                item=self.item.pk,
                year=values["year"],
                nature=Nature(values["nature"]),
                city_value=values["city_value"],
                figures=figures,
                document_number=values["document_number"],
                issued_on=values["issued_on"],
            ),
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("plan-control-table", args=[made["id"]])

    def back(self) -> str:
        return tab_url(self.item, "figures")

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.item, "figures", _("Control figures"))


def nature_of(item: PlanItem) -> Nature:
    """A change is counted (deaths), a limit is a rate; a person may choose otherwise."""
    is_change = item.indicator_operator in ("up", "down")
    return Nature.WHOLE if is_change else Nature.RATE


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
