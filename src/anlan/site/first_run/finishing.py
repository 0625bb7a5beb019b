"""Step 4: the notice, and the end of the first run."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.parts import Loader, registry
from anlan.registers.models import Account, Body, Person
from anlan.site import instance
from anlan.site.first_run import code
from anlan.site.first_run.base_screen import StepScreen, is_administrator
from anlan.site.preparing import profile

UPLOAD_PAGE = "plan-import"
CHOICES = ("facts", "file", "later")


class Notice(StepScreen):
    url_name = "first-run-notice"
    template = "site/first_run/notice.html"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "notices": _notices() if _chosen_loaders() else [],
            "can_upload": bool(_upload_url()),
            "city": profile().meta["name"],
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        choice = request.POST.get("notice", "")
        if choice not in CHOICES:
            return self.page(request, status=422, refusal=_("Choose one of the three ways."))
        if choice == "facts":
            for loader in _chosen_loaders():
                loader.load(profile(), _quietly)
        instance.mark_ready(clock.now())
        code.wipe()
        upload = _upload_url() if choice == "file" else ""
        return redirect(upload or "first-run-done")


class Done(View):
    """What to do next; for administrators, once the first run is over."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not instance.is_ready():
            return redirect("first-run")
        if not is_administrator(request) or instance.is_demonstration():
            return redirect("home")
        context = {
            "accounts": Account.objects.count(),
            "bodies": Body.objects.count(),
            "people": Person.objects.count(),
            "keys": str(code.path().parent),
        }
        return render(request, "site/first_run/done.html", context)


def _chosen_loaders() -> list[Loader]:
    """Loaders that wait for somebody to choose them."""
    return [loader for loader in registry.loaders() if not loader.automatic]


def _notices() -> list[dict[str, Any]]:
    """Head and number of items of each notice that the profile carries as facts."""
    tables = [profile().table(name) for name in profile().meta["files"]["notices"]]
    return [{**table["document"], "items": len(table["item"])} for table in tables]


def _upload_url() -> str:
    try:
        return reverse(UPLOAD_PAGE)
    except NoReverseMatch:
        return ""


def _quietly(line: str) -> None:
    """Nobody watches a command line here."""
