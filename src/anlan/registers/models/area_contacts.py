"""Area contacts (责任人): who is responsible in a place, and is called when it is warned."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import CONTACT_KIND_CHOICES
from anlan.registers.models.common import Sourced
from anlan.registers.models.enterprises import Enterprise
from anlan.registers.models.people import Person
from anlan.registers.models.places import Region, ReportingUnit
from anlan.registers.models.sites import Site
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Scope

MOST_LEVELS = 5


def of_own_units(scope: Scope, path: str) -> Q | None:
    """Rows of the units that a reader works for, and of those below them: a county sees its own
    only. City-wide roles see all."""
    if not scope.may(Capability.READ_PEOPLE):
        return None
    if scope.is_city_wide:
        return Q()
    own = Q(**{f"{path}__code__in": scope.own_units})
    return own | Q(**{f"{path}__parent__code__in": scope.own_units})


class AreaContact(Record, Sourced):
    """A person who is responsible in a place for a span of time.

    The place is a division of the register, and a point in it (CGCS2000) where one is known.
    `unit` is the reporting unit that keeps and calls the contact: a contact of the development
    zone is the zone's, although the zone lies inside a district. `deputy` is called when the
    contact does not answer.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="area_contacts", verbose_name=_("person")
    )
    kind = models.CharField(_("responsible as"), max_length=24, choices=CONTACT_KIND_CHOICES)
    unit = models.ForeignKey(
        ReportingUnit,
        on_delete=models.PROTECT,
        related_name="area_contacts",
        verbose_name=_("reporting unit"),
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="area_contacts", verbose_name=_("region")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    longitude_deg = models.FloatField(_("longitude (°)"), null=True, blank=True)
    latitude_deg = models.FloatField(_("latitude (°)"), null=True, blank=True)
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="area_contacts",
        verbose_name=_("enterprise"),
    )
    site = models.ForeignKey(
        Site,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="area_contacts",
        verbose_name=_("site"),
    )
    deputy = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputy_of_areas",
        verbose_name=_("deputy"),
    )
    held_from = models.DateField(_("held from"))
    held_until = models.DateField(_("held until (excluded)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("area contact")
        verbose_name_plural = _("area contacts")
        ordering = ("unit", "region", "kind", "id")
        indexes = (
            models.Index(fields=("region", "kind"), name="area_contact_of_region"),
            models.Index(fields=("unit", "held_from"), name="area_contact_of_unit"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind", "region", "place", "held_from"),
                name="area_contact_once",
            ),
            models.CheckConstraint(
                condition=Q(longitude_deg__isnull=True, latitude_deg__isnull=True)
                | Q(
                    longitude_deg__gte=-180,
                    longitude_deg__lte=180,
                    latitude_deg__gte=-90,
                    latitude_deg__lte=90,
                ),
                name="area_contact_point_whole",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gt=models.F("held_from")),
                name="area_contact_span",
            ),
        )

    def __str__(self) -> str:
        place = self.place or self.region.name
        return f"{place} {self.get_kind_display()}"

    def clean(self) -> None:
        """Every way in passes here: forms, files, bulk changes."""
        if self.person_id is None or self.unit_id is None or self.region_id is None:
            return  # the columns themselves were refused
        refusals: dict[str, Any] = {}
        if not lies_in(self.region, self.unit.region_id):
            refusals["region"] = gettext(
                "“%(region)s” does not lie in %(unit)s. Choose a place of this unit, or the unit "
                "that keeps the place."
            ) % {"region": self.region, "unit": self.unit}
        if (self.longitude_deg is None) != (self.latitude_deg is None):
            refusals["latitude_deg"] = gettext("Longitude and latitude go together.")
        if self.deputy_id is not None and self.deputy_id == self.person_id:
            refusals["deputy"] = gettext("Nobody is their own deputy. Choose somebody else.")
        if self.site_id and self.enterprise_id and self.site.enterprise_id != self.enterprise_id:
            refusals["site"] = gettext("The site is one of another enterprise.")
        if refusals:
            raise ValidationError(refusals)

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.place,), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return of_own_units(scope, "unit")


def lies_in(region: Region, upper: Any) -> bool:
    """Whether a region is another one or lies below it."""
    here: Region | None = region
    for _level in range(MOST_LEVELS):
        if here is None:
            return False
        if here.pk == upper:
            return True
        here = here.parent
    return False
