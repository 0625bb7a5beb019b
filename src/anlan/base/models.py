"""Tables of `base`: the journal, its head, personal keys, and the stamp of the instance."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.base.identity import new_id


class JournalEntry(models.Model):
    """One action, as it was committed. `content` holds the exact text that was digested;
    the other columns repeat parts of it for queries and are checked against it."""

    position = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    action = models.CharField(_("action"), max_length=80)
    actor = models.CharField(_("actor"), max_length=80)
    known_at = models.DateTimeField(_("known at"), db_index=True)
    request_id = models.CharField(_("request id"), max_length=64, unique=True)
    content = models.TextField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    seq = models.BigIntegerField(_("sequence"), null=True, unique=True)
    mac = models.CharField(_("chain"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        indexes = (
            models.Index(
                fields=("position",), name="journal_unsealed", condition=models.Q(seq__isnull=True)
            ),
        )


class JournalSubject(models.Model):
    """Which records an entry touched: the index behind every history tab."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="subjects")
    model = models.CharField(max_length=60)
    key = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("journal subject")
        indexes = (models.Index(fields=("model", "key", "entry"), name="journal_subject_of"),)


class JournalHead(models.Model):
    """The sealed end of the chain: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("journal head")


class PersonKey(models.Model):
    """The key under which one person's fields enter the journal. Destroying it erases them."""

    person = models.UUIDField(primary_key=True)
    key = models.BinaryField(max_length=16)

    class Meta:
        verbose_name = _("personal key")


class InstanceStamp(models.Model):
    """What this database is: a demonstration or a real instance, and of which centre."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_demonstration = models.BooleanField()
    centre = models.CharField(max_length=20)
    profile = models.CharField(max_length=40)
    profile_edition = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("instance stamp")


from anlan.base.kit_models import (  # noqa: E402 - tables of a folder of their own
    Attachment,
    ColumnMapping,
    Comment,
    Merger,
    SavedFilter,
)

__all__ = [
    "Attachment",
    "ColumnMapping",
    "Comment",
    "InstanceStamp",
    "JournalEntry",
    "JournalHead",
    "JournalSubject",
    "Merger",
    "PersonKey",
    "SavedFilter",
]
