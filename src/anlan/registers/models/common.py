"""What several tables of the registers share: who sees a row, where its facts come from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import Mark
from anlan.registers.rules.scope import Capability, Role, Scope

ROLE_CHOICES = [(role.value, _(role.label)) for role in Role]


def published(scope: Scope) -> Q | None:
    """Everybody who may read what is published sees every row."""
    return Q() if scope.may(Capability.READ_PUBLISHED) else None


def by_unit(scope: Scope, path: str) -> Q | None:
    """Internal rows of the reporting units in view."""
    if not scope.may(Capability.READ_INTERNAL):
        return None
    return Q(**{f"{path}__in": scope.units})


class Sourced(models.Model):
    """Where a fact comes from and how far it is proven."""

    source = models.CharField(_("source"), max_length=200, blank=True)
    mark = models.CharField(_("proof"), max_length=1, choices=Mark, default=Mark.VERIFIED)

    class Meta:
        abstract = True
