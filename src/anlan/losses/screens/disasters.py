"""Natural disasters: the list, and one with its table of units, sums and relief level."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.rules.verdict import UNKNOWN as UNDECIDED
from anlan.base.screens.cells import Badge, Column, Text, shown
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.losses.actions.disaster_clocks import SUBJECT
from anlan.losses.choices import Hazard
from anlan.losses.models import Disaster, DisasterFigure
from anlan.losses.queries.disasters import Sums, held_figures, relief_of, sums_of
from anlan.losses.rules.disaster_figures import FEN, FIELD_LABELS, fallen
from anlan.losses.rules.grades import RESPONSE_LABELS, ResponseLevel
from anlan.losses.screens.clocks import clocks_of
from anlan.losses.screens.common import basis_of, disaster_url, wan
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    UNKNOWN,
    mark_choices,
    unit_choices,
)

TOP = ("affected_person_times", "deaths", "missing", "direct_loss_fen")
LEVEL_TONES = {"I": "red", "II": "orange", "III": "yellow", "IV": "blue", "NONE": "grey"}


def year_choices(scope: Scope) -> list[tuple[str, Text]]:
    days = Disaster.objects.visible_to(scope).dates("began_on", "year", order="DESC")
    return [(str(day.year), str(day.year)) for day in days]


def of_unit(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Processes opened by a unit, and those for which it reported."""
    hit = DisasterFigure.objects.filter(unit__code=code).values("disaster")
    return rows.filter(unit__code=code) | rows.filter(pk__in=hit)


def figure_text(name: str, value: Any) -> Any:
    """A figure as it is shown: money in 10 000 yuan; None stays None."""
    if value is None:
        return None
    return wan(value) if name in FEN else shown(value)


def sum_text(sums: Sums, name: str) -> str:
    """A sum, or "at least" when a unit has not reported the field."""
    text = figure_text(name, sums.values[name])
    if text is None:
        return str(UNKNOWN)
    if name in sums.gaps:
        return gettext("at least {figure}").format(figure=text)
    return str(text)


