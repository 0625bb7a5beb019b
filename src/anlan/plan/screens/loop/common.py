"""What the screens of the working loop share: addresses, badges, the item of the path."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotFound
from anlan.base.models import Due
from anlan.base.rules.due.clock import last_day_of
from anlan.base.rules.due.state import DueState
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import Verdict
from anlan.base.screens.cells import Badge
from anlan.base.screens.list_state import WHOLE
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Fact, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.models import PlanItem
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.deliverable import DeliverableState
from anlan.plan.rules.loop.lamp import Lamp
from anlan.plan.rules.loop.obstacle import ObstacleState
from anlan.plan.rules.loop.report import ReportState
from anlan.plan.screens.common import with_query

ENDING_SOON = gettext_noop("ending within 30 days")
OVERDUE_REQUESTS = gettext_noop("overdue requests for coordination")
STATE_LOOKS: dict[Any, tuple[str, str]] = {
    AssignmentState.PROPOSED: ("yellow", "warn"),
    AssignmentState.SIGNED: ("green", "check"),
    AssignmentState.REFUSED: ("orange", "warn"),
    AssignmentState.WITHDRAWN: ("grey", ""),
    AssignmentState.CARRIED: ("grey", ""),
    ReportState.DRAFT: ("grey", "edit"),
    ReportState.SUBMITTED: ("yellow", "info"),
    ReportState.ACCEPTED: ("green", "check"),
    ReportState.RETURNED: ("orange", "warn"),
    ObstacleState.OPEN: ("yellow", "warn"),
    ObstacleState.REPLIED: ("blue", "info"),
    ObstacleState.ESCALATED: ("orange", "warn"),
    ObstacleState.CLOSED: ("green", "check"),
    DeliverableState.NO_DAY: ("grey", "info"),
    DeliverableState.NOT_DUE: ("grey", ""),
    DeliverableState.IN_PROGRESS: ("green", "info"),
    DeliverableState.UNDER_REVIEW: ("yellow", "info"),
    DeliverableState.FINISHED: ("green", "check"),
    DeliverableState.OVERDUE: ("red", "warn"),
    DeliverableState.BACK_FILLED: ("blue", "check"),
    DeliverableState.TO_BACK_FILL: ("grey", "warn"),
    DeliverableState.WITHDRAWN: ("grey", ""),
}
LAMP_LOOKS = {
    Lamp.RED: ("red", "warn"),
    Lamp.YELLOW: ("yellow", "warn"),
    Lamp.GREEN: ("green", ""),
    Lamp.GREY: ("grey", "info"),
    Lamp.DONE: ("green", "check"),
}


def state_badge(state: Any) -> Badge:
    """A state as word, sign and colour; the sign repeats the colour."""
    tone, icon = STATE_LOOKS[state]
    return Badge(text=_(state.label), tone=tone, icon=icon)


def lamp_badge(lamp: Lamp) -> Badge:
    tone, _icon = LAMP_LOOKS[lamp]
    return Badge(text=f"{lamp.sign} {_(lamp.label)}", tone=tone)


def lamp_grounds(lamp: Verdict[Lamp]) -> str:
    """依据 of a lamp: the counts that decided it, and whose rule it is."""
    counted = dict(lamp.reasons[0].inputs)
    named = {state.value: state.label for state in DeliverableState}
    more = {"due_soon": ENDING_SOON, "waiting": OVERDUE_REQUESTS}
    found = [
        f"{_(label)} {counted[name]}"
        for name, label in (named | more).items()
        if counted.get(name)
    ]
    return _grounds("；".join(found) or _(lamp.known().label), lamp)


def state_grounds(state: Verdict[DeliverableState], since: dt.date) -> str:
    """依据 of a deliverable's state: its end, reports on it, since when the plan is kept here."""
    inputs = dict(state.reasons[0].inputs)
    until = inputs["due_at"]
    day = last_day_of(until).isoformat() if isinstance(until, dt.datetime) else _("no day set")
    said = _("until {day}; reports {n}; kept in this program since {since}")
    text = said.format(day=day, n=inputs["information"], since=since.isoformat())
    return _grounds(text, state)


def _grounds(text: str, verdict: Verdict[Any]) -> str:
    reason = verdict.reasons[0]
    return f"{text}（{_(reason.source)}，{_(reason.status.label)}）"


def term_badge(due: Due | None, now: dt.datetime | None = None) -> Badge | None:
    """How a clock stands: its last day, overdue, stood still; None without a clock."""
    if due is None or not DueState(due.state).is_open:
        return None
    if due.due_at is None:
        return Badge(text=_("no day set"), tone="grey", icon="info")
    day = (due.due_at - dt.timedelta(microseconds=1)).astimezone(CITY_ZONE).date().isoformat()
    if due.state == DueState.PAUSED.value:
        return Badge(text=_("standing still"), tone="grey", icon="info")
    if due.due_at < (now or clock.now()):
        return Badge(text=_("overdue since {day}").format(day=day), tone="red", icon="warn")
    return Badge(text=_("by {day}").format(day=day), tone="blue")


def carried_facts(request: HttpRequest, row: Any, url_name: str) -> list[Fact]:
    """Where a deliverable or a request came from and went to when its item was carried over."""
    seen = type(row).objects.visible_to(scope_of(request)).select_related("item__notice")
    pairs = (
        (_("carried over from"), seen.filter(pk=row.carried_from_id)),
        (_("carried over to"), seen.filter(carried_from=row.pk)),
    )
    return [
        fact(label, f"{one.item.notice} {one.item}", url=reverse(url_name, args=[one.pk]))
        for label, rows in pairs
        for one in rows
    ]


def only_overdue(url_name: str, **narrow: str) -> Action:
    """One click from a list to its overdue rows, all of them."""
    url = with_query(reverse(url_name), **narrow, **WHOLE)
    return Action(label=_("Only overdue"), url=url, icon="warn")


def item_of_path(request: HttpRequest, notice: Any, key: str) -> PlanItem:
    """The live item that an address names."""
    found: PlanItem | None = (
        PlanItem.objects.visible_to(scope_of(request))
        .filter(notice=notice, key=key, is_dropped=False)
        .select_related("notice__unit")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def tab_url(item: PlanItem, tab: str) -> str:
    return f"{reverse('plan-item', args=[item.notice_id, item.key])}?tab={tab}"


def crumbs_of(item: PlanItem, tab: str, label: Any) -> list[tuple[str, Any]]:
    return [
        (reverse("plan-overview"), _("Overview")),
        (reverse("plan-item", args=[item.notice_id, item.key]), str(item)),
        (tab_url(item, tab), label),
    ]
