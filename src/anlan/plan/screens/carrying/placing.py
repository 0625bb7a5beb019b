"""Running work that an amendment left without its ground: on the comparison, and its form."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_object import Relation
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.carrying.placing import Placing, place_work
from anlan.plan.forms.carrying import WITHDRAW, PlaceForm
from anlan.plan.models import NoticeEdition, PlanItem
from anlan.plan.queries.amended import KINDS, OrphanCause, OrphanedWork, orphaned_work
from anlan.plan.screens.carrying.acts import body_choices
from anlan.plan.screens.carrying.rows import kind_of, work_url
from anlan.plan.screens.common import item_url, uuid_or_none, with_query
from anlan.registers.rules.scope import Capability

LOOKS = {
    OrphanCause.GONE: ("red", "warn"),
    OrphanCause.RENUMBERED: ("yellow", "info"),
    OrphanCause.OWNER: ("orange", "warn"),
}


def cause_badge(cause: OrphanCause) -> Badge:
    tone, icon = LOOKS[cause]
    return Badge(text=_(cause.label), tone=tone, icon=icon)


def place_url(one: OrphanedWork, back: str = "") -> str:
    target = str(one.goes_to.pk) if one.goes_to is not None else ""
    url = reverse("plan-place", args=[one.kind, one.key])
    return with_query(url, item=target, back=back)


def orphans_shown(
    scope: Any, old: NoticeEdition, new: NoticeEdition, *, back: str
) -> Relation | None:
    """The orphaned work of an amendment as a table; None for who does not work in the plan, and
    for editions that are no amendment of one notice in force."""
    is_amendment = old.notice_id == new.notice_id and old.edition < new.edition
    if not scope.may(Capability.READ_INTERNAL) or not is_amendment:
        return None
    found = orphaned_work(old, new, scope, clock.today())
    may = scope.may(Capability.STEER_PLAN)
    columns = [
        Column(
            name="item",
            label=_("plan item"),
            value=lambda o: o.row.item,
            link=lambda o: item_url(o.row.item),
        ),
        Column(name="kind", label=_("kind"), value=lambda o: kind_of(o.row)),
        Column(
            name="what",
            label=_("open work"),
            value=lambda o: getattr(o.row, "text", "") or o.row.asked,
            link=lambda o: work_url(o.row),
            is_title=True,
        ),
        Column(name="body", label=_("body"), value=lambda o: o.row.body or o.row.unit),
        Column(name="cause", label=_("why it is orphaned"), value=lambda o: cause_badge(o.cause)),
    ]
    if may:
        columns.append(
            Column(
                name="act",
                label=_("what to do"),
                value=lambda o: _("Give it to a body, or withdraw it"),
                link=lambda o: place_url(o, back),
            )
        )
    return Relation(
        label=_("Running work that the amendment orphaned"),
        columns=tuple(columns),
        rows=found,
        count=len(found),
        empty=_("None: every open task, deliverable and request keeps its clause and its body."),
        anchor="orphaned-work",
    )


class PlaceScreen(RegisterForm):
    capability = Capability.STEER_PLAN
    form_class = PlaceForm
    title = gettext_lazy("Running work that lost its ground")
    lead = gettext_lazy(
        "Another body is asked to sign for it; the same body on another item goes on with the "
        "same clock. Or it is withdrawn. What stood before stays, closed, with a link."
    )
    submit = gettext_lazy("Decide")

    def current(self) -> Any:
        model = KINDS.get(self.kwargs["kind"])
        if model is None:
            raise NotFound
        seen = model.objects.visible_to(scope_of(self.request))
        row = seen.filter(pk=self.kwargs["pk"]).select_related("item__notice").first()
        if row is None:
            raise NotFound
        return row

    def form_arguments(self) -> dict[str, Any]:
        row = self.current()
        live = PlanItem.objects.filter(notice=row.item.notice_id, is_dropped=False)
        key = uuid_or_none(self.request.GET.get("item", ""))
        target = live.filter(pk=key).first() or row.item
        items = sorted(live, key=lambda item: (item.pk != target.pk, item.position))
        return {
            "items": [(str(item.pk), str(item)) for item in items],
            "bodies": body_choices(target, clock.today()),
        }

    def initial(self) -> dict[str, Any]:
        return {"item": self.request.GET.get("item", "")}

    def perform(self, asked: Asked) -> str:
        values, chosen = asked.values, asked.values["new_body"]
        place_work(
            Placing(
                kind=self.kwargs["kind"],
                key=self.kwargs["pk"],
                item=uuid_or_none(values["item"]),
                body=uuid_or_none(chosen),
                withdraws=chosen == WITHDRAW,
                new_day=values["new_day"],
            ),
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()

    def back(self) -> str:
        """The comparison that led here; a foreign address is not followed."""
        asked = self.request.GET.get("back", "")
        here = reverse("plan-compare")
        return asked if asked.startswith(f"{here}?") else work_url(self.current())

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("plan-compare"), _("Compare notices")),
            (self.back(), str(self.current())),
        ]
