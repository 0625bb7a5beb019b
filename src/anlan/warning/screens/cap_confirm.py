"""A CAP file that waits: a person sees what was read, chooses the rest, and keeps or dismisses."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.registers.forms.common import OfferingForm
from anlan.registers.models import Region
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm
from anlan.warning.actions.receiving import NewMessage, spoken
from anlan.warning.actions.receiving_cap import (
    IDENTIFIER_CHARS,
    NotWaiting,
    dismiss_cap,
    drawn_of,
    keep_cap,
)
from anlan.warning.choices import CapState, Intake
from anlan.warning.forms.received import CapConfirmForm
from anlan.warning.models import CapDocument
from anlan.warning.queries.cap import Considered, considered, document_url, validation_of
from anlan.warning.queries.received import (
    suggest_regions,
    units_received_for,
    warning_url,
)
from anlan.warning.rules.reading.reading import FIELDS
from anlan.warning.screens.cap import FILES, INBOX, finding_lines, left_lines, signature_badge


class CapForm(KeptForm):
    """What keeping and dismissing share."""

    capability = Capability.RECEIVE_WARNINGS

    def current(self) -> CapDocument:
        row: CapDocument = self.one(CapDocument, pk=self.kwargs["pk"])
        if row.state != CapState.WAITING:
            raise NotWaiting
        return row

    def back(self) -> str:
        return document_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("warning-list"), INBOX),
            (reverse("cap-list"), FILES),
            (self.back(), self.current().identifier),
        ]


class CapConfirm(CapForm):
    """The same choices as for a pasted text, filled with what the file says."""

    form_class = CapConfirmForm
    title = _("Look at the file and keep its message")
    lead = _(
        "What the file says is filled in; what is open is yours to choose. Compare it with the "
        "text. The file itself stays as it came."
    )
    submit = _("Keep it in the inbox")
    template_name = "warning/cap_confirm.html"

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"unit": units_received_for(self.scope)}

    def _seen(self) -> Considered | None:
        if not hasattr(self, "_considered"):
            self._considered = considered(self.current(), self.scope)
        return self._considered

    def form_arguments(self) -> dict[str, Any]:
        seen = self._seen()
        codes = [*self.request.POST.getlist("regions"), *self._codes()]
        drawn = drawn_of(seen.readout) if seen is not None else ()
        return super().form_arguments() | {"regions": self._offer(codes), "drawn": drawn}

    def _codes(self) -> list[str]:
        """Those of the file; where it names none, those that its text suggests."""
        seen = self._seen()
        if seen is None:
            return []
        places = seen.readout.places
        if places.codes or places.outlines:
            return list(places.codes)
        return sorted(suggest_regions(seen.readout.text, seen.readout.reading).chosen)

    def _offer(self, codes: list[str]) -> list[tuple[str, str]]:
        seen = self._seen()
        offered = []
        if seen is not None:
            suggestion = suggest_regions(seen.readout.text, seen.readout.reading)
            offered = [(row.code, row.name) for row in suggestion.regions]
        there = {code for code, _name in offered}
        more = Region.objects.filter(code__in=[code for code in codes if code not in there])
        return offered + [(row.code, row.name) for row in more]

    def initial(self) -> dict[str, Any]:
        row, seen = self.current(), self._seen()
        first = {"received_at": row.received_at, "unit": row.unit_id}
        if seen is None:
            return first
        read = {name: getattr(seen.readout, name) or "" for name in FIELDS}
        return (
            first
            | read
            | {
                "text": seen.readout.text,
                "expires_at": seen.readout.expires_at,
                "regions": self._codes(),
            }
        )

    def perform(self, asked: Asked) -> str:
        form = self.form_class(self.request.POST, **self.form_arguments())
        form.is_valid()
        row = self.current()
        new = NewMessage(
            text=asked.values["text"],
            told=form.told(),  # type: ignore[attr-defined]
            unit=asked.values["unit"].pk,
            received_at=row.received_at,
            identifier=row.identifier[:IDENTIFIER_CHARS],
            intake=Intake.CAP,
        )
        result = keep_cap(row.pk, new, expected_version=asked.expected_version, **self.told(asked))
        if result["is_repeated"]:
            messages.info(
                self.request, gettext("This message was there already: nothing was added.")
            )
        for note in result["notes"]:
            messages.info(self.request, spoken(note))
        return warning_url(result["warning"])

    def more_context(self) -> dict[str, Any]:
        row, seen = self.current(), self._seen()
        findings = [
            *validation_of(row).findings,
            *(seen.findings if seen is not None else ()),
        ]
        return {
            "row": row,
            "signature": signature_badge(row),
            "left": left_lines(seen),
            "unread": [name for name, _why in seen.readout.left] if seen is not None else [],
            "findings": finding_lines(findings),
        }


class CapDismiss(CapForm):
    """The file stays, with the reason; no message is made of it."""

    form_class = OfferingForm
    title = _("Not for this inbox")
    lead = _("The file stays as it came, with your reason. No message is made of it.")
    submit = _("Dismiss the file")

    def perform(self, asked: Asked) -> str:
        dismiss_cap(self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked))
        return document_url(self.kwargs["pk"])
