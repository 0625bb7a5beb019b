"""Sites of enterprises, their installations, and what these hold."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import DataGrade, InstallationKind, InstallationState, PlaceState
from anlan.registers.models.common import Sourced, published
from anlan.registers.models.enterprises import Enterprise, graded
from anlan.registers.models.places import Region
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Scope


class Site(Record, Sourced):
    """A place of an enterprise. Its region follows from the point where one is entered."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="sites", verbose_name=_("enterprise")
    )
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="sites", verbose_name=_("region")
    )
    longitude_deg = models.FloatField(_("longitude (°)"), null=True, blank=True)
    latitude_deg = models.FloatField(_("latitude (°)"), null=True, blank=True)
    source_datum = models.CharField(_("datum of the source"), max_length=20, blank=True)
    place_state = models.CharField(
        _("proof of the place"), max_length=10, choices=PlaceState, default=PlaceState.NONE
    )
    grade = models.CharField(
        _("data grade"), max_length=10, choices=DataGrade, default=DataGrade.INTERNAL
    )

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("enterprise", "name"), name="site_in_enterprise"),
            models.CheckConstraint(
                condition=Q(longitude_deg__isnull=True, latitude_deg__isnull=True)
                | Q(longitude_deg__isnull=False, latitude_deg__isnull=False),
                name="site_point_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.name,), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Hazard sites are never public (coverage.md, maps)."""
        seen = graded(scope, "enterprise__unit__code")
        above = graded(scope, "enterprise__unit__code", "enterprise__grade")
        return None if seen is None or above is None else seen & above


class Installation(Record, Sourced):
    """A tank, unit or warehouse of a site."""

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="installations", verbose_name=_("site")
    )
    name = models.CharField(_("name or number"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=InstallationKind)
    state = models.CharField(
        _("state"), max_length=8, choices=InstallationState, default=InstallationState.IN_USE
    )
    commissioned_on = models.DateField(_("in use since"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("site", "name"), name="installation_in_site"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        sites = Site.visible_q(scope)
        return None if sites is None else Q(site__in=Site.objects.filter(sites))


class Substance(Record, Sourced):
    """A substance with the quantity from which the standard counts it as a major hazard."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    cas = models.CharField(_("CAS number"), max_length=12, blank=True)
    critical_quantity_t = models.DecimalField(
        _("critical quantity (t)"), max_digits=10, decimal_places=3, null=True, blank=True
    )
    gas_factor = models.DecimalField(
        _("correction factor β of a named gas"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
    )
    standard = models.CharField(_("standard"), max_length=80, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("substance")
        verbose_name_plural = _("substances")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class Inventory(Record, Sourced):
    """What an installation held of a substance on a day. A later count is a row of its own."""

    installation = models.ForeignKey(
        Installation,
        on_delete=models.PROTECT,
        related_name="inventories",
        verbose_name=_("installation"),
    )
    substance = models.ForeignKey(
        Substance,
        on_delete=models.PROTECT,
        related_name="inventories",
        verbose_name=_("substance"),
    )
    counted_on = models.DateField(_("counted on"))
    amount_t = models.DecimalField(
        _("amount (t)"), max_digits=14, decimal_places=6, null=True, blank=True
    )
    maximum_t = models.DecimalField(
        _("design maximum (t)"), max_digits=14, decimal_places=6, null=True, blank=True
    )

    class Meta:
        verbose_name = _("inventory")
        verbose_name_plural = _("inventories")
        ordering = ("installation", "substance", "-counted_on")
        constraints = (
            models.UniqueConstraint(
                fields=("installation", "substance", "counted_on"), name="inventory_once_a_day"
            ),
            models.CheckConstraint(
                condition=(Q(amount_t__isnull=True) | Q(amount_t__gte=0))
                & (Q(maximum_t__isnull=True) | Q(maximum_t__gt=0)),
                name="inventory_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.substance} · {self.counted_on}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        installations = Installation.visible_q(scope)
        if installations is None:
            return None
        return Q(installation__in=Installation.objects.filter(installations))
