"""The site's own pages: sign-in, language, search, health. Operating pages live in the stages."""

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from anlan.base import clock
from anlan.base.parts import registry
from anlan.base.screens.dues.my_work import is_first_screen_of
from anlan.registers import provider, sessions
from anlan.registers.actions.sign_ins import locked_until
from anlan.registers.models import SecondFactor
from anlan.registers.rules.sign_in import SESSION_LABELS, SessionState
from anlan.site import instance
from anlan.site.demo_logins import demo_logins, demo_password
from anlan.site.middleware import LANGUAGE_COOKIE, LANGUAGES
from anlan.site.second_step import wait_for_proof

ENDED = (SessionState.IDLE, SessionState.OVER)
SEARCH_LIMIT = 8
YEAR_S = 31_536_000


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first screen of whoever is signed in: the plan office sees who is late, everyone else
    what they owe."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    begins_with_work = is_first_screen_of(request.actor.scope)  # type: ignore[attr-defined]
    return redirect("my-work" if begins_with_work else "plan-overview")


class SignIn(View):
    """Name and password; a demonstration also offers one button a role."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("home")
        return sign_in_page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        account = authenticate(
            request,
            username=request.POST.get("login", "").strip(),
            password=request.POST.get("password", ""),
        )
        if getattr(request, "axes_locked_out", False):
            return sign_in_page(request, refusal=self._locked(request), status=429)
        if account is None:
            refusal = _("Name or password is wrong. After checking both, ask your administrator.")
            return sign_in_page(request, refusal=refusal, status=403)
        target = request.POST.get("next", "")
        if SecondFactor.objects.filter(account=account.pk).exists():
            return wait_for_proof(request, account, target)
        sessions.begin(request, account)
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
        return redirect(target if target and safe else "home")

    def _locked(self, request: HttpRequest) -> str:
        until = locked_until(request.POST.get("login", "").strip(), clock.now())
        if until is None:
            return _("Too many wrong passwords. Try again in a while.")
        return _(
            "Too many wrong passwords: this name is locked until {time}. The security "
            "administrator can unlock it at once."
        ).format(time=until.astimezone(clock.CITY_ZONE).strftime("%H:%M"))


def sign_in_page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    why = next((s for s in ENDED if s.value == request.GET.get("why")), None)
    demo = instance.is_demonstration()
    context = {
        "refusal": refusal,
        "why": _(SESSION_LABELS[why]) if why else "",
        "unsent": "unsent" in request.GET,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "login": request.POST.get("login", ""),
        "provider": provider.label() if provider.is_on() else "",
        "demo_logins": demo_logins() if demo else (),
        "demo_password": demo_password() if demo else "",
    }
    return render(request, "site/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end(request)
    return redirect("sign-in")


@require_POST
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    response = redirect(target if safe else "/")
    if code in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, code, max_age=YEAR_S, samesite="Lax")
    return response


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """One box over everything the actor may see: items, bodies, regions."""
    text = request.GET.get("q", "").strip()
    scope = request.actor.scope  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return redirect("sign-in")
    groups = []
    if text:
        for source in registry.searches():
            found = source.find(scope, text, SEARCH_LIMIT)
            if found:
                groups.append((source.name, found))
    return render(request, "site/search.html", {"query": text, "groups": groups})


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "ready": instance.is_ready()})
