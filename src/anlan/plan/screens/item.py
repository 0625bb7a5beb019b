"""One item: its clause, who has to do it, what the notice leaves open, its journal."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.as_of import past_day
from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.choices import NoticeSource
from anlan.plan.models import NoticeEdition, PlanItem
from anlan.plan.queries.items import duties_of
from anlan.plan.queries.loop.progress import lamp_of_item
from anlan.plan.screens.common import item_url, mode_badge, section_path, with_query, years_text
from anlan.plan.screens.corrected import corrected_lines
from anlan.plan.screens.duties import boxes_of, marked_names, silences, target_words
from anlan.plan.screens.item_history import item_lines
from anlan.plan.screens.loop.common import lamp_badge, lamp_grounds, tab_url
from anlan.plan.screens.loop.item_tabs import LOOP_TABS, context_of, tabs_of
from anlan.plan.screens.marking import marked_clause
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import day_context

TABS = ("duties", *LOOP_TABS)


class ItemObject(RegisterObject):
    model = PlanItem
    lookup = "key"
    url_name = "plan-item"
    subject = "plan.item"
    order_key = ("position",)
    template_name = "plan/item.html"

    def find(self, value: Any) -> PlanItem:
        found: PlanItem | None = (
            PlanItem.objects.visible_to(scope_of(self.request))
            .filter(notice=self.kwargs["notice"], key=value)
            .select_related("notice__unit", "parent")
            .first()
        )
        if found is None:
            raise NotFound
        return found

    def neighbours_among(self, row: PlanItem) -> QuerySet[Any]:
        return PlanItem.objects.filter(notice=row.notice_id, is_dropped=False)

    def _address(self, row: Any) -> str:
        return "" if row is None else item_url(row)

    def heading(self, row: PlanItem) -> Text:
        return f"{row.key} {row.heading}"

    def badges(self, row: PlanItem) -> Sequence[Badge]:
        badges = [Badge(text=row.get_kind_display(), tone="blue"), mode_badge(row)]
        if scope_of(self.request).may(Capability.READ_INTERNAL):
            badges.insert(0, lamp_badge(lamp_of_item(row, clock.now()).known()))
        if row.is_dropped:
            badges.append(Badge(text=_("Not in the edition in force"), tone="orange", icon="warn"))
        return badges

    def crumbs(self, row: PlanItem) -> Sequence[tuple[str, Text]]:
        items = with_query(reverse("plan-items"), notice=str(row.notice_id), kind=row.kind)
        return (
            (with_query(reverse("plan-overview")), _("Overview")),
            (reverse("plan-notice", args=[row.notice_id]), str(row.notice)),
            (items, row.get_kind_display()),
        )

    def actions(self, row: PlanItem) -> Sequence[Action]:
        if past_day() or not scope_of(self.request).may(Capability.READ_INTERNAL):
            return ()
        review = with_query(reverse("plan-review", args=[row.notice_id]), item=row.key)
        if scope_of(self.request).may(Capability.CORRECT_NOTICE):
            return (Action(label=_("Check and correct"), url=review, icon="edit"),)
        return (Action(label=_("How it was read"), url=review, icon="search"),)

    def facts(self, row: PlanItem) -> Sequence[Fact]:
        facts = [
            fact(_("kind"), row.get_kind_display()),
            fact(_("printed number"), row.number),
            fact(_("section"), " › ".join(section_path(row))),
            fact(_("years"), years_text(row.deadline_years), missing=_("no year named")),
            fact(_("division of work"), row.get_mode_display()),
        ]
        if row.indicator_value is not None:
            facts.append(fact(_("indicator"), row.indicator_name))
            facts.append(fact(_("target"), target_words(row)))
        if row.parent is not None:
            parent = row.parent
            facts.append(fact(_("part of the item"), str(parent), url=item_url(parent)))
        facts.append(fact(_("notice"), str(row.notice), url=self._notice(row)))
        if scope_of(self.request).may(Capability.READ_INTERNAL):
            grounds = lamp_grounds(lamp_of_item(row, clock.now()))
            facts.append(fact(_("grounds of the lamp"), grounds, url=tab_url(row, "deliverables")))
        return facts

    def _notice(self, row: PlanItem) -> str:
        return reverse("plan-notice", args=[row.notice_id])

    def more_context(self, row: PlanItem) -> dict[str, Any]:
        day = day_context(self.request)
        duties = duties_of(row.pk)
        scope = scope_of(self.request)
        asked = self.request.GET.get("tab", "")
        tab = asked if asked in TABS else ""
        loop_tabs = tabs_of(row, scope)
        if tab in LOOP_TABS and tab not in {code for code, _label, _count in loop_tabs}:
            tab = ""
        if tab in LOOP_TABS:
            day |= context_of(self.request, row, tab)
        return day | {
            "tab": tab,
            "loop_tabs": loop_tabs,
            "is_loop_tab": tab in LOOP_TABS,
            "boxes": boxes_of(duties, scope, day["day"]),
            "clause": marked_clause(row.text, marked_names(duties), row.deadline_years),
            "is_original": self._is_original(row),
            "silences": silences(row, duties),
            "children": [(child, item_url(child)) for child in row.children.order_by("position")],
            "corrections": corrected_lines(row, scope),
            "duty_count": len(duties),
            "may_correct": scope.may(Capability.CORRECT_NOTICE),
        }

    def _is_original(self, row: PlanItem) -> bool:
        return NoticeEdition.objects.filter(
            notice=row.notice_id, edition=row.edition, source_kind=NoticeSource.FILE
        ).exists()

    def _history(self, row: PlanItem) -> dict[str, Any]:
        """The item, its corrections, and those of its duties that changed since the import."""
        readable = scope_of(self.request).may(Capability.READ_PEOPLE)
        tabs = tabs_of(row, scope_of(self.request))
        return {"lines": item_lines(row, readable=readable), "loop_tabs": tabs}
