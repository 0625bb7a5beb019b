"""Requests for coordination: the list, the page, raising, replying, settling, escalating."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.coordinating import (
    NewObstacle,
    escalate_obstacle,
    may_reply,
    may_settle,
    raise_obstacle,
    reply_to_obstacle,
    settle_obstacle,
)
from anlan.plan.choices import OBSTACLE_CHOICES
from anlan.plan.forms.loop import ObstacleForm, OutcomeForm, ReplyForm
from anlan.plan.models import Obstacle
from anlan.plan.queries.loop.bearers import bearers_of, lead_body
from anlan.plan.rules.loop.obstacle import Answered, ObstacleState, answered_in_time
from anlan.plan.screens.common import item_url
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.common import (
    carried_facts,
    crumbs_of,
    item_of_path,
    only_overdue,
    state_badge,
    tab_url,
    term_badge,
)
from anlan.plan.screens.loop.reports import body_pick
from anlan.registers import queries as registers

RELATED = ("item", "body", "addressee", "unit", "due", "first_due")
ANSWERED_LOOKS = {
    Answered.IN_TIME: ("green", "check"),
    Answered.LATE: ("red", "warn"),
    Answered.RUNNING: ("grey", ""),
}


def obstacle_url(row: Obstacle) -> str:
    return reverse("plan-obstacle", args=[row.pk])


def answered_badge(row: Obstacle) -> Badge | None:
    """Whether the first reply came in time; nothing when the request was carried over before."""
    due = row.first_due
    if due is None and row.state == ObstacleState.CLOSED.value:
        return None
    replied_at = due.answered_at if due is not None else None
    until = due.withdrawn_at if due is not None and due.withdrawn_at else clock.now()
    found = answered_in_time(replied_at, due.due_at if due is not None else None, until).known()
    tone, icon = ANSWERED_LOOKS[found]
    return Badge(text=_(found.label), tone=tone, icon=icon)


COLUMNS = (
    Column(
        name="item",
        label=gettext_lazy("item"),
        value=lambda o: o.item.key,
        link=lambda o: item_url(o.item),
        sort=("item__position", "-raised_at"),
    ),
    Column(
        name="text",
        label=gettext_lazy("what is in the way"),
        value=lambda o: o.text[:80],
        link=obstacle_url,
        is_title=True,
    ),
    Column(
        name="body",
        label=gettext_lazy("raised by the body"),
        value=lambda o: o.body,
        sort=("body__position",),
    ),
    Column(
        name="addressee",
        label=gettext_lazy("put to the body"),
        value=lambda o: o.addressee,
        sort=("addressee__position",),
    ),
    Column(
        name="state",
        label=gettext_lazy("state"),
        value=lambda o: state_badge(ObstacleState(o.state)),
        sort=("state",),
    ),
    Column(
        name="term",
        label=gettext_lazy("running term"),
        value=lambda o: term_badge(o.due),
        sort=("due__due_at",),
    ),
    Column(name="in_time", label=gettext_lazy("first reply"), value=answered_badge),
    Column(
        name="raised_at",
        label=gettext_lazy("raised at"),
        value=lambda o: o.raised_at,
        sort=("raised_at",),
    ),
)


class ObstacleList(RegisterList):
    model = Obstacle
    title = gettext_lazy("Requests for coordination")
    lead = gettext_lazy("What is in the way of an item, who was asked to help, and by when.")
    empty = gettext_lazy(
        "Nothing is in the way, or nobody said so. Raise it on the page of an item."
    )
    columns = COLUMNS
    search_fields = ("text__icontains", "asked__icontains", "item__key__iexact")
    default_sort = "-raised_at"
    filters = (
        Filter(
            name="state",
            label=gettext_lazy("state"),
            choices=fixed(OBSTACLE_CHOICES),
            field="state",
        ),
        Filter(
            name="body",
            label=gettext_lazy("raised by the body"),
            choices=body_pick,
            field="body__code",
        ),
        Filter(
            name="addressee",
            label=gettext_lazy("put to the body"),
            choices=body_pick,
            field="addressee__code",
        ),
        Filter(
            name="late",
            label=gettext_lazy("terms"),
            choices=fixed([("yes", gettext_lazy("overdue"))]),
            narrow=lambda rows, code: rows.filter(
                Q(due__state="running") & Q(due__due_at__lt=clock.now())
            ),
        ),
    )

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(*RELATED)

    def actions(self) -> Sequence[Action]:
        return (only_overdue("plan-obstacles", late="yes"),)

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)


class ObstacleObject(RegisterObject):
    model = Obstacle
    url_name = "plan-obstacle"
    subject = "plan.obstacle"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(*RELATED, "body__unit", "addressee__unit", "item__notice")

    def neighbours_among(self, row: Any) -> None:
        return None

    def heading(self, row: Obstacle) -> Text:
        return _("{body} asks {other} for help with {item}").format(
            body=row.body, other=row.addressee, item=row.item.key
        )

    def lead(self, row: Obstacle) -> Text:
        return row.item.heading

    def badges(self, row: Obstacle) -> Sequence[Badge]:
        term = term_badge(row.due)
        return [state_badge(ObstacleState(row.state)), *([term] if term else [])]

    def crumbs(self, row: Obstacle) -> Sequence[tuple[str, Text]]:
        return crumbs_of(row.item, "obstacles", _("Requests for coordination"))

    def facts(self, row: Obstacle) -> Sequence[Fact]:
        return [
            fact(_("what is in the way"), row.text),
            fact(_("what is asked for"), row.asked),
            fact(_("raised by the body"), row.body),
            fact(_("raised at"), row.raised_at),
            fact(_("put to the body"), row.addressee),
            fact(_("first reply"), answered_badge(row)),
            fact(_("reply"), row.reply, missing=_("not yet")),
            fact(_("replied at"), row.replied_at),
            fact(_("escalated at"), row.escalated_at),
            fact(_("outcome"), row.outcome),
            fact(_("closed at"), row.closed_at),
            *carried_facts(self.request, row, "plan-obstacle"),
        ]

    def actions(self, row: Obstacle) -> Sequence[Action]:
        scope, state = scope_of(self.request), ObstacleState(row.state)
        found = []
        if state.waits_for_reply and may_reply(scope, row):
            found.append(self._link("reply", _("Reply"), is_primary=True))
        if state is not ObstacleState.CLOSED and may_settle(scope, row):
            settles = state is ObstacleState.REPLIED
            label = _("Accept and close") if settles else _("No longer needed")
            found.append(self._link("settle", label, is_primary=settles))
            if state is not ObstacleState.ESCALATED:
                found.append(self._link("escalate", _("Ask the plan office")))
        return found

    def _link(self, act: str, label: str, *, is_primary: bool = False) -> Action:
        url = reverse(f"plan-obstacle-{act}", args=[self.kwargs["pk"]])
        return Action(label=label, url=url, is_primary=is_primary)


class RaiseObstacle(RegisterForm):
    form_class = ObstacleForm
    title = gettext_lazy("Ask for coordination")
    lead = gettext_lazy("The body you ask has five working days to reply (house default).")
    submit = gettext_lazy("Send")
    done = gettext_lazy("Sent, and entered in the journal.")

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        self.item = item_of_path(self.request, kwargs["notice"], kwargs["key"])
        self.bodies = bearers_of(scope_of(self.request), self.item, clock.today())
        if not self.bodies:
            raise NotAllowed

    def form_arguments(self) -> dict[str, Any]:
        others = registers.bodies_found(scope_of(self.request), "")
        living = others.filter(registers.valid_on(clock.today()))
        return {
            "bodies": [(str(body.pk), body.short_name) for body in self.bodies],
            "addressees": [(str(body.pk), body.short_name) for body in living],
        }

    def initial(self) -> dict[str, Any]:
        lead = lead_body(self.item)
        return {"addressee": str(lead.pk) if lead else ""}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        made = raise_obstacle(
            NewObstacle(
                item=self.item.pk,
                body=values["body"],
                addressee=values["addressee"],
                text=values["text"],
                asked=values["asked"],
            ),
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
        )
        return reverse("plan-obstacle", args=[made["id"]])

    def back(self) -> str:
        return tab_url(self.item, "obstacles")

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.item, "obstacles", _("Requests for coordination"))


class _ObstacleAct(RegisterForm):
    allowed = staticmethod(may_settle)

    def current(self) -> Obstacle:
        rows = Obstacle.objects.visible_to(scope_of(self.request))
        found: Obstacle | None = (
            rows.filter(pk=self.kwargs["pk"])
            .select_related(*RELATED, "body__unit", "addressee__unit")
            .first()
        )
        if found is None:
            raise NotFound
        if not type(self).allowed(scope_of(self.request), found):
            raise NotAllowed
        return found

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "expected_version": asked.expected_version,
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
        }

    def back(self) -> str:
        return reverse("plan-obstacle", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        label = _("Requests for coordination")
        return [*crumbs_of(row.item, "obstacles", label), (self.back(), str(row))]


class ReplyScreen(_ObstacleAct):
    form_class = ReplyForm
    title = gettext_lazy("Reply to a request for coordination")
    submit = gettext_lazy("Reply")
    allowed = staticmethod(may_reply)

    def perform(self, asked: Asked) -> str:
        reply_to_obstacle(self.kwargs["pk"], asked.values["reply"], **self.said(asked))
        return self.back()


class SettleScreen(_ObstacleAct):
    form_class = OutcomeForm
    title = gettext_lazy("Close a request for coordination")
    submit = gettext_lazy("Close")

    def perform(self, asked: Asked) -> str:
        reason = asked.values["outcome"]
        settle_obstacle(self.kwargs["pk"], **self.said(asked), reason=reason)
        return self.back()


class EscalateScreen(_ObstacleAct):
    form_class = ReasonedForm
    title = gettext_lazy("Ask the plan office")
    lead = gettext_lazy("The reply does not help, or none came: the plan office is asked.")
    submit = gettext_lazy("Ask the plan office")

    def perform(self, asked: Asked) -> str:
        escalate_obstacle(self.kwargs["pk"], **self.said(asked), reason=asked.reason)
        return self.back()
