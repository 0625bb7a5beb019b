"""The admin: upkeep of registers, never an operating screen, and never past the journal.

    @admin.register(Region)
    class RegionAdmin(RegisterAdmin):
        columns = ("code", "name", …)         # of the form and of files
        bulk_fields = ("mark", "source")      # that may be changed for many rows together

Every write goes through `anlan.base.upkeep`: a form and its inline rows are one entry, a removal,
a bulk change and an imported file likewise. The journal is the only history.
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base import upkeep
from anlan.base.admin_forms import (
    OWN_FIELDS,
    InlineModelForm,
    LinesField,
    RegisterModelForm,
    WriteForm,
    column_values,
    how,
    inline_writes,
    versions_in,
)
from anlan.base.admin_site import AnlanAdminSite
from anlan.base.admin_transfer import TransferAdmin
from anlan.base.errors import Conflict, Refused
from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.base.records import Record
from anlan.base.rows import to_json_value
from anlan.base.screens.history_lines import field_label, field_text, lines_of

__all__ = ["AnlanAdminSite", "ReadOnlyAdmin", "RegisterAdmin", "RegisterInline"]


def may(request: HttpRequest, capability: str) -> bool:
    """What the actor's scope permits; `base` knows capabilities only as strings."""
    scope = getattr(getattr(request, "actor", None), "scope", None)
    return scope is not None and scope.may(capability)


class Permitted:
    """Permissions from the scope: `view_capability` to look, `capability` to write."""

    capability: ClassVar[str] = "keep-registers"
    view_capability: ClassVar[str] = "keep-registers"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.view_capability)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.view_capability)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.capability)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.capability)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.capability)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return may(request, self.capability)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may(request, self.view_capability)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows.visible_to(request.actor.scope)  # type: ignore[attr-defined]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only records in view can be linked."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and issubclass(db_field.related_model, Record):
            field.queryset = field.queryset.visible_to(request.actor.scope)  # type: ignore[attr-defined]
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.JSONField):
            return LinesField(label=db_field.verbose_name, required=not db_field.blank)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class RegisterInline(Permitted, admin.TabularInline):
    """Rows below a record, written in the same entry as the record."""

    form = InlineModelForm
    extra = 0
    show_change_link = True


