"""Sign-ins of people, and tokens of other systems."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record, RecordQuerySet
from anlan.registers.choices import FactorKind
from anlan.registers.models.people import Person
from anlan.registers.rules.scope import Capability, Scope


class AccountManager(BaseUserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(login=username)


class Account(AbstractBaseUser, Record):
    """A sign-in. Linked to at most one person; rights come from that person's posts alone."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"password", "past_passwords"})
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    last_login = None
    login = models.CharField(_("sign-in name"), max_length=40, unique=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="account", verbose_name=_("person")
    )
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    password_set_at = models.DateTimeField(_("password set at"), null=True, blank=True)
    must_change_password = models.BooleanField(
        _("password to be changed at the next sign-in"), default=False
    )
    past_passwords = models.TextField(
        _("digests of earlier passwords, one a line"), blank=True, editable=False
    )

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("login",)

    def __str__(self) -> str:
        return self.login

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_ACCOUNTS) else None


class ApiToken(Record):
    """A token of another system: acts as its account; only a digest is kept."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"digest"})

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="tokens", verbose_name=_("account")
    )
    label = models.CharField(_("label"), max_length=60)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_ACCOUNTS) else None


class SecondFactor(Record):
    """A second proof of a sign-in. `secret` is sealed under a key outside the database."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"secret"})

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="factors", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FactorKind)
    label = models.CharField(_("label"), max_length=60, blank=True)
    secret = models.TextField(_("sealed secret"), editable=False)
    added_at = models.DateTimeField(_("added at"))
    used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("second proof")
        verbose_name_plural = _("second proofs")
        ordering = ("account", "added_at")

    def __str__(self) -> str:
        return f"{self.account} {self.kind}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_ACCOUNTS) else None
