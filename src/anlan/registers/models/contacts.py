"""Numbers of posts, and the proof that somebody answers a number."""

import uuid
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import ContactOutcome, ContactWay, NumberKind
from anlan.registers.models.common import Sourced, by_unit
from anlan.registers.models.people import Person, Post
from anlan.registers.models.places import ReportingUnit
from anlan.registers.rules.scope import Scope


class PostNumber(Record, Sourced):
    """A telephone that belongs to a post, whoever holds it."""

    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="numbers", verbose_name=_("post")
    )
    number = models.CharField(_("number"), max_length=30)
    note = models.CharField(_("note"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("number of a post")
        verbose_name_plural = _("numbers of posts")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("post", "number"), name="number_of_post_once"),
        )

    def __str__(self) -> str:
        return f"{self.post} {self.number}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "post__body__unit__code")


class ContactProof(Record):
    """An attempt to reach a number and what came of it. Added to, never changed.

    `number` is the number that was tried, sealed under the person's key: a number that changes
    later is unproven again.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number"})

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proofs",
        verbose_name=_("person"),
    )
    post_number = models.ForeignKey(
        PostNumber,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proofs",
        verbose_name=_("number of a post"),
    )
    kind = models.CharField(_("which number"), max_length=8, choices=NumberKind)
    number = models.CharField(_("number that was tried"), max_length=30, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=ContactOutcome)
    way = models.CharField(_("way"), max_length=10, choices=ContactWay)
    tried_at = models.DateTimeField(_("tried at"), db_index=True)
    answered_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answered",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("contact proof")
        verbose_name_plural = _("contact proofs")
        ordering = ("-tried_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="post", person__isnull=True, post_number__isnull=False)
                | (~Q(kind="post") & Q(person__isnull=False, post_number__isnull=True)),
                name="proof_of_one_number",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | Q(outcome="answered"),
                name="proof_answered_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_outcome_display()}"

    def person_id_for_key(self) -> uuid.UUID | None:
        return self.person_id

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        return cls.objects.filter(person=person)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        people, numbers = Person.visible_q(scope), PostNumber.visible_q(scope)
        if people is None or numbers is None:
            return None
        return Q(person__in=Person.objects.filter(people)) | Q(
            post_number__in=PostNumber.objects.filter(numbers)
        )


class ContactThreshold(Record, Sourced):
    """After how many calendar days a unit counts a number as stale. Absent: the house default."""

    unit = models.ForeignKey(
        ReportingUnit,
        on_delete=models.PROTECT,
        related_name="contact_thresholds",
        verbose_name=_("unit"),
    )
    stale_after_calendar_days = models.PositiveSmallIntegerField(
        _("stale after (calendar days)"),
        validators=[MinValueValidator(1), MaxValueValidator(3660)],
    )
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("contact threshold")
        verbose_name_plural = _("contact thresholds")
        ordering = ("unit", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=("unit", "valid_from"), name="threshold_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.stale_after_calendar_days}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "unit__code")
