"""Tabs of an item about its working loop: break-down, deliverables, reports and the rest."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Relation
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.breaking_down import may_assign
from anlan.plan.actions.loop.deliverables import may_keep
from anlan.plan.models import (
    Assignment,
    ControlTable,
    Deliverable,
    ItemMeasure,
    Obstacle,
    PlanItem,
    ProgressReport,
)
from anlan.plan.queries.item_measures import item_lines
from anlan.plan.queries.loop.bearers import bearers_of
from anlan.plan.queries.loop.handling import decision_of, handling_of_item
from anlan.plan.rules.loop.handling import HANDLING_LABELS, Handling
from anlan.plan.screens.common import with_query
from anlan.plan.screens.item_measures import figure_rows
from anlan.plan.screens.loop import breakdown, deliverables, figures, obstacles, reports
from anlan.registers.rules.scope import Capability

LOOP_TABS = ("breakdown", "deliverables", "reports", "obstacles", "figures", "measures")


def tabs_of(item: PlanItem, scope: Any) -> list[tuple[str, str, int]]:
    """(code, label, how many) of the tabs that a reader has; none for the public."""
    if not scope.may(Capability.READ_INTERNAL):
        return []

    def count(model: Any) -> int:
        found: int = model.objects.visible_to(scope).filter(item=item).count()
        return found

    tabs = [
        ("breakdown", _("Break-down"), count(Assignment)),
        ("deliverables", _("Deliverables"), count(Deliverable)),
        ("reports", _("Progress reports"), count(ProgressReport)),
        ("obstacles", _("Coordination"), count(Obstacle)),
    ]
    tabs.append(("measures", _("Measures"), count(ItemMeasure)))
    if item.indicator_value is not None:
        tabs.append(("figures", _("Control figures"), count(ControlTable)))
    return tabs


def context_of(request: HttpRequest, item: PlanItem, tab: str) -> dict[str, Any]:
    """What the tab shows: relations with their actions, and how the item is dealt with."""
    if tab == "measures":
        line = item_lines([item], scope_of(request), clock.now())[0]
        may_bound = scope_of(request).may(Capability.STEER_PLAN)
        return {"figure_rows": figure_rows(line), "may_bound": may_bound}
    builders: dict[str, Callable[[HttpRequest, PlanItem], Relation]] = {
        "breakdown": _breakdown,
        "deliverables": _deliverables,
        "reports": _reports,
        "obstacles": _obstacles,
        "figures": _figures,
    }
    context: dict[str, Any] = {"relation": builders[tab](request, item)}
    if tab == "breakdown":
        handling, row = handling_of_item(item), decision_of(item)
        context |= {
            "handling": _(HANDLING_LABELS[handling]),
            "is_market": handling is Handling.MARKET,
            "decision": row,
            "handling_url": _path("plan-handling", item)
            if scope_of(request).may(Capability.STEER_PLAN)
            else "",
        }
    return context


def _path(name: str, item: PlanItem, *more: Any) -> str:
    return reverse(name, args=[item.notice_id, item.key, *more])


def _breakdown(request: HttpRequest, item: PlanItem) -> Relation:
    scope = scope_of(request)
    seen = Assignment.objects.visible_to(scope).filter(item=item)
    rows = list(seen.select_related(*breakdown.RELATED))
    actions = []
    is_open = handling_of_item(item) is Handling.BREAK_DOWN and not item.is_dropped
    if is_open and may_assign(scope, item, None):
        url = _path("plan-assign", item)
        actions.append(Action(label=_("Break down"), url=url, icon="plus"))
    return Relation(
        label=_("Break-down"),
        columns=breakdown.COLUMNS[1:],
        rows=in_tree(rows),
        empty=_("Not broken down yet, or not to a unit in your view."),
        count=len(rows),
        url=with_query(reverse("plan-assignments"), q=item.key),
        actions=tuple(actions),
    )


def in_tree(rows: list[Assignment]) -> list[Assignment]:
    """Parents before their children; a row whose parent is outside the view stands alone."""
    by_parent: dict[Any, list[Assignment]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        by_parent.setdefault(row.above_id if row.above_id in known else None, []).append(row)
    ordered: list[Assignment] = []

    def walk(parent: Any) -> None:
        for row in by_parent.get(parent, ()):
            ordered.append(row)
            walk(row.pk)

    walk(None)
    return ordered


def _deliverables(request: HttpRequest, item: PlanItem) -> Relation:
    scope = scope_of(request)
    rows = list(deliverables.stated(Deliverable.objects.visible_to(scope).filter(item=item)))
    actions = []
    if may_keep(scope, item):
        url = _path("plan-deliverable-add", item)
        actions.append(Action(label=_("Ask for one more"), url=url, icon="plus"))
    return Relation(
        label=_("Deliverables"),
        columns=deliverables.COLUMNS[1:],
        rows=rows,
        empty=_("None yet. The plan office makes them from the clause."),
        count=len(rows),
        url=with_query(reverse("plan-deliverables"), q=item.key),
        actions=tuple(actions),
    )


def _reports(request: HttpRequest, item: PlanItem) -> Relation:
    scope = scope_of(request)
    seen = ProgressReport.objects.visible_to(scope).filter(item=item)
    rows = list(seen.select_related(*reports.RELATED))
    return Relation(
        label=_("Progress reports"),
        columns=reports.COLUMNS[1:],
        rows=rows,
        empty=_("Nobody has reported yet."),
        count=len(rows),
        url=with_query(reverse("plan-reports"), q=item.key),
        actions=_own_action(request, item, "plan-report-write", _("Report progress")),
    )


def _obstacles(request: HttpRequest, item: PlanItem) -> Relation:
    scope = scope_of(request)
    seen = Obstacle.objects.visible_to(scope).filter(item=item)
    rows = list(seen.select_related(*obstacles.RELATED))
    return Relation(
        label=_("Requests for coordination"),
        columns=obstacles.COLUMNS[1:],
        rows=rows,
        empty=_("Nothing is in the way, as far as anybody said."),
        count=len(rows),
        url=with_query(reverse("plan-obstacles"), q=item.key),
        actions=_own_action(request, item, "plan-obstacle-raise", _("Ask for coordination")),
    )


def _own_action(request: HttpRequest, item: PlanItem, name: str, label: str) -> tuple[Action, ...]:
    """Offered to whoever works for a body that carries the item."""
    if item.is_dropped or not bearers_of(scope_of(request), item, clock.today()):
        return ()
    return (Action(label=label, url=_path(name, item), icon="plus"),)


def _figures(request: HttpRequest, item: PlanItem) -> Relation:
    scope = scope_of(request)
    seen = ControlTable.objects.visible_to(scope).filter(item=item)
    rows = list(seen.select_related("item").annotate(given=Count("figures")).order_by("-year"))
    actions = []
    if scope.may(Capability.STEER_PLAN) and not item.is_dropped:
        url = _path("plan-control-new", item)
        actions.append(Action(label=_("Give control figures"), url=url, icon="plus"))
    return Relation(
        label=_("Control figures"),
        columns=figures.COLUMNS[1:],
        rows=rows,
        empty=_("No figure was given to the units yet."),
        count=len(rows),
        url=with_query(reverse("plan-control-tables"), q=item.key),
        actions=tuple(actions),
    )
