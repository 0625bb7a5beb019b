"""Setting up a second proof: an authenticator on a telephone, or a key."""

import json

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from anlan.base import clock
from anlan.base.errors import Invalid
from anlan.base.identity import new_id
from anlan.base.sealed import open_sealed, seal
from anlan.registers.actions import second_factor as actions
from anlan.registers.passkeys import server_for, user_entity
from anlan.registers.screens.my_account import Own, own_account

SEED, STATE, SHOWN = "seed_to_confirm", "passkey_state", "recovery_codes"
PURPOSE = "seed-to-confirm"


@method_decorator(never_cache, name="dispatch")
class MySecondFactor(Own, View):
    """The picture and the seed live in the session, sealed, until a code confirms them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        seed = self._seed()
        try:
            codes = actions.confirm_codes(
                seed,
                request.POST.get("code", ""),
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=request.POST.get("request_id", "") or new_id().hex,
            )
        except Invalid as refusal:
            return self._page(refusal=refusal.text(), status=refusal.status)
        request.session.pop(SEED, None)
        return taken(request, codes)

    def _seed(self) -> str:
        sealed = self.request.session.get(SEED)
        if sealed is None:
            sealed = seal(actions.new_seed(), purpose=PURPOSE)
            self.request.session[SEED] = sealed
        return open_sealed(sealed, purpose=PURPOSE)

    def _page(self, *, refusal: str = "", status: int = 200) -> HttpResponse:
        account = own_account(self.request)
        seed = self._seed()
        picture = segno.make(actions.seed_uri(seed, account.login), error="m")
        factors = actions.factors_of(account)
        context = {
            "factors": factors,
            "codes_left": actions.codes_left(account) if factors else 0,
            "picture": picture.svg_data_uri(scale=5, border=2),
            "seed": " ".join(seed[n : n + 4] for n in range(0, len(seed), 4)),
            "refusal": refusal,
            "request_id": new_id().hex,
        }
        return render(self.request, "registers/my_second_factor.html", context, status=status)


def taken(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Recovery codes are shown once, by the page that follows at once."""
    if not codes:
        messages.success(request, _("The second proof was added."))
        return redirect("my-second-factor")
    page = render(request, "registers/recovery_codes.html", {"codes": codes})
    page["Cache-Control"] = "no-store"
    return page


class PasskeyBegin(Own, View):
    """What the browser asks the key for."""

    def post(self, request: HttpRequest) -> HttpResponse:
        account = own_account(request)
        known = list(actions.credentials_of(account).values())
        options, state = server_for(request).register_begin(user_entity(account), known)
        request.session[STATE] = state
        return JsonResponse(dict(options))


class PasskeyAdd(Own, View):
    """The key's answer, as the hidden field of a form."""

    def post(self, request: HttpRequest) -> HttpResponse:
        state = request.session.pop(STATE, None)
        try:
            answer = json.loads(request.POST.get("answer", ""))
            data = server_for(request).register_complete(state, answer)
            credential = data.credential_data
        except actions.UNKNOWN_ANSWER:
            messages.error(request, actions.PasskeyRefused().text())
            return redirect("my-second-factor")
        assert credential is not None  # noqa: S101 - a registration carries one
        codes = actions.add_passkey(
            credential,
            request.POST.get("label", "") or _("key"),
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            request_id=request.POST.get("request_id", "") or new_id().hex,
        )
        return taken(request, codes)