class RegisterAdmin(Permitted, TransferAdmin):
    """See the module text."""

    form = RegisterModelForm
    never_removed: ClassVar[bool] = False
    """Records that stay for good: a wrong one is corrected or merged, never taken out."""
    bulk_fields: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    list_max_show_all = 500
    show_facets = admin.ShowFacets.NEVER
    delete_confirmation_template = "base/admin/remove.html"
    delete_selected_confirmation_template = "base/admin/remove_selected.html"
    object_history_template = "base/admin/history.html"

    def __init__(self, model: type[Record], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        if self.list_editable:
            raise ImproperlyConfigured("list_editable sees no versions: use bulk_fields")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.never_removed and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.bulk_fields:
            actions.pop("change_selected", None)
        return actions

    # the form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.columns

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        writes = self.has_change_permission(request, obj) if obj else True
        return [*fieldsets, (None, {"fields": OWN_FIELDS})] if writes else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, *(self.frozen_fields if obj else ()))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change=change, **kwargs)
        refused = getattr(request, "anlan_refused", None)
        if refused is not None:
            made.refusal, made.doubts = refused
        return made

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """What a write refuses comes back on the form; nothing that was typed is lost."""
        if request.method == "POST" and object_id is None and self._is_repeat(request):
            messages.info(request, _("This form was saved already."))
            return redirect(self._list_url())
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            if refusal.status >= 500:
                raise
            self._note_refusal(request, refusal)
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = refusal.status
            return response

    def _is_repeat(self, request: HttpRequest) -> bool:
        return JournalEntry.objects.filter(
            request_id=request.POST.get("request_id", ""),
            actor=request.actor.account,  # type: ignore[attr-defined]
            action=f"{self.opts.label_lower}.create",
        ).exists()

    def _note_refusal(self, request: HttpRequest, refusal: Refused) -> None:
        """A conflict shows both values; saving again is then a decision, not an accident."""
        doubts: tuple[str, ...] = ()
        if isinstance(refusal, Conflict):
            typed = getattr(request, "anlan_typed", {})
            doubts = tuple(self._doubts(refusal, typed))
            request.POST = request.POST.copy()  # type: ignore[assignment]
            request.POST["expected_version"] = str(refusal.current)  # type: ignore[index]
        request.anlan_refused = (refusal, doubts)  # type: ignore[attr-defined]

    def _doubts(self, conflict: Conflict, typed: dict[str, Any]) -> list[str]:
        texts = []
        for name, value in typed.items():
            saved, mine = conflict.row.get(name), to_json_value(value)
            if name in conflict.row and saved != mine:
                names = self._linked_names(name, saved, mine)
                texts.append(
                    _("{label}: saved now is “{saved}”, you typed “{typed}”.").format(
                        label=field_label(self.model, name),
                        saved=field_text(self.model, name, saved, names),
                        typed=field_text(self.model, name, mine, names),
                    )
                )
        return texts

    def _linked_names(self, name: str, *keys: Any) -> dict[str, str]:
        column = self.model._meta.get_field(name.removesuffix("_id"))
        if not column.is_relation:
            return {}
        rows = column.related_model._default_manager.filter(pk__in=[k for k in keys if k])
        return {str(row.pk): str(row) for row in rows}

    # writes

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: `save_related` writes the record and its inline rows as one entry."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        row, values = form.instance, column_values(form, self.model)
        request.anlan_typed = values  # type: ignore[attr-defined]
        version = form.cleaned_data["expected_version"]
        rows = [line for formset in formsets for line in inline_writes(formset)]
        payload = {
            "values": upkeep.texts_of(values),
            "key": str(row.pk) if change else "",
            "version": version,
            "inlines": [line.payload() for line in rows],
        }
        action = f"{self.opts.label_lower}.{'change' if change else 'create'}"
        with recording(action=action, payload=payload, **how(request, form.cleaned_data)) as rec:
            if rec.repeated:
                return
            if change:
                key = row.pk
                upkeep.apply_change(rec, self.model, key, values, expected_version=version)
            else:
                upkeep.apply_create(rec, row)
            for line in rows:
                line.write(rec)
            rec.result = {"id": str(row.pk)}

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Written by `save_related`."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        form = WriteForm(request.POST)
        if not form.is_valid():
            raise Refused(_("A removal needs a reason."))
        version = request.POST.get("expected_version", "")
        upkeep.remove(
            self.model,
            obj.pk,
            expected_version=int(version) if version.isdigit() else -1,
            **form.how(request),
        )

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        form = WriteForm(request.POST)
        if not form.is_valid():
            raise Refused(_("A removal needs a reason."))
        upkeep.remove_many(self.model, versions_in(request.POST, queryset), **form.how(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Asks why. What cannot be removed is said on the page."""
        context: dict[str, Any] = {"write_form": WriteForm(), **(extra_context or {})}
        status = 200
        if request.method == "POST" and request.POST:
            form = WriteForm(request.POST)
            context["write_form"], status = form, 422
            if form.is_valid():
                try:
                    return super().delete_view(request, object_id, extra_context)
                except Refused as refusal:
                    form.add_error(None, refusal.text())
                    status = refusal.status
            request.POST = QueryDict()  # type: ignore[assignment]
        response = super().delete_view(request, object_id, context)
        response.status_code = status if response.status_code == 200 else response.status_code
        return response

    # no second history

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The journal is the only history."""

    log_change = log_deletion = log_addition

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """The journal is the only history."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> str:
        return ""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: {name}").format(name=row),
            "lines": lines_of(row, readable=may(request, "read-people")),
            "module_name": str(self.opts.verbose_name_plural),
            "object": row,
            "opts": self.opts,
        }
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        return TemplateResponse(request, self.object_history_template, context)

    def _list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


class ReadOnlyAdmin(RegisterAdmin):
    """A register that has its own actions: shown and exported here, never written."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_import_permission(self, request: HttpRequest) -> bool:
        return False
