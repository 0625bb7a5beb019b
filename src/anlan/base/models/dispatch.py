"""Tables of outgoing work.

A message is one journaled record; its rows, one an addressee, are bulk facts: they are written in
the transaction of the message, whose journal image carries their number and digest. What happens
to them on the way is appended to the outcomes; their state columns only repeat the newest of it.
"""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.base.rules.dispatch import (
    AddresseeKind,
    Channel,
    DispatchState,
    MessageMode,
    Outcome,
)

MANAGE = "manage-dispatch"
SUBJECT_CHARS = 120
TEXT_CHARS = 2000
SEAL_CHARS = 64


def labelled(codes: Any) -> list[tuple[str, Any]]:
    return [(code.value, _(code.label)) for code in codes]


def _managed(scope: Any) -> Q | None:
    return Q() if scope.may(MANAGE) else None


class OutgoingMessage(Record):
    """What is said to one addressee or to a hundred thousand. Never changed once written.

    `purpose` names who wants to hear of outcomes; `about_model` and `about_key` the record that
    it is about. Text enters the journal by digest only: it may name people.
    """

    IMAGE_BY_DIGEST: ClassVar[frozenset[str]] = frozenset({"text"})

    mode = models.CharField(_("mode"), max_length=8, choices=labelled(MessageMode))
    world = models.CharField(_("world"), max_length=60)
    channel = models.CharField(_("channel"), max_length=12, choices=labelled(Channel))
    purpose = models.CharField(_("purpose"), max_length=60)
    about_model = models.CharField(_("kind of record"), max_length=60, blank=True)
    about_key = models.CharField(_("key of the record"), max_length=40, blank=True)
    subject = models.CharField(_("subject"), max_length=SUBJECT_CHARS)
    text = models.CharField(_("text"), max_length=TEXT_CHARS)
    template = models.CharField(_("template"), max_length=60, blank=True)
    sender = models.CharField(_("sender"), max_length=80)
    sender_body = models.CharField(_("sending body"), max_length=60, blank=True)
    known_at = models.DateTimeField(_("written at"))
    expires_at = models.DateTimeField(_("not to be sent after"), null=True, blank=True)
    rows_count = models.PositiveIntegerField(_("number of addressees"))
    rows_digest = models.CharField(_("digest of the rows"), max_length=SEAL_CHARS)
    seal = models.CharField(_("seal"), max_length=SEAL_CHARS)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ("-known_at", "id")

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        return _managed(scope)


class Dispatch(Record):
    """One message to one addressee, and how far it came.

    The seal covers everything that decides where the row may go. `lease_by` names the claim that
    is sending it; `next_at` is when it is looked at next.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number"})
    IS_BULK: ClassVar[bool] = True

    message = models.ForeignKey(
        OutgoingMessage,
        on_delete=models.PROTECT,
        related_name="dispatches",
        verbose_name=_("outgoing message"),
        db_index=False,
    )
    mode = models.CharField(_("mode"), max_length=8, choices=labelled(MessageMode))
    world = models.CharField(_("world"), max_length=60)
    channel = models.CharField(_("channel"), max_length=12, choices=labelled(Channel))
    addressee_kind = models.CharField(
        _("kind of addressee"), max_length=8, choices=labelled(AddresseeKind)
    )
    addressee = models.CharField(_("addressee"), max_length=60)
    person = models.UUIDField(_("person"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=30, blank=True)
    seal = models.CharField(_("seal"), max_length=SEAL_CHARS)
    known_at = models.DateTimeField(_("written at"))
    state = models.CharField(_("state"), max_length=12, choices=labelled(DispatchState))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    lease_by = models.CharField(_("being sent by"), max_length=60, blank=True)
    settled_at = models.DateTimeField(_("state since"), null=True, blank=True)
    acknowledged_by = models.CharField(_("confirmed by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("outgoing row")
        verbose_name_plural = _("outgoing rows")
        ordering = ("-known_at", "id")
        indexes = (
            models.Index(fields=("state", "next_at"), name="dispatch_due"),
            models.Index(fields=("message", "state"), name="dispatch_of_message"),
        )

    def __str__(self) -> str:
        return str(self.message)

    def person_id_for_key(self) -> uuid.UUID | None:
        return self.person

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        """A waiting row loses its number, so its seal breaks and the guard refuses it."""
        return cls.objects.filter(person=person)

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        return _managed(scope)


class DispatchOutcome(models.Model):
    """One reported fact; appended, never changed. `report` tells a repeat of it apart.

    `handle_after` is set while a stage waits to be told (see `Parts.outcome_handlers`).
    """

    dispatch = models.ForeignKey(
        Dispatch,
        on_delete=models.PROTECT,
        related_name="outcomes",
        verbose_name=_("outgoing row"),
        db_index=False,
    )
    report = models.CharField(_("report"), max_length=80)
    outcome = models.CharField(_("outcome"), max_length=12, choices=labelled(Outcome))
    gateway = models.CharField(_("gateway"), max_length=40, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("happened at"))
    known_at = models.DateTimeField(_("known at"))
    handle_after = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("outcome of an outgoing row")
        verbose_name_plural = _("outcomes of outgoing rows")
        ordering = ("known_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("dispatch", "report"), name="dispatch_report_once"),
        )
        indexes = (
            models.Index(
                fields=("handle_after",),
                name="dispatch_to_handle",
                condition=Q(handle_after__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.get_outcome_display())
