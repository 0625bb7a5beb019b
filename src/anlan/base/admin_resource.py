"""RegisterResource: a register as a file that comes back in.

One import is one journal entry, all rows or none; the preview runs the same import and takes it
back. Rows are known by their natural key (code, or the columns that are unique together), so the
same file read twice changes nothing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import tablib
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Error, Result, RowResult

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.admin_columns import ColumnWidget
from anlan.base.errors import Refused
from anlan.base.identity import new_id
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import JournalEntry
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop

FROZEN_MESSAGE = gettext_noop("“{label}” of an entered record is never overwritten.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who imports, when, why, and what was seen in the preview (empty before it)."""

    actor: Actor
    now: dt.datetime
    request_id: str = ""
    reason: str = ""
    seen: str = ""


class _TakenBack(Exception):
    """Leaves the recording without a trace: a preview, or an import with errors."""


class PlainError(Error):
    """An error in words for the reader, without the program's inside."""

    traceback = ""

    def __init__(self, error: Any, row: Any = None, number: int | None = None) -> None:
        text = error.text() if isinstance(error, Refused) else str(error)
        super().__init__(text, row=row, number=number)


class RegisterResource(ModelResource):
    """See the module text. Meta: `model`, `fields`, `import_id_fields`, `frozen`."""

    frozen_message: ClassVar[str] = FROZEN_MESSAGE

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True
        frozen: tuple[str, ...] = ()

    def __init__(self, *, writer: Writer | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.writer = writer
        self.recording: Recording | None = None
        self.touched: list[str] = []

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Field:
        return Field(
            attribute=field_name,
            column_name=field_name,
            widget=ColumnWidget(django_field),
            readonly=readonly,
            default=django_field.default,
        )

    @classmethod
    def get_error_result_class(cls) -> type[Error]:
        return PlainError

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.model._meta.verbose_name_plural)

    # columns are shown by label and read by label or name

    def label_of(self, name: str) -> str:
        return str(self._meta.model._meta.get_field(name).verbose_name)

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        return [self.label_of(f.attribute) for f in self.get_export_fields(selected_fields)]

    def get_diff_headers(self) -> list[str]:
        return [self.label_of(field.attribute) for field in self.get_import_fields()]

    def get_user_visible_fields(self) -> list[Field]:
        return [
            Field(attribute=f.attribute, column_name=self.label_of(f.attribute))
            for f in self.get_import_fields()
        ]

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        columns = (self._meta.model._meta.get_field(name) for name in self.fields)
        return queryset.select_related(*(c.name for c in columns if c.is_relation))

    # one import

    def import_data(self, dataset: tablib.Dataset, dry_run: bool = False, **kwargs: Any) -> Result:
        """The whole file inside one recording. Any error takes everything back."""
        if self.writer is None:
            raise ValueError("an import needs a writer")
        kwargs |= {"use_transactions": True, "rollback_on_validation_errors": True}
        try:
            names = self._names_of(dataset.headers or [])
        except Refused as refusal:
            return self._refused(refusal)
        payload = {"sm3": self.digest_of(dataset), "seen": self.writer.seen}
        result = Result()
        try:
            with self._recording(payload, dry_run=dry_run) as rec:
                if rec.repeated:
                    result.totals.update(rec.result["rows"])
                    return result
                dataset.headers = names
                self.recording = rec
                result = super().import_data(dataset, dry_run=False, **kwargs)
                self._finish(rec, result, kwargs.get("file_name") or "", payload)
                self.beside_rows(rec)
                if dry_run or result.has_errors() or result.has_validation_errors():
                    raise _TakenBack
        except _TakenBack:
            pass
        except Refused as refusal:
            return self._refused(refusal)
        finally:
            self.recording = None
        return result

    def digest_of(self, dataset: tablib.Dataset) -> str:
        return plain_digest(dataset.export("json").encode())

    def beside_rows(self, rec: Recording) -> None:
        """What a subclass writes in the same entry."""

    def _recording(self, payload: dict[str, Any], *, dry_run: bool) -> Any:
        writer = self.writer
        assert writer is not None  # noqa: S101 - checked by the caller
        return recording(
            action=f"{self._meta.model._meta.label_lower}.import",
            actor=writer.actor,
            now=writer.now,
            request_id=new_id().hex if dry_run else writer.request_id,
            reason=writer.reason,
            payload=payload,
        )

    def _finish(
        self, rec: Recording, result: Result, file_name: str, payload: dict[str, Any]
    ) -> None:
        writer = self.writer
        if writer is not None and writer.seen and writer.seen != self.seen():
            message = _("Somebody changed these records after your preview. Look at it again.")
            result.append_base_error(PlainError(message))
        if self._enters_twice(rec, payload["sm3"]):
            message = _(
                "This file was imported already; once more would enter its new rows twice. "
                "Export the register and change that file: its rows carry their ids."
            )
            result.append_base_error(PlainError(message))
        if rec.images:
            rec.note(file=file_name, sm3=payload["sm3"])
            rec.result = {"rows": dict(result.totals)}

    def _enters_twice(self, rec: Recording, digest: str) -> bool:
        """Rows without a natural key cannot be recognised when their file comes again."""
        if "new" not in self.touched or list(self.get_import_id_fields()) != ["id"]:
            return False
        imports = JournalEntry.objects.filter(action=rec.action)
        return imports.filter(content__contains=f'"sm3":"{digest}"').exists()

    def seen(self) -> str:
        """What the import would touch, in which versions."""
        return plain_digest("\n".join(self.touched).encode())

    def _names_of(self, headers: Iterable[Any]) -> list[str]:
        known: dict[str, str] = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                known |= {self.label_of(name): name for name in self.fields}
        known |= {name: name for name in self.fields}
        texts = [str(header).strip() for header in headers]
        unknown = [text for text in texts if text not in known]
        names = [known.get(text, "") for text in texts]
        missing = [n for n in self.get_import_id_fields() if n not in names and n != "id"]
        if unknown or len(set(names)) != len(names):
            twice = [t for t in texts if names.count(known.get(t, "")) > 1]
            raise Refused(
                gettext_noop("The file has columns that this register does not know: {names}"),
                names="；".join(unknown or twice),
            )
        if missing:
            raise Refused(
                gettext_noop("The file lacks columns by which rows are known: {names}"),
                names="；".join(self.label_of(name) for name in missing),
            )
        return names

    def _check_import_id_fields(self, headers: Any) -> None:
        """Done by `_names_of`, in words for the reader."""

    def _refused(self, refusal: Refused) -> Result:
        result = Result()
        result.append_base_error(PlainError(refusal))
        return result

    # one row

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        result = super().import_row(row, instance_loader, **kwargs)
        error = result.validation_error
        if error is not None and hasattr(error, "error_dict"):
            result.validation_error = ValidationError(
                {self._error_label(name): found for name, found in error.error_dict.items()}
            )
        return result

    def _error_label(self, name: str) -> str:
        return name if name == NON_FIELD_ERRORS else self.label_of(name)

    def get_queryset(self) -> QuerySet[Any]:
        queryset = self._meta.model._default_manager.all()
        return queryset.visible_to(self.writer.actor.scope) if self.writer else queryset

    def do_instance_save(self, instance: Record, is_create: bool) -> None:
        """Every row is written through the recording of the file, never by itself."""
        assert self.recording is not None  # noqa: S101 - set by import_data
        try:
            if is_create:
                self.touched.append("new")
                upkeep.apply_create(self.recording, instance)
                return
            self.touched.append(f"{instance.pk} {instance.version}")
            self._check_frozen(instance)
            upkeep.apply_change(
                self.recording,
                type(instance),
                instance.pk,
                {f.attribute: getattr(instance, f.attribute) for f in self.get_import_fields()},
                expected_version=instance.version,
            )
        except Refused as refusal:
            raise ValidationError(refusal.text()) from refusal

    def _check_frozen(self, instance: Record) -> None:
        stored = type(instance)._default_manager.get(pk=instance.pk)
        for name in self._meta.frozen:
            if getattr(stored, name) != getattr(instance, name):
                message = _(self.frozen_message).format(label=self.label_of(name))
                raise ValidationError({name: message})

    def delete_instance(self, instance: Record, row: Any, **kwargs: Any) -> None:
        assert self.recording is not None  # noqa: S101 - set by import_data
        self.touched.append(f"{instance.pk} {instance.version}")
        upkeep.apply_remove(
            self.recording, type(instance), instance.pk, expected_version=instance.version
        )

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """No sequences: keys are UUIDs."""


def natural_key(model: type[Record]) -> tuple[str, ...]:
    """The columns by which people know a row: a unique one, else those unique together."""
    for field in model._meta.concrete_fields:
        is_open = field.editable and field.name not in model.SECRET
        if field.unique and is_open and not field.primary_key and not field.is_relation:
            return (field.name,)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            return tuple(constraint.fields)
    return ("id",)


def resource_for(
    model: type[Record],
    fields: Iterable[str],
    *,
    frozen: Iterable[str] = (),
    frozen_message: str = FROZEN_MESSAGE,
    base: type[RegisterResource] = RegisterResource,
) -> type[RegisterResource]:
    """The resource of a register: its natural key and the given columns."""
    key = natural_key(model)
    meta = type(
        "Meta",
        (base.Meta,),
        {
            "model": model,
            "fields": tuple(dict.fromkeys([*key, *fields])),
            "import_id_fields": key,
            "frozen": tuple(frozen),
        },
    )
    body = {"Meta": meta, "frozen_message": frozen_message}
    return type(f"{model.__name__}Resource", (base,), body)
