"""Saved filters above a list: choose, save what the address says, make one the default, remove."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.base.identity import new_id, request_id_from
from anlan.base.keeping.filters import remove_filter, save_filter, set_default
from anlan.base.models import SavedFilter
from anlan.base.screens.list_state import ListState

OPEN_PLAIN = "?view=all"


class SaveForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("name"), max_length=60)
    is_shared = forms.BooleanField(required=False)
    is_default = forms.BooleanField(required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterLink:
    """A saved filter as it stands above the list. `is_mine`: it can be removed."""

    pk: uuid.UUID
    name: str
    url: str
    is_mine: bool
    is_default: bool
    is_here: bool
    owner: str


def links_of(saved: Sequence[SavedFilter], account: str, state: ListState) -> list[FilterLink]:
    here = state.with_page(1).address()
    return [
        FilterLink(
            pk=row.pk,
            name=row.name,
            url=row.state,
            is_mine=row.account == account,
            is_default=row.is_default and row.account == account,
            is_here=row.state == here,
            owner=row.account,
        )
        for row in saved
    ]


def default_of(request: HttpRequest, saved: Sequence[SavedFilter]) -> str:
    """The state with which this list opens for its reader; empty when none was chosen."""
    actor = request.actor  # type: ignore[attr-defined]
    own = (row.state for row in saved if row.is_default and row.account == actor.account)
    return next(own, "")


def saved_links(
    request: HttpRequest, saved: Sequence[SavedFilter], state: ListState
) -> list[FilterLink]:
    actor = request.actor  # type: ignore[attr-defined]
    return links_of(saved, actor.account, state)


def keep_filter(request: HttpRequest, state: ListState) -> HttpResponse:
    """One act on saved filters; what is refused is said above the list."""
    target = request.path + (state.address() if state.pairs() else OPEN_PLAIN)
    try:
        text = _act(request, state)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.text())
    else:
        messages.success(request, text)
    return redirect(target)


def _act(request: HttpRequest, state: ListState) -> str:
    sent, how = request.POST, _how(request)
    act = sent.get("act", "")
    if act == "save":
        form = SaveForm(sent)
        if not form.is_valid():
            raise Refused("{reason}", reason=" ".join(form.errors["name"]))
        data = form.cleaned_data
        save_filter(request.path, state=state.with_page(1).address(), **data, **how)
        return _("The filter “{name}” is saved.").format(name=data["name"])
    key = _key(sent.get("filter", ""))
    if act == "remove":
        remove_filter(key, **how)
        return _("The filter is removed.")
    if act not in ("default", "plain"):
        raise NotFound
    set_default(key, is_default=act == "default", **how)
    return (
        _("The list opens with this filter from now on.")
        if act == "default"
        else _("The list opens without a filter from now on.")
    )


def _how(request: HttpRequest) -> dict[str, Any]:
    try:
        request_id = request_id_from(request.POST.get("request_id", ""))
    except ValueError:
        request_id = new_id().hex
    actor = request.actor  # type: ignore[attr-defined]
    return {"actor": actor, "now": clock.now(), "request_id": request_id}


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error
