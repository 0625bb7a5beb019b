"""Actions on selected rows: each asks why, then writes all rows or none as one entry."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import upkeep
from anlan.base.admin_forms import WriteForm, versions_in, versions_text
from anlan.base.errors import Refused


@admin.action(
    permissions=["delete"],
    description=gettext_lazy("Remove selected %(verbose_name_plural)s"),
)
def remove_selected(
    modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """Shows what would go; removes it once confirmed with a reason."""
    is_confirmed = "post" in request.POST
    form = WriteForm(request.POST if is_confirmed else None)
    if is_confirmed and form.is_valid():
        try:
            modeladmin.delete_queryset(request, queryset)
        except Refused as refusal:
            form.add_error(None, refusal.text())
        else:
            modeladmin.message_user(request, _("Removed, and entered in the journal."))
            return None
    posted = request.POST.copy()
    posted.pop("post", None)
    request.POST = posted
    page = delete_selected(modeladmin, request, queryset)
    if isinstance(page, TemplateResponse):
        page.context_data |= {"write_form": form} | _selection(request, queryset)
    return page


@admin.action(
    permissions=["change"],
    description=gettext_lazy("Change selected %(verbose_name_plural)s together"),
)
def change_selected(
    modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """One value for one or more columns of all selected rows."""
    if not modeladmin.has_change_permission(request):
        raise PermissionDenied
    is_confirmed = "post" in request.POST
    chosen = [name for name in modeladmin.bulk_fields if name in request.POST.getlist("set")]
    form = _value_form(modeladmin, request, chosen if is_confirmed else None)
    if is_confirmed and not chosen:
        form.is_valid()
        form.add_error(None, _("Tick at least one column to change."))
    if is_confirmed and form.is_valid():
        try:
            values = {_attname(modeladmin.model, n): _plain(form.cleaned_data[n]) for n in chosen}
            count = upkeep.change_many(
                modeladmin.model,
                versions_in(request.POST, queryset),
                values,
                **form.how(request),
            )
        except Refused as refusal:
            form.add_error(None, refusal.text())
        else:
            text = _("{count} records changed, and entered in the journal as one.")
            modeladmin.message_user(request, text.format(count=count), messages.SUCCESS)
            return None
    return _change_page(modeladmin, request, queryset, form, chosen)


def _selection(request: HttpRequest, queryset: QuerySet[Any]) -> dict[str, Any]:
    """What brings the selection back with the confirmation. "All of the list" stays one field."""
    rows = list(queryset)
    across = request.POST.get("select_across") == "1"
    return {
        "queryset": rows,
        "kept": rows[:1] if across else rows,
        "select_across": "1" if across else "0",
        "versions": request.POST.get("versions") or versions_text(rows),
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
    }


def _value_form(modeladmin: Any, request: HttpRequest, chosen: list[str] | None) -> Any:
    """A form of the bulk columns; when confirmed only the ticked ones are read."""
    shown = modeladmin.bulk_fields if chosen is None else chosen
    fields: dict[str, forms.Field | None] = {
        name: modeladmin.formfield_for_dbfield(modeladmin.model._meta.get_field(name), request)
        for name in modeladmin.bulk_fields
    }
    for name, field in fields.items():
        if field is not None and name not in shown:
            field.required = False
    form_class = type("ValueForm", (WriteForm,), fields)
    return form_class(None if chosen is None else request.POST)


def _attname(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).attname)


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _change_page(
    modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any], form: Any, chosen: list[str]
) -> TemplateResponse:
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": _("Change selected records"),
        "opts": modeladmin.opts,
        **_selection(request, queryset),
        "write_form": form,
        "columns": [(form[name], name in chosen) for name in modeladmin.bulk_fields],
        "media": modeladmin.media + form.media,
    }
    request.current_app = modeladmin.admin_site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, "base/admin/change_selected.html", context)
