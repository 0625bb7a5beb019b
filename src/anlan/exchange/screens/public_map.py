"""The public map: counties with the highest level in force, and drawn areas.

Drawn only where a base map with its approval number is configured; the number stands below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anlan.registers.screens.region_map import Projection, bounds_of, projection_for
from anlan.warning.queries.public import CountyOutline, PublicWarning
from anlan.warning.rules.signal import RANK, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    name: str
    path: str
    level: str
    level_word: str
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMap:
    counties: tuple[Shape, ...]
    drawn: tuple[Shape, ...]
    outline: str
    width: float = 860.0
    height: float = 0.0
    projection: Projection | None = None


def public_map(
    held: Sequence[CountyOutline], standing: Sequence[PublicWarning]
) -> PublicMap | None:
    """None where no outline is on this machine."""
    counties = [each for each in held if each.level == "county"]
    city = next((each for each in held if each.level == "city"), None)
    if not counties:
        return None
    drawn = [(area, told) for told in standing for area in told.areas if area.outline]
    shapes = [each.geometry for each in held] + [area.outline for area, _ in drawn if area.outline]
    projection, height = projection_for(bounds_of(shapes))
    whole = city.code if city is not None else ""
    found = []
    for county in counties:
        highest = _highest(standing, {county.code, whole})
        x, y = projection.point(*county.label)
        found.append(
            Shape(
                name=county.name,
                path=projection.path(county.geometry),
                level=highest.level if highest is not None else "",
                level_word=f"{highest.hazard_word}{highest.level_word}" if highest else "",
                x=x,
                y=y,
            )
        )
    return PublicMap(
        counties=tuple(found),
        drawn=tuple(
            Shape(
                name=area.name,
                path=projection.path(area.outline),
                level=told.level,
                level_word=f"{told.hazard_word}{told.level_word}",
            )
            for area, told in drawn
            if area.outline
        ),
        outline=projection.path(city.geometry) if city is not None else "",
        height=height,
        projection=projection,
    )


def _highest(standing: Sequence[PublicWarning], codes: set[str]) -> PublicWarning | None:
    here = [
        told for told in standing if any(area.code in codes for area in told.areas if area.code)
    ]
    return max(here, key=lambda told: RANK[Level(told.level)], default=None)
