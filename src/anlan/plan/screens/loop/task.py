"""One task on a phone: what is asked, sign or refuse, report with a photograph. Works without
signal: its forms are marked for the queue and carry a request id of their own."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.identity import new_id
from anlan.base.rules.due.addressee import Reach
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.loop.breaking_down import may_answer
from anlan.plan.models import Assignment, ProgressReport
from anlan.plan.queries.loop.bearers import bearers_of
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.screens.common import item_url
from anlan.plan.screens.loop.breakdown import RELATED, assignment_url
from anlan.plan.screens.loop.common import state_badge, term_badge


class Task(SignedIn, View):
    capability = "read-internal"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self._row(Assignment.objects.visible_to(scope_of(request)))
        scope, state = scope_of(request), AssignmentState(row.state)
        reach = row.sign_due.reach if row.sign_due is not None else Reach.NAMED.value
        is_mine = may_answer(scope, row, reach)
        bodies = bearers_of(scope, row.item, clock.today())
        for_unit = row.body_id is None and row.unit.code in scope.kept_units
        own = [body for body in bodies if for_unit or body.pk == row.body_id]
        reports = ProgressReport.objects.visible_to(scope).filter(assignment=row.pk)
        context = {
            "row": row,
            "title": _("Task {item}").format(item=row.item.key),
            "state": state_badge(state),
            "term": term_badge(row.sign_due) or term_badge(row.due),
            "item_url": item_url(row.item),
            "assignment_url": assignment_url(row),
            "may_sign": is_mine and state is AssignmentState.PROPOSED,
            "may_report": state is AssignmentState.SIGNED and bool(own),
            "body": own[0] if own else None,
            "request_ids": [new_id().hex for _each in range(3)],
            "today": clock.today(),
            "reports": reports.select_related("item", "body")[:5],
        }
        return render(request, "plan/loop/task.html", context)

    def _row(self, rows: QuerySet[Any]) -> Assignment:
        found: Assignment | None = (
            rows.filter(pk=self.kwargs["pk"])
            .select_related(*RELATED, "item__notice", "body__unit")
            .first()
        )
        if found is None:
            raise NotFound
        return found
