"""Regions, their outlines, and the units that report."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import RegionLevel, UnitKind
from anlan.registers.models.common import Sourced, published
from anlan.registers.rules.scope import Capability, Scope


class Region(Record, Sourced):
    """An administrative division or a statistical unit (GB/T 2260, statistical codes below)."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=RegionLevel)
    is_division = models.BooleanField(_("is a division"), default=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    seat = models.CharField(_("seat"), max_length=60, blank=True)
    longitude_deg = models.FloatField(_("longitude (°)"), null=True, blank=True)
    latitude_deg = models.FloatField(_("latitude (°)"), null=True, blank=True)
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("code",)
        indexes = (models.Index(fields=("parent", "code"), name="region_parent_code"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class RegionOutline(Record):
    """The outline of a region in CGCS2000, with the datum it came in."""

    IMAGE_BY_DIGEST: ClassVar[frozenset[str]] = frozenset({"geometry"})

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, related_name="outline", verbose_name=_("region")
    )
    geometry = models.JSONField(_("geometry (GeoJSON)"))
    source_datum = models.CharField(_("datum of the source"), max_length=20)
    source = models.CharField(_("source"), max_length=200)
    area_km2 = models.FloatField(_("area of the outline (km²)"))
    label_longitude_deg = models.FloatField(_("label longitude (°)"))
    label_latitude_deg = models.FloatField(_("label latitude (°)"))

    class Meta:
        verbose_name = _("outline")
        verbose_name_plural = _("outlines")

    def __str__(self) -> str:
        return str(self.region)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        # Internal maps only, until an approved base map is configured (coverage.md, maps).
        return Q() if scope.may(Capability.READ_INTERNAL) else None


class ReportingUnit(Record, Sourced):
    """A unit that reports beside its siblings: the city, 13 counties, the development zone."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    short_name = models.CharField(_("short name"), max_length=30)
    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="reporting_units", verbose_name=_("region")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporting unit")
        verbose_name_plural = _("reporting units")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.short_name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)
