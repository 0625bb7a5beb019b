"""Who an account is at another provider of sign-ins."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.rules.scope import Capability, Scope


class LinkedIdentity(Record):
    """An identity (issuer, subject) that signs in as an account. Somebody linked it; it is never
    found by a name or an address. `subject` is blank once the person was erased."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"subject"})

    account = models.ForeignKey(
        "registers.Account",
        on_delete=models.PROTECT,
        related_name="identities",
        verbose_name=_("account"),
    )
    issuer = models.CharField(_("provider of the sign-in"), max_length=255)
    subject = models.CharField(_("number at the provider"), max_length=255, blank=True)
    linked_at = models.DateTimeField(_("linked at"))
    used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("linked identity")
        verbose_name_plural = _("linked identities")
        ordering = ("account", "issuer")
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "subject"), condition=~Q(subject=""), name="identity_once"
            ),
            models.UniqueConstraint(fields=("account", "issuer"), name="one_identity_a_provider"),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.issuer}"

    def person_id_for_key(self) -> uuid.UUID | None:
        person: uuid.UUID = self.account.person_id
        return person

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        return cls.objects.filter(account__person=person)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_ACCOUNTS) else None
