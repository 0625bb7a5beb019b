"""People, their posts, and the sign-ins of the program."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.models import Person, Tenure
from anlan.registers.rules.scope import KNOWS_EVERYBODY, Capability, Scope
from anlan.registers.screens.common import unit_choices

SHOWN_DIGITS = 4
INVENTED = Badge(text=_("Invented"), tone="grey", icon="info")
ERASED = Badge(text=_("Personal data erased"), tone="grey", icon="info")


def person_url(person: Person) -> str:
    return reverse("person", args=[person.pk])


def held_on(tenure: Tenure, day: dt.date) -> bool:
    return tenure.held_from <= day and (tenure.held_until is None or day < tenure.held_until)


def masked(number: str) -> str:
    """A telephone number with its last four digits only."""
    hidden = max(len(number) - SHOWN_DIGITS, 0)
    return "*" * hidden + number[hidden:] if hidden else "*" * len(number)


def shown_number(person: Person, number: str, scope: Scope) -> str:
    """In full for the plan office, administrators and the person's own body; else masked."""
    if not number or scope.roles & KNOWS_EVERYBODY:
        return number
    today = clock.today()
    bodies = {t.post.body.code for t in person.tenures.all() if held_on(t, today)}
    return number if bodies & scope.bodies else masked(number)


def remark(person: Person) -> Badge | None:
    if person.erased_at is not None:
        return ERASED
    return INVENTED if person.is_invented else None


def posts_text(person: Person) -> list[str]:
    today = clock.today()
    return [str(t.post) for t in person.tenures.all() if held_on(t, today)]


def with_tenures(rows: QuerySet[Any], path: str = "tenures") -> QuerySet[Any]:
    tenures = Tenure.objects.select_related("post__body__unit").order_by("held_from")
    return rows.prefetch_related(Prefetch(path, queryset=tenures))


class PersonList(RegisterList):
    model = Person
    capability = Capability.READ_PEOPLE
    title = _("People")
    lead = _("Who holds which post today. Numbers of other bodies show their last four digits.")
    empty = _("Nobody whom your post may see. The plan office sees everybody.")
    filters = (
        Filter(
            name="unit",
            label=_("unit"),
            choices=unit_choices,
            narrow=lambda rows, code: rows.filter(
                pk__in=Tenure.objects.filter(post__body__unit__code=code).values("person")
            ),
        ),
    )
    search_fields = ("name__icontains", "initials__icontains")
    default_sort = "name"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_tenures(rows)

    def all_columns(self) -> tuple[Column, ...]:
        scope = scope_of(self.request)
        return (
            Column(
                name="name",
                label=_("name of the person"),
                value=str,
                link=person_url,
                sort=("initials", "name"),
                is_title=True,
            ),
            Column(
                name="posts", label=_("posts today"), value=posts_text, missing=_("no post today")
            ),
            Column(
                name="mobile",
                label=_("mobile"),
                value=lambda p: shown_number(p, p.mobile, scope),
                missing=_("not entered"),
            ),
            Column(
                name="landline",
                label=_("office telephone"),
                value=lambda p: shown_number(p, p.landline, scope),
                shown=False,
            ),
            Column(
                name="invented",
                label=_("remark"),
                value=remark,
            ),
        )


class PersonObject(RegisterObject):
    model = Person
    capability = Capability.READ_PEOPLE
    lookup = "pk"
    url_name = "person"
    subject = "registers.person"
    history_capability = Capability.READ_JOURNAL

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_tenures(rows)

    def badges(self, row: Person) -> Sequence[Badge]:
        found = remark(row)
        return (found,) if found else ()

    def actions(self, row: Person) -> Sequence[Action]:
        may = scope_of(self.request).may(Capability.ERASE_PERSON)
        if not may or row.erased_at is not None:
            return ()
        url = reverse("person-erase", args=[row.pk])
        return (Action(label=_("Erase this person's data"), url=url, icon="warn"),)

    def crumbs(self, row: Person) -> Sequence[tuple[str, Text]]:
        return ((reverse("person-list"), _("People")),)

    def neighbours_among(self, row: Person) -> QuerySet[Any] | None:
        return None

    def facts(self, row: Person) -> Sequence[Fact]:
        scope = scope_of(self.request)
        return (
            fact(_("name of the person"), row.name, missing=_("erased")),
            fact(_("mobile"), shown_number(row, row.mobile, scope), missing=_("not entered")),
            fact(
                _("office telephone"),
                shown_number(row, row.landline, scope),
                missing=_("not entered"),
            ),
            fact(_("pinyin initials"), row.initials.upper()),
        )

    def relations(self, row: Person) -> Sequence[Relation]:
        tenures = list(row.tenures.all())
        return (
            Relation(
                label=_("Posts"),
                columns=(
                    Column(
                        name="post", label=_("post"), value=lambda t: t.post.title, is_title=True
                    ),
                    Column(
                        name="body",
                        label=_("body"),
                        value=lambda t: t.post.body.full_name,
                        link=lambda t: reverse("body", args=[t.post.body.code]),
                    ),
                    Column(
                        name="role",
                        label=_("role in the program"),
                        value=lambda t: t.post.get_role_display(),
                    ),
                    Column(name="from", label=_("held from"), value=lambda t: t.held_from),
                    Column(
                        name="until",
                        label=_("held until (excluded)"),
                        value=lambda t: t.held_until,
                        missing=_("until now"),
                    ),
                ),
                rows=tenures,
                count=len(tenures),
                empty=_("This person holds no post, so the program lets them do nothing."),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A post, its role, and who holds it (None: vacant or not visible)."""

    title: str
    role: Text
    person: Person | None


def holders_on(posts: QuerySet[Any], scope: Scope, day: dt.date) -> list[Holder]:
    """Posts with their visible holders on a day."""
    tenures = Tenure.objects.visible_to(scope).filter(post__in=posts, held_from__lte=day)
    held = {t.post_id: t.person for t in tenures.select_related("person") if held_on(t, day)}
    return [
        Holder(title=post.title, role=post.get_role_display(), person=held.get(post.pk))
        for post in posts
    ]
