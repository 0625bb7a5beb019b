"""What was sent into an ended session was not carried out: said, and led back to a page.

Who signs in again is sent on with GET. An address that only takes what a form sends would answer
that with an empty page; it leads to the page on which the form stood, or to the nearest one above.
"""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from anlan.base.rules.labels import gettext_noop
from anlan.site.middleware import Respond

BY_QUEUE: Final = "X-Anlan-Queue"
"""Borne by what waits in the browser and is sent again by itself (`base/offline.js`)."""
OPEN_PATHS: Final = ("/api/", "/sign-in/", "/sign-out/", "/first-run/", "/account/session/")
UNSENT: Final = gettext_noop(
    "What you sent was not carried out, because you were not signed in any more. Please do it "
    "once more."
)
ONLY_A_FORM: Final = gettext_noop(
    "Nothing was carried out: that address only takes what a form sends. If you have just sent "
    "something and were not told that it was done, please do it once more."
)


class Unsent:
    """Stands around what ends sessions, inside what keeps messages."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(OPEN_PATHS[:1]):
            return response
        if request.method == "GET" and response.status_code == 405:
            _say(request, ONLY_A_FORM)
            return redirect(_page_above(request.path))
        location = urlsplit(response.headers.get("Location", ""))
        leads_to_sign_in = location.path == reverse("sign-in")
        if request.method != "POST" or not leads_to_sign_in or _is_open(request):
            return response
        _say(request, UNSENT)
        query = dict(parse_qsl(location.query)) | {"unsent": "1", "next": _page_before(request)}
        return redirect(f"{location.path}?{urlencode(query)}")


def _is_open(request: HttpRequest) -> bool:
    return request.path.startswith(OPEN_PATHS) or BY_QUEUE in request.headers


def _say(request: HttpRequest, text: str) -> None:
    """Once, however often somebody pressed the button."""
    waiting = messages.get_messages(request)
    said = {str(message) for message in waiting}
    waiting.used = False
    if _(text) not in said:
        messages.warning(request, _(text))


def _page_before(request: HttpRequest) -> str:
    """The page on which the form stood, as far as the browser says it and it is one of ours."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        before = urlsplit("")
    if before.netloc == request.get_host() and _is_page(before.path):
        return before.path + (f"?{before.query}" if before.query else "")
    return request.path if _is_page(request.path) else _page_above(request.path)


def _page_above(path: str) -> str:
    parts = path.strip("/").split("/")[:-1]
    above = ["/" + "/".join(parts[:depth]) + "/" for depth in range(len(parts), 0, -1)]
    return next((one for one in above if _is_page(one)), "/")


def _is_page(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    screen = getattr(view, "view_class", None)
    return screen is None or (hasattr(screen, "get") and "get" in screen.http_method_names)
