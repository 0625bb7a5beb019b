"""The duty roster: shifts of a body, who is on duty, and how one shift handed over to the next."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import CITY_ZONE
from anlan.base.records import Record
from anlan.registers.choices import HandoverSide, ShiftRole
from anlan.registers.models.bodies import Body
from anlan.registers.models.common import by_unit
from anlan.registers.models.people import Person
from anlan.registers.rules.scope import Scope


class DutyShift(Record):
    """A span of duty of a body. Its end is excluded: the next shift begins at it."""

    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("body")
    )
    starts_at = models.DateTimeField(_("starts at"), db_index=True)
    ends_at = models.DateTimeField(_("ends at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("duty shift")
        verbose_name_plural = _("duty shifts")
        ordering = ("starts_at", "body")
        constraints = (
            models.UniqueConstraint(fields=("body", "starts_at"), name="shift_start_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_span"),
        )

    def __str__(self) -> str:
        start = self.starts_at.astimezone(CITY_ZONE)
        return f"{self.body} {start:%Y-%m-%d %H:%M}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "body__unit__code")


class DutyAssignment(Record):
    """A person on a shift, as leader or as officer."""

    shift = models.ForeignKey(
        DutyShift, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("shift")
    )
    role = models.CharField(_("duty"), max_length=8, choices=ShiftRole)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="duties", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("duty assignment")
        verbose_name_plural = _("duty assignments")
        ordering = ("shift", "role", "id")
        constraints = (
            models.UniqueConstraint(fields=("shift", "person"), name="person_once_a_shift"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "shift__body__unit__code")


class HandoverSignature(Record):
    """One side of a handover: who signed, when, and what is passed on. Never changed."""

    shift = models.ForeignKey(
        DutyShift, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("shift")
    )
    side = models.CharField(_("side"), max_length=8, choices=HandoverSide)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed at"))
    note = models.CharField(_("what is passed on"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("handover signature")
        verbose_name_plural = _("handover signatures")
        ordering = ("shift", "signed_at")
        constraints = (
            models.UniqueConstraint(fields=("shift", "side"), name="handover_side_once"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.get_side_display()}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "shift__body__unit__code")
