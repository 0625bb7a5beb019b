"""The statements on an accident over time, each with what changed."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.losses.models import AccidentFigure
from anlan.losses.screens.common import counting_badge, plus_minus, wan
from anlan.registers.screens.common import SOURCE_COLUMN


def statement_columns(rows: Sequence[AccidentFigure]) -> tuple[Column, ...]:
    """Statements with what changed against the one before."""
    before = {row.number: rows[index - 1] if index else None for index, row in enumerate(rows)}

    def figure(name: str) -> Any:
        def value(row: AccidentFigure) -> str:
            earlier = before[row.number]
            return plus_minus(getattr(earlier, name, None), getattr(row, name))

        return value

    def loss(row: AccidentFigure) -> Any:
        return wan(row.direct_loss_fen)

    def people(name: str, label: Text) -> Column:
        return Column(name=name, label=label, value=figure(name), align="end")

    return (
        Column(
            name="number",
            label=_("report"),
            value=lambda f: f"{f.number} · {f.get_report_kind_display()}",
            is_title=True,
        ),
        Column(name="reported", label=_("reported at"), value=lambda f: f.reported_at),
        Column(name="body", label=_("reported by"), value=lambda f: f.body),
        people("deaths", _("deaths")),
        people("counted_deaths", _("deaths counted")),
        people("missing", _("missing people")),
        people("serious_injuries", _("serious injuries")),
        Column(
            name="loss", label=_("direct economic loss (10 000 yuan)"), value=loss, align="end"
        ),
        Column(
            name="window",
            label=_("day on which the casualties changed"),
            value=lambda f: f.changed_on if f.in_window else late_badge(f),
        ),
        Column(name="counting", label=_("statistics"), value=counting_badge),
        Column(name="note", label=_("note"), value=lambda f: f.note),
        Column(name="by", label=_("entered by"), value=lambda f: actor_label(f.entered_by)),
        Column(name="known", label=_("entered at"), value=lambda f: f.known_at),
        SOURCE_COLUMN,
    )


def late_badge(row: AccidentFigure) -> Badge:
    text = f"{row.changed_on} {_('after the window')}"
    return Badge(text=text, tone="orange", icon="warn")
