"""Reports to the level above: what is owed to whom by when, each sending, and its receipt."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import UpwardContent, UpwardWay
from anlan.plan.models.evaluation import Evaluation
from anlan.plan.models.notice import Notice
from anlan.plan.models.visibility import in_view
from anlan.plan.rules.upward import Sent, UpwardCourse
from anlan.registers.rules.scope import Capability, Scope


class UpwardReport(Record):
    """A report that a body owes to the level above: to a body here (a county to the city), or to
    one outside (the city to the province), which is only named."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="upward_reports", verbose_name=_("notice")
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    reporter = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting body"),
    )
    to_body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to the body"),
    )
    to_name = models.CharField(_("reported to"), max_length=120)
    content = models.CharField(_("what is reported"), max_length=10, choices=UpwardContent)
    evaluation = models.ForeignKey(
        Evaluation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="upward_reports",
        verbose_name=_("evaluation"),
    )
    title = models.CharField(_("title"), max_length=200)
    basis = models.CharField(_("asked for by"), max_length=200)
    due_on = models.DateField(_("to be reported by"))
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term"),
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_why = models.CharField(_("withdrawn because"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("recorded at"))
    opened_by = models.CharField(_("recorded by"), max_length=80)

    class Meta:
        verbose_name = _("report to the level above")
        verbose_name_plural = _("reports to the level above")
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("reporter", "title", "due_on"), name="upward_report_once"
            ),
            models.CheckConstraint(
                condition=Q(content="evaluation", evaluation__isnull=False)
                | (~Q(content="evaluation") & Q(evaluation__isnull=True)),
                name="upward_report_of_an_evaluation",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def to_course(self) -> UpwardCourse:
        """`sendings` should be prefetched."""
        rows = sorted(self.sendings.all(), key=lambda row: row.number)
        return UpwardCourse(
            due_on=self.due_on,
            sendings=tuple(row.to_sent() for row in rows),
            is_withdrawn=self.withdrawn_on is not None,
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)


class UpwardSending(Record):
    """One sending with the paper that left, and what came back: a receipt, or the paper returned
    for correction. Without a receipt nothing counts as received."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"facts"})

    report = models.ForeignKey(
        UpwardReport, on_delete=models.PROTECT, related_name="sendings", verbose_name=_("report")
    )
    number = models.PositiveSmallIntegerField(_("sending"))
    document_number = models.CharField(_("document number"), max_length=60)
    sent_on = models.DateField(_("sent on"))
    way = models.CharField(_("sent by way of"), max_length=10, choices=UpwardWay)
    handed_by = models.CharField(_("sent by (person)"), max_length=120)
    facts = models.JSONField(_("frozen figures"), default=dict, blank=True)
    file_digest = models.CharField(_("digest of the paper (SM3)"), max_length=64)
    file_name = models.CharField(_("paper"), max_length=200)
    sent_at = models.DateTimeField(_("entered at"))
    sent_by = models.CharField(_("entered by"), max_length=80)
    receipt_number = models.CharField(_("number of the receipt"), max_length=60, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    received_by = models.CharField(_("received by"), max_length=120, blank=True)
    receipt_digest = models.CharField(_("digest of the receipt (SM3)"), max_length=64, blank=True)
    receipt_name = models.CharField(_("receipt"), max_length=200, blank=True)
    receipt_type = models.CharField(_("kind of file"), max_length=100, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    returned_why = models.CharField(_("returned with"), max_length=300, blank=True)
    settled_by = models.CharField(_("answer entered by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("sending of a report")
        verbose_name_plural = _("sendings of reports")
        ordering = ("report", "number")
        constraints = (
            models.UniqueConstraint(fields=("report", "number"), name="upward_sending_once"),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True)
                | (~Q(receipt_number="") & ~Q(receipt_digest="") & ~Q(received_by="")),
                name="upward_received_with_receipt",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(returned_on__isnull=True),
                name="upward_received_or_returned",
            ),
        )

    def __str__(self) -> str:
        return f"{self.document_number} {self.sent_on}"

    def to_sent(self) -> Sent:
        return Sent(on=self.sent_on, received_on=self.received_on, returned_on=self.returned_on)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        if not scope.may(Capability.READ_INTERNAL):
            return None
        return Q(report__unit__code__in=scope.units)
