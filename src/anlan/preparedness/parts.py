"""What preparedness offers: menu, search, measures, the terms of milestones, invented works."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.journal.recording import Recording
from anlan.base.parts import (
    ANSWER_AND_DAY,
    DueSubject,
    Loader,
    Merge,
    NavigationItem,
    Panel,
    Parts,
    Reference,
    Search,
    Story,
)
from anlan.base.rules.labels import gettext_noop
from anlan.preparedness.actions.demonstration import project_scenes
from anlan.preparedness.actions.projects import load_checks
from anlan.preparedness.models import (
    Acceptance,
    Delay,
    Milestone,
    Payment,
    Photograph,
    Project,
    ProjectPlace,
)
from anlan.preparedness.queries import MEASURES, project_url
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.instruments import citations_panel

Found = list[tuple[str, str, str]]
PREPAREDNESS = gettext_noop("Preparedness")


def permitted(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.READ_INTERNAL)


def find_projects(scope: Scope, text: str, limit: int) -> Found:
    word = Q(name__icontains=text) | Q(item_key__iexact=text)
    rows = Project.objects.visible_to(scope).filter(word).select_related("lead")[:limit]
    return [
        (row.name, f"{_('project')} {row.item_key}".strip(), project_url(row.pk)) for row in rows
    ]


def milestone_url(key: str) -> str:
    """The page of the project of a milestone."""
    row = Milestone.objects.filter(pk=uuid.UUID(key)).first()
    return f"{project_url(row.project_id)}#milestones" if row is not None else ""


def absorb_project(rec: Recording, winner: Project, loser: Project, now: Any) -> None:
    """Its rows were pointed to the winner; the page of the other leads on."""


def _below(model: Any, label: str, *, drops: bool = False) -> Reference:
    return Reference(
        subject="preparedness.project",
        model=model,
        field="project",
        label=label,
        url=lambda row: project_url(row.project_id),
        joins=("project",),
        drops_duplicates=drops,
    )


def _pointing(subject: str, model: Any, field: str, label: str) -> Reference:
    address: Callable[[Any], str] = (
        (lambda row: project_url(row.pk))
        if model is Project
        else (lambda row: project_url(row.project_id))
    )
    joins = () if model is Project else ("project",)
    return Reference(
        subject=f"registers.{subject}",
        model=model,
        field=field,
        label=label,
        url=address,
        joins=joins,
    )


PARTS = Parts(
    stage="preparedness",
    navigation=(
        NavigationItem(
            label=gettext_noop("Project sheets"),
            url_name="project-list",
            group=PREPAREDNESS,
            order=300,
            permits=permitted,
        ),
    ),
    loaders=(Loader(name="project checks", order=15, load=load_checks),),
    stories=(Story(name="projects", order=35, scenes=project_scenes),),
    searches=(Search(name=gettext_noop("Project sheets"), find=find_projects),),
    due_subjects=(
        DueSubject(
            model="preparedness.milestone",
            label=gettext_noop("milestone"),
            url=milestone_url,
            own_acts=ANSWER_AND_DAY,
        ),
        DueSubject(
            model="preparedness.project",
            label=gettext_noop("project"),
            url=lambda key: reverse("project", args=[key]),
        ),
    ),
    panels=(
        Panel(
            subject="preparedness.project",
            order=40,
            label=gettext_noop("Institutions used"),
            render=citations_panel,
        ),
    ),
    measures=tuple(MEASURES),
    references=(
        _below(ProjectPlace, gettext_noop("Places"), drops=True),
        _below(Milestone, gettext_noop("Milestones")),
        _below(Payment, gettext_noop("Payments")),
        _below(Photograph, gettext_noop("Photographs")),
        _below(Acceptance, gettext_noop("Acceptances")),
        _below(Delay, gettext_noop("Reasons for delay")),
        _pointing("body", Project, "lead", gettext_noop("Project sheets")),
        _pointing("reportingunit", Project, "unit", gettext_noop("Project sheets")),
        _pointing("region", ProjectPlace, "region", gettext_noop("Places of projects")),
    ),
    merges=(Merge(subject="preparedness.project", absorb=absorb_project),),
    actions=(
        ("preparedness.check.load", gettext_noop("Checks of the notice loaded")),
        ("preparedness.project.add", gettext_noop("Project entered")),
        ("preparedness.project.change", gettext_noop("Project changed")),
        ("preparedness.project.back_fill", gettext_noop("Project back-filled")),
        ("preparedness.place.add", gettext_noop("Place of the project entered")),
        ("preparedness.place.change", gettext_noop("Place of the project changed")),
        ("preparedness.milestone.add", gettext_noop("Milestone entered")),
        ("preparedness.milestone.move", gettext_noop("Milestone moved")),
        ("preparedness.milestone.finish", gettext_noop("Milestone ticked")),
        ("preparedness.payment.add", gettext_noop("Payment entered")),
        ("preparedness.photograph.add", gettext_noop("Photograph added")),
        ("preparedness.acceptance.add", gettext_noop("Acceptance recorded")),
        ("preparedness.delay.add", gettext_noop("Delay recorded")),
    ),
)
