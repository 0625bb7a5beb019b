"""Control figures of an indicator item for a year: the city's, and each unit's share."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import NATURE_CHOICES
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import in_view, internal
from anlan.registers.rules.scope import Scope


class ControlTable(Record):
    """The figures of one item and year as one paper. Its version grows with every figure."""

    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        related_name="control_tables",
        verbose_name=_("plan item"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    nature = models.CharField(_("kind of number"), max_length=8, choices=NATURE_CHOICES)
    city_value = models.DecimalField(
        _("the city's figure"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)

    class Meta:
        verbose_name = _("control table")
        verbose_name_plural = _("control tables")
        ordering = ("item__position", "year")
        constraints = (
            models.UniqueConstraint(fields=("item", "year"), name="control_table_once"),
        )

    def __str__(self) -> str:
        return f"{self.item.key} {self.year}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class ControlFigure(Record):
    """A unit's control figure with the number of its responsibility paper. No row: none given."""

    table = models.ForeignKey(
        ControlTable,
        on_delete=models.PROTECT,
        related_name="figures",
        verbose_name=_("control table"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    value = models.DecimalField(_("control figure"), max_digits=18, decimal_places=6)
    paper_number = models.CharField(_("responsibility paper"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("control figure")
        verbose_name_plural = _("control figures")
        ordering = ("table", "unit__position")
        constraints = (
            models.UniqueConstraint(fields=("table", "unit"), name="control_figure_once"),
        )

    def __str__(self) -> str:
        return f"{self.table} {self.unit}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)
