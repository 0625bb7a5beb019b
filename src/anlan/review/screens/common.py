"""Badges and texts of an improvement."""

from django.utils.translation import gettext

from anlan.base import clock
from anlan.base.parts import registry
from anlan.base.screens.cells import Badge, plain_number
from anlan.review.models import Improvement
from anlan.review.queries import state_of
from anlan.review.rules.improvement import ImprovementState

LOOKS = {
    ImprovementState.OPEN: ("blue", "info"),
    ImprovementState.OVERDUE: ("red", "warn"),
    ImprovementState.DONE: ("yellow", "info"),
    ImprovementState.WAITING: ("blue", "check"),
    ImprovementState.EFFECTIVE: ("green", "check"),
    ImprovementState.NOT_EFFECTIVE: ("red", "warn"),
    ImprovementState.NOT_DETERMINABLE: ("grey", "info"),
    ImprovementState.WITHDRAWN: ("grey", ""),
}


def state_badge(row: Improvement) -> Badge:
    state = state_of(row, clock.today())
    tone, icon = LOOKS[state]
    return Badge(text=gettext(state.label), tone=tone, icon=icon)


def measure_label(name: str) -> str:
    """The name of a measure, also of one that is no longer kept."""
    found = next((m for m in registry.measures() if m.name == name), None)
    return gettext(found.label) if found is not None else gettext("a measure no longer kept")


def figure_text(part: int | None, whole: int | None) -> str:
    """So many of so many, with the per cent; nothing counted is said as such."""
    if part is None or whole is None:
        return ""
    if not whole:
        return gettext("nothing counted")
    return f"{part}/{whole}（{100 * part / whole:.1f}%）"


def wanted_text(row: Improvement) -> str:
    if row.wanted_percent is None:
        return gettext("better than at the start")
    sign = "≥" if row.wanted().is_up else "≤"
    return f"{sign} {plain_number(row.wanted_percent)}%"


def change_text(row: Improvement) -> str:
    """From the figure at the start to that of the check."""
    before = figure_text(row.before_part, row.before_whole)
    after = figure_text(row.after_part, row.after_whole)
    return f"{before} → {after or gettext('not checked yet')}"
