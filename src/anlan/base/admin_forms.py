"""Forms of the admin: every write says why, as which request, and which version was seen."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.forms import ConfirmImportForm

from anlan.base import clock, upkeep
from anlan.base.errors import Refused
from anlan.base.identity import new_id, request_id_from
from anlan.base.journal.recording import Recording
from anlan.base.records import Record

OWN_FIELDS = ("reason", "request_id", "expected_version")


def reason_field(*, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Stands in the journal beside your name: document, call, decision."
        ),
    )


class RequestIdField(forms.CharField):
    """A hidden request id; a repeat of the same form is then harmless."""

    def __init__(self, **kwargs: Any) -> None:
        hidden = {"widget": forms.HiddenInput, "label": "", "max_length": 64}
        super().__init__(initial=fresh_id, **(hidden | kwargs))

    def clean(self, value: Any) -> str:
        try:
            return request_id_from(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(_("Reload the page and try again.")) from error


def fresh_id() -> str:
    return new_id().hex


class RegisterModelForm(forms.ModelForm):
    """A record with the three fields that every write has. `refusal` is what the write said when
    it was tried; `doubts` are the values that differ from what is saved now."""

    refusal: ClassVar[Refused | None] = None
    doubts: ClassVar[tuple[str, ...]] = ()

    reason = reason_field()
    request_id = RequestIdField()
    expected_version = forms.IntegerField(widget=forms.HiddenInput, label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("expected_version", self.instance.version)
        if "reason" in self.fields:
            self.fields["reason"].required = not self.instance._state.adding

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.refusal is not None:
            field = self.refusal.field if self.refusal.field in self.fields else None
            self.add_error(field, [self.refusal.text(), *self.doubts])
        return cleaned


class InlineModelForm(forms.ModelForm):
    """A row of an inline list, with the version that was seen."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, label="", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("expected_version", self.instance.version)


class WriteForm(forms.Form):
    """What a removal or a bulk change asks for besides the rows."""

    reason = reason_field()
    request_id = RequestIdField()

    def how(self, request: HttpRequest) -> dict[str, Any]:
        """The arguments that every write has."""
        return how(request, self.cleaned_data)


class ConfirmForm(ConfirmImportForm):
    """The confirmation of an import. `seen` is what the preview would have touched."""

    reason = reason_field()
    request_id = RequestIdField()
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


def how(request: HttpRequest, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Actor, time, request id and reason of a write."""
    return {
        "actor": request.actor,  # type: ignore[attr-defined]
        "now": clock.now(),
        "request_id": cleaned["request_id"],
        "reason": cleaned.get("reason", ""),
    }


def column_values(form: forms.ModelForm, model: type[models.Model]) -> dict[str, Any]:
    """What a form says about columns, by column name; links as keys."""
    values: dict[str, Any] = {}
    for name, value in form.cleaned_data.items():
        if name in OWN_FIELDS or name not in form.fields or name not in form._meta.fields:
            continue
        column = model._meta.get_field(name)
        values[column.attname] = value.pk if isinstance(value, models.Model) else value
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineWrite:
    """What one row of an inline list asks for: "create", "change" or "remove"."""

    verb: str
    row: Record
    version: int
    values: dict[str, Any]

    def payload(self) -> list[Any]:
        key = "" if self.verb == "create" else str(self.row.pk)
        return [self.verb, key, self.version, upkeep.texts_of(self.values)]

    def write(self, rec: Recording) -> None:
        model, key = type(self.row), self.row.pk
        if self.verb == "create":
            upkeep.apply_create(rec, self.row)
        elif self.verb == "change":
            upkeep.apply_change(rec, model, key, self.values, expected_version=self.version)
        else:
            upkeep.apply_remove(rec, model, key, expected_version=self.version)


def inline_writes(formset: Any) -> list[InlineWrite]:
    """The changed rows of a valid inline formset."""
    found = []
    for form in formset.forms:
        is_new = form.instance._state.adding
        is_gone = form in formset.deleted_forms
        if is_new and (is_gone or not form.has_changed()):
            continue
        if not (is_gone or form.has_changed()):
            continue
        verb = "remove" if is_gone else "create" if is_new else "change"
        row = formset.save_new(form, commit=False) if verb == "create" else form.instance
        version = form.cleaned_data.get("expected_version") or 0
        values = column_values(form, formset.model)
        found.append(InlineWrite(verb=verb, row=row, version=version, values=values))
    return found


def versions_text(rows: Iterable[Record]) -> str:
    """Keys and versions of the rows that a page shows, for one hidden field."""
    return ",".join(f"{row.pk}:{row.version}" for row in rows)


def versions_in(data: QueryDict, rows: Iterable[Record]) -> list[tuple[uuid.UUID, int]]:
    """The rows, each with the version that the page showed; -1 when it showed none."""
    pairs = (part.partition(":") for part in data.get("versions", "").split(","))
    shown = {key: int(version) for key, _colon, version in pairs if version.isdigit()}
    return [(row.pk, shown.get(str(row.pk), -1)) for row in rows]
