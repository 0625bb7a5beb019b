"""A warning is pasted: its text is read at once, a person chooses what could not be read; and the
correction of a message that was misread."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm
from anlan.warning.actions.correcting import correct_message
from anlan.warning.actions.receiving import (
    MOST_CHARS,
    NewMessage,
    drawn_in,
    receive_message,
    spoken,
)
from anlan.warning.forms.received import CorrectionForm, PasteForm
from anlan.warning.models import WarningMessage
from anlan.warning.queries.received import (
    area_names,
    message_url,
    read_here,
    suggest_regions,
    suggest_unit,
    units_received_for,
    value_or_blank,
    warning_url,
)
from anlan.warning.rules.reading.reading import FIELDS, Reading
from anlan.warning.screens.reading import lines_of, marks_of


class WarningPaste(KeptForm):
    """The paste, with live reading."""

    capability = Capability.RECEIVE_WARNINGS
    form_class = PasteForm
    title = _("Paste a warning")
    lead = _(
        "This program relays what owners of warnings say, unchanged, with issuer and time. It "
        "publishes nothing itself."
    )
    submit = _("Keep it in the inbox")
    template_name = "warning/paste.html"

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"unit": units_received_for(self.scope)}

    def form_arguments(self) -> dict[str, Any]:
        codes = self.request.POST.getlist("regions")
        found = self._offer(self._reading() if self._text() else None, codes)
        return super().form_arguments() | {"regions": found}

    def initial(self) -> dict[str, Any]:
        unit = self.offered()["unit"].filter(code=self.request.GET.get("unit", "")[:12]).first()
        first = unit or self.offered()["unit"].first()
        return {"received_at": clock.now(), "unit": first and first.pk}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") == "read":
            return self._page(self.form_class(initial=self._filled(), **self.form_arguments()))
        return super().post(request, **kwargs)

    def perform(self, asked: Asked) -> str:
        form = self.form_class(self.request.POST, **self.form_arguments())
        form.is_valid()
        new = NewMessage(
            text=asked.values["text"],
            told=form.told(),  # type: ignore[attr-defined]
            unit=asked.values["unit"].pk,
            received_at=asked.values["received_at"],
            is_meant=asked.values["is_meant"],
        )
        result = receive_message(new, **self.told(asked))
        if result["is_repeated"]:
            messages.info(
                self.request, gettext("This message was there already: nothing was added.")
            )
        for note in result["notes"]:
            messages.info(self.request, spoken(note))
        return warning_url(result["warning"])

    def back(self) -> str:
        return reverse("warning-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("warning-list"), _("Incoming warnings"))]

    def more_context(self) -> dict[str, Any]:
        return self._read_context()

    def _read_context(self) -> dict[str, Any]:
        text = self._text()
        if not text.strip():
            return {"lines": [], "marks": []}
        reading = self._reading()
        return {
            "lines": lines_of(reading),
            "marks": marks_of(text, reading),
            "unread": reading.unread,
            "rehearsal": reading.rehearsal.text,
        }

    def _text(self) -> str:
        return self.request.POST.get("text", "")[: 2 * MOST_CHARS]

    def _reading(self) -> Reading:
        return read_here(self._text(), self._received_at()).known()

    def _received_at(self) -> dt.datetime:
        field = PasteForm.base_fields["received_at"]
        try:
            found: dt.datetime = field.clean(self.request.POST.get("received_at", ""))
        except ValidationError:
            return clock.now()
        return found

    def _filled(self) -> dict[str, Any]:
        """What the form shows after a reading."""
        reading, sent = self._reading(), self.request.POST
        unit = suggest_unit(reading, self.scope)
        suggestion = suggest_regions(self._text(), reading)
        return {
            "text": self._text(),
            "received_at": self._received_at(),
            "unit": unit.pk if unit is not None else sent.get("unit", ""),
            "request_id": new_id().hex,
            "expires_at": reading.expires_at,
            "regions": sorted(suggestion.chosen),
            **{name: value_or_blank(getattr(reading, name)) for name in FIELDS},
        }

    def _offer(self, reading: Reading | None, codes: list[str]) -> list[tuple[str, str]]:
        """Regions to choose from; those that the text mentions say so."""
        if reading is None:
            rows = _unit_regions()
            return [(row.code, row.name) for row in rows]
        suggestion = suggest_regions(self._text(), reading)
        offered = [
            (
                row.code,
                gettext("{name} (named in the text)").format(name=row.name)
                if row.code in suggestion.mentioned
                else row.name,
            )
            for row in suggestion.regions
        ]
        there = {code for code, _name in offered}
        more = Region.objects.filter(code__in=[code for code in codes if code not in there])
        return offered + [(row.code, row.name) for row in more]


class WarningReading(WarningPaste):
    """The part of the paste that is read anew while somebody types or pastes."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form: ReasonedForm = self.form_class(initial=self._filled(), **self.form_arguments())
        context = {"form": form, **self._read_context()}
        return render(request, "warning/reading.html", context)


class MessageCorrect(KeptForm):
    """What a message really says. Its text stays as it came."""

    capability = Capability.RECEIVE_WARNINGS
    form_class = CorrectionForm
    title = _("Correct what was misread")
    lead = _("The text as received never changes. Only what was read from it does.")
    template_name = "warning/correct.html"

    def current(self) -> WarningMessage:
        row: WarningMessage = self.one(WarningMessage, pk=self.kwargs["pk"])
        return row

    def form_arguments(self) -> dict[str, Any]:
        rows = {row.code: row.name for row in _unit_regions()}
        rows |= {area.region.code: area.region.name for area in self._areas() if area.region}
        drawn = drawn_in(self.current())
        return super().form_arguments() | {"regions": list(rows.items()), "drawn": drawn}

    def _areas(self) -> list[Any]:
        return list(self.current().areas.select_related("region"))

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {
            "issuer": row.warning.issuer,
            "hazard": row.warning.hazard,
            "level": row.level,
            "change": row.change,
            "issued_at": row.issued_at,
            "expires_at": row.expires_at,
            "regions": [area.region.code for area in self._areas() if area.region],
        }

    def perform(self, asked: Asked) -> str:
        form = self.form_class(self.request.POST, **self.form_arguments())
        form.is_valid()
        result = correct_message(
            self.kwargs["pk"],
            form.told(),  # type: ignore[attr-defined]
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return message_url(result["id"])

    def back(self) -> str:
        return message_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("warning-list"), _("Incoming warnings")),
            (warning_url(row.warning_id), str(row.warning)),
        ]

    def more_context(self) -> dict[str, Any]:
        row = self.current()
        reading = read_here(row.text, row.received_at).known()
        return {
            "row": row,
            "drawn": area_names(row.areas.filter(outline__isnull=False)),
            "marks": marks_of(row.text, reading),
        }


def _unit_regions() -> list[Region]:
    """The regions of the reporting units, in their order."""
    units = ReportingUnit.objects.select_related("region")
    return list(dict.fromkeys(unit.region for unit in units))
