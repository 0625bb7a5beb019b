"""Sign-ins of the program: for system administrators."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.forms.entries import AddColleague
from anlan.registers.models import Account, ApiToken, Body
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.people import person_url, posts_text, with_tenures


class AccountList(RegisterList):
    model = Account
    capability = Capability.MANAGE_ACCOUNTS
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

    def actions(self) -> Sequence[Action]:
        url = reverse("account-add")
        return (Action(label=_("Add a colleague"), url=url, icon="plus", is_primary=True),)


class AccountAdd(RegisterForm):
    """Person, post and sign-in in one step."""

    capability = Capability.MANAGE_ACCOUNTS
    form_class = AddColleague
    title = _("Add a colleague")
    lead = _("Person, post and sign-in are entered together; rights follow from the post.")

    def initial(self) -> dict[str, Any]:
        return {"held_from": clock.today()}

    def form_arguments(self) -> dict[str, Any]:
        bodies = Body.objects.visible_to(scope_of(self.request)).select_related("unit")
        return {"bodies": bodies}

    def perform(self, asked: Asked) -> str:
        colleague = NewColleague(**asked.values | {"body": asked.values["body"].pk})
        add_colleague(
            colleague,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("account", args=[colleague.login])

    def back(self) -> str:
        return reverse("account-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("account-list"), _("Accounts"))]


class AccountObject(RegisterObject):
    model = Account
    capability = Capability.MANAGE_ACCOUNTS
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
            fact(_("person"), row.person.name, url=person_url(row.person)),
            fact(_("posts today"), posts_text(row.person), missing=_("no post today")),
            fact(_("active"), row.is_active),
        )

    def relations(self, row: Account) -> Sequence[Relation]:
        tokens = list(ApiToken.objects.visible_to(scope_of(self.request)).filter(account=row))
        return (
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
