"""Who is asked to do what of an item: how it is dealt with, and the tree of assignments."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import ASSIGNMENT_CHOICES, DECIDED_CHOICES, STEP_CHOICES
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import in_view, internal
from anlan.plan.rules.loop.assignment import Assignee, AssignmentState
from anlan.registers.rules.scope import Scope


class PlanStart(Record):
    """The day from which the plan is kept in this system. What fell due before it without
    information is 待补录, never overdue. Without a row, the instance's first day counts."""

    unit = models.OneToOneField(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
    )
    live_from = models.DateField(_("kept in the system from"))
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("start of the plan in the system")
        verbose_name_plural = _("starts of the plan in the system")

    def __str__(self) -> str:
        return f"{self.unit} {self.live_from}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class Handling(Record):
    """A person's decision how an item is dealt with; without one it follows from the text."""

    item = models.OneToOneField(
        PlanItem, on_delete=models.PROTECT, related_name="handling", verbose_name=_("plan item")
    )
    decided = models.CharField(_("dealt with"), max_length=12, choices=DECIDED_CHOICES)
    reason = models.CharField(_("reason"), max_length=300)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.CharField(_("decided by"), max_length=80)

    class Meta:
        verbose_name = _("handling of an item")
        verbose_name_plural = _("handling of items")

    def __str__(self) -> str:
        return f"{self.item.key} {self.get_decided_display()}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class Assignment(Record):
    """What one unit, body, post or person is asked to do of an item. A row is never reused:
    asking again is a new row that `replaces` the old one, so that history stays."""

    item = models.ForeignKey(
        PlanItem, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("plan item")
    )
    above = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="below",
        verbose_name=_("assignment above"),
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    step = models.CharField(_("goes to"), max_length=8, choices=STEP_CHOICES)
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
        verbose_name=_("body"),
    )
    post = models.ForeignKey(
        "registers.Post",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("post"),
    )
    person = models.ForeignKey(
        "registers.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    asked = models.CharField(_("what is asked"), max_length=500)
    measure = models.CharField(_("measure"), max_length=200, blank=True)
    due_on = models.DateField(_("wanted by"), null=True, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ASSIGNMENT_CHOICES,
        default=AssignmentState.PROPOSED.value,
    )
    assigned_at = models.DateTimeField(_("assigned at"))
    assigned_by = models.CharField(_("assigned by"), max_length=80)
    assigner = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned by the body"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sign_due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term for signing"),
    )
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("running term"),
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("item__position", "unit__position", "step", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(post__isnull=True) | Q(person__isnull=True),
                name="assignment_post_or_person",
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(post__isnull=True, person__isnull=True),
                name="assignment_person_in_body",
            ),
            models.CheckConstraint(
                condition=~Q(above=F("id")), name="assignment_not_above_itself"
            ),
        )
        indexes = (
            models.Index(fields=("item", "state"), name="assignment_of_item"),
            models.Index(fields=("body", "state"), name="assignment_of_body"),
            models.Index(fields=("unit", "state"), name="assignment_of_unit"),
        )

    def __str__(self) -> str:
        return f"{self.item.key} · {self.assignee_name()}"

    def assignee_name(self) -> str:
        """Whom it goes to, in words. A person's name is shown by screens alone."""
        if self.post is not None:
            return f"{self.body} {self.post.title}"
        return str(self.body or self.unit)

    def to_assignee(self) -> Assignee:
        return Assignee(
            unit=_text(self.unit_id),
            body=_text(self.body_id),
            post=_text(self.post_id),
            person=_text(self.person_id),
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)


def _text(key: Any) -> str:
    return str(key) if key is not None else ""