class DisasterList(RegisterList):
    model = Disaster
    capability = Capability.READ_INTERNAL
    title = _("Natural disasters")
    lead = _("Processes with the figures of each unit, as the statistics system asks for them.")
    empty = _("No process is recorded that your post may see. Open the first one above.")
    columns = (
        Column(
            name="title",
            label=_("title"),
            value=lambda d: d.title,
            link=disaster_url,
            is_title=True,
        ),
        Column(name="code", label=_("number"), value=lambda d: d.code, sort=("code",)),
        Column(
            name="hazard",
            label=_("hazard"),
            value=lambda d: d.get_hazard_display(),
            sort=("hazard", "-began_on"),
        ),
        Column(name="began", label=_("began on"), value=lambda d: d.began_on, sort=("began_on",)),
        Column(
            name="ended", label=_("ended on"), value=lambda d: d.ended_on, missing=_("not yet")
        ),
        Column(name="unit", label=_("opened by"), value=lambda d: d.unit.short_name),
        Column(
            name="units",
            label=_("units that reported"),
            value=lambda d: d.unit_count,
            sort=("unit_count",),
            align="end",
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="unit", label=_("unit"), choices=unit_choices, narrow=of_unit),
        Filter(name="year", label=_("year"), choices=year_choices, field="began_on__year"),
        Filter(name="hazard", label=_("hazard"), choices=choices_of(Hazard), field="hazard"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("title__icontains", "code__istartswith")
    default_sort = "-began"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit").annotate(
            unit_count=Count("figures__unit", distinct=True)
        )

    def actions(self) -> Sequence[Action]:
        found = [Action(label=_("Figures by report"), url=reverse("disaster-figure-list"))]
        scope = scope_of(self.request)
        if scope.may(Capability.KEEP_REGISTERS) or scope.kept_units:
            url = reverse("disaster-open")
            found.append(Action(label=_("Open a process"), url=url, icon="plus", is_primary=True))
        return found


class DisasterObject(RegisterObject):
    model = Disaster
    capability = Capability.READ_INTERNAL
    url_name = "disaster"
    subject = "losses.disaster"
    order_key = ("began_on", "pk")
    template_name = "losses/disaster.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit")

    def held(self, row: Disaster) -> list[DisasterFigure]:
        return list(held_figures([row.pk], scope_of(self.request)))

    def badges(self, row: Disaster) -> Sequence[Badge]:
        return (Badge(text=row.get_hazard_display(), tone="blue", icon="info"),)

    def crumbs(self, row: Disaster) -> Sequence[tuple[str, Text]]:
        return ((reverse("disaster-list"), _("Natural disasters")),)

    def api_url(self, row: Disaster) -> str:
        return f"/api/v1/disasters/{row.pk}"

    def actions(self, row: Disaster) -> Sequence[Action]:
        scope = scope_of(self.request)
        if not scope.may(Capability.KEEP_REGISTERS) and not scope.kept_units:
            return ()
        found = []
        if scope.may_keep_for(row.unit.code):
            url = reverse("disaster-change", args=[row.pk])
            found.append(Action(label=_("Change"), url=url))
        report = reverse("disaster-report", args=[row.pk])
        found.append(Action(label=_("Report figures"), url=report, icon="plus", is_primary=True))
        return found

    def figures(self, row: Disaster) -> Sequence[tuple[Text, Any, str]]:
        sums = sums_of(self.held(row))
        return tuple((_(FIELD_LABELS[name]), sum_text(sums, name), "") for name in TOP)

    def facts(self, row: Disaster) -> Sequence[Fact]:
        return (
            fact(_("number of the process"), row.code),
            fact(_("hazard"), row.get_hazard_display()),
            fact(_("began on"), row.began_on),
            fact(_("onset at"), row.began_at, missing=_("not told: no clocks")),
            fact(_("ended on"), row.ended_on, missing=_("not yet")),
            fact(_("counted in the year"), str(row.began_on.year)),
            fact(_("opened by"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
            fact(_("note"), row.note),
        )

    def relations(self, row: Disaster) -> Sequence[Relation]:
        rows = list(
            DisasterFigure.objects.visible_to(scope_of(self.request))
            .filter(disaster=row)
            .select_related("unit", "body__unit")
            .order_by("unit__position", "number")
        )
        return (
            Relation(
                label=_("Reports as they came"),
                columns=report_columns(rows),
                rows=sorted(rows, key=lambda f: (f.known_at, f.number), reverse=True),
                count=len(rows),
                empty=_("Nothing was reported yet."),
                url=f"{reverse('disaster-figure-list')}?q={row.code}" if rows else "",
                anchor="reports",
            ),
            clocks_of(
                self.request,
                SUBJECT,
                row.pk,
                empty=_("No clock runs: the hour of the onset was not told."),
            ),
        )

    def more_context(self, row: Disaster) -> dict[str, Any]:
        rows = self.held(row)
        sums = sums_of(rows)
        table = []
        for name, label in FIELD_LABELS.items():
            cells = [figure_text(name, getattr(each, name)) for each in rows]
            if any(cell is not None for cell in cells):
                table.append((_(label), cells, sum_text(sums, name)))
        relief = relief_of(row, sums)
        basis = basis_of(str(_("relief response by the figures")), relief_text(relief), relief)
        return {"bases": [basis] if rows else [], "units": [r.unit for r in rows], "table": table}


def relief_text(verdict: Any) -> str:
    """The level, or what it is at least."""
    if verdict.value is not UNDECIDED:
        return gettext(RESPONSE_LABELS[verdict.known()])
    least = ResponseLevel(dict(verdict.reasons[0].details)["at_least"])
    if least is ResponseLevel.NONE:
        return gettext("not decided: figures are missing")
    return gettext("at least {grade}").format(grade=gettext(RESPONSE_LABELS[least]))


def report_columns(rows: Sequence[DisasterFigure]) -> tuple[Column, ...]:
    """Reports with what fell against the one before of the same unit."""
    before: dict[Any, DisasterFigure] = {}
    earlier: dict[Any, DisasterFigure | None] = {}
    for row in rows:
        earlier[row.pk] = before.get(row.unit_id)
        before[row.unit_id] = row

    def changed(row: DisasterFigure) -> str:
        former = earlier[row.pk]
        if former is None:
            return gettext("first statement of the unit")
        names = [name for name in FIELD_LABELS if getattr(former, name) != getattr(row, name)]
        fell = set(fallen(former.to_domain(), row.to_domain()))
        parts = [
            f"{gettext(FIELD_LABELS[n])} {figure_text(n, getattr(former, n)) or '—'} → "
            f"{figure_text(n, getattr(row, n)) or '—'}{' ↓' if n in fell else ''}"
            for n in names
        ]
        return "；".join(parts) or gettext("the same figures")

    return (
        Column(
            name="unit",
            label=_("unit"),
            value=lambda f: f"{f.unit.short_name} · {f.number}",
            link=lambda f: reverse("disaster-figure", args=[f.pk]),
            is_title=True,
        ),
        Column(name="kind", label=_("report"), value=lambda f: f.get_report_kind_display()),
        Column(name="at", label=_("reported at"), value=lambda f: f.reported_at),
        Column(name="body", label=_("reported by"), value=lambda f: f.body),
        Column(name="changed", label=_("what changed"), value=changed),
        Column(name="note", label=_("note"), value=lambda f: f.note),
        Column(name="by", label=_("entered by"), value=lambda f: actor_label(f.entered_by)),
        Column(name="known", label=_("entered at"), value=lambda f: f.known_at),
        SOURCE_COLUMN,
    )


def field_column(name: str) -> Column:
    label = FIELD_LABELS[name]
    return Column(
        name=name.replace("_", "-"),
        label=_(label),
        value=lambda f: figure_text(name, getattr(f, name)),
        sort=(name,),
        align="end",
        missing=UNKNOWN,
        shown=name in TOP,
    )


class FigureList(RegisterList):
    """Every report of every unit: what comes in by a file, and goes out as one."""

    model = DisasterFigure
    capability = Capability.READ_INTERNAL
    title = _("Figures of natural disasters")
    lead = _("One line a unit and report. The newest of a unit holds; the others stay.")
    empty = _("No figures are reported that your post may see. Open a process and report.")
    columns = (
        Column(
            name="disaster",
            label=_("disaster"),
            value=lambda f: f"{f.disaster.title} · {f.unit.short_name}",
            link=lambda f: reverse("disaster-figure", args=[f.pk]),
            sort=("disaster__began_on", "unit__position", "number"),
            is_title=True,
        ),
        Column(name="unit", label=_("unit"), value=lambda f: f.unit.short_name),
        Column(name="number", label=_("report number"), value=lambda f: f.number, align="end"),
        Column(name="kind", label=_("report"), value=lambda f: f.get_report_kind_display()),
        Column(
            name="at", label=_("reported at"), value=lambda f: f.reported_at, sort=("reported_at",)
        ),
        *(field_column(name) for name in FIELD_LABELS),
        Column(name="note", label=_("note"), value=lambda f: f.note, shown=False),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(
            name="hazard",
            label=_("hazard"),
            choices=choices_of(Hazard),
            field="disaster__hazard",
        ),
        Filter(
            name="held",
            label=_("statements"),
            choices=lambda scope: [("yes", _("those that hold")), ("no", _("those replaced"))],
            narrow=lambda rows, code: rows.filter(superseded_at__isnull=code == "yes"),
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("disaster__title__icontains", "disaster__code__istartswith")
    default_sort = "-disaster"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("disaster", "unit")

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("disaster-list"), _("Natural disasters")),)


class FigureObject(RegisterObject):
    model = DisasterFigure
    capability = Capability.READ_INTERNAL
    url_name = "disaster-figure"
    subject = "losses.disasterfigure"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("disaster", "unit", "body__unit")

    def heading(self, row: DisasterFigure) -> Text:
        return f"{row.disaster.title} · {row.unit.short_name} · {row.number}"

    def neighbours_among(self, row: DisasterFigure) -> QuerySet[Any] | None:
        visible: QuerySet[Any] = DisasterFigure.objects.visible_to(scope_of(self.request))
        return visible.filter(disaster=row.disaster_id)

    def crumbs(self, row: DisasterFigure) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("disaster-list"), _("Natural disasters")),
            (disaster_url(row.disaster), row.disaster.title),
        )

    def facts(self, row: DisasterFigure) -> Sequence[Fact]:
        figures = [
            fact(_(label), figure_text(name, getattr(row, name)), missing=UNKNOWN)
            for name, label in FIELD_LABELS.items()
        ]
        return (
            fact(_("disaster"), row.disaster.title, url=disaster_url(row.disaster)),
            fact(_("reporting unit"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
            fact(_("report"), row.get_report_kind_display()),
            fact(_("reported at"), row.reported_at),
            fact(_("reported by"), row.body, url=reverse("body", args=[row.body.code])),
            fact(_("entered by"), actor_label(row.entered_by)),
            fact(_("entered at"), row.known_at),
            fact(_("held until"), row.superseded_at, missing=_("holds now")),
            *figures,
            fact(_("note"), row.note),
        )
