"""CAP files as they came, who sends them, and receipts of the national release."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.models.common import Sourced
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.choices import (
    CAP_KIND_CHOICES,
    CAP_SCOPE_CHOICES,
    CAP_STATUS_CHOICES,
    CapForm,
    CapState,
    Signature,
)
from anlan.warning.models.received import WarningMessage
from anlan.warning.rules.cap.signing import NotACertificate, read_certificate
from anlan.warning.rules.cap.values import Scope as Distribution

NUMBER_CHARS = 80


def require_certificate(pem: str) -> None:
    """What is entered can be read as a certificate."""
    try:
        read_certificate(pem)
    except NotACertificate as error:
        raise ValidationError(
            gettext("This is no certificate. Paste the text from BEGIN to END CERTIFICATE.")
        ) from error


class CapSender(Record, Sourced):
    """An owner of warnings that sends CAP: under which name its warnings stand here, and the
    certificate with which its signatures are proven. One that is ended stays for what came before;
    its files wait for a person from then on."""

    sender = models.CharField(_("sender in the file"), max_length=200)
    issuer = models.CharField(_("issuer of the warning"), max_length=80)
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body"),
    )
    certificate = models.TextField(
        _("certificate"), blank=True, max_length=20_000, validators=[require_certificate]
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("sender of CAP files")
        verbose_name_plural = _("senders of CAP files")
        ordering = ("sender",)
        constraints = (
            models.UniqueConstraint(
                fields=("sender",),
                condition=Q(ended_at__isnull=True),
                name="cap_sender_once_in_use",
                violation_error_message=_("This sender is entered already. Change that row."),
            ),
        )

    def __str__(self) -> str:
        return self.issuer

    def clean(self) -> None:
        """One that is ended stays as it was, whoever changes it from where."""
        if CapSender.objects.filter(pk=self.pk, ended_at__isnull=False).exists():
            raise ValidationError(
                _("This sender was ended and stays as it was. If it sends again, enter it anew.")
            )

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.issuer,), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None


class CapDocument(Record):
    """One CAP file as it came; its bytes lie in the store under their digest. It waits for a
    person, was kept as a message, was set aside (an exercise, a test, a private message), or was
    dismissed by a person with a reason."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"digest", "references"})

    digest = models.CharField(_("digest of the file (SM3)"), max_length=64, unique=True)
    file_name = models.CharField(_("file"), max_length=200)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    form = models.CharField(_("form"), max_length=10, choices=CapForm)
    identifier = models.CharField(_("identifier of the owner"), max_length=200)
    sender = models.CharField(_("sender in the file"), max_length=200)
    sent = models.DateTimeField(_("sent by its owner at"))
    status = models.CharField(_("status"), max_length=10, choices=CAP_STATUS_CHOICES)
    kind = models.CharField(_("kind of message"), max_length=10, choices=CAP_KIND_CHOICES)
    scope = models.CharField(_("for whom"), max_length=12, choices=CAP_SCOPE_CHOICES)
    restriction = models.TextField(_("restriction or addressees"), blank=True)
    references = models.JSONField(_("references"), default=list, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit that carries it on"),
    )
    state = models.CharField(_("state"), max_length=10, choices=CapState)
    message = models.ForeignKey(
        WarningMessage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cap_documents",
        verbose_name=_("message"),
    )
    signature = models.CharField(_("signature"), max_length=10, choices=Signature)
    signer = models.CharField(_("proven signer"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received at"))
    recorded_by = models.CharField(_("recorded by"), max_length=80)
    why = models.CharField(_("why it is not kept"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("CAP file")
        verbose_name_plural = _("CAP files")
        ordering = ("-received_at", "id")
        indexes = (models.Index(fields=("sender", "identifier"), name="cap_of_sender"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state=CapState.KEPT, message__isnull=False)
                | (~Q(state=CapState.KEPT) & Q(message__isnull=True)),
                name="cap_kept_has_message",
            ),
        )

    def __str__(self) -> str:
        return self.identifier

    @property
    def is_public(self) -> bool:
        return self.scope == Distribution.PUBLIC.value

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Whoever works here; what is addressed to some is seen by those who receive for the
        unit."""
        if not scope.may(Capability.READ_INTERNAL):
            return None
        if scope.may(Capability.RECEIVE_WARNINGS) and scope.is_city_wide:
            return Q()
        open_to_all = ~Q(scope=Distribution.PRIVATE.value)
        if not scope.may(Capability.RECEIVE_WARNINGS):
            return open_to_all
        return open_to_all | Q(unit__code__in=scope.own_units)


class ReleaseReceipt(Record):
    """The number that the national warning release system gave to a message of its owner. Only a
    message that has one is republished."""

    message = models.OneToOneField(
        WarningMessage,
        on_delete=models.PROTECT,
        related_name="receipt",
        verbose_name=_("message"),
    )
    number = models.CharField(_("number of the receipt"), max_length=NUMBER_CHARS)
    received_at = models.DateTimeField(_("receipt of"))
    recorded_by = models.CharField(_("recorded by"), max_length=80)

    class Meta:
        verbose_name = _("receipt of the release")
        verbose_name_plural = _("receipts of releases")
        ordering = ("-received_at", "id")

    def __str__(self) -> str:
        return self.number

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None
