"""Messages of brokers that always failed: kept as they came, until a person decides."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import CITY_ZONE
from anlan.base.records import Record
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.choices import AsideState, IntakeWay


class AsideMessage(Record):
    """One message that was put aside, so that those after it went on. What it says lies in the
    store of files under its digest; `message` is the key under which the intake knows it, and
    `why` the name of the error, without its words."""

    message = models.CharField(_("key of the message"), max_length=32, unique=True)
    way = models.CharField(_("way"), max_length=8, choices=IntakeWay.choices)
    sender = models.CharField(_("sender"), max_length=80, blank=True)
    topic = models.TextField(_("topic"), blank=True)
    why = models.CharField(_("error"), max_length=80)
    tries = models.PositiveIntegerField(_("tries"))
    aside_at = models.DateTimeField(_("put aside at"), db_index=True)
    size_bytes = models.PositiveIntegerField(_("size"))
    digest = models.CharField(_("digest"), max_length=64)
    state = models.CharField(
        _("state"), max_length=12, choices=AsideState.choices, default=AsideState.WAITING
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("message put aside")
        verbose_name_plural = _("messages put aside")
        ordering = ("-aside_at", "id")

    def __str__(self) -> str:
        return f"{self.get_way_display()} · {self.aside_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """What was sent may be anything: for whoever keeps the registers of the whole city."""
        is_keeper = scope.may(Capability.KEEP_REGISTERS) and scope.is_city_wide
        return Q() if is_keeper else None
