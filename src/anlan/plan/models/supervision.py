"""Supervision (督办): settings, orders, their papers, replies and appeals."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.base.rules.message import RuleRefused
from anlan.plan.choices import LEVEL_CHOICES, ORDER_CHOICES, PAPER_CHOICES, RUNG_CHOICES
from anlan.plan.choices import SLIP_CHOICES as STATE_CHOICES
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import internal
from anlan.plan.rules.supervision.ladder import Ladder, SlipLevel
from anlan.plan.rules.supervision.life import OPEN_SLIPS, OrderState, SlipState
from anlan.plan.rules.supervision.paper import Designation
from anlan.registers.rules.scope import Capability, Scope

SLIP_OPEN = Q(state__in=sorted(state.value for state in OPEN_SLIPS))


class SupervisionLadder(Record):
    """The ladder of the city from a day on. What runs keeps the one it was opened with."""

    version_name = models.CharField(_("edition"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("document"), max_length=200)
    valid_from = models.DateField(_("valid from"), unique=True)
    steps = models.JSONField(_("levels and terms"))

    class Meta:
        verbose_name = _("ladder of supervision")
        verbose_name_plural = _("ladders of supervision")
        ordering = ("-valid_from",)

    def __str__(self) -> str:
        return f"{self.name} {self.version_name}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)

    def clean(self) -> None:
        try:
            self.to_domain()
        except RuleRefused as refusal:
            raise ValidationError({"steps": refusal.message.text(gettext)}) from refusal
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError({"steps": _("This is no ladder of supervision.")}) from error

    def to_domain(self) -> Ladder:
        return Ladder.from_json(
            {
                "name": self.name,
                "version": self.version_name,
                "source": self.source,
                "steps": self.steps,
            }
        )


class SlipIssuer(Record):
    """A body that a document designates to issue supervision slips, up to a level."""

    body = models.ForeignKey(
        "registers.Body", on_delete=models.PROTECT, related_name="+", verbose_name=_("body")
    )
    highest = models.CharField(
        _("highest level"), max_length=10, choices=LEVEL_CHOICES, default=SlipLevel.RED.value
    )
    basis = models.CharField(_("document that designates it"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("body that may issue slips")
        verbose_name_plural = _("bodies that may issue slips")
        ordering = ("valid_from", "body__position")
        constraints = (
            models.UniqueConstraint(fields=("body", "valid_from"), name="slip_issuer_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="slip_issuer_span",
            ),
        )

    def __str__(self) -> str:
        return str(self.body)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)

    def to_domain(self) -> Designation:
        return Designation(
            body=self.body.code,
            highest=SlipLevel(self.highest),
            since=self.valid_from,
            until=self.valid_until,
            basis=self.basis,
        )


class SupervisionOrder(Record):
    """A missed matter under supervision. `matter` is the due that was missed; the ladder is
    frozen; the papers are its `slips`."""

    matter = models.OneToOneField(
        "base.Due", on_delete=models.PROTECT, related_name="+", verbose_name=_("missed matter")
    )
    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supervision_orders",
        verbose_name=_("plan item"),
    )
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    title = models.CharField(_("matter"), max_length=200)
    ladder = models.JSONField(_("ladder"))
    level = models.CharField(_("level"), max_length=10, choices=LEVEL_CHOICES, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ORDER_CHOICES, default=OrderState.OPEN.value
    )
    opened_at = models.DateTimeField(_("opened at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=80, blank=True)
    ending = models.CharField(_("how it ended"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("supervision order")
        verbose_name_plural = _("supervision orders")
        ordering = ("-opened_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state=OrderState.OPEN.value, ended_at__isnull=True)
                | (~Q(state=OrderState.OPEN.value) & Q(ended_at__isnull=False)),
                name="order_ended_has_time",
            ),
        )
        indexes = (
            models.Index(fields=("state", "level"), name="order_state_level"),
            models.Index(fields=("body", "state"), name="order_of_body"),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """City-wide roles see all; others what is put to their bodies or units, or what their
        bodies issue."""
        if not scope.may(Capability.READ_INTERNAL):
            return None
        if scope.is_city_wide:
            return Q()
        issued = SupervisionSlip.objects.filter(
            Q(issuer__code__in=scope.bodies) | Q(to__code__in=scope.bodies)
        )
        mine = Q(body__code__in=scope.bodies) | Q(unit__code__in=scope.kept_units)
        return mine | Q(pk__in=issued.values("order"))

    def to_ladder(self) -> Ladder:
        return Ladder.from_json(self.ladder)


class SupervisionSlip(Record):
    """One paper of an order: a reminder, a slip or a letter. There is one a level, ever."""

    order = models.ForeignKey(
        SupervisionOrder,
        on_delete=models.PROTECT,
        related_name="slips",
        verbose_name=_("supervision order"),
    )
    level = models.CharField(_("level"), max_length=10, choices=LEVEL_CHOICES)
    paper = models.CharField(_("paper"), max_length=10, choices=PAPER_CHOICES)
    state = models.CharField(
        _("state"), max_length=10, choices=STATE_CHOICES, default=SlipState.PREPARED.value
    )
    rung = models.CharField(_("put to"), max_length=10, choices=RUNG_CHOICES)
    to = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("addressee"),
    )
    to_post = models.CharField(_("post of the addressee"), max_length=40, blank=True)
    issuer = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issuing body"),
    )
    prepared_at = models.DateTimeField(_("prepared at"))
    requirement = models.CharField(_("requirement"), max_length=1000)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    issued_by = models.CharField(_("signed by"), max_length=120, blank=True)
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
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("supervision paper")
        verbose_name_plural = _("supervision papers")
        ordering = ("order", "prepared_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("order", "level"), name="slip_once_a_level"),
            models.UniqueConstraint(
                fields=("order",), condition=SLIP_OPEN, name="slip_one_open_an_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "withdrawn"]) | Q(issued_at__isnull=False),
                name="slip_issued_has_time",
            ),
        )
        indexes = (models.Index(fields=("state", "issuer"), name="slip_of_issuer"),)

    def __str__(self) -> str:
        return f"{self.get_level_display()} · {self.order}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return _of_orders(scope)


class SlipReply(Record):
    """What the addressee answered, and what the issuer thought of it. Replies are kept."""

    slip = models.ForeignKey(
        SupervisionSlip,
        on_delete=models.PROTECT,
        related_name="replies",
        verbose_name=_("supervision paper"),
    )
    text = models.CharField(_("reply"), max_length=2000)
    replied_at = models.DateTimeField(_("replied at"))
    replied_by = models.CharField(_("replied by"), max_length=80)
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term for the decision"),
    )
    is_accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decision = models.CharField(_("reason of the decision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("reply to a slip")
        verbose_name_plural = _("replies to slips")
        ordering = ("replied_at", "id")

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return _of_slips(scope)


class SlipAppeal(Record):
    """An appeal against a paper; its clock stands still until it is decided. One a paper."""

    slip = models.OneToOneField(
        SupervisionSlip,
        on_delete=models.PROTECT,
        related_name="appeal",
        verbose_name=_("supervision paper"),
    )
    text = models.CharField(_("grounds of the appeal"), max_length=1000)
    appealed_at = models.DateTimeField(_("appealed at"))
    appealed_by = models.CharField(_("appealed by"), max_length=80)
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term for the decision"),
    )
    is_upheld = models.BooleanField(_("upheld"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decision = models.CharField(_("reason of the decision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("appeal against a slip")
        verbose_name_plural = _("appeals against slips")
        ordering = ("appealed_at", "id")

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return _of_slips(scope)


def _of_orders(scope: Any) -> Q | None:
    orders = SupervisionOrder.visible_q(scope)
    return None if orders is None else Q(order__in=SupervisionOrder.objects.filter(orders))


def _of_slips(scope: Any) -> Q | None:
    slips = _of_orders(scope)
    return None if slips is None else Q(slip__in=SupervisionSlip.objects.filter(slips))
