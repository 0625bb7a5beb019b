"""Between sign-in and work: sessions that end, passwords that have to be changed first."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.api.problems import MEDIA_TYPE
from anlan.base.instance_stamp import is_demonstration
from anlan.base.rules.labels import gettext_noop
from anlan.registers import sessions
from anlan.registers.access import NOBODY
from anlan.registers.models import Account, SecondFactor
from anlan.registers.rules.scope import ADMINISTRATORS
from anlan.registers.rules.sign_in import PasswordState, SessionState

Respond = Callable[[HttpRequest], HttpResponse]
OPEN_PATHS = ("/static/", "/language/", "/health", "/sign-out/", "/first-run/")
OWN_PATHS = ("/account/", "/api/v1/me/password", "/api/v1/session")
"""Open while a password is due, or a second proof."""
SILENT_PATH = "/account/session/"
"""Asking how long a session lasts is not using it."""


DUE = gettext_noop(
    "Administrators of a real instance sign in with a second proof. Set it up, then go on."
)


def needs_second_factor(request: HttpRequest, account: Account) -> bool:
    """Administrators of a real instance, unless the setting says that it is only offered."""
    if settings.ANLAN_SECOND_FACTOR != "administrators":
        return False
    roles = request.actor.scope.roles  # type: ignore[attr-defined]
    if not roles & set(ADMINISTRATORS) or is_demonstration(request):
        return False
    return not SecondFactor.objects.filter(account=account).exists()


class WayIn:
    """Ends sessions, and lets somebody whose password is due reach nothing but its change."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user
        if not isinstance(account, Account) or request.path.startswith(OPEN_PATHS):
            return self.get_response(request)
        now = clock.now()
        state = sessions.state_of(request, now)
        if state is not SessionState.LIVE:
            return self._ended(request, state)
        if request.path != SILENT_PATH:
            sessions.note_use(request, now)
        if request.path.startswith(OWN_PATHS):
            return self.get_response(request)
        due = sessions.password_due(request, account, now)
        if due is not PasswordState.GOOD:
            return self._first(request, reverse("my-password"), "password-due", due.label)
        if needs_second_factor(request, account):
            return self._first(request, reverse("my-second-factor"), "second-factor-due", DUE)
        return self.get_response(request)

    def _ended(self, request: HttpRequest, state: SessionState) -> HttpResponse:
        sessions.end(request)
        request.user = AnonymousUser()
        request.actor = NOBODY  # type: ignore[attr-defined]
        if request.path.startswith("/api/") or request.path == SILENT_PATH:
            return self.get_response(request)
        back = request.get_full_path() if request.method == "GET" else request.path
        query = urlencode({"why": state.value, "next": back})
        return redirect(f"{reverse('sign-in')}?{query}")

    def _first(self, request: HttpRequest, url: str, code: str, text: str) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return redirect(url)
        problem = {
            "type": f"urn:anlan:problem:{code}",
            "title": _("Not permitted"),
            "status": 403,
            "code": code,
            "detail": _(text),
        }
        return JsonResponse(problem, status=403, content_type=MEDIA_TYPE)
