"""What leaves: files and text for the national release, and the receipt that it gave."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm
from anlan.warning.actions.releasing import NotForThePublic, Receipt, record_receipt
from anlan.warning.forms.received import ReceiptForm
from anlan.warning.models import ReleaseReceipt, WarningMessage
from anlan.warning.queries.received import message_url
from anlan.warning.queries.release import alert_for, receipt_of, restriction_of, written
from anlan.warning.rules.cap.national_writing import write_national
from anlan.warning.rules.relay import relay_text

CAP, NATIONAL, TEXT = "cap", "12379", "text"
TYPES = {
    CAP: ("application/cap+xml", "cap.xml"),
    NATIONAL: ("application/xml", "12379-draft.xml"),
    TEXT: ("text/plain; charset=utf-8", "text.txt"),
}


class MessageExport(SignedIn, View):
    """A message as a file for its owner to release. Nothing is sent."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID, form: str) -> HttpResponse:
        rows = WarningMessage.objects.visible_to(scope_of(request)).select_related("warning")
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound
        whom = restriction_of(row)
        if whom is not None:
            raise NotForThePublic(whom=whom)
        kind, ending = TYPES[form]
        response = HttpResponse(_content(row, form), content_type=kind)
        name = f"warning-{row.pk.hex}-{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _content(row: WarningMessage, form: str) -> bytes:
    if form == TEXT:
        return relay_text(row.text, row.warning.issuer, row.issued_at).full.encode()
    alert = alert_for(row)
    return write_national(alert) if form == NATIONAL else written(alert)


class ReceiptRecord(KeptForm):
    """The number that the national system gave."""

    capability = Capability.RECEIVE_WARNINGS
    form_class = ReceiptForm
    title = _("Record the receipt of the release")
    lead = _(
        "The owner releases the warning through the national system; the number that it gave is "
        "kept here. Only messages with a number may be shown to the public."
    )

    def _message(self) -> WarningMessage:
        row: WarningMessage = self.one(WarningMessage, pk=self.kwargs["pk"])
        return row

    def current(self) -> ReleaseReceipt | None:
        return receipt_of(self._message())

    def initial(self) -> dict[str, Any]:
        row = self.current()
        if row is None:
            return {"received_at": clock.now()}
        return {"number": row.number, "received_at": row.received_at}

    def perform(self, asked: Asked) -> str:
        receipt = Receipt(number=asked.values["number"], received_at=asked.values["received_at"])
        record_receipt(
            self.kwargs["pk"],
            receipt,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return message_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("warning-list"), _("Incoming warnings")),
            (self.back(), str(self._message())),
        ]
