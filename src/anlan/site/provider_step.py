"""Signing in through another provider: begun by a button, ended by the provider's answer.

A form may not lead to a foreign host (the security policy of every page says so), so the button
leads to a page that goes on by itself and bears the link as well.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.base.identity import new_id
from anlan.registers import provider, sessions
from anlan.registers.actions.identities import link_identity, use_identity
from anlan.registers.models import Account, SecondFactor
from anlan.site.screens import sign_in_page
from anlan.site.second_step import wait_for_proof

QUESTION = "provider_question"


class ProviderScreen(View):
    """Not there while the option is off."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not provider.is_on():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ProviderBegin(ProviderScreen):
    """Asks for a sign-in; for whoever is signed in, asks for an identity to link."""

    def post(self, request: HttpRequest) -> HttpResponse:
        account = request.user if isinstance(request.user, Account) else None
        try:
            question = provider.ask(
                provider.answer_address(request),
                now=clock.now(),
                account=str(account.pk) if account else "",
                target=request.POST.get("next", ""),
            )
        except provider.ProviderRefused as refusal:
            return _refused(request, refusal)
        request.session[QUESTION] = question.kept()
        context = {"url": question.url, "label": provider.label(), "is_signed_in": bool(account)}
        return render(request, "site/provider_onward.html", context)


@method_decorator(never_cache, name="dispatch")
class ProviderAnswer(ProviderScreen):
    """A question is answered once: it is forgotten before the answer is read."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kept = request.session.pop(QUESTION, None)
        answer = {name: str(value) for name, value in request.GET.items()}
        now = clock.now()
        try:
            question = provider.refuse_unasked(
                provider.Question(**kept) if kept else None, answer, now=now
            )
            account = request.user if isinstance(request.user, Account) else None
            if question.account != (str(account.pk) if account else ""):
                raise provider.AnswerUnasked(label=provider.label())
            address = provider.answer_address(request)
            identity = provider.identity_of(question, answer, address, now=now)
            if account is not None:
                return _linked(request, account, identity)
            found = use_identity(identity, now=now, request_id=new_id().hex)
        except Refused as refusal:
            return _refused(request, refusal)
        return _signed_in(request, found, question.next)


def _linked(request: HttpRequest, account: Account, identity: provider.Identity) -> HttpResponse:
    link_identity(
        account.pk,
        identity,
        actor=request.actor,  # type: ignore[attr-defined]
        now=clock.now(),
        request_id=new_id().hex,
    )
    messages.success(
        request,
        _("Linked. You can sign in through “{label}” from now on.").format(label=provider.label()),
    )
    return redirect("my-account")


def _signed_in(request: HttpRequest, account: Account, target: str) -> HttpResponse:
    """The second proof of this program is asked for as after a password."""
    if SecondFactor.objects.filter(account=account).exists():
        return wait_for_proof(request, account, target, by_provider=True)
    sessions.begin(request, account, by_provider=True)
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if target and safe else "home")


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Back to where the button was."""
    if request.user.is_authenticated:
        messages.error(request, refusal.text())
        return redirect("my-account")
    return sign_in_page(request, refusal=refusal.text(), status=refusal.status)
