"""Merge on the screen of a register: two ticked rows → which stays, field by field → one entry."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound, Refused
from anlan.base.identity import new_id
from anlan.base.keeping.declared import Keeping
from anlan.base.keeping.merging import (
    Side,
    TwoRowsNeeded,
    can_merge,
    differences,
    merge,
    open_among,
    referring,
)
from anlan.base.parts import Reference
from anlan.base.screens.journal_entry import after_write
from anlan.base.screens.register_form import ReasonedForm
from anlan.base.screens.signed_in import scope_of

FIRST, SECOND = "first", "second"


class MergeForm(ReasonedForm):
    first = forms.UUIDField(widget=forms.HiddenInput)
    second = forms.UUIDField(widget=forms.HiddenInput)
    first_version = forms.IntegerField(widget=forms.HiddenInput)
    second_version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """What points to each of the two records, by kind: what would go over to the record that
    stays, and what is settled and stays where it is."""

    label: str
    first: int
    second: int
    first_past: int
    second_past: int

    @property
    def has_past(self) -> bool:
        return bool(self.first_past or self.second_past)


class RegisterMerge:
    """The merge page of one list."""

    template_name = "base/merge.html"

    def __init__(self, request: HttpRequest, keeping: Keeping, *, title: str, back: str) -> None:
        self.request, self.keeping, self.title, self.back = request, keeping, title, back
        if not keeping.permits(scope_of(request)):
            raise NotAllowed
        if not can_merge(keeping.model):
            raise NotFound

    def respond(self) -> HttpResponse:
        if self.request.method != "POST":
            return redirect(self.back)
        try:
            if self.request.POST.get("step") == "merge":
                return self._merge()
            return self._choose(*self._ticked())
        except (Conflict, TwoRowsNeeded, NotFound) as refusal:
            messages.error(self.request, refusal.text())
            return redirect(self.back)

    def _ticked(self) -> tuple[Any, Any]:
        keys = [key for key in map(_uuid_or_none, self.request.POST.getlist("row")) if key]
        if len(set(keys)) != 2:
            raise TwoRowsNeeded
        return self._rows(keys)

    def _rows(self, keys: list[uuid.UUID]) -> tuple[Any, Any]:
        rows = self.keeping.rows(scope_of(self.request)).in_bulk(keys)
        if len(rows) != 2:
            raise NotFound
        return rows[keys[0]], rows[keys[1]]

    def _merge(self) -> HttpResponse:
        form = MergeForm(self.request.POST)
        if not form.is_valid():
            keys = [_uuid_or_none(self.request.POST.get(n, "")) for n in (FIRST, SECOND)]
            if None in keys:
                raise NotFound
            return self._choose(*self._rows(keys), form=form, status=422)  # type: ignore[arg-type]
        data = form.cleaned_data
        sides = {
            name: Side(key=data[name], version=data[f"{name}_version"]) for name in (FIRST, SECOND)
        }
        stays = SECOND if self.request.POST.get("stays") == SECOND else FIRST
        goes = FIRST if stays == SECOND else SECOND
        sent = self.request.POST
        take = {n for n in self.keeping.columns if sent.get(f"take-{n}", stays) == goes}
        try:
            done = merge(
                self.keeping,
                winner=sides[stays],
                loser=sides[goes],
                take=frozenset(take),
                actor=self.request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=data["request_id"],
                reason=data["reason"],
            )
        except (Conflict, NotAllowed, NotFound):
            raise
        except Refused as refusal:
            rows = self._rows([data[FIRST], data[SECOND]])
            return self._choose(*rows, refusal=refusal.text(), status=refusal.status)
        text = _("Merged as one entry: {moved} records point to the record that stays.")
        messages.success(self.request, text.format(moved=done["moved"]))
        return after_write(self.request, data["request_id"], self.back)

    def _choose(
        self,
        first: Any,
        second: Any,
        *,
        form: MergeForm | None = None,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        initial = {
            "request_id": new_id().hex,
            "first": first.pk,
            "second": second.pk,
            "first_version": first.version,
            "second_version": second.version,
        }
        pairs = zip(referring(first), referring(second), strict=True)
        sent = self.request.POST
        context = {
            "title": _("Merge: {register}").format(register=self.title),
            "register": self.title,
            "back": self.back,
            "first": first,
            "second": second,
            "stays": sent.get("stays", FIRST),
            "columns": [
                (each, sent.get(f"take-{each.name}", FIRST))
                for each in differences(self.keeping, first, second)
            ],
            "pointing": [
                _pointing(reference, to_first, to_second)
                for (reference, to_first), (_same, to_second) in pairs
            ],
            "form": form or MergeForm(initial=initial),
            "refusal": refusal,
        }
        return render(self.request, self.template_name, context, status=status)


def _pointing(reference: Reference, to_first: Any, to_second: Any) -> Pointing:
    first, second = open_among(reference, to_first), open_among(reference, to_second)
    going = first.count(), second.count()
    return Pointing(
        label=_(reference.label),
        first=going[0],
        second=going[1],
        first_past=to_first.count() - going[0],
        second_past=to_second.count() - going[1],
    )


def _uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
