"""People, posts, and who held which post when."""

import uuid
from typing import ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.models.bodies import Body
from anlan.registers.models.common import ROLE_CHOICES, by_unit
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Role, Scope


class Person(Record):
    """A person, with or without a sign-in."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "mobile", "landline", "initials"})

    name = models.CharField(_("name"), max_length=60)
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    landline = models.CharField(_("office telephone"), max_length=30, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=30, blank=True)
    is_invented = models.BooleanField(_("invented"), default=False, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    def person_id_for_key(self) -> uuid.UUID | None:
        return self.id

    def is_invented_row(self) -> bool:
        return self.is_invented or is_invented(names=(self.name,), mobile=self.mobile)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """The plan office sees everybody; others see their own body or their own unit."""
        if not scope.may(Capability.READ_PEOPLE):
            return None
        if scope.roles & {Role.BUREAU, Role.SYSTEM_ADMINISTRATOR}:
            return Q()
        tenures = Tenure.objects.filter(post__body__code__in=scope.bodies)
        if Role.COUNTY in scope.roles:
            tenures |= Tenure.objects.filter(post__body__unit__code__in=scope.own_units)
        seen = Q(pk__in=tenures.values("person"))
        return seen | _of_enterprises(scope) if Role.COUNTY in scope.roles else seen


def _of_enterprises(scope: Scope) -> Q:
    """People who answer for the enterprises that a county supervises."""
    enterprises = apps.get_model("registers", "Enterprise").objects.filter(
        unit__code__in=scope.own_units
    )
    return Q(pk__in=enterprises.values("legal_representative")) | Q(
        pk__in=enterprises.values("safety_officer")
    )


class Post(Record):
    """A post of a body, with what the program lets its holder do."""

    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="posts", verbose_name=_("body")
    )
    title = models.CharField(_("title"), max_length=60)
    role = models.CharField(_("role in the program"), max_length=24, choices=ROLE_CHOICES)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("body__position", "title")
        constraints = (models.UniqueConstraint(fields=("body", "title"), name="post_in_body"),)

    def __str__(self) -> str:
        return f"{self.body} {self.title}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "body__unit__code")


class Tenure(Record):
    """A person in a post for a span of time."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("person")
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("post")
    )
    held_from = models.DateField(_("held from"))
    held_until = models.DateField(_("held until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        ordering = ("post", "held_from")
        constraints = (
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gt=models.F("held_from")),
                name="tenure_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        people = Person.visible_q(scope)
        return None if people is None else Q(person__in=Person.objects.filter(people))
