"""Items to carry over: the list with its filters, one item with its proposal and its open work."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.choices import DECISION_CHOICES, STANDING_CHOICES
from anlan.plan.models import Assignment, CarriedItem, CarryOver, Deliverable, Obstacle
from anlan.plan.queries.carrying import Work, carry_over_at, work_on
from anlan.plan.rules.carry_over.standing import ItemStanding
from anlan.plan.screens.carrying.common import (
    decision_badge,
    items_url,
    pair_url,
    row_url,
    why_proposed,
)
from anlan.plan.screens.carrying.pairs import orphan_columns
from anlan.plan.screens.common import item_url, with_query
from anlan.plan.screens.items import fixed
from anlan.registers.rules.scope import Capability

STEER = Capability.STEER_PLAN
YES_NO = (("no", gettext_lazy("undecided")), ("yes", gettext_lazy("decided")))
STANDING_LOOKS = {
    ItemStanding.UNFINISHED: ("orange", "warn"),
    ItemStanding.NO_INFORMATION: ("grey", "info"),
    ItemStanding.MARKET: ("grey", ""),
    ItemStanding.FINISHED: ("green", "check"),
    ItemStanding.STATEMENT: ("grey", ""),
}


def standing_badge(row: CarriedItem) -> Badge:
    tone, icon = STANDING_LOOKS[ItemStanding(row.standing)]
    return Badge(text=row.get_standing_display(), tone=tone, icon=icon)


def pairs_seen(scope: Any) -> list[tuple[str, Text]]:
    seen = CarryOver.objects.visible_to(scope).select_related("predecessor", "successor")
    return [(str(pair.pk), str(pair)) for pair in seen]


def by_decided(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(decision="") if code == "no" else rows.exclude(decision="")


def by_proposal(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(proposed__isnull=code == "no")


COLUMNS = (
    Column(
        name="item",
        label=gettext_lazy("plan item"),
        value=lambda r: r.item,
        link=lambda r: row_url(r.pk),
        sort=("item__position",),
        is_title=True,
    ),
    Column(
        name="kind",
        label=gettext_lazy("kind"),
        value=lambda r: r.item.get_kind_display(),
        sort=("item__kind", "item__position"),
        shown=False,
    ),
    Column(
        name="standing",
        label=gettext_lazy("how it stood"),
        value=standing_badge,
        sort=("standing", "item__position"),
    ),
    Column(
        name="proposed",
        label=gettext_lazy("proposed counterpart"),
        value=lambda r: r.proposed,
        link=lambda r: item_url(r.proposed) if r.proposed is not None else None,
        missing=gettext_lazy("none proposed"),
    ),
    Column(name="why", label=gettext_lazy("why it is proposed"), value=why_proposed),
    Column(
        name="decision",
        label=gettext_lazy("decision"),
        value=decision_badge,
        sort=("decision", "item__position"),
    ),
    Column(
        name="target",
        label=gettext_lazy("item of the successor"),
        value=lambda r: r.target,
        link=lambda r: item_url(r.target) if r.target is not None else None,
    ),
    Column(name="day", label=gettext_lazy("new day"), value=lambda r: r.new_day, shown=False),
    Column(name="document", label=gettext_lazy("document"), value=lambda r: r.document),
    Column(name="reason", label=gettext_lazy("reason"), value=lambda r: r.reason),
    Column(
        name="by",
        label=gettext_lazy("decided by"),
        value=lambda r: actor_label(r.decided_by) if r.decided_by else "",
        shown=False,
    ),
    Column(
        name="at",
        label=gettext_lazy("decided at"),
        value=lambda r: r.decided_at,
        sort=("decided_at",),
        shown=False,
    ),
)


class CarriedItemList(RegisterList):
    model = CarriedItem
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Items to carry over")
    lead = gettext_lazy(
        "What is unfinished in the predecessor. A counterpart is proposed with its reason; a "
        "person decides."
    )
    empty = gettext_lazy("Nothing is listed. Open a carry-over to a successor first.")
    columns = COLUMNS
    default_sort = "item"
    search_fields = (
        "item__key__iexact",
        "item__heading__icontains",
        "target__heading__icontains",
        "reason__icontains",
    )
    filters = (
        Filter(
            name="pair",
            label=gettext_lazy("carry-over"),
            choices=pairs_seen,
            field="carry_over",
        ),
        Filter(
            name="decided",
            label=gettext_lazy("state"),
            choices=fixed(YES_NO),
            narrow=by_decided,
        ),
        Filter(
            name="decision",
            label=gettext_lazy("decision"),
            choices=fixed(DECISION_CHOICES),
            field="decision",
        ),
        Filter(
            name="standing",
            label=gettext_lazy("how it stood"),
            choices=fixed(STANDING_CHOICES[:3]),
            field="standing",
        ),
        Filter(
            name="proposal",
            label=gettext_lazy("proposed counterpart"),
            choices=fixed(
                (("yes", gettext_lazy("one is proposed")), ("no", gettext_lazy("none proposed")))
            ),
            narrow=by_proposal,
        ),
    )

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("item", "proposed", "target", "carry_over")

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((with_query(reverse("plan-carry-overs")), _("Carry-over to a successor")),)

    def actions(self) -> Sequence[Action]:
        asked = self.request.GET.get("pair", "")
        known = dict(pairs_seen(scope_of(self.request)))
        if asked not in known:
            return ()
        found = [Action(label=_("The carry-over"), url=pair_url(asked), icon="left")]
        if scope_of(self.request).may(STEER):
            url = with_query(
                reverse("plan-carry-over-many", args=[asked]),
                standing=self.request.GET.get("standing", ""),
            )
            found.append(Action(label=_("Decide on several"), url=url, is_primary=True))
        return found


def kind_of(row: Any) -> str:
    return str(row._meta.verbose_name)


def work_url(row: Any) -> str:
    names = {Assignment: "plan-assignment", Deliverable: "plan-deliverable"}
    return reverse(names.get(type(row), "plan-obstacle"), args=[row.pk])


WORK_COLUMNS = (
    Column(name="kind", label=gettext_lazy("kind"), value=kind_of),
    Column(
        name="what",
        label=gettext_lazy("open work"),
        value=lambda w: getattr(w, "text", "") or w.asked,
        link=work_url,
        is_title=True,
    ),
    Column(name="body", label=gettext_lazy("body"), value=lambda w: w.body or w.unit),
    Column(
        name="day", label=gettext_lazy("wanted by"), value=lambda w: getattr(w, "due_on", None)
    ),
)


def seen_work(scope: Any, work: Work) -> list[Any]:
    """The open work of an item, as far as a scope sees it."""
    rows: list[Any] = []
    groups: tuple[tuple[Any, list[Any]], ...] = (
        (Assignment, [*work.assignments]),
        (Deliverable, [*work.deliverables]),
        (Obstacle, [*work.obstacles]),
    )
    for model, found in groups:
        keys = [row.pk for row in found]
        seen = set(
            model.objects.visible_to(scope).filter(pk__in=keys).values_list("pk", flat=True)
        )
        rows += [row for row in found if row.pk in seen]
    return rows


class CarriedItemObject(RegisterObject):
    model = CarriedItem
    capability = Capability.READ_INTERNAL
    url_name = "plan-carried-item"
    subject = "plan.carrieditem"
    order_key = ("item__position", "pk")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        related = ("item", "proposed", "target")
        return rows.select_related(
            *related, "carry_over__predecessor__unit", "carry_over__successor"
        )

    def lead(self, row: CarriedItem) -> Text:
        return str(row.carry_over)

    def badges(self, row: CarriedItem) -> Sequence[Badge]:
        return (decision_badge(row), standing_badge(row))

    def neighbours_among(self, row: CarriedItem) -> QuerySet[Any] | None:
        seen = CarriedItem.objects.visible_to(scope_of(self.request))
        return seen.filter(carry_over=row.carry_over_id)

    def crumbs(self, row: CarriedItem) -> Sequence[tuple[str, Text]]:
        return (
            (with_query(reverse("plan-carry-overs")), _("Carry-over to a successor")),
            (pair_url(row.carry_over_id), str(row.carry_over)),
            (items_url(row.carry_over_id), _("Items to carry over")),
        )

    def facts(self, row: CarriedItem) -> Sequence[Fact]:
        found = [
            fact(_("plan item"), row.item, url=item_url(row.item)),
            fact(
                _("proposed counterpart"),
                row.proposed,
                url=item_url(row.proposed) if row.proposed is not None else "",
                missing=_("none proposed"),
            ),
            fact(_("why it is proposed"), why_proposed(row)),
            fact(_("rule"), _(HOUSE_RULE)),
        ]
        if not row.decision:
            return found
        return [
            *found,
            fact(_("decision"), row.get_decision_display()),
            fact(
                _("item of the successor"),
                row.target,
                url=item_url(row.target) if row.target is not None else "",
            ),
            fact(_("new day"), row.new_day, missing=_("the days stay as they are")),
            fact(_("document"), row.document),
            fact(_("finished on"), row.finished_on),
            fact(_("confirmed by"), row.confirmed_by),
            fact(_("reason"), row.reason),
            fact(_("decided by"), actor_label(row.decided_by)),
            fact(_("decided at"), row.decided_at),
        ]

    def relations(self, row: CarriedItem) -> Sequence[Relation]:
        work = seen_work(scope_of(self.request), work_on(row.item_id))
        found = [
            Relation(
                label=_("Open work of the item"),
                columns=WORK_COLUMNS,
                rows=work,
                count=len(work),
                empty=_("Nothing is open in your view."),
                anchor="work",
            )
        ]
        if row.target_id is not None and row.carry_over.closed_at is None:
            seen = carry_over_at(row.carry_over, clock.now(), clock.today()).orphans_of(row)
            found.append(
                Relation(
                    label=_("Running work whose body the successor no longer names"),
                    columns=orphan_columns(scope_of(self.request)),
                    rows=list(seen),
                    count=len(seen),
                    empty=_("None: the new item names every body that works here."),
                    anchor="orphans",
                )
            )
        return found

    def actions(self, row: CarriedItem) -> Sequence[Action]:
        if row.carry_over.closed_at is not None or not scope_of(self.request).may(STEER):
            return ()
        if row.decision:
            url = reverse("plan-carried-undo", args=[row.pk])
            return (Action(label=_("Take the decision back"), url=url, icon="left"),)
        url = reverse("plan-carried-decide", args=[row.pk])
        return (Action(label=_("Decide"), url=url, icon="check", is_primary=True),)
