"""Forms of accidents: enter, report, correct, count."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import Invalid, Refused
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm
from anlan.losses.actions.accidents import (
    NewAccident,
    Report,
    add_accident,
    change_accident,
    decide_counting,
    report_accident,
)
from anlan.losses.actions.errors import LikelyDuplicate
from anlan.losses.actions.stating import FIGURES, Figures
from anlan.losses.choices import ReportKind
from anlan.losses.forms.accidents import (
    AccidentChangeForm,
    AccidentForm,
    CountingForm,
    ReportForm,
)
from anlan.losses.models import Accident
from anlan.losses.queries.accidents import likely_same
from anlan.losses.queries.offered import (
    bodies_kept,
    enterprise_named,
    enterprises_offered,
    own_body,
    regions_offered,
    sectors_on,
    units_kept,
)
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.keeping import KeptForm


class EnterpriseNotFound(Invalid):
    code = "enterprise-not-found"
    message = gettext_noop(
        "No single enterprise “{text}” is in the register. Write its full name or credit code, or "
        "leave it empty and add it later."
    )


def enterprise_of(scope: Scope, text: str) -> Any:
    """The enterprise that was typed; None when nothing was."""
    if not text.strip():
        return None
    found = enterprise_named(scope, text)
    if found is None:
        raise EnterpriseNotFound(field="enterprise", text=text.strip())
    return found


class AccidentAdd(KeptForm):
    form_class: Any = AccidentForm
    title = _("Enter an accident")
    lead = _("What is not known yet stays empty and follows with the next report.")
    submit = _("Enter the accident")
    template_name = "losses/accident_form.html"

    def initial(self) -> dict[str, Any]:
        units = list(units_kept(self.scope)[:2])
        body = own_body(self.scope)
        return {
            "unit": units[0] if len(units) == 1 else None,
            "body": body,
            "kind": "general",
            "occurred_at": clock.now(),
        }

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {
            "unit": units_kept(self.scope),
            "sector": sectors_on(clock.today()),
            "body": bodies_kept(self.scope),
            "region": regions_offered(self.scope),
        }

    def perform(self, asked: Asked) -> str:
        values = dict(asked.values)
        figures = Figures(**{name: values.pop(name) for name in FIGURES})
        values["enterprise"] = enterprise_of(self.scope, values["enterprise"])
        made = add_accident(
            NewAccident(**values),
            Report(figures=figures, report_kind=ReportKind.INITIAL),
            **self.told(asked),
        )
        return reverse("accident", args=[made["id"]])

    def _refused(self, form: ReasonedForm, refusal: Refused) -> HttpResponse:
        """Accidents that look alike are named, and the box to say that it is another one."""
        if not isinstance(refusal, LikelyDuplicate):
            return super()._refused(form, refusal)
        form.ask_whether_other()  # type: ignore[attr-defined]
        data = form.cleaned_data
        alike = likely_same(
            self.scope,
            occurred_at=data["occurred_at"],
            unit=data["unit"].pk,
            sector=data["sector"].pk,
            enterprise=getattr(enterprise_of(self.scope, data["enterprise"]), "pk", None),
        )
        form.add_error("is_other", refusal.text())
        return self._page(form, status=refusal.status, alike=alike)

    def back(self) -> str:
        return reverse("accident-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("accident-list"), _("Accidents"))]

    def more_context(self) -> dict[str, Any]:
        return {"enterprises": enterprises_offered(self.scope)}


class OneAccident(KeptForm):
    """A form of one accident."""

    kwargs: dict[str, uuid.UUID]

    def current(self) -> Accident:
        row: Accident = self.one(Accident, pk=self.kwargs["pk"])
        return row

    def back(self) -> str:
        return reverse("accident", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("accident-list"), _("Accidents")),
            (self.back(), self.current().title),
        ]


class AccidentChange(OneAccident):
    form_class = AccidentChangeForm
    title = _("Change an accident")
    lead = _("Figures are changed by a report, never here.")
    template_name = "losses/accident_form.html"

    def initial(self) -> dict[str, Any]:
        row = self.current()
        names = ("title", "occurred_at", "kind", "address", "head_told_at", "source")
        names += ("people_at_risk", "people_trapped", "people_evacuated", "people_observed")
        names += ("threat",)
        links = ("unit", "region", "sector", "body")
        return {
            **{name: getattr(row, name) for name in names},
            **{name: getattr(row, f"{name}_id") for name in links},
            "longitude_deg": row.longitude_deg,
            "latitude_deg": row.latitude_deg,
            "enterprise": row.enterprise.name if row.enterprise else "",
        }

    def offered(self) -> dict[str, QuerySet[Any]]:
        row = self.current()
        bodies, sectors = bodies_kept(self.scope), sectors_on(clock.today())
        return {
            "unit": units_kept(self.scope) | type(row.unit).objects.filter(pk=row.unit_id),
            "sector": sectors | type(row.sector).objects.filter(pk=row.sector_id),
            "body": bodies | type(row.body).objects.filter(pk=row.body_id),
            "region": regions_offered(self.scope),
        }

    def perform(self, asked: Asked) -> str:
        values = dict(asked.values)
        row = self.current()
        named = row.enterprise.name if row.enterprise else ""
        typed = values.pop("enterprise")
        values["enterprise"] = (
            row.enterprise if typed.strip() == named else enterprise_of(self.scope, typed)
        )
        values["region"] = values["region"] or values["unit"].region
        change_accident(
            self.kwargs["pk"],
            values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def more_context(self) -> dict[str, Any]:
        return {"enterprises": enterprises_offered(self.scope)}


class AccidentReport(OneAccident):
    form_class = ReportForm
    title = _("Report figures of an accident")
    lead = _("The figures known before stay; what you enter stands as a further report.")
    submit = _("Report")

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {
            **{name: getattr(row, name) for name in FIGURES},
            "report_kind": ReportKind.FOLLOW_UP,
            "reported_at": clock.now(),
            "changed_on": clock.today(),
            "body": own_body(self.scope) or row.body_id,
        }

    def offered(self) -> dict[str, QuerySet[Any]]:
        row = self.current()
        bodies = bodies_kept(self.scope)
        return {"body": bodies | type(row.body).objects.filter(pk=row.body_id)}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        report_accident(
            self.kwargs["pk"],
            Report(
                figures=Figures(**{name: values[name] for name in FIGURES}),
                report_kind=values["report_kind"],
                reported_at=values["reported_at"],
                changed_on=values["changed_on"],
                note=values["note"],
            ),
            body=values["body"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return f"{self.back()}#statements"


class AccidentCounting(OneAccident):
    capability = Capability.KEEP_REGISTERS
    form_class = CountingForm
    title = _("Counted in the statistics or not")
    lead = _("An accident is counted until a document says otherwise.")

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {"counting": row.counting, "counting_note": row.counting_note}

    def perform(self, asked: Asked) -> str:
        decide_counting(
            self.kwargs["pk"],
            counting=asked.values["counting"],
            counting_note=asked.values["counting_note"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()
