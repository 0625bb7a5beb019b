"""What every area of a warning is: a division of the register, or a drawn outline."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record


class Area(Record):
    """A division of the register, or a drawn outline (GeoJSON polygon or multipolygon, longitude
    and latitude in CGCS2000), exactly one of the two."""

    region = models.ForeignKey(
        "registers.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    name = models.CharField(_("name of the area"), max_length=80, blank=True)
    outline = models.JSONField(_("outline (GeoJSON)"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        if self.outline is not None:
            return self.name or gettext("drawn area")
        return self.name or str(self.region or "")


def exactly_one(name: str) -> models.CheckConstraint:
    """Division or outline, never both, never neither."""
    return models.CheckConstraint(
        condition=Q(region__isnull=False, outline__isnull=True)
        | Q(region__isnull=True, outline__isnull=False),
        name=name,
    )


def each_once(owner: str, name: str) -> models.UniqueConstraint:
    """A division stands once among the areas of its owner."""
    return models.UniqueConstraint(
        fields=(owner, "region"), condition=Q(region__isnull=False), name=name
    )
