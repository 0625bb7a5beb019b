"""Sign-ins are opened and closed by one administrator, posts given and ended by another."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.posts import (
    NewPost,
    NewSignIn,
    end_post,
    give_post,
    open_account,
    set_active,
)
from anlan.registers.actions.second_factor import remove_factors
from anlan.registers.actions.sign_ins import end_sessions, reset_password, unlock
from anlan.registers.forms.entries import EndPost, FirstPassword, GivePost, OpenAccount, Plain
from anlan.registers.models import Account, Body, Tenure
from anlan.registers.rules.scope import Capability


class AccountForm(RegisterForm):
    """A form below one sign-in, named by `login` in the address."""

    def account(self) -> Account:
        rows = Account.objects.visible_to(scope_of(self.request)).select_related("person")
        found: Account | None = rows.filter(login=self.kwargs["login"]).first()
        if found is None:
            raise NotFound
        return found

    def stated(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }

    def back(self) -> str:
        return reverse("account", args=[self.kwargs["login"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        login = self.kwargs["login"]
        return [
            (reverse("account-list"), _("Accounts")),
            (reverse("account", args=[login]), login),
        ]


class AccountAdd(AccountForm):
    """Person and sign-in; the post follows."""

    capability = Capability.MANAGE_ACCOUNTS
    form_class = OpenAccount
    title = _("Open a sign-in")
    lead = _(
        "Person and sign-in are entered here. The security administrator then gives the post, "
        "and only with it any right."
    )

    def perform(self, asked: Asked) -> str:
        sign_in = NewSignIn(**asked.values)
        open_account(sign_in, **self.stated(asked))
        return reverse("account", args=[sign_in.login])

    def back(self) -> str:
        return reverse("account-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("account-list"), _("Accounts"))]


class PostGive(AccountForm):
    capability = Capability.READ_ACCOUNTS
    form_class = GivePost
    title = _("Give a post")
    lead = _(
        "Rights follow from the post. System, security and audit administration are held by "
        "three people."
    )

    def initial(self) -> dict[str, Any]:
        self.account()
        return {"held_from": clock.today()}

    def form_arguments(self) -> dict[str, Any]:
        bodies = Body.objects.visible_to(scope_of(self.request)).select_related("unit")
        return {"bodies": bodies}

    def perform(self, asked: Asked) -> str:
        post = NewPost(**asked.values | {"body": asked.values["body"].pk})
        give_post(self.account().pk, post, **self.stated(asked))
        return self.back()


class AccountActive(AccountForm):
    """Closes an open sign-in, opens a closed one."""

    capability = Capability.MANAGE_ACCOUNTS
    form_class = Plain
    title = _("Close or open a sign-in")
    lead = _("A closed sign-in and its tokens stop at once. Nothing that it did is lost.")

    def current(self) -> Account:
        return self.account()

    def perform(self, asked: Asked) -> str:
        account = self.account()
        set_active(
            account.pk,
            not account.is_active,
            expected_version=asked.expected_version,
            **self.stated(asked),
        )
        return self.back()


class PasswordReset(AccountForm):
    capability = Capability.MANAGE_ACCOUNTS
    form_class = FirstPassword
    title = _("Set a first password")
    lead = _(
        "For somebody whose password is lost. It is changed at the next sign-in; all browsers of "
        "this account are signed out."
    )

    def current(self) -> Account:
        return self.account()

    def perform(self, asked: Asked) -> str:
        reset_password(
            self.account().pk,
            asked.values["password"],
            expected_version=asked.expected_version,
            **self.stated(asked),
        )
        return self.back()


class AccountUnlock(AccountForm):
    capability = Capability.ASSIGN_RIGHTS
    form_class = Plain
    title = _("Unlock a sign-in")
    lead = _("The name was tried with wrong passwords too often. First ask who that was.")
    submit = _("Unlock")

    def perform(self, asked: Asked) -> str:
        unlock(self.account().pk, **self.stated(asked))
        return self.back()


class FactorsRemove(AccountForm):
    capability = Capability.ASSIGN_RIGHTS
    form_class = Plain
    title = _("Remove the second proof")
    lead = _("For a lost telephone or key. First make sure who is asking.")
    submit = _("Remove")

    def perform(self, asked: Asked) -> str:
        remove_factors(self.account().pk, **self.stated(asked))
        return self.back()


class SessionsEnd(AccountForm):
    capability = Capability.ASSIGN_RIGHTS
    form_class = Plain
    title = _("Sign out everywhere")
    lead = _("All browsers that are signed in as this account have to sign in again.")
    submit = _("Sign out everywhere")

    def perform(self, asked: Asked) -> str:
        end_sessions(self.account().pk, **self.stated(asked))
        return self.back()


class PostEnd(AccountForm):
    capability = Capability.ASSIGN_RIGHTS
    form_class = EndPost
    title = _("End a post")
    lead = _("Its rights end with it; what was done in the post stays on record.")

    def current(self) -> Tenure:
        rows = Tenure.objects.visible_to(scope_of(self.request)).select_related("person__account")
        found: Tenure | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def initial(self) -> dict[str, Any]:
        return {"until": clock.today()}

    def perform(self, asked: Asked) -> str:
        end_post(
            self.current().pk,
            asked.values["until"],
            expected_version=asked.expected_version,
            **self.stated(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("person", args=[self.current().person_id])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("person-list"), _("People")), (self.back(), self.current().person.name)]
