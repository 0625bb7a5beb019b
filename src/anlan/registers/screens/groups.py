"""Body groups: phrases that stand for many bodies, with members by date."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import NotFound
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.memberships import add_member, end_member
from anlan.registers.forms.entries import AddMember, EndMember
from anlan.registers.models import Body, BodyGroup, GroupMembership
from anlan.registers.queries import valid_on
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    day_context,
    mark_choices,
    span,
)


def group_url(group: BodyGroup) -> str:
    return reverse("body-group", args=[group.code])


class GroupList(RegisterList):
    model = BodyGroup
    title = _("Body groups")
    lead = _("Phrases of notices that stand for many bodies; membership has dates.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda g: g.name,
            link=group_url,
            sort=("name",),
            is_title=True,
        ),
        Column(name="names", label=_("printed phrases"), value=lambda g: g.names),
        Column(
            name="unit",
            label=_("unit"),
            value=lambda g: g.unit.short_name,
            link=lambda g: reverse("unit", args=[g.unit.code]),
            sort=("unit__position",),
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),)
    search_fields = ("name__icontains", "names__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit")


class GroupObject(RegisterObject):
    model = BodyGroup
    lookup = "code"
    url_name = "body-group"
    subject = "registers.body_group"
    order_key = ("code",)
    template_name = "registers/body_group.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit")

    def crumbs(self, row: BodyGroup) -> Sequence[tuple[str, Text]]:
        return ((reverse("body-group-list"), _("Body groups")),)

    def may_keep(self) -> bool:
        return bool(scope_of(self.request).may(Capability.KEEP_REGISTERS))

    def actions(self, row: BodyGroup) -> Sequence[Action]:
        if not self.may_keep():
            return ()
        url = reverse("member-add", args=[row.code])
        return (Action(label=_("Add a member"), url=url, icon="plus", is_primary=True),)

    def facts(self, row: BodyGroup) -> Sequence[Fact]:
        facts = [
            fact(_("name"), row.name),
            fact(_("printed phrases"), row.names),
            fact(_("unit"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
        ]
        if row.note:
            facts.append(fact(_("note"), row.note))
        return facts

    def more_context(self, row: BodyGroup) -> dict[str, Any]:
        return day_context(self.request)

    def relations(self, row: BodyGroup) -> Sequence[Relation]:
        day = day_context(self.request)["day"]
        visible = GroupMembership.objects.visible_to(scope_of(self.request)).filter(group=row)
        rows = visible.select_related("body__unit").order_by(
            "body__unit__position", "body__position"
        )
        members = list(rows.filter(valid_on(day)))
        others = list(rows.exclude(valid_on(day)))
        relations = [
            Relation(
                label=_("Members on this day"),
                columns=self._columns(with_end=True),
                rows=members,
                count=len(members),
                empty=_("No member on this day. Add one, or choose another day."),
            )
        ]
        if others:
            relations.append(
                Relation(
                    label=_("Members on other days"),
                    columns=self._columns(with_end=False),
                    rows=others,
                    count=len(others),
                    empty="",
                )
            )
        return relations

    def _columns(self, *, with_end: bool) -> tuple[Column, ...]:
        columns: tuple[Column, ...] = (
            Column(
                name="body",
                label=_("body"),
                value=lambda m: m.body.short_name,
                link=lambda m: reverse("body", args=[m.body.code]),
                is_title=True,
            ),
            Column(name="unit", label=_("unit"), value=lambda m: m.body.unit.short_name),
            Column(name="span", label=_("membership"), value=span),
            Column(name="source", label=_("source"), value=lambda m: m.source),
            MARK_COLUMN,
        )
        if not with_end or not self.may_keep():
            return columns
        end = Column(
            name="end",
            label=_("change"),
            value=lambda m: _("End"),
            link=lambda m: reverse("member-end", args=[m.pk]),
        )
        return (*columns, end)


class MemberAdd(RegisterForm):
    capability = Capability.KEEP_REGISTERS
    form_class = AddMember
    title = _("Add a member")

    def group(self) -> BodyGroup:
        visible = BodyGroup.objects.visible_to(scope_of(self.request))
        group: BodyGroup | None = visible.filter(code=self.kwargs["code"]).first()
        if group is None:
            raise NotFound
        return group

    def form_arguments(self) -> dict[str, Any]:
        bodies = Body.objects.visible_to(scope_of(self.request)).select_related("unit")
        return {"bodies": bodies}

    def perform(self, asked: Asked) -> str:
        group = self.group()
        values = asked.values | {"body": asked.values["body"].pk}
        add_member(
            group.pk,
            values,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return group_url(group)

    def back(self) -> str:
        return group_url(self.group())

    def crumbs(self) -> list[tuple[str, Text]]:
        group = self.group()
        return [
            (reverse("body-group-list"), _("Body groups")),
            (group_url(group), group.name),
        ]


class MemberEnd(RegisterForm):
    capability = Capability.KEEP_REGISTERS
    form_class = EndMember
    title = _("End a membership")
    submit = _("End the membership")

    def current(self) -> GroupMembership:
        visible = GroupMembership.objects.visible_to(scope_of(self.request))
        joined = visible.select_related("group", "body")
        row: GroupMembership | None = joined.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise NotFound
        return row

    def initial(self) -> dict[str, Any]:
        return {"valid_until": self.current().valid_until}

    def perform(self, asked: Asked) -> str:
        end_member(
            self.kwargs["pk"],
            asked.values["valid_until"],
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return group_url(self.current().group)

    def back(self) -> str:
        return group_url(self.current().group)

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("body-group-list"), _("Body groups")),
            (group_url(row.group), row.group.name),
            (reverse("body", args=[row.body.code]), row.body.short_name),
        ]
