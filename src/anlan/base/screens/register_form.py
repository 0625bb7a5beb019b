"""The form pattern: one change of one record, with reason, request id and expected version.

A subclass says `form_class` (a `ReasonedForm`), `perform` (one action, returns the address to go
to) and, when a record is changed, `current` (the record). What an action refuses comes back beside
the field; when somebody else was faster, both versions are shown and what was typed is kept.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import Conflict, Invalid, Refused
from anlan.base.identity import new_id, request_id_from
from anlan.base.records import Record
from anlan.base.screens.cells import Text
from anlan.base.screens.history_lines import field_text
from anlan.base.screens.signed_in import SignedIn


class ReasonedForm(forms.Form):
    """Every change has a reason. The hidden fields make a repeat harmless and a race visible."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Stands in the journal beside your name: document, call, decision."
        ),
    )
    request_id = forms.CharField(widget=forms.HiddenInput, max_length=64)
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean_request_id(self) -> str:
        try:
            return request_id_from(self.cleaned_data["request_id"])
        except ValueError as error:
            raise forms.ValidationError(_("Reload the page and try again.")) from error

    def values(self) -> dict[str, Any]:
        """What was asked, without the fields that every form has."""
        own = {"reason", "request_id", "expected_version"}
        return {name: value for name, value in self.cleaned_data.items() if name not in own}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field as it is saved now, and as it was typed."""

    label: str
    saved: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A valid form: what to do and as which request."""

    values: dict[str, Any]
    reason: str
    request_id: str
    expected_version: int
    now: dt.datetime


class RegisterForm(SignedIn, View):
    """See the module text."""

    form_class: ClassVar[type[ReasonedForm]]
    title: ClassVar[Text]
    lead: ClassVar[Text] = ""
    submit: ClassVar[Text] = gettext_lazy("Save")
    done: ClassVar[Text] = gettext_lazy("Saved, and entered in the journal.")
    template_name = "base/form.html"

    # what a subclass says

    def current(self) -> Record | None:
        """The record to be changed; None for a new one. Raises NotFound when not visible."""
        return None

    def initial(self) -> dict[str, Any]:
        return {}

    def form_arguments(self) -> dict[str, Any]:
        """More arguments of the form, e.g. what may be chosen."""
        return {}

    def perform(self, asked: Asked) -> str:
        raise NotImplementedError

    def back(self) -> str:
        """Where Cancel goes."""
        return "/"

    def crumbs(self) -> list[tuple[str, Text]]:
        return []

    def more_context(self) -> dict[str, Any]:
        return {}

    # the screen

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.current()
        version = row.version if row is not None else 0
        initial = self.initial() | {"request_id": new_id().hex, "expected_version": version}
        return self._page(self.form_class(initial=initial, **self.form_arguments()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.current()
        form = self.form_class(request.POST, **self.form_arguments())
        if not form.is_valid():
            return self._page(form, status=422)
        data = form.cleaned_data
        asked = Asked(
            values=form.values(),
            reason=data["reason"],
            request_id=data["request_id"],
            expected_version=data["expected_version"] or 0,
            now=clock.now(),
        )
        try:
            target = self.perform(asked)
        except Conflict as conflict:
            return self._conflict(form, conflict)
        except Invalid as refusal:
            return self._refused(form, refusal)
        messages.success(request, str(self.done))
        return redirect(target)

    def _refused(self, form: ReasonedForm, refusal: Refused) -> HttpResponse:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.text())
        return self._page(form, status=refusal.status)

    def _conflict(self, form: ReasonedForm, conflict: Conflict) -> HttpResponse:
        """Both versions side by side; saving again is then a decision, not an accident."""
        row = self.current()
        if row is None:
            raise conflict
        model = type(row)
        changed = [
            Difference(
                label=str(form.fields[name].label),
                saved=field_text(model, name, conflict.row[name]),
                typed=field_text(model, name, _plain(value)),
            )
            for name, value in form.values().items()
            if name in conflict.row
        ]
        again = QueryDict(mutable=True)
        again.update(form.data)
        again["request_id"] = new_id().hex
        again["expected_version"] = str(conflict.current)
        kept = self.form_class(again, **self.form_arguments())
        more = {"conflict": conflict, "differences": changed}
        return self._page(kept, status=conflict.status, **more)

    def _page(self, form: ReasonedForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "form": form,
            "title": self.title,
            "lead": self.lead,
            "submit": self.submit,
            "back": self.back(),
            "crumbs": self.crumbs(),
        }
        context |= self.more_context() | more
        return render(self.request, self.template_name, context, status=status)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
