"""Figures of regions by year and edition."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import DataGrade, StatisticState, UnitOfMeasure
from anlan.registers.models.common import Sourced
from anlan.registers.models.places import Region
from anlan.registers.rules.scope import Capability, Scope


class Statistic(Record, Sourced):
    """One figure of a region and year in one edition. A restated figure is a new edition."""

    CODE_LABELS: ClassVar[dict[str, dict[str, Any]]] = {
        "unit_of_measure": dict(UnitOfMeasure.choices)
    }

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="statistics", verbose_name=_("region")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    indicator = models.SlugField(_("indicator"), max_length=40)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20)
    state = models.CharField(_("state"), max_length=8, choices=StatisticState)
    edition = models.CharField(_("edition"), max_length=80)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    grade = models.CharField(
        _("data grade"), max_length=10, choices=DataGrade, default=DataGrade.PUBLIC
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        ordering = ("region__code", "indicator", "year", "edition")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "year", "indicator", "edition"), name="statistic_edition_once"
            ),
            models.CheckConstraint(
                condition=Q(state="unknown", value__isnull=True)
                | Q(state="known", value__isnull=False),
                name="statistic_unknown_has_no_value",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.indicator} {self.year}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        if not scope.may(Capability.READ_PUBLISHED):
            return None
        if scope.may(Capability.READ_INTERNAL):
            return Q(grade__in=(DataGrade.PUBLIC, DataGrade.INTERNAL))
        return Q(grade=DataGrade.PUBLIC)
