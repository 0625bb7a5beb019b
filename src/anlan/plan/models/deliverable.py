"""What has to be there at the end: deliverables with their day, and how each was finished."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import BASIS_CHOICES, FINISH_CHOICES
from anlan.plan.models.breakdown import Assignment
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import in_view
from anlan.registers.rules.scope import Scope


class Deliverable(Record):
    """Something an item has to bring, by a day or expected without one. Its state is never
    stored: `rules.loop.deliverable` decides it from these columns and the clock of `due`."""

    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        related_name="deliverable_rows",
        verbose_name=_("plan item"),
    )
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deliverables",
        verbose_name=_("assignment"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owed by the body"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("deliverable"), max_length=500)
    due_on = models.DateField(_("wanted by"), null=True, blank=True)
    basis = models.CharField(_("where the day comes from"), max_length=12, choices=BASIS_CHOICES)
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term"),
    )
    finish = models.CharField(
        _("how it is known to be finished"), max_length=10, choices=FINISH_CHOICES, blank=True
    )
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=120, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    recorded_by = models.CharField(_("recorded by"), max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(_("no longer asked for since"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        verbose_name=_("carried over from"),
    )

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ("item__position", "position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(finish="") | Q(finished_on__isnull=False),
                name="deliverable_finished_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(finish="back-fill") | ~Q(confirmed_by=""),
                name="deliverable_back_fill_is_confirmed",
            ),
        )
        indexes = (
            models.Index(fields=("item", "finish"), name="deliverable_of_item"),
            models.Index(fields=("body", "finish", "due_on"), name="deliverable_of_body"),
        )

    def __str__(self) -> str:
        return self.text

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)
