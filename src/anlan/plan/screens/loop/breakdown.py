"""Break-down: assignments as a list and as pages; assigning, signing, refusing, withdrawing."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.rules.due.addressee import Reach
from anlan.base.rules.due.state import DueState
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.breaking_down import (
    may_answer,
    may_assign,
    may_withdraw,
)
from anlan.plan.choices import ASSIGNMENT_CHOICES, STEP_CHOICES
from anlan.plan.models import Assignment
from anlan.plan.queries.loop.bearers import LIVING
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.screens.common import item_url, with_query
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.common import (
    crumbs_of,
    only_overdue,
    state_badge,
    term_badge,
)
from anlan.registers import queries as registers

LATE = [("yes", gettext_lazy("overdue"))]


def assignment_url(row: Assignment) -> str:
    return reverse("plan-assignment", args=[row.pk])


def assignee_text(row: Assignment) -> str:
    if row.person is not None:
        return f"{row.body} {row.person}"
    return row.assignee_name()


COLUMNS = (
    Column(
        name="item",
        label=gettext_lazy("item"),
        value=lambda a: a.item.key,
        link=lambda a: item_url(a.item),
        sort=("item__position", "unit__position"),
    ),
    Column(
        name="assignee",
        label=gettext_lazy("assignee"),
        value=assignee_text,
        link=assignment_url,
        sort=("unit__position", "body__position"),
        is_title=True,
    ),
    Column(name="asked", label=gettext_lazy("what is asked"), value=lambda a: a.asked),
    Column(name="measure", label=gettext_lazy("measure"), value=lambda a: a.measure),
    Column(
        name="due_on",
        label=gettext_lazy("wanted by"),
        value=lambda a: a.due_on,
        sort=("due_on",),
        missing=gettext_lazy("no day set"),
    ),
    Column(
        name="state",
        label=gettext_lazy("state"),
        value=lambda a: state_badge(AssignmentState(a.state)),
        sort=("state",),
    ),
    Column(
        name="term",
        label=gettext_lazy("running term"),
        value=lambda a: term_badge(a.sign_due) or term_badge(a.due),
        sort=("sign_due__due_at",),
    ),
    Column(
        name="assigner",
        label=gettext_lazy("assigned by the body"),
        value=lambda a: a.assigner,
        shown=False,
    ),
    Column(
        name="assigned_at",
        label=gettext_lazy("assigned at"),
        value=lambda a: a.assigned_at,
        sort=("assigned_at",),
        shown=False,
    ),
)
RELATED = ("item", "unit", "body", "post", "person", "assigner", "sign_due", "due")
ENDED = (AssignmentState.WITHDRAWN, AssignmentState.CARRIED)


def late(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Not signed in time, or signed and past its day."""
    running = DueState.RUNNING.value
    now = clock.now()
    return rows.filter(
        Q(sign_due__state=running, sign_due__due_at__lt=now)
        | Q(due__state=running, due__due_at__lt=now)
    )


class AssignmentList(RegisterList):
    model = Assignment
    title = gettext_lazy("Break-down")
    lead = gettext_lazy("Who was asked to do what of which item, and whether it was signed for.")
    empty = gettext_lazy("Nothing is broken down yet. Open an item and its tab “Break-down”.")
    columns = COLUMNS
    search_fields = (
        "item__key__iexact",
        "item__heading__icontains",
        "asked__icontains",
        "body__short_name__icontains",
        "unit__short_name__icontains",
    )
    default_sort = "item"
    filters = (
        Filter(
            name="state",
            label=gettext_lazy("state"),
            choices=fixed(ASSIGNMENT_CHOICES),
            field="state",
        ),
        Filter(
            name="step", label=gettext_lazy("goes to"), choices=fixed(STEP_CHOICES), field="step"
        ),
        Filter(
            name="unit",
            label=gettext_lazy("reporting unit"),
            choices=lambda scope: [
                (unit.code, unit.short_name) for unit in registers.all_units(scope)
            ],
            field="unit__code",
        ),
        Filter(
            name="body",
            label=gettext_lazy("body"),
            choices=lambda scope: [
                (body.code, body.short_name) for body in registers.bodies_found(scope, "")
            ],
            field="body__code",
        ),
        Filter(
            name="living",
            label=gettext_lazy("still asked"),
            choices=fixed([("yes", gettext_lazy("Yes"))]),
            narrow=lambda rows, code: rows.filter(state__in=LIVING),
        ),
        Filter(
            name="late",
            label=gettext_lazy("terms"),
            choices=fixed(LATE),
            narrow=lambda rows, code: late(rows),
        ),
    )

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(item__is_dropped=False).select_related(*RELATED)

    def actions(self) -> Sequence[Action]:
        return (only_overdue("plan-assignments", late="yes"),)

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)


