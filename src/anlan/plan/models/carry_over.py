"""Carrying a notice over to its successor: the pair, each unfinished item, who takes work on."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import DECISION_CHOICES, LIKENESS_CHOICES, STANDING_CHOICES
from anlan.plan.models.notice import Notice, PlanItem
from anlan.plan.models.visibility import internal
from anlan.plan.rules.carry_over.decision import Decision
from anlan.plan.rules.carry_over.proposal import Likeness
from anlan.registers.rules.scope import Scope


class CarryOver(Record):
    """A notice and the one that follows it. Work moves when it is closed; until then the
    predecessor is in force."""

    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
    )
    predecessor = models.OneToOneField(
        Notice,
        on_delete=models.PROTECT,
        related_name="carried_to",
        verbose_name=_("predecessor notice"),
    )
    successor = models.ForeignKey(
        Notice,
        on_delete=models.PROTECT,
        related_name="carried_from",
        verbose_name=_("successor notice"),
    )
    reason = models.CharField(_("reason"), max_length=300)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.CharField(_("opened by"), max_length=80)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("carry-over")
        verbose_name_plural = _("carry-overs")
        ordering = ("-opened_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="carry_over_two_notices"
            ),
        )

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class CarriedItem(Record):
    """An unfinished item of the predecessor with what is proposed, and what a person decided."""

    carry_over = models.ForeignKey(
        CarryOver, on_delete=models.PROTECT, related_name="rows", verbose_name=_("carry-over")
    )
    item = models.ForeignKey(
        PlanItem, on_delete=models.PROTECT, related_name="carried", verbose_name=_("plan item")
    )
    standing = models.CharField(_("how it stood"), max_length=16, choices=STANDING_CHOICES)
    proposed = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed counterpart"),
    )
    likeness = models.CharField(
        _("why it is proposed"),
        max_length=10,
        choices=LIKENESS_CHOICES,
        default=Likeness.NONE.value,
    )
    percent = models.PositiveSmallIntegerField(_("in common, %"), default=0)
    decision = models.CharField(_("decision"), max_length=10, choices=DECISION_CHOICES, blank=True)
    target = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="takes_up",
        verbose_name=_("item of the successor"),
    )
    new_day = models.DateField(_("new day"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=60, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("item to carry over")
        verbose_name_plural = _("items to carry over")
        ordering = ("carry_over", "item__position")
        constraints = (
            models.UniqueConstraint(fields=("carry_over", "item"), name="carried_item_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False) & ~Q(reason="")),
                name="carried_item_decided_says_why",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.CARRIED.value, target__isnull=False)
                | (~Q(decision=Decision.CARRIED.value) & Q(target__isnull=True)),
                name="carried_item_has_target",
            ),
        )

    def __str__(self) -> str:
        return str(self.item)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class CarriedOwner(Record):
    """Who takes the running work of a body on that the new item no longer names; without a new
    body it is withdrawn."""

    row = models.ForeignKey(
        CarriedItem,
        on_delete=models.PROTECT,
        related_name="owners",
        verbose_name=_("item to carry over"),
    )
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("body no longer named"),
    )
    new_body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken on by the body"),
    )
    reason = models.CharField(_("reason"), max_length=300)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.CharField(_("decided by"), max_length=80)

    class Meta:
        verbose_name = _("successor for the work of a body")
        verbose_name_plural = _("successors for the work of bodies")
        ordering = ("row", "body__position")
        constraints = (models.UniqueConstraint(fields=("row", "body"), name="carried_owner_once"),)

    def __str__(self) -> str:
        return f"{self.body} → {self.new_body or '—'}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)
