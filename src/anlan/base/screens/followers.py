"""Followers of the journal: where each stands, what failed, and the button to try again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.following import lines, try_again
from anlan.base.identity import new_id
from anlan.base.parts import registry
from anlan.base.screens.cells import Badge
from anlan.base.screens.signed_in import SignedIn

STATES = {
    "following": Badge(text=gettext_lazy("Up to date"), tone="green", icon="check"),
    "waiting": Badge(text=gettext_lazy("Has entries to handle"), tone="blue", icon="info"),
    "failing": Badge(text=gettext_lazy("Failed, keeps its place"), tone="orange", icon="warn"),
}


class FollowerList(SignedIn, View):
    capability = "keep-instance"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = [(line, STATES[line.state]) for line in lines(registry.followers())]
        context = {"lines": found, "request_id": new_id().hex}
        return render(request, "base/followers.html", context)


class Retry(SignedIn, View):
    capability = "keep-instance"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        try_again(
            registry.followers(),
            name,
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            request_id=request.POST.get("request_id") or new_id().hex,
        )
        messages.success(request, _("It will be tried again within a few seconds."))
        return redirect("followers")
