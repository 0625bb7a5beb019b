"""Intake: a file of a register row by row, with what would become of each.

It runs the same import as the upkeep pages (`admin_resource`) and adds what people need who bring
files back: an absent column is left alone, an empty cell is left alone unless the reader says
that it clears, a row that somebody changed meanwhile is refused with both values.
"""

from dataclasses import dataclass, field
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.results import RowResult

from anlan.base.admin_columns import tidied
from anlan.base.admin_resource import RegisterResource, Writer, resource_for
from anlan.base.keeping.declared import Keeping, said
from anlan.base.keeping.merging import can_merge, merged_keys
from anlan.base.keeping.upload import VERSION
from anlan.base.upkeep import plain_reason

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """A column of a row: what is saved, what the file says."""

    label: str
    before: str
    after: str


@dataclass(slots=True, kw_only=True)
class RowOutcome:
    """What a line of the file does. `kept` are empty cells whose saved value stays."""

    number: int
    name: str = ""
    outcome: str = UNCHANGED
    refusal: str = ""
    changes: list[CellChange] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


class Intake(RegisterResource):
    """See the module text. `clears`: an empty cell empties what is saved."""

    keeping: Keeping

    class Meta(RegisterResource.Meta):
        skip_unchanged = False
        skip_diff = True
        skip_html_diff = True

    def __init__(self, *, writer: Writer, clears: bool, numbers: list[int]) -> None:
        super().__init__(writer=writer)
        self.clears = clears
        self.numbers = numbers
        self.outcomes: list[RowOutcome] = []
        self.widgets = {f.attribute: f.widget for f in self.get_import_fields()}
        self._line = RowOutcome(number=0)
        self._known: dict[tuple[Any, ...], Any] = {}
        self._similar: dict[tuple[Any, ...], list[Any]] = {}
        self._merged: set[Any] = set()
        self._unpadded: dict[str, str] = {}
        self._lines_of_keys: dict[tuple[Any, ...], int] = {}

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """One query for all rows in view, instead of one a line."""
        assert self.writer is not None  # noqa: S101 - __init__ asks for it
        for row in self.keeping.rows(self.writer.actor.scope):
            self._known[self._key_in(row, self.keeping.key)] = row
            if self.keeping.known_by:
                self._similar.setdefault(self._key_in(row, self.keeping.known_by), []).append(row)
        if can_merge(self.keeping.model):
            self._merged = set(merged_keys(self.keeping.model).values_list("loser", flat=True))
        for key in self._known:
            text = str(key[0])
            if len(key) == 1 and text.startswith("0") and text.isdigit():
                self._unpadded[text.lstrip("0")] = text

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        self._line = RowOutcome(number=self.numbers[len(self.outcomes)])
        result = super().import_row(row, instance_loader, **kwargs)
        line = self._line
        if result.import_type in (RowResult.IMPORT_TYPE_INVALID, RowResult.IMPORT_TYPE_ERROR):
            line.outcome, line.refusal = REFUSED, _reasons(result)
        elif result.import_type == RowResult.IMPORT_TYPE_NEW:
            line.outcome = NEW
        elif result.import_type == RowResult.IMPORT_TYPE_UPDATE:
            line.outcome = CHANGED
        line.name = line.name or " · ".join(str(row.get(n) or "") for n in self.keeping.key)
        self.outcomes.append(line)
        return result

    # which row a line is about

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        key = self._key_of(row, self.keeping.key)
        found = self._known.get(key)
        if found is None and key == (None,):
            found = self._similar_row(row)
        self._refuse_twice(key if found is None else self._key_in(found, self.keeping.key))
        if found is None:
            self._refuse_lost(row, key)
            return None
        self._line.name = str(found)
        if found.pk in self._merged:
            raise ValidationError(_("This record was merged into another one. Take the row out."))
        return found

    def _similar_row(self, row: Any) -> Any:
        """A row of a register without natural key that brings no id."""
        names = self.keeping.known_by
        if not names or any(name not in row for name in names):
            return None
        found = self._similar.get(self._key_of(row, names), [])
        if len(found) > 1:
            raise ValidationError(
                _("{count} rows look like this one. Write the record id into the file.").format(
                    count=len(found)
                )
            )
        return found[0] if found else None

    def _refuse_twice(self, key: tuple[Any, ...]) -> None:
        if key == (None,):
            return
        first = self._lines_of_keys.setdefault(key, self._line.number)
        if first != self._line.number:
            raise ValidationError(
                _("This row stands in the file already, in line {line}.").format(line=first)
            )

    def _refuse_lost(self, row: Any, key: tuple[Any, ...]) -> None:
        """A row that came from an export and is known no more is not a new one."""
        if any(part is None for part in key) and key != (None,):
            raise ValidationError(_("The columns by which rows are known must not be empty."))
        if str(row.get(VERSION) or "").strip() or (self.keeping.key == ("id",) and key != (None,)):
            raise ValidationError(
                _(
                    "No row in view is known by this key: it was removed, or the key in the file "
                    "was changed. To enter a new row, leave its version and id empty."
                )
            )
        full = self._unpadded.get(str(key[0])) if len(key) == 1 else None
        if full is not None:
            raise ValidationError(
                _("The spreadsheet took the zeros in front: is “{code}” meant?").format(code=full)
            )

    def _key_of(self, row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(self._plain(self._read(name, row)) for name in names)

    def _read(self, name: str, row: Any) -> Any:
        try:
            return self.widgets[name].clean(row.get(name))
        except ValueError as error:
            raise ValidationError({name: str(error)}) from error

    def _key_in(self, row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(
            self._plain(getattr(row, self.widgets[name].column.attname)) for name in names
        )

    @staticmethod
    def _plain(value: Any) -> Any:
        value = getattr(value, "pk", value)
        return None if value in (None, "") else value

    # what it does to it

    def import_field(
        self, field: Any, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any
    ) -> None:
        if field.column_name not in row:
            return
        cell, widget = row[field.column_name], field.widget
        is_new = instance._state.adding
        shown = "" if is_new else widget.render(getattr(instance, field.attribute))
        if not is_new and str("" if cell is None else cell) == str(shown):
            return
        if tidied(widget.column, cell) in (None, ""):
            if is_new and (field.attribute == "id" or widget.column.has_default()):
                return
            if not is_new and not self.clears:
                self._line.kept += [self.label_of(field.attribute)] if shown != "" else []
                return
        attname = widget.column.attname
        before, said_before = getattr(instance, attname), "" if is_new else said(widget, instance)
        field.save(instance, row, is_m2m, **kwargs)
        after = said(widget, instance)
        if (is_new and after) or (not is_new and before != getattr(instance, attname)):
            label = self.label_of(field.attribute)
            self._line.changes.append(CellChange(label=label, before=said_before, after=after))

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        if instance._state.adding or import_validation_errors:
            return False
        if self._line.changes:
            self._refuse_stale(instance, row)
        return not self._line.changes

    def _refuse_stale(self, instance: Any, row: Any) -> None:
        text = str(tidied(instance._meta.get_field(VERSION), row.get(VERSION) or ""))
        if text and text != str(instance.version):
            raise ValidationError(
                _(
                    "Somebody changed this row after the file was taken out (version {old}, now "
                    "{new}). Both values stand beside; take the row out again."
                ).format(old=text[:20], new=instance.version)
            )

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """A refused row is not among what the import touches: it may be left out."""
        touched = len(self.touched)
        try:
            super().do_instance_save(instance, is_create)
        except ValidationError:
            del self.touched[touched:]
            raise

    def _names_of(self, headers: Any) -> list[str]:
        return list(headers)  # `upload.dataset_of` named them

    def digest_of(self, dataset: tablib.Dataset) -> str:
        return super().digest_of(dataset) + ("+" if self.clears else "")

    def _enters_twice(self, rec: Any, digest: str) -> bool:
        return not self.keeping.known_by and super()._enters_twice(rec, digest)


def intake_for(keeping: Keeping, *, writer: Writer, clears: bool, numbers: list[int]) -> Intake:
    made = resource_for(
        keeping.model,
        keeping.columns,
        frozen=keeping.frozen,
        frozen_message=keeping.frozen_message,
        base=Intake,
    )
    made.keeping = keeping  # type: ignore[attr-defined]
    intake: Any = made(writer=writer, clears=clears, numbers=numbers)  # type: ignore[call-arg]
    return intake  # type: ignore[no-any-return]


def _reasons(result: RowResult) -> str:
    error = result.validation_error
    if error is None:
        return " ".join(str(found) for found in result.errors)
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        ("" if name == NON_FIELD_ERRORS else f"{name}：") + plain_reason(found)
        for name, found in error.error_dict.items()
    )
