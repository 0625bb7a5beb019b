"""What of a register may be kept by whom: said once, at its `RegisterAdmin`.

The list and object patterns read it here, so a register that has a `RegisterAdmin` gets import,
export for change and bulk change on its own screens without another declaration.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet

from anlan.base.actor import Actor
from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.base.admin_columns import ColumnWidget
from anlan.base.admin_resource import natural_key
from anlan.base.errors import NotAllowed
from anlan.base.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """`columns` stand in files, `bulk_fields` may be changed for many rows together, `frozen`
    ones of an existing row never; `known_by` recognises a row that brings no id."""

    model: type[Record]
    columns: tuple[str, ...]
    bulk_fields: tuple[str, ...]
    frozen: tuple[str, ...]
    frozen_message: str
    known_by: tuple[str, ...]
    capability: str

    @property
    def label(self) -> str:
        return str(self.model._meta.label_lower)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns by which rows of a file are known."""
        return natural_key(self.model)

    @property
    def file_columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.key, *self.columns]))

    def permits(self, scope: Any) -> bool:
        return scope is not None and bool(scope.may(self.capability))

    def require(self, actor: Actor) -> None:
        if not self.permits(actor.scope):
            raise NotAllowed

    def rows(self, scope: Any) -> QuerySet[Any]:
        """The rows in view, with what their columns show."""
        links = [n for n in self.file_columns if self.model._meta.get_field(n).is_relation]
        visible = self.model._default_manager.visible_to(scope)  # type: ignore[attr-defined]
        return visible.select_related(*links)

    def widget(self, name: str) -> ColumnWidget:
        return ColumnWidget(self.model._meta.get_field(name))

    def column_label(self, name: str) -> str:
        return str(self.model._meta.get_field(name).verbose_name)


def keeping_of(model: type[Model]) -> Keeping | None:
    """How a register is kept; None when it has its own actions and no file comes in."""
    if not admin.site.is_registered(model):
        return None
    kept = admin.site.get_model_admin(model)
    if isinstance(kept, ReadOnlyAdmin) or not isinstance(kept, RegisterAdmin):
        return None
    return Keeping(
        model=model,  # type: ignore[arg-type]
        columns=tuple(kept.columns),
        bulk_fields=tuple(kept.bulk_fields),
        frozen=tuple(kept.frozen_fields),
        frozen_message=kept.frozen_message,
        known_by=tuple(kept.known_by),
        capability=kept.capability,
    )


def said(widget: ColumnWidget, row: Any) -> str:
    """The value of a column as a page shows it: a linked record by name and code."""
    if getattr(row, widget.column.attname) in (None, ""):
        return ""
    value = getattr(row, widget.name)
    text = str(widget.render(value))
    return f"{value}（{text}）" if widget.column.is_relation and str(value) != text else text
