"""Tables of the register kit: what people lay around the records of any register."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record


class ColumnMapping(Record):
    """What the column heads of an imported file meant, to be offered for the next such file."""

    register = models.CharField(_("register"), max_length=60)
    heads = models.CharField(_("digest of the column heads"), max_length=64)
    columns = models.JSONField(_("columns"), default=list)

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = (
            models.UniqueConstraint(fields=("register", "heads"), name="column_mapping_once"),
        )

    def __str__(self) -> str:
        return self.register

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        return Q() if scope is not None and scope.may("keep-registers") else None


class SavedFilter(Record):
    """A state of a list under a name: of one account, or shared with the account's body."""

    account = models.CharField(_("sign-in name"), max_length=80)
    body = models.CharField(_("body"), max_length=60, blank=True)
    screen = models.CharField(_("list"), max_length=120)
    name = models.CharField(_("name"), max_length=60)
    state = models.CharField(_("conditions"), max_length=2000)
    is_shared = models.BooleanField(_("shared with my body"), default=False)
    is_default = models.BooleanField(_("opens with the list"), default=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("account", "screen", "name"), name="saved_filter_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        """Shared ones of the own bodies. Private ones are read by their account alone."""
        bodies = getattr(scope, "bodies", frozenset())
        return Q(is_shared=True, body__in=bodies) if bodies else None


class Merger(Record):
    """Two records of a register that were one: the loser stays and leads to the winner."""

    register = models.CharField(_("register"), max_length=60)
    loser = models.UUIDField(_("record that was merged"))
    winner = models.UUIDField(_("record that stays"))
    merged_at = models.DateTimeField(_("merged at"))

    class Meta:
        verbose_name = _("merger")
        verbose_name_plural = _("mergers")
        constraints = (models.UniqueConstraint(fields=("register", "loser"), name="merged_once"),)

    def __str__(self) -> str:
        return self.register

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        return Q() if scope is not None and scope.may("read-internal") else None


class AboutRecord(Record):
    """Something said or laid beside a record. Who sees the record sees it: it is read through
    its subject only, so no scope shows it by itself. What is removed leaves its place."""

    subject_model = models.CharField(_("kind of record"), max_length=60)
    subject_key = models.UUIDField(_("record"))
    account = models.CharField(_("sign-in name"), max_length=80)
    made_at = models.DateTimeField(_("entered at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_by = models.CharField(_("removed by"), max_length=80, blank=True)
    removed_why = models.CharField(_("reason of the removal"), max_length=300, blank=True)

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        """By itself nobody sees it: `keeping.remarks` reads it through its subject."""
        return None


class Comment(AboutRecord):
    """A remark on a record."""

    text = models.TextField(_("comment"), max_length=4000)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("id",)
        indexes = (models.Index(fields=("subject_model", "subject_key"), name="comment_about"),)

    def __str__(self) -> str:
        return self.text[:40]


class Attachment(AboutRecord):
    """A file on a record. The bytes lie in the instance's folder under their SM3 digest."""

    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest of the file (SM3)"), max_length=64)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    media_type = models.CharField(_("kind of file"), max_length=100)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("id",)
        indexes = (
            models.Index(fields=("subject_model", "subject_key"), name="attachment_about"),
            models.Index(fields=("digest",), name="attachment_digest"),
        )

    def __str__(self) -> str:
        return self.file_name