class AssignmentObject(RegisterObject):
    model = Assignment
    url_name = "plan-assignment"
    subject = "plan.assignment"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(
            *RELATED, "item__notice__unit", "body__unit", "assigner__unit", "above", "replaces"
        )

    def neighbours_among(self, row: Any) -> None:
        return None

    def heading(self, row: Assignment) -> Text:
        return f"{row.item.key} → {assignee_text(row)}"

    def lead(self, row: Assignment) -> Text:
        return row.item.heading

    def badges(self, row: Assignment) -> Sequence[Badge]:
        term = term_badge(row.sign_due) or term_badge(row.due)
        return [state_badge(AssignmentState(row.state)), *([term] if term else [])]

    def crumbs(self, row: Assignment) -> Sequence[tuple[str, Text]]:
        return crumbs_of(row.item, "breakdown", _("Break-down"))

    def facts(self, row: Assignment) -> Sequence[Fact]:
        vacant = row.sign_due is not None and row.sign_due.reach != Reach.NAMED.value
        return [
            fact(_("what is asked"), row.asked),
            fact(_("measure"), row.measure, missing=_("no measure named")),
            fact(_("wanted by"), row.due_on, missing=_("no day set")),
            fact(_("goes to"), row.get_step_display()),
            *(
                [fact(_("reached"), row.sign_due.get_reach_display())]
                if vacant and row.sign_due is not None
                else []
            ),
            fact(_("assigned by the body"), row.assigner),
            fact(_("assigned at"), row.assigned_at),
            fact(_("answered at"), row.answered_at),
            fact(_("reason"), row.reason),
            *(self._chain(row)),
        ]

    def _chain(self, row: Assignment) -> list[Fact]:
        found = []
        if row.above is not None:
            url = assignment_url(row.above)
            found.append(fact(_("assignment above"), row.above.assignee_name(), url=url))
        if row.replaces is not None:
            url = assignment_url(row.replaces)
            found.append(fact(_("replaces"), row.replaces.assignee_name(), url=url))
        later = Assignment.objects.visible_to(scope_of(self.request)).filter(replaces=row.pk)
        for one in later.select_related("unit", "body", "post", "item"):
            found.append(fact(_("assigned anew to"), one.assignee_name(), url=assignment_url(one)))
        return found

    def relations(self, row: Assignment) -> Sequence[Relation]:
        scope = scope_of(self.request)
        below = Assignment.objects.visible_to(scope).filter(above=row.pk)
        rows = list(below.select_related(*RELATED))
        return [
            Relation(
                label=_("Broken down further"),
                columns=COLUMNS[1:7],
                rows=rows,
                empty=_("Not broken down further."),
                count=len(rows),
            )
        ]

    def actions(self, row: Assignment) -> Sequence[Action]:
        return actions_on(row, scope_of(self.request))


def actions_on(row: Assignment, scope: Any) -> list[Action]:
    """What a reader may do with an assignment now; the actions are what refuses."""
    found = []
    state = AssignmentState(row.state)
    reach = row.sign_due.reach if row.sign_due is not None else Reach.NAMED.value
    is_mine = may_answer(scope, row, reach)
    here = reverse("plan-assign", args=[row.item.notice_id, row.item.key])
    if state is AssignmentState.PROPOSED and is_mine:
        task = reverse("plan-task", args=[row.pk])
        found.append(Action(label=_("Sign or refuse"), url=task, icon="check", is_primary=True))
    if state is AssignmentState.SIGNED and is_mine:
        task = reverse("plan-task", args=[row.pk])
        found.append(Action(label=_("Report"), url=task, icon="edit", is_primary=True))
    if state is AssignmentState.SIGNED and may_assign(scope, row.item, row):
        found.append(
            Action(label=_("Break down further"), url=with_query(here, above=row.pk), icon="plus")
        )
    if may_withdraw(scope, row) and state not in ENDED:
        if state is AssignmentState.REFUSED:
            anew = with_query(here, replaces=row.pk, above=row.above_id)
            found.append(Action(label=_("Assign anew"), url=anew, is_primary=True))
        url = reverse("plan-assignment-withdraw", args=[row.pk])
        found.append(Action(label=_("Withdraw"), url=url, icon="close"))
    return found
