"""Corrections in words: what was read, what it was set to, by whom and why."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anlan.base.screens.history_lines import actor_label
from anlan.plan.choices import MODE_CHOICES
from anlan.plan.models import Correction, PlanItem
from anlan.plan.queries.items import corrections_of
from anlan.plan.rules.corrections import FIELD_LABELS, Field, is_read_differently
from anlan.registers.rules.scope import Capability

SIGNS = {"<=": "≤", ">=": "≥", "down": "↓", "up": "↑"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedLine:
    """One correction; `reread` is empty unless a later import read the field otherwise."""

    correction: Correction
    label: str
    before: str
    after: str
    reread: str
    by: str


def corrected_lines(item: PlanItem, scope: Any) -> list[CorrectedLine]:
    """Corrections of an item, for readers of internal records."""
    if not scope.may(Capability.READ_INTERNAL):
        return []
    return [corrected_line(row, item) for row in corrections_of(item.notice_id, item.key)]


def corrected_line(row: Correction, item: PlanItem | None) -> CorrectedLine:
    """`item` is the corrected item as it is now; None when the notice no longer has it."""
    field = Field(row.field)
    now = item.as_read.get(row.field, row.read_as) if item is not None else row.read_as
    differs = is_read_differently(row.read_as, row.corrected_to, now)
    return CorrectedLine(
        correction=row,
        label=_(FIELD_LABELS[field]),
        before=value_text(field, row.read_as),
        after=value_text(field, row.corrected_to),
        reread=value_text(field, now) if differs else "",
        by=actor_label(row.corrected_by),
    )


def value_text(field: Field, value: Any) -> str:
    """A field of a clause in JSON form as a reader sees it."""
    match field:
        case Field.MODE:
            return str(dict(MODE_CHOICES).get(value, value))
        case Field.OPEN_ENDED:
            return _("Yes") if value else _("No")
        case Field.INDICATOR:
            return _indicator_text(value)
        case Field.HEADING:
            return str(value) or "—"
        case _:
            return "、".join(str(part) for part in value) or "—"


def _indicator_text(value: dict[str, Any] | None) -> str:
    if value is None:
        return _("no indicator")
    sign = SIGNS.get(value["operator"], value["operator"])
    return f"{value['name']} {sign} {value['value']}{value['unit']}"
