"""Forms: decide on one item or several, take back, choose who takes work on, draft or in force."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.carrying.deciding import (
    NewDecision,
    choose_owner,
    decide_item,
    decide_many,
    row_of,
    undo_decision,
)
from anlan.plan.actions.carrying.opening import carry_over_of, notice_of, set_draft
from anlan.plan.actions.loop.common import body_in
from anlan.plan.forms.carrying import WITHDRAW, DecideForm, DecideManyForm, OwnerForm
from anlan.plan.models import CarriedItem, CarryOver, Duty, Notice, PlanItem
from anlan.plan.queries.carrying import work_on
from anlan.plan.rules.carry_over.decision import Decision
from anlan.plan.screens.carrying.common import items_url, pair_url, row_url, why_proposed
from anlan.plan.screens.carrying.rows import WORK_COLUMNS, seen_work
from anlan.plan.screens.common import notice_url, uuid_or_none
from anlan.registers import queries as registers
from anlan.registers.models import Body
from anlan.registers.rules.scope import Capability

STEER = Capability.STEER_PLAN
Pairs = list[tuple[str, Text]]


def target_choices(row: CarriedItem) -> Pairs:
    """Live items of the successor, the proposed one first and called so."""
    live = PlanItem.objects.filter(notice=row.carry_over.successor_id, is_dropped=False)
    items = sorted(live, key=lambda item: (item.pk != row.proposed_id, item.position))
    return [
        (
            str(item.pk),
            _("{item} (proposed)").format(item=item) if item.pk == row.proposed_id else str(item),
        )
        for item in items
    ]


def body_choices(item: PlanItem, day: Any, *, without: Any = None) -> Pairs:
    """Living bodies, those that an item names first."""
    named = set(Duty.objects.filter(item=item, body__isnull=False).values_list("body", flat=True))
    living = registers.bodies().filter(registers.valid_on(day)).select_related("unit")
    bodies = [body for body in living if body.pk != without]
    bodies.sort(key=lambda body: (body.pk not in named, body.unit.position, body.position))
    return [(str(body.pk), _body_name(body)) for body in bodies]


def _body_name(body: Body) -> str:
    is_city = body.unit.kind == "city"
    return body.short_name if is_city else f"{body.short_name}（{body.unit.short_name}）"


class _Act(RegisterForm):
    capability = STEER

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }


class _RowAct(_Act):
    def current(self) -> CarriedItem:
        return row_of(self.kwargs["pk"], scope_of(self.request))

    def back(self) -> str:
        return row_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("plan-carry-overs"), _("Carry-over to a successor")),
            (pair_url(row.carry_over_id), str(row.carry_over)),
            (self.back(), str(row)),
        ]


class DecideScreen(_RowAct):
    form_class = DecideForm
    title = gettext_lazy("Decide what becomes of the item")
    submit = gettext_lazy("Decide")
    done = gettext_lazy("Decided. It can be taken back until the carry-over is closed.")
    template_name = "plan/carrying/decide.html"

    def form_arguments(self) -> dict[str, Any]:
        return {"targets": target_choices(self.current())}

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {"target": str(row.proposed_id or "")}

    def more_context(self) -> dict[str, Any]:
        row = self.current()
        work = seen_work(scope_of(self.request), work_on(row.item_id))
        return {
            "row": row,
            "why": why_proposed(row),
            "work": work,
            "columns": WORK_COLUMNS,
        }

    def perform(self, asked: Asked) -> str:
        target = uuid_or_none(asked.values["target"])
        said = _decision(asked.values)
        if said["decision"] is Decision.CARRIED:
            said["target"] = target
        decide_item(
            self.kwargs["pk"],
            NewDecision(**said),
            expected_version=asked.expected_version,
            **self.said(asked),
        )
        return self.back()


def _decision(values: dict[str, Any]) -> dict[str, Any]:
    """The parts of the decision that was chosen; what belongs to another is left out."""
    decision = Decision(values["decision"])
    names: dict[Decision, tuple[str, ...]] = {
        Decision.CARRIED: ("new_day",),
        Decision.FINISHED: ("document", "finished_on", "confirmed_by"),
        Decision.ENDED: ("document",),
    }
    return {"decision": decision, **{name: values[name] for name in names[decision]}}


class DecideManyScreen(_Act):
    form_class = DecideManyForm
    title = gettext_lazy("Decide on several items")
    lead = gettext_lazy(
        "All or none. Carried: each into the item that is proposed for it. Those with work whose "
        "day is over need a new day."
    )
    submit = gettext_lazy("Decide on the ticked")

    def pair(self) -> CarryOver:
        return carry_over_of(self.kwargs["pk"], scope_of(self.request))

    def form_arguments(self) -> dict[str, Any]:
        rows = CarriedItem.objects.filter(carry_over=self.pair(), decision="")
        asked = self.request.GET.get("standing", "")
        if asked:
            rows = rows.filter(standing=asked)
        found = rows.select_related("item", "proposed").order_by("item__position")
        return {"rows": [(f"{row.pk}:{row.version}", _row_label(row)) for row in found]}

    def perform(self, asked: Asked) -> str:
        ticked = [one.partition(":") for one in asked.values["rows"]]
        keys = [(uuid_or_none(key), int(version)) for key, _colon, version in ticked]
        decide_many(
            self.kwargs["pk"],
            [(key, version) for key, version in keys if key is not None],
            NewDecision(**_decision(asked.values)),
            **self.said(asked),
        )
        return items_url(self.kwargs["pk"])

    def back(self) -> str:
        return pair_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("plan-carry-overs"), _("Carry-over to a successor")),
            (self.back(), str(self.pair())),
        ]


def _row_label(row: CarriedItem) -> str:
    if row.proposed is None:
        return _("{item} · {standing} · none proposed").format(
            item=row.item, standing=row.get_standing_display()
        )
    return _("{item} · {standing} → {target} ({why})").format(
        item=row.item,
        standing=row.get_standing_display(),
        target=row.proposed,
        why=why_proposed(row),
    )


class UndoScreen(_RowAct):
    form_class = ReasonedForm
    title = gettext_lazy("Take the decision back")
    lead = gettext_lazy("The item is undecided again; the journal keeps both.")
    submit = gettext_lazy("Take back")

    def perform(self, asked: Asked) -> str:
        undo_decision(
            self.kwargs["pk"], expected_version=asked.expected_version, **self.said(asked)
        )
        return self.back()


class OwnerScreen(_RowAct):
    form_class = OwnerForm
    title = gettext_lazy("Who takes this work on")
    lead = gettext_lazy(
        "The new body is asked to sign for it when the carry-over is closed; or the work is "
        "withdrawn."
    )
    submit = gettext_lazy("Choose")

    def form_arguments(self) -> dict[str, Any]:
        row = self.current()
        item = row.target or row.item
        bodies = body_choices(item, clock.today(), without=self.kwargs["body"])
        return {"bodies": bodies}

    def crumbs(self) -> list[tuple[str, Text]]:
        body = body_in(self.kwargs["body"])
        return [*super().crumbs(), (self.back(), str(body))]

    def perform(self, asked: Asked) -> str:
        chosen = asked.values["new_body"]
        choose_owner(
            self.kwargs["pk"],
            self.kwargs["body"],
            None if chosen == WITHDRAW else uuid_or_none(chosen),
            expected_version=asked.expected_version,
            **self.said(asked),
        )
        return self.back()


class DraftScreen(_Act):
    """A draft is put in force, or a notice that came too early is made a draft."""

    form_class = ReasonedForm
    title = gettext_lazy("Draft or in force")
    submit = gettext_lazy("Change")

    @property
    def lead(self) -> str:  # type: ignore[override]
        if self.current().is_draft:
            return _("It is a draft, which no figure counts. From now on it is none.")
        return _("It becomes a draft: overview, lamps and measures leave it out.")

    def current(self) -> Notice:
        return notice_of(self.kwargs["pk"], scope_of(self.request))

    def perform(self, asked: Asked) -> str:
        set_draft(
            self.kwargs["pk"],
            is_draft=not self.current().is_draft,
            expected_version=asked.expected_version,
            **self.said(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("plan-notice", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [(reverse("plan-notices"), _("Notices")), (notice_url(row), str(row))]
