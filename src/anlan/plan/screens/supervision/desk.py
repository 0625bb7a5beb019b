"""The supervision desk: what waits for whom."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.rules.due.state import DueState
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.common import day_of
from anlan.plan.choices import LEVEL_CHOICES, ORDER_CHOICES
from anlan.plan.models import SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision.orders import counts
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.life import OrderState, SlipState
from anlan.plan.screens.common import item_url
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.reports import body_pick
from anlan.registers.rules.scope import Capability

LEVEL_LOOKS = {
    SlipLevel.REMINDER: ("grey", "info"),
    SlipLevel.BLUE: ("blue", "info"),
    SlipLevel.ORANGE: ("orange", "warn"),
    SlipLevel.RED: ("red", "warn"),
}
STATE_LOOKS = {
    SlipState.PREPARED: ("yellow", "edit"),
    SlipState.ISSUED: ("blue", "info"),
    SlipState.APPEALED: ("yellow", "warn"),
    SlipState.REPLIED: ("yellow", "info"),
    SlipState.ACCEPTED: ("green", "check"),
    SlipState.OVERTAKEN: ("grey", ""),
    SlipState.WITHDRAWN: ("grey", ""),
}
ORDER_LOOKS = {
    OrderState.OPEN: ("yellow", "warn"),
    OrderState.CLOSED: ("green", "check"),
    OrderState.SETTLED: ("green", "check"),
    OrderState.WITHDRAWN: ("grey", ""),
}
WAITS = (
    ("sign", gettext_lazy("for a signature")),
    ("reply", gettext_lazy("for a reply")),
    ("over", gettext_lazy("for a reply, term over")),
    ("accept", gettext_lazy("for acceptance")),
    ("appeal", gettext_lazy("for a decision on an appeal")),
)
SHOWN = {
    "sign": SlipState.PREPARED,
    "reply": SlipState.ISSUED,
    "over": SlipState.ISSUED,
    "accept": SlipState.REPLIED,
    "appeal": SlipState.APPEALED,
}


def order_url(row: SupervisionOrder) -> str:
    return reverse("plan-supervision-order", args=[row.pk])


def level_badge(level: str) -> Badge | None:
    if not level:
        return None
    tone, icon = LEVEL_LOOKS[SlipLevel(level)]
    return Badge(text=_(SlipLevel(level).label), tone=tone, icon=icon)


def slip_badge(state: str) -> Badge | None:
    if not state:
        return None
    tone, icon = STATE_LOOKS[SlipState(state)]
    return Badge(text=_(SlipState(state).label), tone=tone, icon=icon)


def order_badge(row: SupervisionOrder) -> Badge:
    tone, icon = ORDER_LOOKS[OrderState(row.state)]
    return Badge(text=_(OrderState(row.state).label), tone=tone, icon=icon)


def waiting(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    slips = SupervisionSlip.objects.filter(state=SHOWN[code].value)
    if code == "over":
        slips = slips.filter(due__state=DueState.RUNNING.value, due__due_at__lt=clock.now())
    return rows.filter(state=OrderState.OPEN.value, pk__in=slips.values("order"))


def last_day(end: dt.datetime | None) -> dt.date | None:
    """The last day of a term that ends at 24:00 of it."""
    return day_of(end - dt.timedelta(microseconds=1)) if end is not None else None


def _term(row: Any) -> Badge | None:
    if row.state != OrderState.OPEN.value or row.term_at is None:
        return None
    day = last_day(row.term_at)
    if row.term_at < clock.now():
        return Badge(text=_("overdue since {day}").format(day=day), tone="red", icon="warn")
    return Badge(text=_("by {day}").format(day=day), tone="blue")


COLUMNS = (
    Column(
        name="title",
        label=gettext_lazy("matter"),
        value=lambda o: o.title,
        link=order_url,
        is_title=True,
    ),
    Column(
        name="level",
        label=gettext_lazy("level"),
        value=lambda o: level_badge(o.level),
        sort=("level",),
    ),
    Column(
        name="body",
        label=gettext_lazy("body"),
        value=lambda o: o.body or o.unit,
        sort=("body__position",),
    ),
    Column(name="paper", label=gettext_lazy("now"), value=lambda o: slip_badge(o.slip_state)),
    Column(name="term", label=gettext_lazy("running term"), value=_term, sort=("term_at",)),
    Column(
        name="item",
        label=gettext_lazy("item"),
        value=lambda o: o.item.key if o.item else None,
        link=lambda o: item_url(o.item) if o.item else None,
        sort=("item__position",),
    ),
    Column(name="state", label=gettext_lazy("state"), value=order_badge, sort=("state",)),
    Column(
        name="opened_at",
        label=gettext_lazy("opened at"),
        value=lambda o: o.opened_at,
        sort=("opened_at",),
    ),
)


class SupervisionDesk(RegisterList):
    model = SupervisionOrder
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Supervision desk")
    lead = gettext_lazy(
        "What was missed climbs by itself: reminder, blue, orange, red. Slips leave only signed "
        "and numbered; each has a term, a reply and an acceptance."
    )
    empty = gettext_lazy(
        "Nothing is under supervision. A matter whose term is over comes here by itself."
    )
    columns = COLUMNS
    search_fields = ("title__icontains", "body__short_name__icontains", "item__key__iexact")
    default_sort = "-opened_at"
    filters = (
        Filter(name="waits", label=gettext_lazy("waits"), choices=fixed(WAITS), narrow=waiting),
        Filter(
            name="level", label=gettext_lazy("level"), choices=fixed(LEVEL_CHOICES), field="level"
        ),
        Filter(
            name="state", label=gettext_lazy("state"), choices=fixed(ORDER_CHOICES), field="state"
        ),
        Filter(name="body", label=gettext_lazy("body"), choices=body_pick, field="body__code"),
    )

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        last = SupervisionSlip.objects.filter(order=OuterRef("pk"), level=OuterRef("level"))
        found: QuerySet[Any] = rows.select_related("body", "unit", "item").annotate(
            slip_state=Subquery(last.values("state")[:1]),
            term_at=Subquery(last.values("due__due_at")[:1]),
        )
        return found

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)

    def actions(self) -> Sequence[Action]:
        measure = reverse("plan-measure", args=["slips-answered-in-time"])
        settings = reverse("plan-supervision-settings")
        return (
            Action(label=_("The measure"), url=measure, icon="info"),
            Action(label=_("Levels and terms"), url=settings),
        )

    def figures(self) -> Sequence[tuple[Text, Any, str]]:
        found = counts(scope_of(self.request), clock.now())
        here = reverse("plan-supervision")
        return [(label, found[code], f"{here}?waits={code}") for code, label in WAITS]
