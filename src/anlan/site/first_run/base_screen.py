"""What the pages of the first run share: who may see them, and the frame with its progress."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from anlan.base.errors import NotAllowed, Refused
from anlan.base.instance_stamp import stamp_now
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability
from anlan.site import instance
from anlan.site.first_run.steps import STEPS, Step, counts, step


def is_administrator(request: HttpRequest) -> bool:
    """Signed in with a post that may hand out sign-ins."""
    try:
        require(request.actor, Capability.MANAGE_ACCOUNTS)  # type: ignore[attr-defined]
    except NotAllowed:
        return False
    return True


class StepScreen(View):
    """A step: open while the first run lasts, to administrators (the first step to anybody)."""

    url_name: ClassVar[str] = ""
    template: ClassVar[str] = ""
    needs_administrator: ClassVar[bool] = True

    @property
    def step(self) -> Step:
        return step(self.url_name)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if stamp_now() is None:
            return render(request, "site/first_run.html", {})
        if instance.is_ready():
            return redirect("home")
        if self.needs_administrator and not is_administrator(request):
            return redirect(STEPS[0].url_name)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            return self.page(request, status=refusal.status, refusal=refusal.text())

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def page(self, request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
        number = self.step.number
        context = {
            "step": self.step,
            "steps": STEPS,
            "counts": counts(),
            "may_move": is_administrator(request),
            "previous": STEPS[number - 2] if number > 1 else None,
            "following": STEPS[number] if number < len(STEPS) else None,
            **self.context(request),
            **more,
        }
        return render(request, self.template, context, status=status)
