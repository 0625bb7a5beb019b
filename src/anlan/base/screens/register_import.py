"""Import on the screen of a register: file or pasted cells → what each column means → what would
happen to each row → everything as one entry of the journal."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.admin_files import FILE_BYTES, FILE_ROWS, FileTooLarge, UploadStorage
from anlan.base.errors import NotAllowed, Refused
from anlan.base.identity import new_id
from anlan.base.keeping.declared import Keeping
from anlan.base.keeping.importing import DryRun, Reading, dry_run, offered_mapping, take
from anlan.base.keeping.intake import CHANGED, NEW, REFUSED, UNCHANGED
from anlan.base.keeping.upload import VERSION, VERSION_HEAD, Upload, read_upload
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.journal_entry import after_write
from anlan.base.screens.register_form import ReasonedForm
from anlan.base.screens.signed_in import scope_of

SHOWN_ROWS = 200
OUTCOMES = (
    (REFUSED, gettext_noop("refused"), "red"),
    (CHANGED, gettext_noop("changed"), "yellow"),
    (NEW, gettext_noop("new"), "green"),
    (UNCHANGED, gettext_noop("unchanged"), "grey"),
)
MAPPED = "map-"


class NothingGiven(Refused):
    code = "nothing-given"
    message = gettext_noop("Choose a file, or paste the cells of a table with its heads.")


class NotAsShown(Refused):
    code = "not-as-shown"
    status = 409
    message = gettext_noop("Look at the rows once more: how the file is read was changed.")


class TakeForm(ReasonedForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    read_as = forms.CharField(widget=forms.HiddenInput, required=False)
    leave_out = forms.BooleanField(
        label=gettext_lazy("Leave the refused rows out and import the others"), required=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChoice:
    """A column of the file, its first cells, and what it means."""

    name: str
    head: str
    sample: str
    chosen: str


class RegisterImport:
    """The import page of one list; see the module text. `back` is the address of the list."""

    template_name = "base/import.html"

    def __init__(self, request: HttpRequest, keeping: Keeping, *, title: str) -> None:
        self.request, self.keeping, self.title = request, keeping, title
        if not keeping.permits(scope_of(request)):
            raise NotAllowed
        self.back = request.path

    def respond(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.page()
        step = self.request.POST.get("step", "")
        try:
            if step == "take":
                return self._take()
            return self._look(is_first=step != "look")
        except Refused as refusal:
            if refusal.status >= 500 or isinstance(refusal, NotAllowed):
                raise
            return self.page(status=refusal.status, refusal=refusal.text())

    # steps

    def _look(self, *, is_first: bool) -> HttpResponse:
        token = self._store() if is_first else self.request.POST.get("token", "")
        upload = read_upload(UploadStorage(name=token).read(), self.keeping)
        mapping = offered_mapping(upload, self.keeping) if is_first else self._mapping(upload)
        reading = Reading(upload=upload, mapping=mapping, clears=self._clears())
        try:
            found = dry_run(self.keeping, reading, **self._who())
        except Refused as refusal:
            return self.page(
                status=refusal.status, refusal=refusal.text(), **self._read(token, reading)
            )
        return self.page(**self._read(token, reading), **self._shown(found, reading))

    def _take(self) -> HttpResponse:
        token = self.request.POST.get("token", "")
        upload = read_upload(UploadStorage(name=token).read(), self.keeping)
        reading = Reading(upload=upload, mapping=self._mapping(upload), clears=self._clears())
        form = TakeForm(self.request.POST)
        if not form.is_valid():
            found = dry_run(self.keeping, reading, **self._who())
            return self.page(
                status=422, **self._read(token, reading), **self._shown(found, reading, form)
            )
        data = form.cleaned_data
        try:
            if data["read_as"] != read_as(reading):
                raise NotAsShown
            counts = self._write(reading, data)
        except Refused as refusal:
            found = dry_run(self.keeping, reading, **self._who())
            return self.page(
                status=refusal.status,
                refusal=refusal.text(),
                **self._read(token, reading),
                **self._shown(found, reading),
            )
        messages.success(self.request, _outcome_text(counts))
        return after_write(self.request, form.cleaned_data["request_id"], self.back)

    def _write(self, reading: Reading, data: dict[str, Any]) -> dict[str, int]:
        if data["leave_out"]:
            found = dry_run(self.keeping, reading, **self._who())
            reading = Reading(
                upload=reading.upload,
                mapping=reading.mapping,
                clears=reading.clears,
                left_out=frozenset(line.number for line in found.refused),
            )
        return take(
            self.keeping,
            reading,
            seen=data["seen"],
            request_id=data["request_id"],
            reason=data["reason"],
            **self._who(),
        )

    # what was sent

    def _store(self) -> str:
        file, pasted = self.request.FILES.get("file"), self.request.POST.get("pasted", "")
        if file is not None and file.size > FILE_BYTES:
            raise FileTooLarge
        content = file.read() if file is not None else pasted.strip("\r\n").encode()
        if not content.strip():
            raise NothingGiven
        storage = UploadStorage()
        storage.save(content)
        return str(storage.name)

    def _mapping(self, upload: Upload) -> dict[int, str]:
        known = {*self.keeping.file_columns, VERSION}
        sent = {p: self.request.POST.get(f"{MAPPED}{p}", "") for p in range(len(upload.heads))}
        return {place: name for place, name in sent.items() if name in known}

    def _clears(self) -> bool:
        return self.request.POST.get("clears") == "on"

    def _who(self) -> dict[str, Any]:
        return {"actor": self.request.actor, "now": clock.now()}  # type: ignore[attr-defined]

    # what is shown

    def _read(self, token: str, reading: Reading) -> dict[str, Any]:
        return {
            "token": token,
            "clears": reading.clears,
            "heads": [
                HeadChoice(
                    name=f"{MAPPED}{place}",
                    head=head,
                    sample=_sample(reading.upload, place),
                    chosen=reading.mapping.get(place, ""),
                )
                for place, head in enumerate(reading.upload.heads)
            ],
            "meanings": [
                *((n, self.keeping.column_label(n)) for n in self.keeping.file_columns),
                (VERSION, _(VERSION_HEAD)),
            ],
            "left_columns": [
                head
                for place, head in enumerate(reading.upload.heads)
                if place not in reading.mapping and head.strip()
            ],
            "absent_columns": [
                self.keeping.column_label(name)
                for name in self.keeping.file_columns
                if name not in reading.mapping.values()
            ],
        }

    def _shown(
        self, found: DryRun, reading: Reading, form: TakeForm | None = None
    ) -> dict[str, Any]:
        seen = {"request_id": new_id().hex, "seen": found.seen, "read_as": read_as(reading)}
        groups = [
            (outcome, _(label), tone, found.counts[outcome], _of(found, outcome))
            for outcome, label, tone in OUTCOMES
        ]
        return {
            "form": form or TakeForm(initial=seen),
            "groups": groups,
            "found": found,
            "shown_rows": SHOWN_ROWS,
        }

    def page(self, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "title": _("Import: {register}").format(register=self.title),
            "register": self.title,
            "back": self.back,
            "limit_rows": FILE_ROWS,
            "limit_mb": FILE_BYTES // 1024 // 1024,
            "pasted": self.request.POST.get("pasted", ""),
            **more,
        }
        return render(self.request, self.template_name, context, status=status)


def read_as(reading: Reading) -> str:
    """How a file is read, to tell whether it is taken as it was shown."""
    columns = [f"{place}={name}" for place, name in sorted(reading.mapping.items())]
    return ",".join([*columns, "clears" if reading.clears else ""])


def _of(found: DryRun, outcome: str) -> list[Any]:
    shown = [] if outcome == UNCHANGED else found.outcomes
    return [line for line in shown if line.outcome == outcome][:SHOWN_ROWS]


def _sample(upload: Upload, place: int) -> str:
    cells = (cells[place] for _n, cells in upload.lines[:20] if place < len(cells))
    return "、".join(str(cell) for cell in cells if cell not in (None, ""))[:60]


def _outcome_text(counts: dict[str, int]) -> str:
    if not counts["new"] and not counts["changed"]:
        return _("Everything in the file is saved already. Nothing was written.")
    return _("Imported as one entry of the journal: {new} new, {changed} changed.").format(
        new=counts["new"], changed=counts["changed"]
    )
