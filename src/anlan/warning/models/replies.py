"""What called numbers wrote back by SMS."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.models.area_contacts import of_own_units
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.choices import ReplyState
from anlan.warning.models.calling import CallAddressee


class CallReply(Record):
    """One message, known by the name that its gateway gave it. Words of a known person stand in
    `text`, under that person's key; number and words of somebody unknown stand in columns that
    never enter the journal, and are destroyed once a person has looked. A bulk fact, as the
    addressee is: no past state and no exercise has it."""

    IS_BULK: ClassVar[bool] = True
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
    SECRET: ClassVar[frozenset[str]] = frozenset({"other_number", "other_text"})

    gateway = models.CharField(_("gateway"), max_length=30)
    reference = models.CharField(_("name given by the carrier"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=ReplyState)
    person = models.ForeignKey(
        "registers.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    addressee = models.ForeignKey(
        CallAddressee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("addressee"),
    )
    text = models.CharField(_("what was written"), max_length=300, blank=True)
    other_number = models.CharField(_("unknown number"), max_length=20, blank=True)
    other_text = models.CharField(_("words of an unknown number"), max_length=300, blank=True)
    said_at = models.DateTimeField(_("replied at"))
    known_at = models.DateTimeField(_("known at"))
    settled_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    settled_by = models.CharField(_("looked at by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("SMS reply")
        verbose_name_plural = _("SMS replies")
        ordering = ("-known_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("gateway", "reference"), name="call_reply_once"),
            models.CheckConstraint(
                condition=Q(state=ReplyState.UNKNOWN.value, person__isnull=True)
                | (~Q(state=ReplyState.UNKNOWN.value) & Q(other_number="", other_text="")),
                name="call_reply_unknown_only_open",
            ),
        )
        indexes = (models.Index(fields=("state", "-known_at"), name="call_reply_open"),)

    def __str__(self) -> str:
        return str(self.get_state_display())

    def person_id_for_key(self) -> uuid.UUID | None:
        return self.person_id

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        return cls.objects.filter(person=person)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Those of the own addressees; those of nobody in particular are the plan office's."""
        own = of_own_units(scope, "addressee__unit")
        if own is None or scope.may(Capability.KEEP_REGISTERS):
            return own
        return own & Q(addressee__isnull=False)
