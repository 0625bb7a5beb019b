"""What the pages of warning share: chips of level and state, areas on the map, grounds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anlan.base.rules.verdict import Reason
from anlan.base.screens.cells import Badge
from anlan.registers.models import Region, RegionOutline
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.region_map import (
    Projection,
    bounds_of,
    label_point,
    projection_for,
    scale_bar,
)
from anlan.warning.models import IssuedWarning, WarningArea
from anlan.warning.queries.received import ended_by_time
from anlan.warning.rules.signal import Level

LEVEL_ICONS = {
    Level.RED.value: "warn",
    Level.ORANGE.value: "warn",
    Level.YELLOW.value: "info",
    Level.BLUE.value: "info",
}


def level_badge(row: Any) -> Badge:
    """The level in word, sign and colour, of a warning or a message."""
    return Badge(text=row.get_level_display(), tone=row.level, icon=LEVEL_ICONS[row.level])


def state_badge(row: IssuedWarning) -> Badge:
    if row.ended_at is None:
        return Badge(text=_("still in force"), tone=row.level, icon="warn")
    if ended_by_time(row):
        return Badge(text=_("ran out"), tone="grey", icon="check")
    return Badge(text=_("lifted"), tone="green", icon="check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A county on the map. `is_warned`: the warning holds in it or in a part of it."""

    name: str
    path: str
    x: float
    y: float
    is_warned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMap:
    """The city with the warned counties, or nothing where the outlines are not on this machine.
    `partly` names warned places that have no outline of their own."""

    areas: tuple[Area, ...] = ()
    outline: str = ""
    level: str = ""
    width: float = 860.0
    height: float = 0.0
    scale_km: int = 0
    scale_px: float = 0.0
    partly: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()


def area_map(areas: Iterable[WarningArea], level: str, scope: Scope) -> AreaMap:
    """House rule: a place below the county colours its county, and the foot of the map says so."""
    given = list(areas)
    found = [area.region for area in given if area.region is not None]
    outlines = [area.outline for area in given if area.outline is not None]
    if not scope.may(Capability.READ_INTERNAL):
        return AreaMap()
    rows = list(RegionOutline.objects.visible_to(scope).select_related("region"))
    counties = [row for row in rows if row.region.level == "county"]
    city = next((row for row in rows if row.region.level == "city"), None)
    if not counties:
        return AreaMap()
    codes = {_coloured(region) for region in found}
    is_whole = city is not None and city.region.code in codes
    edge = [city.geometry] if city is not None else [row.geometry for row in counties]
    projection, height = projection_for(bounds_of([*edge, *outlines]))
    km, length = scale_bar(projection.factor)
    known = {row.region.code for row in rows}
    return AreaMap(
        areas=tuple(_area(row, projection, codes, is_whole=is_whole) for row in counties),
        outline=projection.path(city.geometry) if city is not None else "",
        level=level,
        height=height,
        scale_km=km,
        scale_px=length,
        partly=tuple(region.name for region in found if region.code not in known),
        drawn=tuple(projection.path(outline) for outline in outlines),
    )


def _coloured(region: Region) -> str:
    """The code of the region that is coloured for a place."""
    is_below = region.level not in ("city", "county") and region.parent is not None
    return region.parent.code if is_below and region.parent else region.code


def _area(row: Any, projection: Projection, codes: set[str], *, is_whole: bool) -> Area:
    x, y = label_point(row, projection)
    return Area(
        name=row.region.name,
        path=projection.path(row.geometry),
        x=x,
        y=y,
        is_warned=is_whole or row.region.code in codes,
    )


def grounds_of(reasons: Sequence[Reason]) -> list[tuple[str, str, str]]:
    """(source with article, how far it was checked, what it says) of each reason."""
    return [
        (
            f"{_(each.source)}{_article(each.article)}",
            _(each.status.label),
            each.note.text(_) if each.note else "",
        )
        for each in reasons
    ]


def _article(article: str) -> str:
    return _(" Art. {article}").format(article=article) if article else ""
