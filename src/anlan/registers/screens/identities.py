"""The linked identity of one's own sign-in, and of others for the security administrator."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.base.identity import new_id
from anlan.base.screens.register_form import Asked
from anlan.registers.actions.identities import link_identity, unlink_identity
from anlan.registers.forms.entries import LinkIdentity, Plain
from anlan.registers.provider import Identity
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.my_account import Own, own_account
from anlan.registers.screens.rights import AccountForm


class MyIdentityUnlink(Own, View):
    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            unlink_identity(
                own_account(request).pk,
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=request.POST.get("request_id", "") or new_id().hex,
            )
        except Refused as refusal:
            messages.error(request, refusal.text())
        else:
            messages.success(request, translated("Unlinked. Name and password go on."))
        return redirect("my-account")


class IdentityLink(AccountForm):
    capability = Capability.ASSIGN_RIGHTS
    form_class = LinkIdentity
    title = _("Link an identity")
    lead = _(
        "Whoever is recognised by the other provider under this number signs in as this account. "
        "First make sure that it is the same person."
    )
    submit = _("Link")

    def perform(self, asked: Asked) -> str:
        identity = Identity(issuer=settings.ANLAN_OIDC_ISSUER, subject=asked.values["subject"])
        link_identity(self.account().pk, identity, **self.stated(asked))
        return self.back()


class IdentityUnlink(AccountForm):
    capability = Capability.ASSIGN_RIGHTS
    form_class = Plain
    title = _("Unlink the identity")
    lead = _("This account signs in with name and password only, and is signed out everywhere.")
    submit = _("Unlink")

    def perform(self, asked: Asked) -> str:
        unlink_identity(self.account().pk, **self.stated(asked))
        return self.back()
