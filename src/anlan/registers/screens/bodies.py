"""Bodies: who can carry a duty, under which names, in which groups."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList, any_field, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.choices import BodyKind
from anlan.registers.models import Body, BodyGroup, BodyName, GroupMembership, Post
from anlan.registers.queries import valid_on
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    day_context,
    mark_choices,
    span,
    unit_choices,
)
from anlan.registers.screens.people import holders_on, person_url

ORDER = _("Order (supervision slip)")
LETTER = _("Letter (outside the line of command)")


def body_url(body: Body) -> str:
    return reverse("body", args=[body.code])


def group_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [(group.code, group.name) for group in BodyGroup.objects.visible_to(scope)]


def in_group(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Bodies that are members today."""
    today = GroupMembership.objects.filter(valid_on(clock.today()), group__code=code)
    return rows.filter(pk__in=today.values("body"))


def line_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [("yes", ORDER), ("no", LETTER)]


class BodyList(RegisterList):
    model = Body
    title = _("Bodies")
    lead = _("Departments, governments, agencies and forces that can carry a duty.")
    empty = _("No body is loaded. Prepare the instance with a city profile: anlan prepare.")
    columns = (
        Column(
            name="short",
            label=_("short name"),
            value=lambda b: b.short_name,
            link=body_url,
            sort=("initials", "short_name"),
            is_title=True,
        ),
        Column(
            name="full", label=_("full name"), value=lambda b: b.full_name, sort=("full_name",)
        ),
        Column(name="kind", label=_("kind"), value=lambda b: b.get_kind_display(), sort=("kind",)),
        Column(
            name="unit",
            label=_("unit"),
            value=lambda b: b.unit.short_name,
            link=lambda b: reverse("unit", args=[b.unit.code]),
            sort=("unit__position", "position"),
        ),
        Column(
            name="line",
            label=_("supervised by"),
            value=lambda b: ORDER if b.in_line_of_command else LETTER,
            sort=("in_line_of_command",),
            shown=False,
        ),
        Column(name="code", label=_("code"), value=lambda b: b.code, sort=("code",), shown=False),
        Column(name="span", label=_("in force"), value=span, shown=False),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(name="kind", label=_("kind"), choices=choices_of(BodyKind), field="kind"),
        Filter(name="group", label=_("member today of"), choices=group_choices, narrow=in_group),
        Filter(
            name="line",
            label=_("supervised by"),
            choices=line_choices,
            narrow=lambda rows, code: rows.filter(in_line_of_command=code == "yes"),
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("full_name__icontains", "short_name__icontains", "initials__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit")

    def found(self, word: str) -> Q:
        """Former and other names find a body as well."""
        named = BodyName.objects.filter(name__icontains=word).values("body")
        return any_field(self.search_fields, word) | Q(pk__in=named)


class BodyObject(RegisterObject):
    model = Body
    lookup = "code"
    url_name = "body"
    subject = "registers.body"
    order_key = ("unit__position", "position", "code")
    template_name = "registers/body.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit__region")

    def heading(self, row: Body) -> Text:
        return row.full_name

    def badges(self, row: Body) -> Sequence[Badge]:
        badges = [Badge(text=row.get_kind_display(), tone="blue")]
        if row.valid_until and row.valid_until <= clock.today():
            badges.append(Badge(text=_("No longer exists"), tone="grey", icon="info"))
        return badges

    def crumbs(self, row: Body) -> Sequence[tuple[str, Text]]:
        unit = f"{reverse('body-list')}?unit={row.unit.code}"
        return ((reverse("body-list"), _("Bodies")), (unit, row.unit.short_name))

    def facts(self, row: Body) -> Sequence[Fact]:
        facts = [
            fact(_("full name"), row.full_name),
            fact(_("short name"), row.short_name),
            fact(_("kind"), row.get_kind_display()),
            fact(_("unit"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
            fact(
                _("region"),
                row.unit.region.name,
                url=reverse("region", args=[row.unit.region.code]),
            ),
            fact(_("supervised by"), ORDER if row.in_line_of_command else LETTER),
            fact(_("in force"), span(row)),
            fact(_("pinyin initials"), row.initials.upper()),
        ]
        if row.note:
            facts.append(fact(_("note"), row.note))
        return facts

    def more_context(self, row: Body) -> dict[str, Any]:
        return day_context(self.request)

    def relations(self, row: Body) -> Sequence[Relation]:
        relations = [self._names(row), self._groups(row)]
        if scope_of(self.request).may(Capability.READ_PEOPLE):
            relations.append(self._posts(row))
        return relations

    def _names(self, row: Body) -> Relation:
        names = list(BodyName.objects.visible_to(scope_of(self.request)).filter(body=row))
        return Relation(
            label=_("Names over time"),
            columns=(
                Column(name="name", label=_("name"), value=lambda n: n.name, is_title=True),
                Column(name="kind", label=_("kind"), value=lambda n: n.get_kind_display()),
                Column(name="span", label=_("in use"), value=span),
                Column(name="source", label=_("source"), value=lambda n: n.source),
                MARK_COLUMN,
            ),
            rows=names,
            count=len(names),
            empty=_("Only the names at the left are known."),
        )

    def _groups(self, row: Body) -> Relation:
        day = day_context(self.request)["day"]
        rows = list(
            GroupMembership.objects.visible_to(scope_of(self.request))
            .filter(valid_on(day), body=row)
            .select_related("group")
        )
        return Relation(
            label=_("Groups on this day"),
            columns=(
                Column(
                    name="group",
                    label=_("body group"),
                    value=lambda m: m.group.name,
                    link=lambda m: reverse("body-group", args=[m.group.code]),
                    is_title=True,
                ),
                Column(name="span", label=_("membership"), value=span),
                MARK_COLUMN,
            ),
            rows=rows,
            count=len(rows),
            empty=_("A member of no group on this day."),
        )

    def _posts(self, row: Body) -> Relation:
        scope, day = scope_of(self.request), day_context(self.request)["day"]
        posts = Post.objects.visible_to(scope).filter(body=row)
        rows = holders_on(posts, scope, day)
        return Relation(
            label=_("Posts and holders on this day"),
            columns=(
                Column(
                    name="post",
                    label=_("post"),
                    value=lambda h: h.title,
                    link=lambda h: reverse("post", args=[h.post]),
                    is_title=True,
                ),
                Column(
                    name="holder",
                    label=_("holder"),
                    value=lambda h: h.person and h.person.name,
                    link=lambda h: h.person and person_url(h.person),
                    missing=_("vacant, or outside what you may see"),
                ),
                Column(name="role", label=_("role in the program"), value=lambda h: h.role),
            ),
            rows=rows,
            count=len(rows),
            empty=_("No post of this body is entered that you may see."),
            url=f"{reverse('post-list')}?q={row.short_name}" if rows else "",
            actions=self._post_actions(row),
        )

    def _post_actions(self, row: Body) -> tuple[Action, ...]:
        if not scope_of(self.request).may(Capability.KEEP_REGISTERS):
            return ()
        url = f"{reverse('post-add')}?body={row.code}"
        return (Action(label=_("Enter a post"), url=url, icon="plus"),)
