"""The map of a round: counties by how many stay silent, and addressees with a point. Drawn on the
server as the map of a region is, for internal use only; the list beside it says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anlan.registers.models import RegionOutline
from anlan.registers.rules.scope import Scope
from anlan.registers.screens.region_map import (
    Projection,
    bounds_of,
    label_point,
    projection_for,
)
from anlan.warning.models import CallAddressee
from anlan.warning.queries.calling import Line
from anlan.warning.rules.call_state import CallState

MOST_DOTS = 800
DOT_TONES = {
    CallState.SILENT: "red",
    CallState.UNREACHABLE: "red",
    CallState.WAITING: "orange",
    CallState.CALLED: "orange",
    CallState.READ: "orange",
    CallState.ANSWERED: "green",
    CallState.RELEASED: "grey",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county on the map, with the words that say what its colour says."""

    name: str
    path: str
    x: float
    y: float
    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    x: float
    y: float
    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMap:
    """Empty without outlines: the list then stands alone."""

    width: float = 860.0
    height: float = 0.0
    counties: tuple[County, ...] = ()
    dots: tuple[Dot, ...] = ()
    undrawn: int = 0
    projection: Projection | None = None


def board_map(lines: Sequence[Line], rows: Any, scope: Scope) -> BoardMap:
    """The counties of the lines first; without any of them the whole city."""
    outlines = RegionOutline.objects.visible_to(scope).filter(region__level="county")
    held = list(outlines.select_related("region").prefetch_related("region__reporting_units"))
    if not held:
        return BoardMap()
    by_unit = {line.code: line for line in lines}
    concerned = [row for row in held if _line_of(row, by_unit) is not None]
    projection, height = projection_for(bounds_of([row.geometry for row in concerned or held]))
    placed = rows.filter(contact__longitude_deg__isnull=False)
    return BoardMap(
        height=height,
        counties=tuple(_county(row, projection, by_unit) for row in concerned or held),
        dots=tuple(_dots(placed, projection)),
        undrawn=max(0, placed.count() - MOST_DOTS),
        projection=projection,
    )


def _line_of(row: Any, by_unit: Mapping[str, Line]) -> Line | None:
    codes = [unit.code for unit in row.region.reporting_units.all()]
    return next((by_unit[code] for code in codes if code in by_unit), None)


def _county(row: Any, projection: Any, by_unit: Mapping[str, Line]) -> County:
    line = _line_of(row, by_unit)
    x, y = label_point(row, projection)
    tone, text = "none", _("nobody called")
    if line is not None:
        said = _("{answered} of {total} answered, {silent} silent")
        if line.released:
            said = _("{answered} of {total} answered, {released} released unanswered")
        text = said.format(
            answered=line.answered, total=line.total, silent=line.silent, released=line.released
        )
        tone = _tone(line)
    return County(
        name=row.region.name,
        path=projection.path(row.geometry),
        x=x,
        y=y,
        tone=tone,
        text=text,
    )


def _tone(line: Line) -> str:
    """Green is where everybody answered; an end of the round answers for nobody."""
    if line.silent:
        return "red"
    if line.open:
        return "orange"
    return "grey" if line.released else "green"


def _dots(placed: Any, projection: Any) -> Any:
    for row in placed.order_by("-is_alarmed", "pk")[:MOST_DOTS]:
        x, y = projection.point(row.contact.longitude_deg, row.contact.latitude_deg)
        state = CallState(row.state)
        text = f"{row.region.name} {row.get_kind_display()} {row.get_state_display()}"
        yield Dot(x=x, y=y, tone=DOT_TONES.get(state, "orange"), text=text)


def with_places(rows: Any) -> Any:
    """Addressees with what a dot needs."""
    seen = CallAddressee.objects.filter(pk__in=rows.values("pk"))
    return seen.select_related("contact", "region")
