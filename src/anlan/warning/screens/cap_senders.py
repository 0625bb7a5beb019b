"""Who sends CAP: the name of its warnings here, and the certificate of its signatures."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.forms.common import OfferingForm
from anlan.registers.models import Body
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN
from anlan.registers.screens.keeping import KeptForm, columns_of
from anlan.warning.actions.cap_senders import (
    SenderEnded,
    change_sender,
    end_sender,
    enter_sender,
)
from anlan.warning.forms.received import SenderForm
from anlan.warning.models import CapSender
from anlan.warning.queries.release import own_certificate
from anlan.warning.rules.cap.signing import read_certificate, subject_of

SENDERS = _("Senders of CAP files")
COLUMNS = ("sender", "issuer", "body", "certificate", "source", "mark")


def sender_url(row: CapSender) -> str:
    return reverse("cap-sender", args=[row.pk])


def signer_text(row: CapSender) -> str:
    return subject_of(read_certificate(row.certificate)) if row.certificate else ""


class SenderList(RegisterList):
    model = CapSender
    capability = Capability.READ_INTERNAL
    title = SENDERS
    lead = _(
        "Under which name the warnings of a sender stand here. With a certificate only its signed "
        "files become messages by themselves."
    )
    empty = _(
        "No sender is entered. Files then name their issuer themselves, and nothing is proven."
    )
    template_name = "warning/cap_senders.html"
    columns = (
        Column(
            name="sender",
            label=_("sender in the file"),
            value=lambda row: row.sender,
            link=sender_url,
            sort=("sender",),
            is_title=True,
        ),
        Column(
            name="issuer",
            label=_("issuer of the warning"),
            value=lambda row: row.issuer,
            sort=("issuer",),
        ),
        Column(
            name="certificate",
            label=_("certificate"),
            value=signer_text,
            missing=_("none: nothing is proven"),
        ),
        Column(
            name="ended",
            label=_("ended at"),
            value=lambda row: row.ended_at,
            sort=("ended_at",),
            missing=_("in use"),
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    search_fields = ("sender__icontains", "issuer__icontains")
    default_sort = "sender"

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("warning-list"), _("Incoming warnings")),
            (reverse("cap-list"), _("CAP files")),
        )

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_REGISTERS):
            return ()
        url = reverse("cap-sender-add")
        return (Action(label=_("Enter a sender"), url=url, icon="plus", is_primary=True),)

    def more_context(self) -> dict[str, Any]:
        own = own_certificate()
        return {"own": own, "own_subject": subject_of(read_certificate(own)) if own else ""}


class SenderObject(RegisterObject):
    model = CapSender
    capability = Capability.READ_INTERNAL
    url_name = "cap-sender"
    subject = "warning.capsender"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("body")

    def crumbs(self, row: CapSender) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("warning-list"), _("Incoming warnings")),
            (reverse("cap-sender-list"), SENDERS),
        )

    def actions(self, row: CapSender) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_REGISTERS):
            return ()
        if row.ended_at is not None:
            return (Action(label=_("Enter it anew"), url=reverse("cap-sender-add"), icon="plus"),)
        url = reverse("cap-sender-change", args=[row.pk])
        return (
            Action(label=_("Change"), url=url, icon="edit", is_primary=True),
            Action(label=_("End it"), url=reverse("cap-sender-end", args=[row.pk])),
        )

    def facts(self, row: CapSender) -> Sequence[Fact]:
        body = row.body
        ends = read_certificate(row.certificate).not_valid_after_utc if row.certificate else None
        return (
            fact(_("sender in the file"), row.sender),
            fact(_("issuer of the warning"), row.issuer),
            fact(
                _("body"),
                body,
                url=reverse("body", args=[body.code]) if body is not None else "",
                missing=_("not entered"),
            ),
            fact(_("certificate"), signer_text(row), missing=_("none: nothing is proven")),
            fact(_("certificate valid until"), ends, missing=_("not entered")),
            fact(_("ended at"), row.ended_at, missing=_("in use")),
        )


class SenderForms(KeptForm):
    capability = Capability.KEEP_REGISTERS
    form_class = SenderForm

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"body": Body.objects.visible_to(self.scope).order_by("full_name")}

    def back(self) -> str:
        return reverse("cap-sender-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("warning-list"), _("Incoming warnings")),
            (reverse("cap-sender-list"), SENDERS),
        ]


class SenderAdd(SenderForms):
    title = _("Enter a sender")
    lead = _("Compare the fingerprint of its certificate with the owner by telephone.")

    def perform(self, asked: Asked) -> str:
        result = enter_sender(CapSender(**asked.values), **self.told(asked))
        return reverse("cap-sender", args=[result["id"]])


class SenderInUse(SenderForms):
    """What is done to a sender that is in use."""

    def current(self) -> CapSender:
        row: CapSender = self.one(CapSender, pk=self.kwargs["pk"])
        if row.ended_at is not None:
            raise SenderEnded
        return row

    def back(self) -> str:
        return reverse("cap-sender", args=[self.kwargs["pk"]])


class SenderChange(SenderInUse):
    title = _("Change a sender")
    lead = _("Compare the fingerprint of its certificate with the owner by telephone.")

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), COLUMNS)

    def perform(self, asked: Asked) -> str:
        change_sender(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return reverse("cap-sender", args=[self.kwargs["pk"]])


class SenderEnd(SenderInUse):
    form_class = OfferingForm
    title = _("End a sender")
    lead = _(
        "Its name and its certificate count no more. The row stays, and so do its warnings; from "
        "now on each of its files waits for a person."
    )
    submit = _("End the sender")

    def perform(self, asked: Asked) -> str:
        end_sender(self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked))
        return self.back()
