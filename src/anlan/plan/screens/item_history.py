"""The journal of an item: its own entries, those of its corrections and of changed duties."""

import re
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.base.journal.history import HistoryLine, history_of
from anlan.base.screens.history_lines import (
    ShownChange,
    ShownLine,
    action_label,
    actor_label,
    field_label,
    lines_of,
)
from anlan.plan.models import Correction, Duty, PlanItem
from anlan.plan.queries.items import corrections_of
from anlan.plan.rules.corrections import FIELD_LABELS, Field
from anlan.plan.screens.corrected import value_text

TECHNICAL = ("as_read", "text_start", "text_end", "position", "edition")
YEAR = re.compile(r"(?<!\d)(\d),(\d{3})(?!\d)")


def item_lines(item: PlanItem, *, readable: bool) -> list[ShownLine]:
    """Newest first. A correction shows the field as it was and as it was set."""
    lines = [_plain(line) for line in lines_of(item, readable=readable)]
    for correction in corrections_of(item.notice_id, item.key):
        lines += [_correction_line(correction, line) for line in history_of(correction)]
    changed = Duty.objects.filter(Q(version__gt=1) | Q(match="person"), item=item)
    for duty in changed:
        lines += lines_of(duty, readable=readable)
    return sorted(lines, key=lambda line: line.known_at, reverse=True)


def _plain(line: ShownLine) -> ShownLine:
    """Without columns that only the program reads; years are no figures."""
    hidden = {field_label(PlanItem, name) for name in TECHNICAL}
    years = field_label(PlanItem, "deadline_years")
    changes = tuple(
        ShownChange(
            label=change.label,
            before=YEAR.sub(r"\1\2", change.before) if change.label == years else change.before,
            after=YEAR.sub(r"\1\2", change.after) if change.label == years else change.after,
        )
        for change in line.changes
        if change.label not in hidden
    )
    return replace(line, changes=changes)


def _correction_line(correction: Correction, line: HistoryLine) -> ShownLine:
    field = Field(correction.field)
    values: dict[str, tuple[Any, Any]] = {c.name: (c.before, c.after) for c in line.changes}
    before, after = values.get("corrected_to", (None, correction.corrected_to))
    is_first = "item_key" in values
    return ShownLine(
        seq=line.seq,
        action=action_label(line.action),
        actor=actor_label(line.actor),
        known_at=line.known_at,
        reason=line.reason,
        changes=(
            ShownChange(
                label=_(FIELD_LABELS[field]),
                before=value_text(field, correction.read_as if is_first else before),
                after=value_text(field, after),
            ),
        ),
        is_first=False,
    )
