"""Obstacles that became requests for coordination, with the term for a reply."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import OBSTACLE_CHOICES
from anlan.plan.models.breakdown import Assignment
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import in_view
from anlan.plan.rules.loop.obstacle import ObstacleState
from anlan.registers.rules.scope import Scope


class Obstacle(Record):
    """Something in the way of an item, put to the body that can remove it."""

    item = models.ForeignKey(
        PlanItem, on_delete=models.PROTECT, related_name="obstacles", verbose_name=_("plan item")
    )
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="obstacles",
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
        related_name="+",
        verbose_name=_("raised by the body"),
    )
    addressee = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("put to the body"),
    )
    text = models.CharField(_("what is in the way"), max_length=1000)
    asked = models.CharField(_("what is asked for"), max_length=500)
    state = models.CharField(
        _("state"), max_length=10, choices=OBSTACLE_CHOICES, default=ObstacleState.OPEN.value
    )
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = models.CharField(_("raised by"), max_length=80)
    reply = models.CharField(_("reply"), max_length=1000, blank=True)
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    replied_by = models.CharField(_("replied by"), max_length=80, blank=True)
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=80, blank=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    first_due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term for the first reply"),
    )
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("running term"),
    )
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        verbose_name=_("carried over from"),
    )

    class Meta:
        verbose_name = _("request for coordination")
        verbose_name_plural = _("requests for coordination")
        ordering = ("-raised_at", "-id")
        indexes = (
            models.Index(fields=("item", "state"), name="obstacle_of_item"),
            models.Index(fields=("addressee", "state"), name="obstacle_to_body"),
        )

    def __str__(self) -> str:
        return f"{self.item.key} · {self.body} → {self.addressee}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """The units in view, and whoever raised it or has to answer it."""
        seen = in_view(scope)
        if seen is None:
            return None
        return seen | Q(body__code__in=scope.bodies) | Q(addressee__code__in=scope.bodies)
