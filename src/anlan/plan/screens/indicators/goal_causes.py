"""From the sub-goal to its measures, the items that carry them, what is late, what is proven."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.queries.indicators.goal_causes import GoalCauses, goal_causes
from anlan.plan.queries.indicators.subgoal import KEY, Statement
from anlan.plan.screens.indicators import common
from anlan.plan.screens.indicators.causes import (
    COLUMNS,
    Exported,
    body_row,
    exported_items,
    item_row,
    note_of,
)
from anlan.plan.screens.indicators.subgoal import sentence, statement_row
from anlan.registers.rules.scope import Capability


class SubGoalCauses(SignedIn, View):
    """`?format=csv|xlsx` exports every line of the page."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        found = goal_causes(common.notice_in_view(request), scope=scope_of(request))
        if found is None:
            raise NotFound
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(_sheet(found))
        return render(request, "plan/indicators/goal_causes.html", _context(request, found))


def _context(request: HttpRequest, found: GoalCauses) -> dict[str, Any]:
    kept, scope = common.notice_query(request), scope_of(request)
    return {
        "item": found.goal.item,
        "sentence": sentence(found.goal),
        "statements": [
            statement_row(each) | {"items": [item_row(one) for one in found.items_of(each)]}
            for each in found.goal.statements
        ],
        "items": [item_row(each) for each in found.items],
        "late_total": sum(len(each.late) for each in found.items),
        "unproven": sum(not each.proven for each in found.items),
        "bodies": [body_row(each, scope) for each in found.bodies],
        "notes": [note_of(reason) for reason in found.reasons],
        "indicator_url": common.indicator_url(KEY, **kept),
        "list_url": common.list_url(**kept),
        "csv": common.causes_url(KEY, **kept, format="csv"),
        "xlsx": common.causes_url(KEY, **kept, format="xlsx"),
    }


def _exported(each: Statement) -> list[Exported]:
    row = statement_row(each)
    said = f"{row['badge'].text}：{row['why']}"
    rows = [Exported(part=_("statement"), name=row["text"], said=said)]
    for part in each.parts:
        label = part.component.label or part.component.measure
        value: Decimal | None = part.component.value
        baseline = common.amount(part.component.baseline) or "—"
        said = _("baseline {baseline} %").format(baseline=baseline)
        rows.append(Exported(part=_("measure (figure)"), name=_(label), value=value, said=said))
    return rows


def _sheet(found: GoalCauses) -> Sheet:
    rows = [row for each in found.goal.statements for row in _exported(each)]
    rows += exported_items(found.items, found.bodies)
    return Sheet(
        title=_("{name}: what stands behind it").format(name=found.goal.item.heading),
        columns=COLUMNS,
        rows=rows,
        now=clock.now(),
        mark=demonstration_mark(),
    )
