"""Forms of natural disasters: open, correct, and the table of figures."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.losses.actions.disasters import (
    How,
    NewDisaster,
    UnitReport,
    change_disaster,
    open_disaster,
    report_disaster,
)
from anlan.losses.choices import ReportKind
from anlan.losses.forms.disasters import NOTE, SEEN, DisasterChangeForm, DisasterForm, FiguresForm
from anlan.losses.models import Disaster, DisasterFigure
from anlan.losses.queries.disasters import held_figures, units_for
from anlan.losses.queries.offered import bodies_kept, own_body
from anlan.losses.rules.disaster_figures import FIELD_LABELS, DisasterFigures
from anlan.registers.screens.keeping import KeptForm, kept_units


class DisasterOpen(KeptForm):
    form_class: Any = DisasterForm
    title = _("Open a disaster process")
    lead = _("One process from its beginning to its end; units then report their figures.")
    submit = _("Open the process")

    def initial(self) -> dict[str, Any]:
        units = list(kept_units(self.scope)[:2])
        return {"unit": units[0] if len(units) == 1 else None, "began_on": clock.today()}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"unit": kept_units(self.scope)}

    def perform(self, asked: Asked) -> str:
        made = open_disaster(NewDisaster(**asked.values), **self.told(asked))
        return reverse("disaster-report", args=[made["id"]])

    def back(self) -> str:
        return reverse("disaster-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("disaster-list"), _("Natural disasters"))]


class OneDisaster(KeptForm):
    kwargs: dict[str, uuid.UUID]

    def disaster(self) -> Disaster:
        row: Disaster = self.one(Disaster, pk=self.kwargs["pk"])
        return row

    def back(self) -> str:
        return reverse("disaster", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        listed = (reverse("disaster-list"), _("Natural disasters"))
        return [listed, (self.back(), self.disaster().title)]


class DisasterChange(OneDisaster):
    form_class: Any = DisasterChangeForm
    title = _("Change a disaster process")
    lead = _("The day it began decides the year in which it is counted, and stands.")

    def current(self) -> Disaster:
        return self.disaster()

    def initial(self) -> dict[str, Any]:
        row = self.disaster()
        return {n: getattr(row, n) for n in ("title", "hazard", "ended_on", "note")}

    def perform(self, asked: Asked) -> str:
        change_disaster(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class DisasterReport(OneDisaster):
    """The table: one column a unit, one line a field; `?unit=` narrows it for a telephone."""

    form_class: Any = FiguresForm
    title = _("Report figures of a disaster")
    lead = _(
        "One column a unit. What is not known stays empty, 0 means none. Units whose cells you "
        "leave as they are report nothing; figures known before stay in the history."
    )
    submit = _("Report")
    template_name = "losses/figures_form.html"

    def current(self) -> None:
        self.disaster()

    def units(self) -> list[Any]:
        """Units for which the reader may report: all for the plan office, the own of a county."""
        day = self.disaster().began_on
        kept = set(kept_units(self.scope).values_list("pk", flat=True))
        found = [unit for unit in units_for(self.scope, day) if unit.pk in kept]
        wanted = self.request.GET.get("unit", "")
        return [unit for unit in found if unit.code == wanted] or found

    def held(self) -> dict[Any, DisasterFigure]:
        """The last statement of each unit, as far as the reader sees it."""
        rows = held_figures([self.kwargs["pk"]], self.scope)
        return {row.unit_id: row for row in rows}

    def form_arguments(self) -> dict[str, Any]:
        return {"offered": {"body": bodies_kept(self.scope)}, "units": self.units()}

    def initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "report_kind": ReportKind.FOLLOW_UP if self.held() else ReportKind.INITIAL,
            "reported_at": clock.now(),
            "body": own_body(self.scope),
        }
        held = self.held()
        for unit in self.units():
            row = held.get(unit.pk)
            found[f"{unit.code}__{SEEN}"] = row.number if row else 0
            for name in FIELD_LABELS:
                found[f"{unit.code}__{name}"] = getattr(row, name) if row else None
            found[f"{unit.code}__{NOTE}"] = ""
        return found

    def perform(self, asked: Asked) -> str:
        form = self._form
        held, reports = self.held(), []
        for unit in form.units:
            figures, note, seen = form.figures_of(unit)
            row = held.get(unit.pk)
            before = row.to_domain() if row else DisasterFigures()
            if figures != before or note:
                reports.append(UnitReport(unit=unit, figures=figures, note=note, seen=seen))
        values = asked.values
        how = How(
            report_kind=values["report_kind"],
            reported_at=values["reported_at"],
            body=values["body"],
            source=values["source"],
        )
        report_disaster(self.kwargs["pk"], tuple(reports), how, **self.told(asked))
        return f"{self.back()}#reports"

    def post(self, request: Any, **kwargs: Any) -> Any:
        """The valid form is needed by unit, not only by field."""
        self._form = self.form_class(request.POST, **self.form_arguments())
        self._form.is_valid()
        return super().post(request, **kwargs)

    def more_context(self) -> dict[str, Any]:
        return {"units": self.units(), "row": self.disaster()}
