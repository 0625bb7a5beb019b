"""The course of a project: milestones, payments, photographs, acceptances, reasons for delay."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.preparedness.choices import TIME_PROOF_CHOICES, AcceptanceResult
from anlan.preparedness.models.project import Project
from anlan.registers.models import by_unit
from anlan.registers.rules.scope import Scope


class OfProject(Record):
    """A row below a project: seen by whoever sees the project."""

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "project__unit__code")


class Milestone(OfProject):
    """A step of a project with its day; done on a day, with the words that prove it."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="milestones", verbose_name=_("project")
    )
    name = models.CharField(_("milestone"), max_length=120)
    due_on = models.DateField(_("wanted by"))
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term"),
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    proof = models.CharField(_("what proves it"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    recorded_by = models.CharField(_("recorded by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("project", "name"), name="milestone_once"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(proof=""), name="milestone_done_has_proof"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Payment(OfProject):
    """Money paid for a project. What brings it above the budget bears a note."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="payments", verbose_name=_("project")
    )
    paid_on = models.DateField(_("paid on"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    document = models.CharField(_("document number"), max_length=60)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_over_budget = models.BooleanField(_("above the budget"), default=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("paid_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("project", "document"), name="payment_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_above_zero"),
            models.CheckConstraint(
                condition=Q(is_over_budget=False) | ~Q(note=""),
                name="payment_over_budget_has_note",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project} · {self.document}"


class Photograph(OfProject):
    """A photograph of a project: the file is an attachment, its time comes from the camera."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="photographs", verbose_name=_("project")
    )
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="photographs",
        verbose_name=_("milestone"),
    )
    attachment = models.ForeignKey(
        "base.Attachment", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    time_proof = models.CharField(
        _("proof of the time"), max_length=12, choices=TIME_PROOF_CHOICES
    )
    camera_clock = models.CharField(_("what the camera wrote"), max_length=40, blank=True)
    what = models.CharField(_("what it shows"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ("received_at", "id")

    def __str__(self) -> str:
        return self.what or str(self.attachment)


class Acceptance(OfProject):
    """An acceptance (验收) of a project, passed or not; the one that passed finishes it."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("project")
    )
    accepted_on = models.DateField(_("day of the acceptance"))
    result = models.CharField(_("result"), max_length=6, choices=AcceptanceResult)
    by = models.CharField(_("accepted by"), max_length=120)
    document = models.CharField(_("document number"), max_length=60)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        ordering = ("accepted_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("project", "document"), name="acceptance_once"),
            models.UniqueConstraint(
                fields=("project",), condition=Q(result="passed"), name="accepted_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.project} · {self.document}"


class Delay(OfProject):
    """Why a project is late, and when it will be finished instead."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="delays", verbose_name=_("project")
    )
    said_on = models.DateField(_("said on"))
    cause = models.CharField(_("reason for the delay"), max_length=300)
    was_planned_on = models.DateField(_("was planned to finish"), null=True, blank=True)
    new_finish_on = models.DateField(_("new planned finish"))

    class Meta:
        verbose_name = _("delay")
        verbose_name_plural = _("delays")
        ordering = ("said_on", "id")

    def __str__(self) -> str:
        return self.cause[:60]
