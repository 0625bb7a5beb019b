"""Bodies, their names over time, and groups of bodies."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import BodyKind, NameKind, UnitKind
from anlan.registers.models.common import Sourced, published
from anlan.registers.models.places import ReportingUnit
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Scope


class Body(Record, Sourced):
    """A body that can carry a duty. Its names over time are in `BodyName`."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=BodyKind)
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("unit")
    )
    in_line_of_command = models.BooleanField(
        _("in the city government's line of command"), default=True
    )
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ("unit__position", "position", "code")
        constraints = (
            models.UniqueConstraint(fields=("unit", "short_name"), name="body_short_in_unit"),
        )

    def __str__(self) -> str:
        return self.short_name

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.full_name, self.short_name), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Bodies of the city are public; those of a unit are seen by the units in view."""
        if not scope.may(Capability.READ_PUBLISHED):
            return None
        city = Q(unit__kind=UnitKind.CITY)
        return city | Q(unit__code__in=scope.units)


class BodyName(Record, Sourced):
    """A name of a body for a span of time; what a notice printed stays findable after a reform."""

    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="names", verbose_name=_("body")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NameKind)
    name = models.CharField(_("name"), max_length=120, db_index=True)
    only_in_unit = models.BooleanField(_("only inside its unit"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("name of a body")
        verbose_name_plural = _("names of bodies")
        ordering = ("body", "kind", "name")
        constraints = (
            models.UniqueConstraint(fields=("body", "kind", "name"), name="body_name_once"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        if not scope.may(Capability.READ_PUBLISHED):
            return None
        return Q(body__unit__kind=UnitKind.CITY) | Q(body__unit__code__in=scope.units)


class BodyGroup(Record, Sourced):
    """A phrase that stands for many bodies, e.g. 市安委会成员单位. `names` are the phrases."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    names = models.JSONField(_("printed phrases"), default=list)
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="groups", verbose_name=_("unit")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("body group")
        verbose_name_plural = _("body groups")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class GroupMembership(Record, Sourced):
    """A body in a group for a span of time."""

    group = models.ForeignKey(
        BodyGroup, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("group")
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("body")
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        ordering = ("group", "body__position")
        constraints = (
            models.UniqueConstraint(fields=("group", "body", "valid_from"), name="member_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="membership_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} · {self.group}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)
