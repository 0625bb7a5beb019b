"""Import and export of a register in the admin: preview, reason, one entry; CSV and XLSX."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from import_export.forms import ExportForm
from import_export.results import Result

from anlan.base import clock
from anlan.base.admin_files import RegisterCsv, RegisterXlsx, UploadStorage
from anlan.base.admin_forms import ConfirmForm, fresh_id, how
from anlan.base.admin_resource import FROZEN_MESSAGE, RegisterResource, Writer, resource_for
from anlan.base.admin_site import JournaledAdmin
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Refused
from anlan.base.screens.export_log import note_export
from anlan.base.screens.sheets import demonstration_mark


class TransferAdmin(JournaledAdmin):
    """`columns` are those of files; `frozen_fields` of an existing row are never overwritten;
    `known_by` recognises a row of a register without natural key when its id is left out."""

    columns: ClassVar[tuple[str, ...]] = ()
    known_by: ClassVar[tuple[str, ...]] = ()
    frozen_fields: ClassVar[tuple[str, ...]] = ()
    frozen_message: ClassVar[str] = FROZEN_MESSAGE

    formats: ClassVar[list[Any]] = [RegisterCsv, RegisterXlsx]
    tmp_storage_class = UploadStorage
    confirm_form_class = ConfirmForm
    export_form_class = ExportForm
    skip_admin_log = True

    def get_resource_classes(self, request: HttpRequest) -> list[type[RegisterResource]]:
        made = resource_for(
            self.model,
            self.columns,
            frozen=self.frozen_fields,
            frozen_message=self.frozen_message,
        )
        return [made]

    # import

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """The preview writes as the actor too, and takes it back."""
        form = kwargs.get("form")
        writer = Writer(actor=request.actor, now=clock.now())  # type: ignore[attr-defined]
        if isinstance(form, ConfirmForm) and form.is_bound:
            writer = Writer(**how(request, form.cleaned_data), seen=form.cleaned_data["seen"])
        return {"writer": writer}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {}

    def choose_import_resource_class(self, form: Any, request: HttpRequest) -> Any:
        """Remembers the resource that the preview runs, for what it has seen."""
        chosen = super().choose_import_resource_class(form, request)

        class Remembered(chosen):  # type: ignore[misc, valid-type]
            class Meta(chosen.Meta):
                pass

            def __init__(self, **kwargs: Any) -> None:
                super().__init__(**kwargs)
                request.import_resource = self  # type: ignore[attr-defined]

        return Remembered

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            seen = request.import_resource.seen()  # type: ignore[attr-defined]
            initial |= {"seen": seen, "request_id": fresh_id()}
        return initial

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        refusal = e if isinstance(e, Refused) else None
        text = refusal.text() if refusal else _("The file is not a table in the chosen format.")
        form.add_error("import_file", text)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """A confirmation without a reason shows the confirmation again."""
        try:
            response: HttpResponse = super().process_import(request, **kwargs)
        except Refused as refusal:
            messages.error(request, refusal.text())
            return self._import_page(request, Result(), status=refusal.status)
        return response

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """What could not be imported is shown, and nothing of it was."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, _("Nothing was imported."))
            return self._import_page(request, result, status=422)
        return super().process_result(result, request)

    def generate_log_entries(self, result: Result, request: HttpRequest) -> None:
        """The journal is the only history."""

    def _import_page(self, request: HttpRequest, result: Result, *, status: int) -> HttpResponse:
        form = self.import_form_class(self.get_import_formats(), [self._resource(request)])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import"),
            "form": form,
            "opts": self.opts,
            "media": self.media + form.media,
            "result": result,
            "import_error_display": self.import_error_display,
            "fields_list": [],
        }
        return TemplateResponse(request, [self.import_template_name], context, status=status)

    def _resource(self, request: HttpRequest) -> type[RegisterResource]:
        return self.get_import_resource_classes(request)[0]

    # export

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any
    ) -> Any:
        """Figures stay figures in a workbook."""
        native = isinstance(file_format, RegisterXlsx)
        kwargs.pop("encoding", None)
        data = self.get_data_for_export(request, queryset, force_native_type=native, **kwargs)
        return file_format.export_data(data)

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {}

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        stamp = clock.now().astimezone(CITY_ZONE).strftime("%Y%m%d-%H%M")
        parts = [demonstration_mark(), str(self.opts.verbose_name_plural), stamp]
        return "-".join(part for part in parts if part) + f".{file_format.get_extension()}"

    def _do_file_export(
        self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any
    ) -> HttpResponse:
        data = self.get_export_data(file_format, request, queryset, **kwargs)
        note_export(
            self.model,
            queryset.count(),
            ending=file_format.get_extension(),
            narrowed=request.META.get("QUERY_STRING", ""),
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
        )
        response = HttpResponse(data, content_type=file_format.get_content_type())
        name = self.get_export_filename(request, queryset, file_format)
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        response["Cache-Control"] = "no-store"
        return response
