"""Acts on assignments: ask many at once, sign, refuse, withdraw."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.errors import NotAllowed, NotFound
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.breaking_down import (
    NewBreakdown,
    Target,
    assign,
    may_assign,
    refuse,
    sign,
    withdraw,
)
from anlan.plan.forms.loop import ActForm, AssignForm
from anlan.plan.models import Assignment
from anlan.plan.queries.loop.targets import target_choices
from anlan.plan.screens.loop.breakdown import RELATED, assignment_url
from anlan.plan.screens.loop.common import (
    crumbs_of,
    item_of_path,
    tab_url,
)


class AssignScreen(RegisterForm):
    """Ask something of one or many. `?above=` breaks an assignment down, `?replaces=` assigns a
    refused one anew."""

    form_class = AssignForm
    title = gettext_lazy("Break down")
    lead = gettext_lazy("Everybody ticked is asked the same, in one act; each signs or refuses.")
    submit = gettext_lazy("Assign")
    done = gettext_lazy("Assigned. Everybody has five working days to sign (house default).")

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        self.item = item_of_path(self.request, kwargs["notice"], kwargs["key"])
        self.above = self._named("above")
        self.replaces = self._named("replaces")
        if not may_assign(scope_of(self.request), self.item, self.above):
            raise NotAllowed

    def _named(self, name: str) -> Assignment | None:
        asked = self.request.GET.get(name, "").strip()
        if not asked:
            return None
        try:
            key = uuid.UUID(asked)
        except ValueError as error:
            raise NotFound from error
        seen = Assignment.objects.visible_to(scope_of(self.request)).filter(pk=key, item=self.item)
        found: Assignment | None = seen.select_related(
            "unit", "body__unit", "item", "sign_due"
        ).first()
        if found is None:
            raise NotFound
        return found

    def form_arguments(self) -> dict[str, Any]:
        return {"choices": target_choices(scope_of(self.request), self.item, self.above)}

    def initial(self) -> dict[str, Any]:
        source = self.replaces or self.above
        if source is not None:
            return {"asked": source.asked, "measure": source.measure, "due_on": source.due_on}
        return {"asked": "；".join(self.item.deliverables)[:500]}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        new = NewBreakdown(
            item=self.item.pk,
            targets=tuple(_target(text) for text in values["targets"]),
            asked=values["asked"],
            measure=values["measure"],
            due_on=values["due_on"],
            above=self.above.pk if self.above else None,
            replaces=self.replaces.pk if self.replaces else None,
        )
        assign(
            new,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()

    def back(self) -> str:
        return assignment_url(self.above) if self.above else tab_url(self.item, "breakdown")

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.item, "breakdown", _("Break-down"))


def _target(text: str) -> Target:
    kind, _joint, key = text.partition(":")
    return Target(**{kind: uuid.UUID(key)})


class _AssignmentAct(RegisterForm):
    """An act on one assignment."""

    def current(self) -> Assignment:
        rows = Assignment.objects.visible_to(scope_of(self.request)).select_related(*RELATED)
        found: Assignment | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def back(self) -> str:
        return reverse("plan-assignment", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [*crumbs_of(row.item, "breakdown", _("Break-down")), (self.back(), str(row))]


class SignScreen(_AssignmentAct):
    form_class = ActForm
    title = gettext_lazy("Sign for it")
    lead = gettext_lazy("You take it on for your body; its term begins.")
    submit = gettext_lazy("Sign for the task")
    done = gettext_lazy("Signed, and entered in the journal.")

    def perform(self, asked: Asked) -> str:
        sign(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
        )
        return self.back()


class RefuseScreen(_AssignmentAct):
    form_class = ReasonedForm
    title = gettext_lazy("Refuse it")
    lead = gettext_lazy("It goes back to whoever assigned it, with your reason and a term.")
    submit = gettext_lazy("Refuse")
    done = gettext_lazy("Refused. Whoever assigned it has three working days (house default).")
    act = staticmethod(refuse)

    def perform(self, asked: Asked) -> str:
        type(self).act(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()


class WithdrawScreen(RefuseScreen):
    title = gettext_lazy("Withdraw the assignment")
    lead = gettext_lazy("It is no longer asked, nor what was broken down from it. History stays.")
    submit = gettext_lazy("Withdraw")
    done = gettext_lazy("Withdrawn, and entered in the journal.")
    act = staticmethod(withdraw)
