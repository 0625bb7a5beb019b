"""The admin site: our sign-in, our permissions, no second history, nothing but registers."""

from typing import Any

from django.conf import settings
from django.contrib import admin, auth
from django.contrib.admin.models import LogEntry
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportModelAdmin

from anlan.base.admin_bulk import change_selected, remove_selected
from anlan.base.errors import NotAllowed
from anlan.base.records import Record

DOORS = ("manage-accounts", "assign-rights")


class JournaledAdmin(ImportExportModelAdmin):
    """The mark of an admin that writes through upkeep; `RegisterAdmin` is the only one."""


class AnlanAdminSite(admin.AdminSite):
    site_title = gettext_lazy("Upkeep of registers")
    site_header = gettext_lazy("Anlan · upkeep of registers")
    index_title = gettext_lazy("Registers")
    site_url = "/"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")
        self.add_action(remove_selected, "remove_selected")
        self.add_action(change_selected, "change_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only records, and only with an admin that writes through the journal. What libraries
        offer beside that (groups, log entries) is not kept here."""
        is_one = isinstance(model_or_iterable, type)
        for model in [model_or_iterable] if is_one else model_or_iterable:
            if not issubclass(model, Record):
                continue
            if admin_class is None or not issubclass(admin_class, JournaledAdmin):
                raise ImproperlyConfigured(f"{model.__name__} needs a RegisterAdmin")
            super().register(model, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        scope = getattr(getattr(request, "actor", None), "scope", None)
        may = scope is not None and any(scope.may(door) for door in DOORS)
        return request.user.is_authenticated and may

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Our own sign-in; whoever is signed in and may not is told so."""
        target = request.GET.get(auth.REDIRECT_FIELD_NAME, "") or resolve_url("admin:index")
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise NotAllowed
        return redirect_to_login(target, resolve_url(settings.LOGIN_URL))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            auth.logout(request)
        return redirect(settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def password_change_done(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def get_log_entries(self, request: HttpRequest) -> Any:
        return LogEntry.objects.none()
