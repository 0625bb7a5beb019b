"""Warnings of their owners, as they came: relayed unchanged, with issuer and time."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.choices import (
    CHANGE_CHOICES,
    HAZARD_CHOICES,
    LEVEL_CHOICES,
    Intake,
    hazard_and_level,
)
from anlan.warning.models.areas import Area, each_once, exactly_one


class IssuedWarning(Record):
    """One warning of one issuer: it is issued, raised, lowered, issued again and lifted by its
    messages. `level` and `expires_at` repeat the newest of them; `ended_at` is empty while it is
    in force. Nobody but its owner changes a warning: the program keeps what was said."""

    issuer = models.CharField(_("issuer of the warning"), max_length=80)
    issuer_body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body that issued it"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit that carries it on"),
    )
    hazard = models.CharField(_("hazard"), max_length=20, choices=HAZARD_CHOICES)
    level = models.CharField(_("warning level"), max_length=6, choices=LEVEL_CHOICES)
    issued_at = models.DateTimeField(_("issued at"), db_index=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        ordering = ("-issued_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "unit", "hazard"),
                condition=Q(ended_at__isnull=True),
                name="one_warning_in_force",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("issued_at")),
                name="warning_ends_after_issue",
            ),
        )

    def __str__(self) -> str:
        named = hazard_and_level(self.get_hazard_display(), self.get_level_display())
        return gettext("{issuer} {named}").format(issuer=self.issuer, named=named)

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.issuer,))

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Whoever works here reads every warning: a neighbour's storm is everybody's."""
        return Q() if scope.may(Capability.READ_INTERNAL) else None


class WarningMessage(Record):
    """One message about a warning, its text as received and never changed."""

    warning = models.ForeignKey(
        IssuedWarning,
        on_delete=models.PROTECT,
        related_name="messages",
        verbose_name=_("warning"),
    )
    change = models.CharField(_("kind of change"), max_length=6, choices=CHANGE_CHOICES)
    level = models.CharField(_("warning level"), max_length=6, choices=LEVEL_CHOICES)
    issued_at = models.DateTimeField(_("issued at"))
    received_at = models.DateTimeField(_("received at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    text = models.TextField(_("text as received"))
    identifier = models.CharField(_("identifier of the owner"), max_length=120, blank=True)
    intake = models.CharField(_("way it came"), max_length=8, choices=Intake)
    recorded_by = models.CharField(_("recorded by"), max_length=80)

    class Meta:
        verbose_name = _("warning message")
        verbose_name_plural = _("warning messages")
        ordering = ("issued_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("warning", "change", "level", "issued_at"), name="message_of_warning_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.warning} {self.get_change_display()}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None


class WarningArea(Area):
    """Where a message applies."""

    message = models.ForeignKey(
        WarningMessage, on_delete=models.PROTECT, related_name="areas", verbose_name=_("message")
    )

    class Meta:
        verbose_name = _("area of a message")
        verbose_name_plural = _("areas of messages")
        ordering = ("message", "id")
        constraints = (
            exactly_one("area_region_or_outline"),
            each_once("message", "region_of_message_once"),
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None
