"""The columns of the overview in a spreadsheet: the same figures as on the page."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.screens.cells import Column as SheetColumn
from anlan.plan.queries.loop.progress import Board, UnitTasks
from anlan.plan.queries.overview import Matrix, Row, UnitLine
from anlan.plan.screens.common import SIGNS

TASK_HEADS = (
    ("asked", gettext_lazy("tasks")),
    ("unsigned", gettext_lazy("unsigned")),
    ("late", gettext_lazy("overdue tasks")),
)


def matrix_columns(found: Matrix, lamps: Board | None) -> tuple[SheetColumn, ...]:
    def total(code: str) -> Any:
        return lambda row: getattr(row.totals, code)

    def cell(key: str) -> Any:
        return lambda row: _cell_text(row, key, by_item=found.by_item)

    head = (
        SheetColumn(name="body", label=_("body"), value=lambda row: row.body.short_name),
        SheetColumn(name="unit", label=_("unit"), value=lambda row: row.body.unit.short_name),
    )
    if lamps is not None:
        head += tuple(
            SheetColumn(name=name, label=label, value=_number_of(counts))
            for name, label, counts in (
                ("overdue", _("overdue deliverables"), lamps.overdue),
                ("late", _("overdue tasks"), lamps.late),
                ("unsigned", _("unsigned"), lamps.unsigned),
            )
        )
    totals = tuple(SheetColumn(name=s.code, label=s.label, value=total(s.code)) for s in SIGNS)
    cells = tuple(
        SheetColumn(
            name=column.key,
            label=f"{column.label} {column.title}" if found.by_item else column.title,
            value=cell(column.key),
        )
        for column in found.columns
    )
    return head + totals + cells


def _number_of(counts: Mapping[uuid.UUID, int]) -> Any:
    return lambda row: counts.get(row.body.pk, 0)


def _cell_text(row: Row, key: str, *, by_item: bool) -> str:
    cell = row.cells.get(key)
    if cell is None:
        return ""
    parts = [(s, getattr(cell, s.code)) for s in SIGNS if getattr(cell, s.code)]
    if by_item:
        return str(parts[0][0].label)
    return " ".join(f"{sign.label} {count}" for sign, count in parts)


def unit_columns(
    kinds: Sequence[tuple[str, Any]], tasks: dict[str, UnitTasks] | None
) -> tuple[SheetColumn, ...]:
    def count(kind: str) -> Any:
        return lambda line: line.by_kind.get(kind, 0)

    def asked(code: str) -> Any:
        known = tasks or {}
        return lambda line: getattr(known.get(line.unit.code), code, "")

    def total(line: UnitLine) -> int:
        return line.total

    return (
        SheetColumn(name="unit", label=_("unit"), value=lambda line: line.unit.name),
        SheetColumn(name="total", label=_("items"), value=total),
        *(SheetColumn(name=kind, label=label, value=count(kind)) for kind, label in kinds),
        *(
            SheetColumn(name=code, label=label, value=asked(code))
            for code, label in (TASK_HEADS if tasks is not None else ())
        ),
    )
