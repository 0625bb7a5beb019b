"""Notices, their items, the duties, and what people corrected."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import (
    KIND_CHOICES,
    MATCH_CHOICES,
    MODE_CHOICES,
    Comparison,
    DutyRole,
    NoticeSource,
)
from anlan.plan.models.visibility import internal, published
from anlan.registers.rules.scope import Scope


class Notice(Record):
    """A notice that divides the work, known by its document number. Its text is in editions."""

    title = models.CharField(_("title"), max_length=300)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    issuer = models.CharField(_("issuer"), max_length=120, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
    )
    current_edition = models.PositiveSmallIntegerField(_("current edition"), default=1)
    is_draft = models.BooleanField(_("a draft, not in force"), default=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-issued_on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "number"), condition=~Q(number=""), name="notice_number_once"
            ),
        )

    def __str__(self) -> str:
        return self.number or self.title

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class NoticeEdition(Record):
    """One reading of a notice: its text, where it came from, and what could not be read."""

    IMAGE_BY_DIGEST: ClassVar[frozenset[str]] = frozenset({"text"})

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="editions", verbose_name=_("notice")
    )
    edition = models.PositiveSmallIntegerField(_("edition"))
    source_kind = models.CharField(_("source of the text"), max_length=8, choices=NoticeSource)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file_digest = models.CharField(_("digest of the file (SM3)"), max_length=64, blank=True)
    text = models.TextField(_("text"))
    clauses = models.PositiveIntegerField(_("clauses"))
    chars = models.PositiveIntegerField(_("characters"))
    chars_read = models.PositiveIntegerField(_("characters read"))
    unread = models.JSONField(_("unread passages"), default=list)
    imported_at = models.DateTimeField(_("imported at"))
    imported_by = models.CharField(_("imported by"), max_length=80)

    class Meta:
        verbose_name = _("edition of a notice")
        verbose_name_plural = _("editions of notices")
        ordering = ("notice", "-edition")
        constraints = (
            models.UniqueConstraint(fields=("notice", "edition"), name="notice_edition_once"),
        )

    def __str__(self) -> str:
        return f"{self.notice} · {self.edition}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class PlanItem(Record):
    """A clause of a notice: indicator, sub-goal, task, focus sector, project or statement."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="items", verbose_name=_("notice")
    )
    key = models.CharField(_("item"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=KIND_CHOICES)
    number = models.CharField(_("printed number"), max_length=20)
    position = models.PositiveIntegerField(_("order"))
    section = models.CharField(_("section"), max_length=300)
    heading = models.CharField(_("heading"), max_length=300)
    text = models.TextField(_("clause"))
    deliverables = models.JSONField(_("deliverables"), default=list)
    deadline_years = models.JSONField(_("years"), default=list)
    mode = models.CharField(_("division of work"), max_length=14, choices=MODE_CHOICES)
    open_ended = models.BooleanField(_("list ends with 等"), default=False)
    indicator_name = models.CharField(_("indicator"), max_length=200, blank=True)
    indicator_operator = models.CharField(
        _("comparison"), max_length=4, choices=Comparison, blank=True
    )
    indicator_value = models.DecimalField(
        _("target"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    indicator_unit = models.CharField(_("unit of measure"), max_length=30, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    as_read = models.JSONField(_("as read"), default=dict)
    text_start = models.PositiveIntegerField(_("starts at character"), default=0)
    text_end = models.PositiveIntegerField(_("ends at character"), default=0)
    edition = models.PositiveSmallIntegerField(_("last edition that has it"), default=1)
    is_dropped = models.BooleanField(_("dropped by a later edition"), default=False)

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ("notice", "position")
        constraints = (
            models.UniqueConstraint(fields=("notice", "key"), name="item_key_in_notice"),
        )
        indexes = (
            models.Index(fields=("notice", "is_dropped", "position"), name="item_notice_order"),
            models.Index(
                fields=("notice", "is_dropped", "kind", "mode"), name="item_notice_shape"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.heading}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class Duty(Record):
    """A name printed in the responsibility bracket of an item, and the body or group it means."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="duties", verbose_name=_("notice")
    )
    item = models.ForeignKey(
        PlanItem, on_delete=models.PROTECT, related_name="duties", verbose_name=_("plan item")
    )
    item_kind = models.CharField(_("kind of item"), max_length=10, choices=KIND_CHOICES)
    role = models.CharField(_("role"), max_length=8, choices=DutyRole)
    position = models.PositiveSmallIntegerField(_("order"))
    printed_name = models.CharField(_("name as printed"), max_length=200)
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body"),
    )
    group = models.ForeignKey(
        "registers.BodyGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body group"),
    )
    match = models.CharField(_("how it was matched"), max_length=8, choices=MATCH_CHOICES)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ("item__position", "role", "position")
        constraints = (
            models.UniqueConstraint(fields=("item", "printed_name"), name="duty_once_per_item"),
            models.CheckConstraint(
                condition=~Q(body__isnull=False, group__isnull=False), name="duty_body_or_group"
            ),
        )
        indexes = (
            models.Index(
                fields=("notice", "body", "group", "item_kind", "role"), name="duty_matrix"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item.key} {self.printed_name}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class Correction(Record):
    """A field of an item that a person set right after reading; survives a new import."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("notice")
    )
    item_key = models.CharField(_("item"), max_length=20)
    field = models.CharField(_("field"), max_length=30)
    read_as = models.JSONField(_("read as"), null=True)
    corrected_to = models.JSONField(_("corrected to"), null=True)
    reason = models.CharField(_("reason"), max_length=300)
    corrected_at = models.DateTimeField(_("corrected at"))
    corrected_by = models.CharField(_("corrected by"), max_length=80)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ("notice", "item_key", "field")
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "item_key", "field"), name="correction_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_key} {self.field}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class NameMatch(Record):
    """A decision of a person: this printed name, in notices of this unit, means that body."""

    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
    )
    printed_name = models.CharField(_("name as printed"), max_length=200)
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body"),
    )
    group = models.ForeignKey(
        "registers.BodyGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body group"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("name match")
        verbose_name_plural = _("name matches")
        ordering = ("printed_name",)
        constraints = (
            models.UniqueConstraint(fields=("unit", "printed_name"), name="name_match_once"),
            models.CheckConstraint(
                condition=Q(body__isnull=False, group__isnull=True)
                | Q(body__isnull=True, group__isnull=False),
                name="name_match_one_target",
            ),
        )

    def __str__(self) -> str:
        return self.printed_name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)
