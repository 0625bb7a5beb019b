"""An order of supervision with its papers, replies and appeals, and why it stands so."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.parts import registry
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.common import day_of
from anlan.plan.models import SlipAppeal, SlipReply, SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision import settings as lines
from anlan.plan.queries.supervision.orders import last_slip, standing_of
from anlan.plan.rules.supervision.climb import is_exhausted, next_move
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.life import OrderState
from anlan.plan.rules.supervision.paper import paper_of
from anlan.plan.screens.common import item_url
from anlan.plan.screens.loop.common import term_badge
from anlan.plan.screens.supervision.allowed import actions_of
from anlan.plan.screens.supervision.desk import last_day, level_badge, order_badge, slip_badge
from anlan.registers.rules.scope import Capability

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
