"""The door of every operating page: signed in, and permitted."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from anlan.base.errors import NotAllowed


class SignedIn:
    """Mixin of class-based views. `capability` is the code that the actor's scope must hold."""

    capability: str = "read-published"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        if not scope_of(request).may(self.capability):
            raise NotAllowed
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


def scope_of(request: HttpRequest) -> Any:
    """What the reader may see and do; `base` knows only `may(capability)`."""
    return request.actor.scope  # type: ignore[attr-defined]
