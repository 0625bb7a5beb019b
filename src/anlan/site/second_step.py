"""The second step of a sign-in: a code or a key, after the password was right."""

import datetime as dt
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.base.identity import new_id
from anlan.registers import sessions
from anlan.registers.actions import second_factor
from anlan.registers.actions.sign_ins import locked_until
from anlan.registers.models import Account
from anlan.registers.passkeys import server_for

WAITING, STATE = "waiting_account", "passkey_question"
WAIT = dt.timedelta(minutes=5)


def wait_for_proof(
    request: HttpRequest, account: Account, target: str, *, by_provider: bool = False
) -> HttpResponse:
    """The password (or another provider) was right; nobody is signed in yet."""
    request.session.cycle_key()
    until = (clock.now() + WAIT).isoformat()
    request.session[WAITING] = {
        "account": str(account.pk),
        "until": until,
        "next": target,
        "by_provider": by_provider,
    }
    return redirect("second-step")


def waiting_account(request: HttpRequest) -> Account | None:
    waiting = request.session.get(WAITING)
    if waiting is None or clock.now() > dt.datetime.fromisoformat(waiting["until"]):
        return None
    return Account.objects.filter(pk=waiting["account"], is_active=True).first()


class SecondStep(View):
    """Wrong codes count like wrong passwords: they lock the name."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account = waiting_account(request)
        return redirect("sign-in") if account is None else self._page(account)

    def post(self, request: HttpRequest) -> HttpResponse:
        account = waiting_account(request)
        if account is None:
            return redirect("sign-in")
        if locked_until(account.login, clock.now()) is not None:
            return self._page(
                account, refusal=_("Too many wrong passwords. Try again in a while."), status=429
            )
        try:
            self._prove(request, account)
        except Refused as refusal:
            sessions.count_failure(request, account)
            return self._page(account, refusal=refusal.text(), status=403)
        waited = request.session.pop(WAITING)
        target = waited["next"]
        sessions.begin(request, account, by_provider=waited.get("by_provider", False))
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
        return redirect(target if target and safe else "home")

    def _prove(self, request: HttpRequest, account: Account) -> None:
        said: dict[str, Any] = {"now": clock.now(), "request_id": new_id().hex}
        answer = request.POST.get("answer", "")
        if not answer:
            second_factor.use_code(account, request.POST.get("code", ""), **said)
            return
        state = request.session.pop(STATE, None)
        try:
            given = json.loads(answer)
        except ValueError as error:
            raise second_factor.PasskeyRefused from error
        second_factor.use_passkey(account, server_for(request), state, given, **said)

    def _page(self, account: Account, *, refusal: str = "", status: int = 200) -> HttpResponse:
        has_keys = bool(second_factor.credentials_of(account))
        context = {"refusal": refusal, "has_keys": has_keys}
        return render(self.request, "site/second_step.html", context, status=status)


class PasskeyQuestion(View):
    """What the browser asks the key."""

    def post(self, request: HttpRequest) -> HttpResponse:
        account = waiting_account(request)
        if account is None:
            return JsonResponse({}, status=403)
        known = list(second_factor.credentials_of(account).values())
        options, state = server_for(request).authenticate_begin(known)
        request.session[STATE] = state
        return JsonResponse(dict(options))
