"""Forms of an enterprise: entry, change, and how it stands."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.registers.actions.enterprises import (
    NewPerson,
    add_enterprise,
    change_enterprise,
    set_enterprise_state,
)
from anlan.registers.choices import DataGrade
from anlan.registers.forms.enterprises import NEW_PERSON, EnterpriseForm, EnterpriseStateForm
from anlan.registers.models import Enterprise, Person
from anlan.registers.screens.enterprises import COLUMNS
from anlan.registers.screens.keeping import (
    KeptForm,
    columns_of,
    county_regions,
    kept_units,
    people_seen,
)


class EnterpriseAdd(KeptForm):
    form_class = EnterpriseForm
    title = _("Enter an enterprise")
    lead = _("A wrong code is refused with the reason; an unknown one may stay empty.")

    def initial(self) -> dict[str, Any]:
        units = list(kept_units(self.scope)[:2])
        only = units[0] if len(units) == 1 else None
        return {"unit": only, "region": only and only.region_id, "grade": DataGrade.INTERNAL}

    def offered(self) -> dict[str, QuerySet[Any]]:
        people = people_seen(self.scope)
        return {
            "unit": kept_units(self.scope),
            "region": county_regions(self.scope),
            "legal_representative": people,
            "safety_officer": people,
        }

    def perform(self, asked: Asked) -> str:
        values, people = split(asked.values)
        result = add_enterprise(values, people=people, **self.told(asked))
        return reverse("enterprise", args=[result["id"]])

    def back(self) -> str:
        return reverse("enterprise-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("enterprise-list"), _("Enterprises"))]


def split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, NewPerson]]:
    """Columns, and the people who are entered with them."""
    columns = {name: value for name, value in values.items() if not name.startswith("new_")}
    mobiles = {"safety_officer": values["new_safety_officer_mobile"]}
    people = {
        name: NewPerson(name=values[f"new_{name}"], mobile=mobiles.get(name, ""))
        for name in NEW_PERSON
        if values[f"new_{name}"]
    }
    return columns, people


class EnterpriseChange(EnterpriseAdd):
    title = _("Change an enterprise")
    lead = ""

    def current(self) -> Enterprise:
        row: Enterprise = self.one(Enterprise, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), COLUMNS)

    def offered(self) -> dict[str, QuerySet[Any]]:
        """Who answers today stays a choice even where the reader does not see them elsewhere."""
        row = self.current()
        found = super().offered()
        for name in NEW_PERSON:
            kept = getattr(row, f"{name}_id")
            if kept is not None and not found[name].filter(pk=kept).exists():
                found[name] = Person.objects.filter(pk=kept) | Person.objects.visible_to(
                    self.scope
                )
        return found

    def perform(self, asked: Asked) -> str:
        values, people = split(asked.values)
        change_enterprise(
            self.kwargs["pk"],
            values,
            people=people,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("enterprise", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [*super().crumbs(), (self.back(), self.current().name)]


class EnterpriseStateChange(KeptForm):
    form_class = EnterpriseStateForm
    title = _("Change the state of an enterprise")
    lead = _("The states before stay in its history.")

    def current(self) -> Enterprise:
        row: Enterprise = self.one(Enterprise, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"state": self.current().state, "since": clock.today()}

    def perform(self, asked: Asked) -> str:
        set_enterprise_state(
            self.kwargs["pk"],
            state=asked.values["state"],
            since=asked.values["since"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("enterprise", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("enterprise-list"), _("Enterprises")),
            (self.back(), self.current().name),
        ]
