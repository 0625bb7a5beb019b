"""The supervision desk: what waits for whom, and each order with its papers."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import registry
from anlan.base.rules.due.state import DueState
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.loop.common import day_of
from anlan.plan.choices import LEVEL_CHOICES, ORDER_CHOICES
from anlan.plan.models import SlipAppeal, SlipReply, SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision import settings as lines
from anlan.plan.queries.supervision.orders import counts, last_slip, standing_of
from anlan.plan.rules.supervision.climb import is_exhausted, next_move
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.life import OrderState, SlipState
from anlan.plan.rules.supervision.paper import paper_of
from anlan.plan.screens.common import item_url
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.common import term_badge
from anlan.plan.screens.loop.reports import body_pick
from anlan.plan.screens.supervision.allowed import actions_of
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


SLIP_COLUMNS = (
    Column(
        name="level",
        label=gettext_lazy("level"),
        value=lambda s: level_badge(s.level),
        link=lambda s: reverse("plan-supervision-paper", args=[s.pk]),
        is_title=True,
    ),
    Column(name="paper", label=gettext_lazy("paper"), value=lambda s: s.get_paper_display()),
    Column(name="number", label=gettext_lazy("document number"), value=lambda s: s.number),
    Column(name="to", label=gettext_lazy("addressee"), value=lambda s: s.to or s.order.unit),
    Column(name="issued_at", label=gettext_lazy("issued at"), value=lambda s: s.issued_at),
    Column(name="term", label=gettext_lazy("running term"), value=lambda s: term_badge(s.due)),
    Column(name="state", label=gettext_lazy("state"), value=lambda s: slip_badge(s.state)),
)


def _decided(row: Any, *, yes: str, no: str, good: bool | None) -> Badge:
    if good is None:
        return Badge(text=_("waits for a decision"), tone="yellow", icon="info")
    tone = "green" if good else "orange"
    return Badge(text=_(yes) if good else _(no), tone=tone, icon="check" if good else "warn")


REPLY_COLUMNS = (
    Column(name="text", label=gettext_lazy("reply"), value=lambda r: r.text, is_title=True),
    Column(name="at", label=gettext_lazy("replied at"), value=lambda r: r.replied_at),
    Column(name="by", label=gettext_lazy("replied by"), value=lambda r: actor_label(r.replied_by)),
    Column(
        name="decided",
        label=gettext_lazy("decision"),
        value=lambda r: _decided(
            r, yes=gettext_noop("accepted"), no=gettext_noop("returned"), good=r.is_accepted
        ),
    ),
    Column(name="why", label=gettext_lazy("why"), value=lambda r: r.decision),
)
APPEAL_COLUMNS = (
    Column(
        name="text",
        label=gettext_lazy("grounds of the appeal"),
        value=lambda a: a.text,
        is_title=True,
    ),
    Column(name="at", label=gettext_lazy("appealed at"), value=lambda a: a.appealed_at),
    Column(
        name="decided",
        label=gettext_lazy("decision"),
        value=lambda a: _decided(
            a, yes=gettext_noop("upheld"), no=gettext_noop("dismissed"), good=a.is_upheld
        ),
    ),
    Column(name="why", label=gettext_lazy("why"), value=lambda a: a.decision),
)


class OrderObject(RegisterObject):
    model = SupervisionOrder
    capability = Capability.READ_INTERNAL
    url_name = "plan-supervision-order"
    subject = "plan.supervision_order"
    order_key = ("opened_at", "pk")
    template_name = "plan/supervision/order.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("matter", "item__notice", "body__unit", "unit")

    def lead(self, row: SupervisionOrder) -> Text:
        return row.item.heading if row.item is not None else ""

    def badges(self, row: SupervisionOrder) -> Sequence[Badge]:
        slip = self._last(row)
        found = [order_badge(row), level_badge(row.level)]
        if slip is not None and row.state == OrderState.OPEN.value:
            found.append(slip_badge(slip.state))
        if is_exhausted(standing_of(row, slip), now=clock.now()):
            found.append(Badge(text=_("last level over: to the leaders"), tone="red", icon="warn"))
        return [badge for badge in found if badge is not None]

    def crumbs(self, row: SupervisionOrder) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("plan-overview"), _("Overview")),
            (reverse("plan-supervision"), _("Supervision desk")),
        )

    def facts(self, row: SupervisionOrder) -> Sequence[Fact]:
        matter = registry.due_subject(row.matter.subject_model)
        url = matter.url(row.matter.subject_key) if matter is not None else ""
        ladder = row.to_ladder()
        body = row.body
        found = [
            fact(_("matter"), row.title, url=url),
            fact(_("was due by"), last_day(row.matter.due_at)),
            fact(_("item"), row.item, url=item_url(row.item) if row.item else ""),
            fact(
                _("body"),
                body or row.unit,
                url=reverse("body", args=[body.code]) if body is not None else "",
            ),
            fact(_("opened at"), row.opened_at),
            fact(_("ladder"), f"{_(ladder.name)} · {ladder.version} · {_(ladder.source)}"),
        ]
        if row.ended_at is not None:
            found += [
                fact(_("ended at"), row.ended_at),
                fact(_("ended by"), actor_label(row.ended_by)),
                fact(_("how it ended"), row.ending),
            ]
        return found

    def relations(self, row: SupervisionOrder) -> Sequence[Relation]:
        scope = scope_of(self.request)
        slips = SupervisionSlip.objects.visible_to(scope).filter(order=row)
        papers = list(slips.select_related("to", "due", "order__unit").order_by("prepared_at"))
        replies = list(SlipReply.objects.visible_to(scope).filter(slip__order=row))
        appeals = list(SlipAppeal.objects.visible_to(scope).filter(slip__order=row))
        return (
            _relation(_("Papers"), SLIP_COLUMNS, papers, _("No paper yet.")),
            _relation(_("Replies"), REPLY_COLUMNS, replies, _("Nobody replied yet.")),
            _relation(_("Appeals"), APPEAL_COLUMNS, appeals, _("Nobody appealed.")),
        )

    def actions(self, row: SupervisionOrder) -> Sequence[Action]:
        slip = self._last(row)
        if slip is None or row.state != OrderState.OPEN.value:
            return ()
        return actions_of(scope_of(self.request), slip)

    def more_context(self, row: SupervisionOrder) -> dict[str, Any]:
        slip = self._last(row)
        reasons = list(next_move(standing_of(row, slip), now=clock.now()).reasons)
        if slip is not None:
            day = day_of(slip.issued_at or clock.now())
            reasons += paper_of(
                SlipLevel(slip.level),
                issuer=slip.issuer.code if slip.issuer is not None else "",
                in_line_of_command=slip.to is None or slip.to.in_line_of_command,
                designations=lines.designations_on(day),
                day=day,
            ).reasons
        said = [
            (
                one.note.text(_) if one.note is not None else "",
                _(one.source),
                _(one.status.label),
                one.rule,
            )
            for one in reasons
        ]
        return {"reasons": said}

    def _last(self, row: SupervisionOrder) -> SupervisionSlip | None:
        if not hasattr(row, "shown_slip"):
            row.shown_slip = last_slip(row)  # type: ignore[attr-defined]
        found: SupervisionSlip | None = row.shown_slip  # type: ignore[attr-defined]
        return found


def _relation(label: Text, columns: tuple[Column, ...], rows: list[Any], empty: Text) -> Relation:
    return Relation(label=label, columns=columns, rows=rows, empty=empty, count=len(rows))


class SlipPaper(SignedIn, View):
    """A paper as it is printed: a draft without red head, number or seal until it is signed."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        rows = SupervisionSlip.objects.visible_to(scope_of(request))
        related = ("order__item__notice", "order__unit", "to", "issuer", "due", "order__matter")
        row = rows.select_related(*related).filter(pk=pk).first()
        if row is None:
            raise NotFound
        context = {
            "row": row,
            "order": row.order,
            "is_draft": row.state == SlipState.PREPARED.value,
            "paper": row.get_paper_display(),
            "level": level_badge(row.level),
            "addressee": row.to or row.order.unit,
            "term": term_badge(row.due),
            "matter_due": last_day(row.order.matter.due_at),
        }
        return render(request, "plan/supervision/paper.html", context)
