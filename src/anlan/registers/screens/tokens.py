"""Tokens of other systems: issued (shown once), listed, revoked by the security administrator."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.people import issue_token, revoke_token
from anlan.registers.forms.entries import IssueToken, Plain
from anlan.registers.models import Account, ApiToken
from anlan.registers.queries import last_use
from anlan.registers.rules.scope import Capability


def state(token: ApiToken) -> Badge:
    if token.revoked_at is not None:
        return Badge(text=_("revoked"), tone="grey", icon="info")
    if token.expires_at <= clock.now():
        return Badge(text=_("expired"), tone="orange", icon="warn")
    return Badge(text=_("in force"), tone="green", icon="check")


class TokenList(RegisterList):
    model = ApiToken
    capability = Capability.READ_ACCOUNTS
    title = _("Tokens of systems")
    lead = _("What other systems sign in with. A token may do what its account may do.")
    empty = _("No token was issued.")
    columns = (
        Column(
            name="label",
            label=_("label"),
            value=lambda t: t.label,
            link=lambda t: reverse("account", args=[t.account.login]),
            sort=("label",),
            is_title=True,
        ),
        Column(
            name="account",
            label=_("account"),
            value=lambda t: t.account.login,
            sort=("account__login",),
        ),
        Column(name="state", label=_("state"), value=state),
        Column(
            name="until", label=_("expires at"), value=lambda t: t.expires_at, sort=("expires_at",)
        ),
        Column(name="used", label=_("last used at"), value=last_use, missing=_("never")),
    )
    search_fields = ("label__icontains", "account__login__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("account", "use")

    def all_columns(self) -> tuple[Column, ...]:
        if not scope_of(self.request).may(Capability.ASSIGN_RIGHTS):
            return self.columns
        revoke = Column(
            name="revoke",
            label=_("do"),
            value=lambda t: _("Revoke") if t.revoked_at is None else "",
            link=lambda t: reverse("token-revoke", args=[t.pk]) if t.revoked_at is None else "",
        )
        return (*self.columns, revoke)

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.ASSIGN_RIGHTS):
            return ()
        url = reverse("token-issue")
        return (Action(label=_("Issue a token"), url=url, icon="plus", is_primary=True),)


class TokenForm(RegisterForm):
    capability = Capability.ASSIGN_RIGHTS

    def stated(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }

    def back(self) -> str:
        return reverse("token-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("token-list"), _("Tokens of systems"))]


class TokenIssue(TokenForm):
    form_class = IssueToken
    title = _("Issue a token")
    lead = _("The secret is shown once, on the next page, and kept nowhere.")
    secret = ""

    def form_arguments(self) -> dict[str, Any]:
        accounts = Account.objects.visible_to(scope_of(self.request)).filter(is_active=True)
        return {"accounts": accounts}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        self.token, self.secret = issue_token(
            values["account"], values["label"], days=values["days"], **self.stated(asked)
        )
        return self.back()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, **kwargs)
        if not self.secret:  # refused, or a repeat: the secret was shown the first time
            return answer
        context = {"token": self.token, "secret": self.secret}
        page = render(request, "registers/token_issued.html", context)
        page["Cache-Control"] = "no-store"
        return page


class TokenRevoke(TokenForm):
    form_class = Plain
    title = _("Revoke a token")
    lead = _("It stops working at once. The system that uses it is told nothing.")
    submit = _("Revoke")

    def current(self) -> ApiToken:
        rows = ApiToken.objects.visible_to(scope_of(self.request))
        found: ApiToken | None = rows.filter(pk=self.kwargs["pk"], revoked_at__isnull=True).first()
        if found is None:
            raise NotFound(gettext_noop("There is no such token, or it was revoked before."))
        return found

    def perform(self, asked: Asked) -> str:
        token = self.current()
        revoke_token(token.pk, expected_version=asked.expected_version, **self.stated(asked))
        return self.back()
