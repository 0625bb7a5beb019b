"""Posts: who holds them, which are vacant; tenures that begin, are handed over and end."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.rules.verdict import Verdict
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers import queries
from anlan.registers.models import ROLE_CHOICES, Post, PostNumber, Tenure
from anlan.registers.rules.post_vacant import Span, post_vacant
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.bodies import body_url
from anlan.registers.screens.common import unit_choices
from anlan.registers.screens.enterprises import basis_text
from anlan.registers.screens.people import held_on, person_url

VACANT = Badge(text=_("Vacant"), tone="red", icon="warn")
HELD = Badge(text=_("Held"), tone="green", icon="check")


def post_url(row: Post) -> str:
    return reverse("post", args=[row.pk])


def vacancy_of(row: Post, day: dt.date) -> Verdict[bool]:
    """The rule `post-vacant` on a post whose tenures are loaded."""
    spans = [Span(held_from=t.held_from, held_until=t.held_until) for t in row.tenures.all()]
    return post_vacant(spans, day)


def vacancy_text(verdict: Verdict[bool]) -> str:
    """Since when, and who is known to come."""
    inputs = dict(verdict.reasons[0].inputs)
    since, coming = inputs["since"], inputs["next_from"]
    found = []
    if verdict.value is True:
        text = gettext("since {day}").format(day=since) if since else gettext("never held yet")
        found.append(text)
    if coming:
        found.append(gettext("held again from {day}").format(day=coming))
    return "，".join(found)


def holder_names(row: Post) -> list[str]:
    today = clock.today()
    return [t.person.name for t in row.tenures.all() if held_on(t, today)]


def joined(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("body__unit").prefetch_related("tenures__person")


def vacancy_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [("vacant", _("Vacant")), ("held", _("Held"))]


def in_vacancy(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """The rule `post-vacant` for today, in SQL."""
    held = Exists(queries.tenures_on(clock.today()).filter(post=OuterRef("pk")))
    return rows.filter(~held if code == "vacant" else held)


def role_choices(scope: Scope) -> list[tuple[str, Text]]:
    return list(ROLE_CHOICES)


class PostList(RegisterList):
    model = Post
    capability = Capability.READ_PEOPLE
    title = _("Posts")
    lead = _("Who holds what today. A vacant post is shown: its duties fall to nobody.")
    empty = _("No post is entered that your post may see.")
    columns = (
        Column(
            name="post",
            label=_("post"),
            value=lambda p: p.title,
            link=post_url,
            sort=("title",),
            is_title=True,
        ),
        Column(
            name="body",
            label=_("body"),
            value=lambda p: p.body.short_name,
            link=lambda p: body_url(p.body),
            sort=("body__unit__position", "body__position", "title"),
        ),
        Column(
            name="holder",
            label=_("holder"),
            value=lambda p: holder_names(p) or VACANT,
        ),
        Column(
            name="vacancy",
            label=_("vacancy"),
            value=lambda p: vacancy_text(vacancy_of(p, clock.today())),
        ),
        Column(
            name="role",
            label=_("role in the program"),
            value=lambda p: p.get_role_display(),
            sort=("role",),
        ),
    )
    filters = (
        Filter(name="vacancy", label=_("vacancy"), choices=vacancy_choices, narrow=in_vacancy),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="body__unit__code"),
        Filter(name="role", label=_("role in the program"), choices=role_choices, field="role"),
    )
    search_fields = (
        "title__icontains",
        "body__short_name__icontains",
        "body__initials__icontains",
    )
    default_sort = "body"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return joined(rows)

    def actions(self) -> Sequence[Action]:
        found = [Action(label=_("Vacant posts"), url=f"{reverse('post-list')}?vacancy=vacant")]
        if scope_of(self.request).may(Capability.KEEP_REGISTERS):
            url = reverse("post-add")
            found.append(Action(label=_("Enter a post"), url=url, icon="plus", is_primary=True))
        return found


class PostObject(RegisterObject):
    model = Post
    capability = Capability.READ_PEOPLE
    url_name = "post"
    subject = "registers.post"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return joined(rows)

    def badges(self, row: Post) -> Sequence[Badge]:
        return (VACANT if vacancy_of(row, clock.today()).value is True else HELD,)

    def crumbs(self, row: Post) -> Sequence[tuple[str, Text]]:
        return ((reverse("post-list"), _("Posts")), (body_url(row.body), row.body.short_name))

    def api_url(self, row: Post) -> str:
        return f"/api/v1/posts/{row.pk}"

    def may_keep(self) -> bool:
        return bool(scope_of(self.request).may(Capability.KEEP_REGISTERS))

    def actions(self, row: Post) -> Sequence[Action]:
        if not self.may_keep():
            return ()
        url = reverse("tenure-begin", args=[row.pk])
        return (Action(label=_("Begin a tenure"), url=url, icon="plus", is_primary=True),)

    def facts(self, row: Post) -> Sequence[Fact]:
        verdict = vacancy_of(row, clock.today())
        return (
            fact(_("post"), row.title),
            fact(_("body"), row.body.full_name, url=body_url(row.body)),
            fact(_("role in the program"), row.get_role_display()),
            fact(_("holder"), holder_names(row) or VACANT),
            fact(_("vacancy"), vacancy_text(verdict)),
            fact(_("Basis and source"), basis_text(verdict)),
        )

    def relations(self, row: Post) -> Sequence[Relation]:
        return (self._tenures(row), self._numbers(row))

    def _tenures(self, row: Post) -> Relation:
        visible = Tenure.objects.visible_to(scope_of(self.request)).filter(post=row)
        rows = list(visible.select_related("person").order_by("-held_from"))
        columns: tuple[Column, ...] = (
            Column(
                name="person",
                label=_("person"),
                value=lambda t: t.person.name,
                link=lambda t: person_url(t.person),
                is_title=True,
            ),
            Column(name="from", label=_("held from"), value=lambda t: t.held_from),
            Column(
                name="until",
                label=_("held until (excluded)"),
                value=lambda t: t.held_until,
                missing=_("until now"),
            ),
        )
        if self.may_keep():
            columns = (
                *columns,
                Column(
                    name="hand",
                    label=_("change"),
                    value=lambda t: None if t.held_until else _("Hand over"),
                    link=lambda t: reverse("tenure-hand-over", args=[t.pk]),
                    missing="",
                ),
                Column(
                    name="end",
                    label=_("end"),
                    value=lambda t: None if t.held_until else _("End"),
                    link=lambda t: reverse("tenure-end", args=[t.pk]),
                    missing="",
                ),
            )
        return Relation(
            label=_("Holders over time"),
            columns=columns,
            rows=rows,
            count=len(rows),
            empty=_("Nobody ever held this post, or nobody whom you may see."),
        )

    def _numbers(self, row: Post) -> Relation:
        scope = scope_of(self.request)
        rows = list(PostNumber.objects.visible_to(scope).filter(post=row))
        may = scope.may_keep_for(row.body.unit.code, row.body.code)
        url = f"{reverse('post-number-add')}?post={row.pk}"
        return Relation(
            label=_("Numbers of the post"),
            columns=(
                Column(
                    name="number",
                    label=_("number"),
                    value=lambda n: n.number,
                    link=lambda n: reverse("post-number", args=[n.pk]),
                    is_title=True,
                ),
                Column(name="note", label=_("note"), value=lambda n: n.note),
            ),
            rows=rows,
            count=len(rows),
            empty=_("No number belongs to the post itself."),
            actions=(Action(label=_("Enter a number"), url=url, icon="plus"),) if may else (),
        )
