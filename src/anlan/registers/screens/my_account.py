"""What everybody looks after: password, sessions, language."""

import uuid
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from anlan.base import clock
from anlan.base.errors import Invalid, NotFound
from anlan.base.identity import new_id
from anlan.base.screens.signed_in import SignedIn
from anlan.registers import provider, sessions
from anlan.registers.actions.identities import identity_of_account
from anlan.registers.actions.second_factor import factors_of
from anlan.registers.actions.sign_ins import (
    change_own_password,
    end_own_session,
    end_sessions,
)
from anlan.registers.models import Account
from anlan.registers.rules.sign_in import PasswordState

SHOWN_SESSIONS = 20


class Own(SignedIn):
    """Pages of one's own sign-in: open without any post."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return super(SignedIn, self).dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return super().dispatch(request, *args, **kwargs)


def own_account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)  # noqa: S101 - `Own` let nobody else in
    return request.user


class MyAccount(Own, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        account = own_account(request)
        rows = sessions.live_sessions(account, clock.now())
        context = {
            "account": account,
            "factors": factors_of(account),
            "provider": provider.label() if provider.is_on() else "",
            "identity": identity_of_account(account.pk),
            "sessions": rows[:SHOWN_SESSIONS],
            "this_key": request.session.session_key,
            "password_state": sessions.password_state_of(request, account, clock.now()),
            "request_id": new_id().hex,
        }
        return render(request, "registers/my_account.html", context)


class PasswordForm(forms.Form):
    present = forms.CharField(
        label=gettext_lazy("present password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("new password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=gettext_lazy("new password again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    request_id = forms.RegexField(regex=r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("new") and data.get("repeated") not in (None, data["new"]):
            self.add_error("repeated", _("The two passwords differ. Type both again."))
        return data


@method_decorator(never_cache, name="dispatch")
class MyPassword(Own, View):
    """The rules stand above the fields, before anything is typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PasswordForm(initial={"request_id": new_id().hex}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            change_own_password(
                form.cleaned_data["present"],
                form.cleaned_data["new"],
                keep=request.session.session_key,
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=form.cleaned_data["request_id"],
            )
        except Invalid as refusal:
            form.add_error(refusal.field or None, refusal.text())
            return self._page(form, status=refusal.status)
        old = request.session.session_key or ""
        update_session_auth_hash(request, Account.objects.get(pk=own_account(request).pk))
        sessions.renew_key(request, old)
        messages.success(request, _("The password was changed. Other browsers are signed out."))
        return redirect("my-account")

    def _page(self, form: PasswordForm, *, status: int = 200) -> HttpResponse:
        state = sessions.password_state_of(self.request, own_account(self.request), clock.now())
        context = {
            "form": form,
            "rules": password_validators_help_texts(),
            "due": "" if state is PasswordState.GOOD else _(state.label),
        }
        return render(self.request, "registers/my_password.html", context, status=status)


class SessionEnd(Own, View):
    """One browser, perhaps this one."""

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        with suppress(NotFound):  # it ended meanwhile, which was wanted
            end_own_session(
                pk,
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=request.POST.get("request_id", "") or new_id().hex,
            )
        messages.success(request, _("That browser is signed out."))
        return redirect("my-account")


class SignOutEverywhere(Own, View):
    def post(self, request: HttpRequest) -> HttpResponse:
        end_sessions(
            own_account(request).pk,
            but=request.session.session_key,
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            request_id=request.POST.get("request_id", "") or new_id().hex,
        )
        messages.success(request, _("All other browsers are signed out."))
        return redirect("my-account")


@never_cache
def session_left(request: HttpRequest) -> HttpResponse:
    """Seconds until this session ends; a POST is a sign of life. 0 when it is over."""
    if not request.user.is_authenticated:
        return JsonResponse({"left_s": 0})
    if request.method == "POST":
        sessions.note_use(request, clock.now())
    return JsonResponse({"left_s": sessions.left_s(request, clock.now())})
