"""Collections by workbook: what was sent to whom, what came back, what was taken of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import PURPOSE_CHOICES, RETURN_CHOICES
from anlan.plan.models.notice import Notice
from anlan.plan.models.visibility import in_view, internal
from anlan.plan.rules.workbook.collection import ReturnState
from anlan.registers.rules.scope import Scope


class Collection(Record):
    """One round of workbooks of a notice."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="collections", verbose_name=_("notice")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=PURPOSE_CHOICES)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("round"))
    wanted_on = models.DateField(_("wanted back by"), null=True, blank=True)
    note = models.CharField(_("note to the bodies"), max_length=500, blank=True)
    issued_at = models.DateTimeField(_("sent out at"))
    issued_by = models.CharField(_("sent out by"), max_length=80)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("collection by workbook")
        verbose_name_plural = _("collections by workbook")
        ordering = ("-year", "-number")
        constraints = (
            models.UniqueConstraint(fields=("year", "number"), name="collection_number_once"),
        )

    def __str__(self) -> str:
        return _("{year}, round {number}: {purpose}").format(
            year=self.year, number=self.number, purpose=self.get_purpose_display()
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class CollectionSheet(Record):
    """The workbook of one body (or, for back-filling, of all). `rows` are as they were sent,
    `answers` what was taken since, `declined` what a person decided against."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"rows", "declined"})
    IMAGE_BY_DIGEST: ClassVar[frozenset[str]] = frozenset({"rows"})

    collection = models.ForeignKey(
        Collection, on_delete=models.PROTECT, related_name="sheets", verbose_name=_("collection")
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
        verbose_name=_("body"),
    )
    stamp = models.CharField(_("number of the workbook"), max_length=20, unique=True)
    rows = models.JSONField(_("rows sent"))
    answers = models.JSONField(_("answers taken"), default=dict, blank=True)
    declined = models.JSONField(_("values declined"), default=dict, blank=True)
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term for the return"),
    )

    class Meta:
        verbose_name = _("workbook of a body")
        verbose_name_plural = _("workbooks of bodies")
        ordering = ("collection", "stamp")
        constraints = (
            models.UniqueConstraint(fields=("collection", "body"), name="sheet_of_body_once"),
        )

    def __str__(self) -> str:
        return f"{self.stamp} {self.body or self.unit}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)


class ReturnedWorkbook(Record):
    """A file that came back. Its content lies in the store under its digest, whatever was taken
    of it."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"outcome"})

    sheet = models.ForeignKey(
        CollectionSheet,
        on_delete=models.PROTECT,
        related_name="returns",
        verbose_name=_("workbook"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    digest = models.CharField(_("digest (SM3)"), max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    returned_by = models.CharField(_("handed in by"), max_length=120)
    received_at = models.DateTimeField(_("received at"))
    received_by = models.CharField(_("received by"), max_length=80)
    columns = models.JSONField(_("columns named by a person"), default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RETURN_CHOICES, default=ReturnState.WAITING.value
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    rows_taken = models.PositiveIntegerField(_("rows taken"), default=0)
    rows_left = models.PositiveIntegerField(_("rows not taken"), default=0)
    outcome = models.JSONField(_("row by row"), default=list, blank=True)

    class Meta:
        verbose_name = _("returned workbook")
        verbose_name_plural = _("returned workbooks")
        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("sheet", "digest"), name="returned_file_once"),
        )

    def __str__(self) -> str:
        return f"{self.sheet.stamp} · {self.file_name}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)
