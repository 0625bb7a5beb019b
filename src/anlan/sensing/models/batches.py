"""Batches of readings: what the journal says of rows that are too many for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import CITY_ZONE
from anlan.base.records import Record
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.choices import IntakeWay


class IntakeBatch(Record):
    """One batch that a sender was answered for: how its readings ended, and the digest of the
    rows that the store keeps for it. Written once, never changed."""

    sender = models.CharField(_("sender"), max_length=80)
    form = models.CharField(_("form"), max_length=10)
    way = models.CharField(
        _("way"), max_length=8, choices=IntakeWay.choices, default=IntakeWay.HTTP
    )
    received_at = models.DateTimeField(_("received at"), db_index=True)
    stored = models.PositiveIntegerField(_("stored"))
    corrected = models.PositiveIntegerField(_("corrected"))
    suspect = models.PositiveIntegerField(_("suspect"))
    repeated = models.PositiveIntegerField(_("repeated"))
    rejected = models.PositiveIntegerField(_("rejected"))
    digest = models.CharField(_("digest of the rows"), max_length=64)

    class Meta:
        verbose_name = _("batch of readings")
        verbose_name_plural = _("batches of readings")
        ordering = ("-received_at", "id")

    def __str__(self) -> str:
        return f"{self.sender} · {self.received_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Counts without places: whoever reads internal things, as far as the sender is oneself;
        those who watch the whole city see all."""
        if not scope.may(Capability.READ_INTERNAL):
            return None
        return Q() if scope.is_city_wide else Q(sender=scope.account)
