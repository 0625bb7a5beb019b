"""People, posts, and who held which post when."""

import uuid
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.models.bodies import Body
from anlan.registers.models.common import ROLE_CHOICES, by_unit
from anlan.registers.rules.administrators import HeldTask, may_hold
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import ADMINISTRATORS, KNOWS_EVERYBODY, Capability, Role, Scope


class Person(Record):
    """A person, with or without a sign-in."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "mobile", "landline", "initials"})

    name = models.CharField(_("name"), max_length=60)
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    landline = models.CharField(_("office telephone"), max_length=30, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=30, blank=True)
    is_invented = models.BooleanField(_("invented"), default=False, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name or gettext("erased")

    def clean(self) -> None:
        """What was erased does not come back by an edit."""
        if self.erased_at is not None and any(getattr(self, name) for name in self.PERSONAL):
            raise ValidationError(
                gettext("This person's data were erased. Enter somebody new instead.")
            )

    def person_id_for_key(self) -> uuid.UUID | None:
        return self.id

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        return cls.objects.filter(pk=person)

    def is_invented_row(self) -> bool:
        return self.is_invented or is_invented(names=(self.name,), mobile=self.mobile)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """The plan office sees everybody; others see their own body or their own unit."""
        if not scope.may(Capability.READ_PEOPLE):
            return None
        if scope.roles & KNOWS_EVERYBODY:
            return Q()
        tenures = Tenure.objects.filter(post__body__code__in=scope.bodies)
        if Role.COUNTY in scope.roles:
            tenures |= Tenure.objects.filter(post__body__unit__code__in=scope.own_units)
        seen = Q(pk__in=tenures.values("person"))
        if Role.COUNTY in scope.roles:
            seen |= _of_enterprises(scope) | _of_areas(scope)
        return seen


def _of_enterprises(scope: Scope) -> Q:
    """People who answer for the enterprises that a county supervises."""
    enterprises = apps.get_model("registers", "Enterprise").objects.filter(
        unit__code__in=scope.own_units
    )
    return Q(pk__in=enterprises.values("legal_representative")) | Q(
        pk__in=enterprises.values("safety_officer")
    )


def _of_areas(scope: Scope) -> Q:
    """People who answer for a place of a county, and their deputies."""
    contacts = apps.get_model("registers", "AreaContact").objects.filter(
        unit__code__in=scope.own_units
    )
    return Q(pk__in=contacts.values("person")) | Q(pk__in=contacts.values("deputy"))


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

    def clean(self) -> None:
        """A post that changes its role must suit everybody who holds it."""
        for tenure in Tenure.objects.filter(post=self.pk).select_related("person"):
            refuse_two_tasks(tenure, Role(self.role) if self.role in tuple(Role) else None)

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

    def clean(self) -> None:
        refuse_two_tasks(self, None)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        people = Person.visible_q(scope)
        return None if people is None else Q(person__in=Person.objects.filter(people))


def refuse_two_tasks(tenure: Tenure, role: Role | None) -> None:
    """Every way in passes here (`upkeep.validate`, forms of the admin, files): nobody is two of
    the three administrators. The person's row is held, so that two writers see each other."""
    if tenure.person_id is None or tenure.post_id is None or tenure.held_from is None:
        return  # the columns themselves were refused
    role = role or Role(tenure.post.role)
    if role not in ADMINISTRATORS:
        return
    if connection.in_atomic_block:
        Person.objects.select_for_update().filter(pk=tenure.person_id).first()
    others = Tenure.objects.filter(person=tenure.person_id, post__role__in=ADMINISTRATORS)
    held = [
        HeldTask(role=Role(code), since=since, until=until)
        for code, since, until in others.exclude(pk=tenure.pk)
        .exclude(post=tenure.post_id)
        .values_list("post__role", "held_from", "held_until")
    ]
    wanted = HeldTask(role=role, since=tenure.held_from, until=tenure.held_until)
    if not may_hold(wanted, held).known():
        message = _(
            "%(person)s holds the post of another administrator at that time. System, security "
            "and audit administration are held by three people: choose somebody else, or end "
            "the other post first."
        )
        raise ValidationError(message, code="two-administrators", params={"person": tenure.person})
