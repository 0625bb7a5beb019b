"""Project sheets: the list, and the page with schedule and course."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of
from anlan.preparedness.models import Milestone, Project
from anlan.preparedness.money import yuan
from anlan.preparedness.queries import checks_of, paid_fen, project_url, state_of, with_course
from anlan.preparedness.rules.notice_check import Check
from anlan.preparedness.rules.project import ProjectState
from anlan.preparedness.screens.relations import relations_of
from anlan.preparedness.screens.schedule import schedule_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices, unit_choices
from anlan.registers.screens.keeping import kept_bodies

LOOKS = {
    ProjectState.NO_SCHEDULE: ("grey", "info"),
    ProjectState.NOT_STARTED: ("grey", ""),
    ProjectState.UNDER_WAY: ("blue", "info"),
    ProjectState.LATE: ("red", "warn"),
    ProjectState.TO_BACK_FILL: ("grey", "warn"),
    ProjectState.BUILT: ("yellow", "info"),
    ProjectState.FINISHED: ("green", "check"),
    ProjectState.BACK_FILLED: ("blue", "check"),
}
CHECK_LOOKS = {
    Check.MET: ("green", "check"),
    Check.NOT_MET: ("red", "warn"),
    Check.RUNNING: ("grey", ""),
    Check.NOT_DETERMINABLE: ("grey", "info"),
}
INTERNAL = _("For internal use only: places of lines and dams are never published.")


def state_badge(row: Any) -> Badge:
    state = state_of(row, clock.today()).known()
    tone, icon = LOOKS[state]
    return Badge(text=gettext(state.label), tone=tone, icon=icon)


def progress_text(row: Any) -> str:
    """Milestones done of those planned; never a percentage that somebody typed."""
    if not row.milestones_all:
        return gettext("no milestone planned")
    return f"{row.milestones_done}/{row.milestones_all}"


def item_choices(scope: Any) -> list[tuple[str, Text]]:
    keys = Project.objects.visible_to(scope).exclude(item_key="").order_by("item_key")
    return [(key, key) for key in keys.values_list("item_key", flat=True).distinct()]


class ProjectList(RegisterList):
    model = Project
    capability = Capability.READ_INTERNAL
    title = _("Project sheets")
    lead = _(
        "Works and projects on the ground: schedule, money, milestones, places, photographs with "
        "their time, acceptance and reasons for delay."
    )
    empty = _("No project sheet is entered that your post may see. Enter the first one.")
    columns = (
        Column(
            name="item",
            label=_("item of the plan"),
            value=lambda p: p.item_key,
            sort=("item_key", "name"),
            missing=_("none"),
        ),
        Column(
            name="name",
            label=_("name"),
            value=lambda p: p.name,
            link=lambda p: project_url(p.pk),
            sort=("name",),
            is_title=True,
        ),
        Column(name="state", label=_("state"), value=state_badge),
        Column(name="progress", label=_("milestones"), value=progress_text, align="end"),
        Column(
            name="lead",
            label=_("lead body"),
            value=lambda p: p.lead.short_name,
            sort=("lead__unit__position", "lead__position"),
        ),
        Column(
            name="finish",
            label=_("planned finish"),
            value=lambda p: p.planned_finish_on,
            sort=("planned_finish_on",),
            missing=_("no schedule"),
        ),
        Column(
            name="budget",
            label=_("budget (yuan)"),
            value=lambda p: yuan(p.budget_fen) if p.budget_fen is not None else None,
            sort=("budget_fen",),
            align="end",
            missing=_("unknown"),
        ),
        Column(
            name="accepted",
            label=_("accepted on"),
            value=lambda p: p.accepted_on,
            sort=("accepted_on",),
            missing=_("not yet"),
            shown=False,
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="item", label=_("item of the plan"), choices=item_choices, field="item_key"),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("name__icontains", "item_key__iexact", "lead__full_name__icontains")
    default_sort = "item"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_course(rows.select_related("unit", "lead__unit"))

    def actions(self) -> Sequence[Action]:
        if not kept_bodies(scope_of(self.request)).exists():
            return ()
        url = reverse("project-add")
        return (Action(label=_("Enter a project"), url=url, icon="plus", is_primary=True),)


class ProjectObject(RegisterObject):
    model = Project
    capability = Capability.READ_INTERNAL
    url_name = "project"
    subject = "preparedness.project"
    template_name = "preparedness/project.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_course(rows.select_related("unit", "lead__unit"))

    def lead(self, row: Project) -> Text:
        return INTERNAL

    def badges(self, row: Any) -> Sequence[Badge]:
        badges = [state_badge(row)]
        if row.is_back_filled:
            badges.append(Badge(text=gettext("back-filled"), tone="blue", icon="info"))
        return badges

    def crumbs(self, row: Project) -> Sequence[tuple[str, Text]]:
        return ((reverse("project-list"), _("Project sheets")),)

    def api_url(self, row: Project) -> str:
        return f"/api/v1/projects/{row.pk}"

    def actions(self, row: Any) -> Sequence[Action]:
        if not scope_of(self.request).may_keep_for(row.unit.code, row.lead.code):
            return ()
        phone = Action(label=_("On the telephone"), url=reverse("project-phone", args=[row.pk]))
        change = Action(label=_("Change"), url=reverse("project-change", args=[row.pk]))
        if row.accepted_on is not None:
            return (change, phone)
        found = [
            Action(
                label=_("Record an acceptance"),
                url=reverse("project-accept", args=[row.pk]),
                is_primary=True,
            ),
            phone,
            change,
        ]
        if state_of(row, clock.today()).known() is ProjectState.TO_BACK_FILL:
            back = reverse("project-back-fill", args=[row.pk])
            found.insert(0, Action(label=_("Back-fill"), url=back, icon="edit"))
        return found

    def figures(self, row: Any) -> Sequence[tuple[Text, Any, str]]:
        paid = paid_fen(row)
        budget = yuan(row.budget_fen) if row.budget_fen is not None else gettext("unknown")
        return (
            (_("milestones done / planned"), progress_text(row), ""),
            (_("paid / budget (yuan)"), f"{yuan(paid)} / {budget}", ""),
            (_("photographs"), row.photographs_all, ""),
        )

    def facts(self, row: Any) -> Sequence[Fact]:
        return (
            fact(_("item of the plan"), row.item_key, missing=_("a project of its own")),
            fact(_("lead body"), row.lead.full_name, url=reverse("body", args=[row.lead.code])),
            fact(_("planned start"), row.planned_start_on, missing=_("not entered")),
            fact(_("planned finish"), row.planned_finish_on, missing=_("not entered")),
            fact(_("started on"), row.started_on, missing=_("not known")),
            fact(_("built on"), row.built_on, missing=_("not yet, or not known")),
            fact(_("accepted on"), row.accepted_on, missing=_("not yet")),
            *(
                (
                    fact(_("document that proves it"), row.back_fill_document),
                    fact(_("confirmed by"), row.confirmed_by),
                )
                if row.is_back_filled
                else ()
            ),
            fact(_("note"), row.note),
        )

    def relations(self, row: Any) -> Sequence[Any]:
        return relations_of(row, scope_of(self.request))

    def more_context(self, row: Any) -> dict[str, Any]:
        today = clock.today()
        steps = Milestone.objects.visible_to(scope_of(self.request)).filter(project=row)
        words = (gettext("planned"), gettext("actual"))
        checks = checks_of(row.item_key, today) if row.item_key else []
        return {
            "schedule": schedule_of(row, list(steps), words, today),
            "checks": [
                (check, check_badge(verdict.known()), note_of(verdict))
                for check, verdict in checks
            ],
        }


def check_badge(value: Check) -> Badge:
    tone, icon = CHECK_LOOKS[value]
    return Badge(text=gettext(value.label), tone=tone, icon=icon)


def note_of(verdict: Any) -> str:
    note = verdict.reasons[0].note
    return note.text(gettext) if note is not None else ""
