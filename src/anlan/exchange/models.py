"""What arrived inside the program, what the gateways to the outside leave behind, and whether
warnings are shown to the public."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.models.dispatch import Dispatch, labelled
from anlan.base.records import Record
from anlan.base.rules.dispatch import AddresseeKind
from anlan.registers.rules.scope import Capability, Scope

THE_ONE = "public"


class InboxMessage(models.Model):
    """An outgoing row that the loop-back gateway laid into the program: there once, whoever sends
    it again. A bulk fact: what a reader does with it is a change of the row itself."""

    dispatch = models.OneToOneField(
        Dispatch,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
        verbose_name=_("outgoing row"),
    )
    addressee_kind = models.CharField(
        _("kind of addressee"), max_length=8, choices=labelled(AddresseeKind)
    )
    addressee = models.CharField(_("addressee"), max_length=60)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-received_at",)
        indexes = (
            models.Index(
                fields=("addressee_kind", "addressee", "-received_at"), name="inbox_of_addressee"
            ),
        )

    def __str__(self) -> str:
        return str(self.dispatch)


class SentReference(models.Model):
    """Under which name a carrier took a row: its receipts bear that name. A bulk fact."""

    gateway = models.CharField(_("gateway"), max_length=30)
    reference = models.CharField(_("name given by the carrier"), max_length=80)
    dispatch = models.ForeignKey(
        Dispatch, on_delete=models.PROTECT, related_name="+", verbose_name=_("outgoing row")
    )
    known_at = models.DateTimeField(_("known at"))

    class Meta:
        verbose_name = _("name given by a carrier")
        verbose_name_plural = _("names given by carriers")
        constraints = (
            models.UniqueConstraint(fields=("gateway", "reference"), name="reference_once"),
        )

    def __str__(self) -> str:
        return f"{self.gateway} {self.reference}"


class GatewayHealth(models.Model):
    """How a gateway fared last; what became of each row stands in its outcomes."""

    name = models.CharField(_("gateway"), max_length=30, primary_key=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failure"), null=True, blank=True)
    failure = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("state of a gateway")
        verbose_name_plural = _("states of gateways")

    def __str__(self) -> str:
        return self.name


class PublicRelease(Record):
    """Whether released warnings are shown without sign-in: off until the system administrator
    says so. The map stays off until the approval number of its base map is entered."""

    code = models.CharField(_("code"), max_length=10, default=THE_ONE, unique=True)
    is_on = models.BooleanField(_("shown to the public"), default=False)
    map_approval = models.CharField(
        _("approval number of the base map (审图号)"), max_length=60, blank=True
    )

    class Meta:
        verbose_name = _("release to the public")
        verbose_name_plural = _("release to the public")
        constraints = (
            models.CheckConstraint(condition=Q(code=THE_ONE), name="one_public_release"),
        )

    def __str__(self) -> str:
        return self.code

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None
