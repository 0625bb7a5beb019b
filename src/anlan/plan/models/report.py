"""Progress reports with their evidence, reviewed by the lead body."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import REPORT_CHOICES
from anlan.plan.models.breakdown import Assignment
from anlan.plan.models.deliverable import Deliverable
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import in_view
from anlan.plan.rules.loop.report import ReportState
from anlan.registers.rules.scope import Scope


class ProgressReport(Record):
    """What a body says it did of an item, addressed to the body that reviews it."""

    item = models.ForeignKey(
        PlanItem, on_delete=models.PROTECT, related_name="reports", verbose_name=_("plan item")
    )
    deliverable = models.ForeignKey(
        Deliverable,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("deliverable"),
    )
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
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
        verbose_name=_("reporting body"),
    )
    reviewer = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reviewing body"),
    )
    text = models.TextField(_("what was done"), max_length=4000)
    done_on = models.DateField(_("done on"))
    is_final = models.BooleanField(_("finishes it"), default=False)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=REPORT_CHOICES, default=ReportState.DRAFT.value
    )
    written_at = models.DateTimeField(_("written at"))
    written_by = models.CharField(_("written by"), max_length=80)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    reviewed_by = models.CharField(_("reviewed by"), max_length=80, blank=True)
    review_note = models.CharField(_("word of the reviewer"), max_length=300, blank=True)
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term for review or rewriting"),
    )

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ("-written_at", "-id")
        indexes = (
            models.Index(fields=("item", "state"), name="report_of_item"),
            models.Index(fields=("reviewer", "state"), name="report_for_reviewer"),
            models.Index(fields=("body", "state"), name="report_of_body"),
        )

    def __str__(self) -> str:
        return f"{self.item.key} · {self.body} · {self.done_on}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Drafts are the writing body's own; what was submitted is seen by its unit's readers and
        by the reviewing body."""
        seen = in_view(scope)
        if seen is None:
            return None
        own = Q(body__code__in=scope.bodies)
        to_me = Q(reviewer__code__in=scope.bodies)
        return own | (~Q(state=ReportState.DRAFT) & (seen | to_me))


class Evidence(Record):
    """A file that proves something. Its content lies in the store under its digest."""

    report = models.ForeignKey(
        ProgressReport,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("progress report"),
    )
    deliverable = models.ForeignKey(
        Deliverable,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("deliverable"),
    )
    digest = models.CharField(_("digest (SM3)"), max_length=64, db_index=True)
    file_name = models.CharField(_("file"), max_length=200)
    media_type = models.CharField(_("kind of file"), max_length=100)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    added_at = models.DateTimeField(_("added at"))
    added_by = models.CharField(_("added by"), max_length=80)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("pieces of evidence")
        ordering = ("added_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(report__isnull=False, deliverable__isnull=True)
                | Q(report__isnull=True, deliverable__isnull=False),
                name="evidence_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Whoever sees what it proves."""
        reports = ProgressReport.visible_q(scope)
        deliverables = Deliverable.visible_q(scope)
        if reports is None or deliverables is None:
            return None
        return Q(report__in=ProgressReport.objects.filter(reports)) | Q(
            deliverable__in=Deliverable.objects.filter(deliverables)
        )
