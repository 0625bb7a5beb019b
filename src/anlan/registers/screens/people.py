"""People, their posts, and the sign-ins of the program."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
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

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_REGISTERS):
            return ()
        url = reverse("person-add")
        return (Action(label=_("Enter a person"), url=url, icon="plus", is_primary=True),)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A post, its role, and who holds it (None: vacant or not visible)."""

    post: uuid.UUID
    title: str
    role: Text
    person: Person | None


def holders_on(posts: QuerySet[Any], scope: Scope, day: dt.date) -> list[Holder]:
    """Posts with their visible holders on a day."""
    tenures = Tenure.objects.visible_to(scope).filter(post__in=posts, held_from__lte=day)
    held = {t.post_id: t.person for t in tenures.select_related("person") if held_on(t, day)}
    return [
        Holder(
            post=post.pk,
            title=post.title,
            role=post.get_role_display(),
            person=held.get(post.pk),
        )
        for post in posts
    ]
