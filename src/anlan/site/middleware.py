"""What every page needs: security headers, the reader's language, refusals as pages, first run."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from anlan.base.api import problems
from anlan.base.documents.errors import DocumentTooLarge
from anlan.base.documents.reader import refuse_size
from anlan.base.errors import Refused
from anlan.site import instance
from anlan.site.body_size import BODY_AT_MOST

Respond = Callable[[HttpRequest], HttpResponse]
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:{images}; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
LANGUAGE_COOKIE = "anlan_language"
LANGUAGES = ("zh-hans", "en")


class SecurityHeaders:
    """No page may reach a foreign host: the browser is told so. Pictures of the online base map
    are let in on a page that draws one, once the administrator switched it on."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        host = getattr(request, "map_host", "")
        policy = CONTENT_SECURITY_POLICY.format(images=f" {host}" if host else "")
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=()")
        return response


class ReaderLanguage:
    """Chinese unless the reader chose otherwise (cookie)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in LANGUAGES else "zh-hans"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class LargeBodies:
    """Refuses a body by its declared size, before the token check or a form reads it.

    A screen with `measures_body` says it on its own page.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        size = request.META.get("CONTENT_LENGTH") or "0"
        size_bytes = int(size) if str(size).isdigit() else 0
        screen = getattr(view, "view_class", None)
        if size_bytes <= BODY_AT_MOST or getattr(screen, "measures_body", False):
            return None
        try:
            refuse_size(size_bytes)
        except DocumentTooLarge as refusal:
            if request.path.startswith("/api/"):
                return problems.refused(refusal)
            return _refusal_page(request, refusal)
        return None


def _refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "base/refused.html", {"refusal": refusal}, status=refusal.status)


class RefusalPages:
    """Turns an expected refusal into a page that says what to do next."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or exception.status >= 500:
            return None
        return _refusal_page(request, exception)


class FirstRun:
    """An instance without an administrator shows the first-run wizard and nothing else."""

    OPEN_PATHS = ("/static/", "/first-run/", "/language/", "/health")

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.OPEN_PATHS) or instance.is_ready():
            return self.get_response(request)
        return redirect("first-run")
