"""Carry-overs: the list, one with its progress and what stands against closing it, its acts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.base.worlds.current import current
from anlan.plan.actions.carrying.closing import close_carry_over
from anlan.plan.actions.carrying.opening import (
    carry_over_of,
    open_carry_over,
    refresh_carry_over,
)
from anlan.plan.forms.carrying import OpenForm
from anlan.plan.forms.loop import ActForm
from anlan.plan.models import CarryOver
from anlan.plan.queries.carrying import Overview, carry_over_at
from anlan.plan.queries.items import notices
from anlan.plan.rules.carry_over.decision import DECISION_LABELS
from anlan.plan.screens.carrying.common import items_url, owner_url, pair_url, row_url
from anlan.plan.screens.common import notice_url, with_query
from anlan.registers.rules.scope import Capability

STEER = Capability.STEER_PLAN


def pair_badge(row: CarryOver) -> Badge:
    if row.closed_at is not None:
        return Badge(text=_("closed (carry-over)"), tone="green", icon="check")
    return Badge(text=_("being decided"), tone="yellow", icon="info")


class CarryOverList(RegisterList):
    model = CarryOver
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Carry-over to a successor")
    lead = gettext_lazy(
        "What the predecessor left unfinished, item by item with a decision. Work moves when all "
        "is decided and the carry-over is closed; until then the predecessor is in force."
    )
    empty = gettext_lazy(
        "No notice is carried over yet. Import the successor notice, then open the carry-over."
    )
    columns = (
        Column(
            name="pair",
            label=gettext_lazy("carry-over"),
            value=str,
            link=lambda r: pair_url(r.pk),
            is_title=True,
        ),
        Column(name="state", label=gettext_lazy("state"), value=pair_badge, sort=("closed_at",)),
        Column(
            name="decided",
            label=gettext_lazy("decided of listed"),
            value=lambda r: f"{r.decided} / {r.listed}",
            align="end",
        ),
        Column(
            name="opened",
            label=gettext_lazy("opened at"),
            value=lambda r: r.opened_at,
            sort=("opened_at",),
        ),
        Column(
            name="closed",
            label=gettext_lazy("closed at"),
            value=lambda r: r.closed_at,
            sort=("closed_at",),
        ),
    )
    search_fields = ("predecessor__number__icontains", "successor__number__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.select_related("predecessor", "successor").annotate(
            listed=Count("rows"), decided=Count("rows", filter=~Q(rows__decision=""))
        )
        return found

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((with_query(reverse("plan-overview")), _("Overview")),)

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(STEER):
            return ()
        url = reverse("plan-carry-over-new")
        return (Action(label=_("Open a carry-over"), url=url, icon="plus", is_primary=True),)


ORPHAN_COLUMNS: tuple[Column, ...] = (
    Column(
        name="item",
        label=gettext_lazy("plan item"),
        value=lambda o: o.row,
        link=lambda o: row_url(o.row.pk),
        is_title=True,
    ),
    Column(name="body", label=gettext_lazy("body no longer named"), value=lambda o: o.body),
    Column(name="works", label=gettext_lazy("open work"), value=lambda o: o.works, align="end"),
    Column(
        name="owner",
        label=gettext_lazy("taken on by the body"),
        value=lambda o: owner_text(o.owner),
    ),
)


def orphan_columns(scope: Any) -> tuple[Column, ...]:
    """Whoever steers the plan is led to the choice."""
    if not scope.may(STEER):
        return ORPHAN_COLUMNS
    return (*ORPHAN_COLUMNS[:-1], replace(ORPHAN_COLUMNS[-1], link=owner_url))


def owner_text(owner: Any) -> Text:
    """Who takes it on, in words; nothing while nobody chose."""
    if owner is None:
        return _("choose who takes it on")
    if owner.new_body is None:
        return _("nobody: the work is withdrawn")
    return str(owner.new_body)


class CarryOverObject(RegisterObject):
    model = CarryOver
    capability = Capability.READ_INTERNAL
    url_name = "plan-carry-over"
    subject = "plan.carryover"
    order_key = ("opened_at", "pk")
    template_name = "plan/carrying/carry_over.html"
    _seen: Overview | None = None

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("predecessor__unit", "successor__unit")

    def seen(self, row: CarryOver) -> Overview:
        if self._seen is None:
            self._seen = carry_over_at(row, clock.now(), clock.today())
        return self._seen

    def badges(self, row: CarryOver) -> Sequence[Badge]:
        return (pair_badge(row),)

    def crumbs(self, row: CarryOver) -> Sequence[tuple[str, Text]]:
        lists = with_query(reverse("plan-carry-overs"))
        return ((lists, _("Carry-over to a successor")),)

    def figures(self, row: CarryOver) -> Sequence[tuple[Text, Any, str]]:
        seen = self.seen(row)
        left = len(seen.rows) - seen.decided
        found: list[tuple[Text, Any, str]] = [
            (_("listed"), len(seen.rows), items_url(row.pk)),
            (_("undecided"), left, items_url(row.pk, decided="no")),
        ]
        for code, label in DECISION_LABELS.items():
            count = seen.decisions.get(code.value, 0)
            found.append((_(label), count, items_url(row.pk, decision=code.value)))
        return found

    def facts(self, row: CarryOver) -> Sequence[Fact]:
        return (
            fact(_("predecessor notice"), row.predecessor, url=notice_url(row.predecessor)),
            fact(_("successor notice"), row.successor, url=notice_url(row.successor)),
            fact(_("reason"), row.reason),
            fact(_("opened at"), row.opened_at),
            fact(_("opened by"), actor_label(row.opened_by)),
            fact(_("closed at"), row.closed_at, missing=_("not closed yet")),
            fact(_("closed by"), actor_label(row.closed_by) if row.closed_by else ""),
        )

    def relations(self, row: CarryOver) -> Sequence[Relation]:
        orphans = self.seen(row).orphans if row.closed_at is None else ()
        return (
            Relation(
                label=_("Running work whose body the successor no longer names"),
                columns=orphan_columns(scope_of(self.request)),
                rows=list(orphans),
                count=len(orphans),
                empty=_("None. It is looked for as soon as an item is decided to be carried."),
                anchor="orphans",
            ),
        )

    def more_context(self, row: CarryOver) -> dict[str, Any]:
        unsettled = self.seen(row).unsettled
        return {
            "unsettled": [message.text(_) for message in unsettled.messages()],
            "is_closed": row.closed_at is not None,
            "undecided_url": items_url(row.pk, decided="no"),
            "is_past": current().is_past,
        }

    def actions(self, row: CarryOver) -> Sequence[Action]:
        listed = Action(label=_("The items"), url=items_url(row.pk), icon="info")
        if row.closed_at is not None or not scope_of(self.request).may(STEER):
            return (listed,)
        several = reverse("plan-carry-over-many", args=[row.pk])
        is_ready = not self.seen(row).unsettled.messages()
        return (
            listed,
            Action(
                label=_("Bring the list up to date"),
                url=reverse("plan-carry-over-refresh", args=[row.pk]),
            ),
            Action(label=_("Decide on several"), url=several, is_primary=not is_ready),
            Action(
                label=_("Close the carry-over"),
                url=reverse("plan-carry-over-close", args=[row.pk]),
                icon="check",
                is_primary=is_ready,
            ),
        )


class _PairAct(RegisterForm):
    """An act on one carry-over."""

    capability = STEER

    def current(self) -> CarryOver:
        return carry_over_of(self.kwargs["pk"], scope_of(self.request))

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
        }

    def back(self) -> str:
        return pair_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        lists = reverse("plan-carry-overs")
        return [(lists, _("Carry-over to a successor")), (self.back(), str(self.current()))]


class OpenCarryOver(RegisterForm):
    capability = STEER
    form_class = OpenForm
    title = gettext_lazy("Open a carry-over")
    lead = gettext_lazy(
        "Every unfinished item is listed with a proposed counterpart. Nothing is decided by it."
    )
    submit = gettext_lazy("List what is unfinished")
    done = gettext_lazy("Listed. Decide on each item; the work moves at the end.")

    def form_arguments(self) -> dict[str, Any]:
        seen = notices(scope_of(self.request)).order_by("-issued_on", "-id")[:50]
        return {"notices": [(str(n.pk), f"{n.number} {n.title}".strip()) for n in seen]}

    def initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("predecessor", "successor")}

    def perform(self, asked: Asked) -> str:
        made = open_carry_over(
            asked.values["predecessor"],
            asked.values["successor"],
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return pair_url(made["id"])

    def back(self) -> str:
        return reverse("plan-carry-overs")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(self.back(), _("Carry-over to a successor"))]


class RefreshCarryOver(_PairAct):
    form_class = ActForm
    title = gettext_lazy("Bring the list up to date")
    lead = gettext_lazy(
        "What became unfinished since is added, what nobody has decided is proposed anew. "
        "Decisions stay as they are."
    )
    submit = gettext_lazy("Bring up to date")

    def perform(self, asked: Asked) -> str:
        refresh_carry_over(self.kwargs["pk"], **self.said(asked))
        return self.back()


class CloseCarryOver(_PairAct):
    form_class = ReasonedForm
    title = gettext_lazy("Close the carry-over")
    lead = gettext_lazy(
        "All decisions are carried out at once: work moves, is finished or withdrawn, and the "
        "successor is in force. It is not opened again."
    )
    submit = gettext_lazy("Close and move the work")
    done = gettext_lazy("Closed. The work stands on the items of the successor now.")

    def perform(self, asked: Asked) -> str:
        close_carry_over(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            reason=asked.reason,
            **self.said(asked),
        )
        return self.back()
