"""Forms of project sheets: entry, change, places, back-filling."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Text, plain_number
from anlan.base.screens.register_form import Asked
from anlan.preparedness.actions.projects import (
    BackFill,
    add_place,
    add_project,
    back_fill_project,
    change_place,
    change_project,
)
from anlan.preparedness.forms.projects import BackFillForm, PlaceForm, ProjectForm
from anlan.preparedness.models import Project, ProjectPlace
from anlan.preparedness.money import FEN_A_YUAN
from anlan.preparedness.queries import METRES_A_KM, live_from, project_url
from anlan.preparedness.screens.projects import INTERNAL
from anlan.registers.models import Region
from anlan.registers.screens.keeping import KeptForm, columns_of, county_regions, kept_bodies

COLUMNS = (
    "name",
    "item_key",
    "lead",
    "planned_start_on",
    "planned_finish_on",
    "started_on",
    "built_on",
    "note",
    "source",
    "mark",
)
PLACE_COLUMNS = ("name", "region", "longitude_deg", "latitude_deg", "what", "unit_of_work")


class ProjectAdd(KeptForm):
    form_class = ProjectForm
    title = _("Enter a project")
    lead = _("The sheet belongs to the unit of its lead body. Milestones and places follow.")

    def initial(self) -> dict[str, Any]:
        own = kept_bodies(self.scope).filter(code__in=self.scope.bodies).first()
        return {"lead": own and own.pk, "item_key": self.request.GET.get("item", "")[:20]}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"lead": kept_bodies(self.scope)}

    def perform(self, asked: Asked) -> str:
        result = add_project(asked.values, **self.told(asked))
        return project_url(result["id"])

    def back(self) -> str:
        return reverse("project-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("project-list"), _("Project sheets"))]


class ProjectChange(ProjectAdd):
    title = _("Change a project")
    lead = ""

    def current(self) -> Project:
        row: Project = self.one(Project, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        row = self.current()
        budget = None if row.budget_fen is None else Decimal(row.budget_fen) / FEN_A_YUAN
        return columns_of(row, COLUMNS) | {"budget_yuan": budget}

    def perform(self, asked: Asked) -> str:
        change_project(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return project_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [*super().crumbs(), (self.back(), self.current().name)]


class OfProject(KeptForm):
    """A form below a project."""

    def project(self) -> Project:
        row: Project = self.one(Project, pk=self.kwargs["pk"])
        return row

    def back(self) -> str:
        return project_url(self.project().pk)

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("project-list"), _("Project sheets")),
            (self.back(), self.project().name),
        ]


class PlaceAdd(OfProject):
    form_class = PlaceForm
    title = _("Add a place of the project")
    lead = INTERNAL

    def offered(self) -> dict[str, QuerySet[Any]]:
        self.project()
        regions: QuerySet[Region] = county_regions(self.scope)
        return {"region": regions}

    def perform(self, asked: Asked) -> str:
        add_place(asked.values | {"project": self.project()}, **self.told(asked))
        return self.back()


class PlaceChange(PlaceAdd):
    title = _("Change a place of the project")

    def current(self) -> ProjectPlace:
        row: ProjectPlace = self.one(ProjectPlace, pk=self.kwargs["pk"])
        return row

    def project(self) -> Project:
        return self.current().project

    def initial(self) -> dict[str, Any]:
        row = self.current()
        factor = METRES_A_KM if row.unit_of_work == "m" else 1
        return columns_of(row, PLACE_COLUMNS) | {
            "planned_amount": None if row.planned is None else number(row.planned / factor),
            "done_amount": None if row.done is None else number(row.done / factor),
        }

    def perform(self, asked: Asked) -> str:
        change_place(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


def number(value: Decimal) -> str:
    return plain_number(value).replace(",", "")


class ProjectBackFill(OfProject):
    form_class = BackFillForm
    title = _("Back-fill a finished project")
    submit = _("Record it as back-filled")

    def current(self) -> Project:
        return self.project()

    def initial(self) -> dict[str, Any]:
        self.lead = gettext(  # type: ignore[misc]
            "For what was finished before {day}, when the program began to be kept here."
        ).format(day=live_from().isoformat())
        row = self.project()
        return {"started_on": row.started_on, "built_on": row.built_on}

    def perform(self, asked: Asked) -> str:
        back_fill_project(
            self.kwargs["pk"],
            BackFill(**asked.values),
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()
