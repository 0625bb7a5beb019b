"""Sign-ins of the program: the list, and one sign-in with its posts and tokens."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers import provider
from anlan.registers.actions.identities import identity_of_account
from anlan.registers.actions.sign_ins import locked_until
from anlan.registers.models import Account, ApiToken
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.people import person_url, posts_text, with_tenures


class AccountList(RegisterList):
    model = Account
    capability = Capability.READ_ACCOUNTS
    title = _("Accounts")
    lead = _(
        "Sign-ins. What an account may do follows from the posts of its person, never from "
        "the account itself."
    )
    columns = (
        Column(
            name="login",
            label=_("sign-in name"),
            value=lambda a: a.login,
            link=lambda a: reverse("account", args=[a.login]),
            sort=("login",),
            is_title=True,
        ),
        Column(
            name="person",
            label=_("person"),
            value=lambda a: a.person.name,
            link=lambda a: person_url(a.person),
            sort=("person__initials",),
        ),
        Column(
            name="posts",
            label=_("posts today"),
            value=lambda a: posts_text(a.person),
            missing=_("no post today"),
        ),
        Column(name="active", label=_("active"), value=lambda a: a.is_active, sort=("is_active",)),
    )
    search_fields = ("login__icontains", "person__name__icontains", "person__initials__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_tenures(rows.select_related("person"), "person__tenures")

    def all_columns(self) -> tuple[Column, ...]:
        """Without a link to people for somebody who may not open them."""
        if scope_of(self.request).may(Capability.READ_PEOPLE):
            return self.columns
        return tuple(replace(c, link=None) if c.name == "person" else c for c in self.columns)

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.MANAGE_ACCOUNTS):
            return ()
        url = reverse("account-add")
        return (Action(label=_("Open a sign-in"), url=url, icon="plus", is_primary=True),)


class AccountObject(RegisterObject):
    model = Account
    capability = Capability.READ_ACCOUNTS
    lookup = "login"
    url_name = "account"
    order_key = ("login",)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_tenures(rows.select_related("person"), "person__tenures")

    def crumbs(self, row: Account) -> Sequence[tuple[str, Text]]:
        return ((reverse("account-list"), _("Accounts")),)

    def facts(self, row: Account) -> Sequence[Fact]:
        return (
            fact(_("sign-in name"), row.login),
            fact(
                _("person"),
                row.person.name,
                url=person_url(row.person)
                if scope_of(self.request).may(Capability.READ_PEOPLE)
                else "",
            ),
            fact(_("posts today"), posts_text(row.person), missing=_("no post today")),
            fact(_("active"), row.is_active),
            fact(_("locked until"), locked_until(row.login, clock.now()), missing=_("not locked")),
            fact(
                _("second proof"),
                sorted({f.get_kind_display() for f in row.factors.all()}),
                missing=_("none"),
            ),
            *self._identity(row),
            fact(_("password set at"), row.password_set_at, missing=_("unknown")),
            fact(
                _("last used at"),
                row.sessions.values_list("seen_at", flat=True).first(),
                missing=_("never"),
            ),
        )

    def _identity(self, row: Account) -> Sequence[Fact]:
        if not provider.is_on():
            return ()
        found = identity_of_account(row.pk)
        text = f"{provider.label()} · {found.subject}" if found else ""
        return (fact(_("linked identity"), text, missing=_("none")),)

    def actions(self, row: Account) -> Sequence[Action]:
        scope, found = scope_of(self.request), []
        if scope.may(Capability.ASSIGN_RIGHTS) or scope.may(Capability.MANAGE_ACCOUNTS):
            url = reverse("post-give", args=[row.login])
            found.append(Action(label=_("Give a post"), url=url, icon="plus", is_primary=True))
        if scope.may(Capability.ASSIGN_RIGHTS):
            for label, name in ((_("Sign out everywhere"), "sessions-end"),):
                found.append(Action(label=label, url=reverse(name, args=[row.login])))
            if provider.is_on():
                linked = identity_of_account(row.pk) is not None
                url = reverse("identity-unlink" if linked else "identity-link", args=[row.login])
                label = _("Unlink the identity") if linked else _("Link an identity")
                found.append(Action(label=label, url=url))
            if row.factors.exists():
                url = reverse("factors-remove", args=[row.login])
                found.append(Action(label=_("Remove the second proof"), url=url))
            if locked_until(row.login, clock.now()):
                url = reverse("account-unlock", args=[row.login])
                found.append(Action(label=_("Unlock"), url=url, is_primary=True))
        if scope.may(Capability.MANAGE_ACCOUNTS):
            url = reverse("account-active", args=[row.login])
            reset = reverse("password-reset", args=[row.login])
            found.append(Action(label=_("Set a first password"), url=reset))
            label = _("Close this sign-in") if row.is_active else _("Open it again")
            found.append(Action(label=label, url=url))
        return found

    def relations(self, row: Account) -> Sequence[Relation]:
        scope = scope_of(self.request)
        tokens = list(ApiToken.objects.visible_to(scope).filter(account=row))
        tenures = list(row.person.tenures.all())
        ends = scope.may(Capability.ASSIGN_RIGHTS)
        return (
            Relation(
                label=_("Posts"),
                columns=(
                    Column(
                        name="post", label=_("post"), value=lambda t: str(t.post), is_title=True
                    ),
                    Column(
                        name="role",
                        label=_("role in the program"),
                        value=lambda t: t.post.get_role_display(),
                    ),
                    Column(name="from", label=_("held from"), value=lambda t: t.held_from),
                    Column(
                        name="until",
                        label=_("held until (excluded)"),
                        value=lambda t: t.held_until or _("until now"),
                        link=lambda t: reverse("post-end", args=[t.pk]) if ends else "",
                    ),
                ),
                rows=tenures,
                count=len(tenures),
                empty=_("No post yet: the security administrator gives it on this page."),
            ),
            Relation(
                label=_("API tokens"),
                columns=(
                    Column(name="label", label=_("label"), value=lambda t: t.label, is_title=True),
                    Column(name="until", label=_("expires at"), value=lambda t: t.expires_at),
                    Column(name="revoked", label=_("revoked at"), value=lambda t: t.revoked_at),
                ),
                rows=tokens,
                count=len(tokens),
                empty=_("No token was issued for this account."),
            ),
        )
