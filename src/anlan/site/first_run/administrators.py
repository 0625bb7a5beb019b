"""Step 1: the administrators, claimed with the one-time code; the first is signed in at once."""

from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.identity import new_id
from anlan.registers import sessions
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.models import Account, Body, Tenure
from anlan.registers.rules.scope import ADMINISTRATORS, PROGRAM, Role
from anlan.site.first_run import code
from anlan.site.first_run.base_screen import StepScreen, is_administrator
from anlan.site.first_run.forms import AccountForm, SignInForm
from anlan.site.first_run.steps import where_to_go_on

CLAIMANT = Actor(account="program:first-run", scope=PROGRAM)
MOST = {
    Role.SYSTEM_ADMINISTRATOR: 3,
    Role.SECURITY_ADMINISTRATOR: 3,
    Role.AUDIT_ADMINISTRATOR: 3,
    Role.BUREAU: 1,
}
"""House rule: enough to hand over during leave, few enough to answer for."""
TITLES = {
    Role.SYSTEM_ADMINISTRATOR: "系统管理员",
    Role.SECURITY_ADMINISTRATOR: "安全管理员",
    Role.AUDIT_ADMINISTRATOR: "审计管理员",
    Role.BUREAU: "规划办负责人",
}
"""Titles of posts are data of a Chinese city, kept as they are written there."""
PROBABLE_BODY = "emergency"
REASON = "first run"


class Administrators(StepScreen):
    url_name = "first-run-administrators"
    template = "site/first_run/administrators.html"
    needs_administrator = False

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("act") == "sign-in":
            return self._sign_in(request)
        return self._add(request)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        roles = _open_roles()
        return {
            "accounts": _accounts(),
            "missing": [_(role.label) for role in missing_administrators()],
            "form": self._form(request, None) if roles else None,
            "sign_in_form": SignInForm(auto_id="in_%s"),
            "has_accounts": Account.objects.exists(),
        }

    def _form(self, request: HttpRequest, data: Any) -> AccountForm:
        probable = Body.objects.filter(code=PROBABLE_BODY).first()
        return AccountForm(
            data,
            initial={"request_id": new_id().hex, "body": probable},
            needs_code=not is_administrator(request),
            roles=_open_roles(),
        )

    def _add(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request, request.POST)
        status = 422
        try:
            if not is_administrator(request):
                code.check(request.POST.get("code", ""), who=_who(request), now=clock.now())
            if form.is_valid():
                self._enter(request, form.cleaned_data)
                return redirect(self.url_name)
        except (Invalid, code.FirstRunRefused) as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.errors.pop(field or "", None)
            form.add_error(field, refusal.text())
            status = refusal.status
        return self.page(request, status=status, form=form)

    def _enter(self, request: HttpRequest, values: dict[str, Any]) -> None:
        """The sign-in, and who had only the code is signed in with it."""
        role = Role(values["role"])
        add_colleague(
            NewColleague(
                name=values["name"],
                mobile=values["mobile"],
                body=values["body"].pk,
                title=TITLES[role],
                role=role.value,
                held_from=clock.today(),
                login=values["login"],
                password=values["password"],
                password_is_first=request.user.is_authenticated,
            ),
            actor=_appointer(request),
            now=clock.now(),
            request_id=values["request_id"],
            reason=REASON,
        )
        if not request.user.is_authenticated:
            account = Account.objects.get(login=values["login"])
            sessions.begin(request, account)

    def _sign_in(self, request: HttpRequest) -> HttpResponse:
        now, who = clock.now(), _who(request)
        code.refuse_when_hasty(who, now)
        account = authenticate(
            request,
            username=request.POST.get("login", "").strip(),
            password=request.POST.get("password", ""),
        )
        if account is None:
            code.note_failure(who, now)
            return self.page(request, status=403, refusal=_("Name or password is wrong."))
        sessions.begin(request, account)
        return redirect(where_to_go_on().url_name)


def _appointer(request: HttpRequest) -> Actor:
    """The first run gives posts before there is anybody whose task that is."""
    if not is_administrator(request):
        return CLAIMANT
    return Actor(account=request.actor.account, scope=PROGRAM)  # type: ignore[attr-defined]


def missing_administrators() -> list[Role]:
    """Which of the three tasks nobody with a sign-in holds yet."""
    posts = Tenure.objects.filter(person__account__isnull=False)
    held = set(posts.values_list("post__role", flat=True))
    return [role for role in ADMINISTRATORS if role not in held]


def _open_roles() -> list[Role]:
    """Roles that may still be given here; the very first sign-in is an administrator's."""
    held = list(Tenure.objects.filter(person__account__isnull=False).values_list("post__role"))
    counted = {role: held.count((role.value,)) for role in MOST}
    if not counted[Role.SYSTEM_ADMINISTRATOR]:
        return [Role.SYSTEM_ADMINISTRATOR]
    still = [role for role, most in MOST.items() if counted[role] < most]
    missing = missing_administrators()  # first in the list: what the instance lacks most
    return sorted(still, key=lambda role: role not in missing)


def _accounts() -> list[tuple[Account, str]]:
    """Each sign-in with the post that gives its rights."""
    tenures = Tenure.objects.filter(post__role__in=list(MOST)).select_related("post__body")
    posts = {tenure.person_id: str(tenure.post) for tenure in tenures}
    accounts = Account.objects.select_related("person").order_by("id")
    return [(account, posts.get(account.person_id, "—")) for account in accounts]


def _who(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
