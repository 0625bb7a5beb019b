"""I7 as a page: the four statements, their measures and baselines, the composition."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.signed_in import scope_of
from anlan.base.worlds.current import current
from anlan.plan.models import SubGoalComposition
from anlan.plan.queries.indicators.subgoal import Part, Statement, SubGoal
from anlan.plan.queries.items import duties_of
from anlan.plan.rules.indicators.subgoal import STATEMENTS
from anlan.plan.screens.common import item_url
from anlan.plan.screens.indicators import common
from anlan.registers.rules.scope import Capability


def goal_context(request: HttpRequest, goal: SubGoal) -> dict[str, Any]:
    scope = scope_of(request)
    may_steer = scope.may(Capability.STEER_PLAN) and current().as_of is None
    used = goal.composition
    notice = goal.item.notice_id
    drafts = SubGoalComposition.objects.visible_to(scope).filter(
        notice=notice, signed_on__isnull=True
    )
    draft = drafts.order_by("-number").first()
    is_newer = draft is not None and (used is None or draft.number >= used.number)
    return {
        "item": goal.item,
        "item_url": item_url(goal.item),
        "goal": goal,
        "sentence": sentence(goal),
        "statements": [statement_row(each) for each in goal.statements],
        "composition": used,
        "drafted_by": actor_label(used.drafted_by) if used is not None else "",
        "signed_by": actor_label(used.signed_by) if used is not None and used.signed_by else "",
        "bodies": [
            (duty.printed_name, duty.get_role_display()) for duty in duties_of(goal.item.pk)
        ],
        "may_steer": may_steer,
        "compose_url": reverse("plan-subgoal-compose", args=[notice]),
        "sign_url": reverse("plan-subgoal-sign", args=[draft.pk])
        if may_steer and draft is not None and is_newer
        else "",
        "draft_number": draft.number if draft is not None else 0,
        "causes_url": common.causes_url(goal.item.key, **common.notice_query(request)),
        "list_url": common.list_url(**common.notice_query(request)),
    }


def sentence(goal: SubGoal) -> str:
    if goal.improved is None:
        return _(
            "Whether the sub-goal was reached cannot be determined: {determined} of {all} "
            "statements are determined."
        ).format(determined=goal.determined, all=STATEMENTS)
    return _("{improved} of {all} statements improved against their baselines.").format(
        improved=goal.improved, all=STATEMENTS
    )


def statement_row(each: Statement) -> dict[str, Any]:
    judged = each.verdict.known()
    notes = [reason.note.text(_) for reason in each.verdict.reasons if reason.note is not None]
    return {
        "number": each.number,
        "text": each.text,
        "badge": common.judgement_badge(judged),
        "why": notes[-1] if notes else "",
        "parts": [_part(part) for part in each.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    known = part.measure is not None
    return {
        "label": _(part.measure.label) if part.measure is not None else part.component.measure,
        "url": reverse("plan-measure", args=[part.component.measure]) if known else "",
        "baseline": common.amount(part.component.baseline),
        "value": common.amount(part.component.value),
        "source": part.source,
        "badge": common.judgement_badge(part.component.judgement),
    }
