"""Which measures an item has, and what each figure was on a day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import internal
from anlan.plan.rules.measure_lamp import GREEN_FROM_PERCENT, RED_BELOW_PERCENT, Bounds
from anlan.registers.rules.scope import Scope


class ItemMeasure(Record):
    """A measure of an item, with the bounds of its lamp. Empty source: the house default."""

    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        related_name="measure_rows",
        verbose_name=_("plan item"),
    )
    measure = models.CharField(_("measure (figure)"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    green_from_percent = models.DecimalField(
        _("green from (%)"), max_digits=6, decimal_places=2, default=GREEN_FROM_PERCENT
    )
    red_below_percent = models.DecimalField(
        _("red below (%)"), max_digits=6, decimal_places=2, default=RED_BELOW_PERCENT
    )
    lamp_source = models.CharField(_("source of the bounds"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("measure of an item")
        verbose_name_plural = _("measures of items")
        ordering = ("item__notice", "item__position", "position")
        constraints = (
            models.UniqueConstraint(fields=("item", "measure"), name="item_measure_once"),
        )

    def __str__(self) -> str:
        return f"{self.item.key} {self.measure}"

    def bounds(self) -> Bounds:
        return Bounds(
            green_from_percent=self.green_from_percent,
            red_below_percent=self.red_below_percent,
            source=self.lamp_source,
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class MeasureSnapshot(Record):
    """What a measure was on a day over the whole city; with an item: narrowed to it. Written once
    a day by the program, never by a person."""

    measure = models.CharField(_("measure (figure)"), max_length=60)
    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measure_snapshots",
        verbose_name=_("plan item"),
    )
    day = models.DateField(_("day"))
    part = models.PositiveBigIntegerField(_("counted"))
    whole = models.PositiveBigIntegerField(_("of all"))
    made_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("figure of a day")
        verbose_name_plural = _("figures of days")
        ordering = ("measure", "day")
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "item", "day"), name="measure_snapshot_of_item_once"
            ),
            models.UniqueConstraint(
                fields=("measure", "day"),
                condition=Q(item__isnull=True),
                name="measure_snapshot_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure} {self.day}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)
