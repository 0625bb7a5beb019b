"""Who is inside a warned area (受众): contacts by their point, else by their division.

Decides for each contact whether it is inside, may be inside (unlocated), answers from above, or is
outside.

Source: House rule (issue and design: contact point, boundary included, planar longitude and
latitude, holes, several counties; or division code; the unlocated are listed, never dropped).
Who answers for a whole division that the danger touches is called too, wherever the person sits.

Units and valid range: longitude and latitude in degrees, CGCS2000, planar; regions by code with a
map of codes to the code above (never by a prefix: the development zone's code lies inside its
district, and so does its region). Arrays have one entry a contact; NaN is "no point".

Edge cases: a point on the boundary, or on that of a hole, is inside. A contact without a point is
inside a drawn area when the outline of its nearest outlined region lies wholly in it, outside when
the two do not touch, and unlocated otherwise; without any outline it is unlocated. For an area
that is a division a contact is inside by its region, or by a point that lies in the division's
outline although its region says otherwise. A ring that crosses itself is repaired (`make_valid`),
so that what it winds around is inside. No area at all reaches nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import shapely  # type: ignore[import-untyped]
from numpy.typing import NDArray

from anlan.base.rules.labels import gettext_noop

RULE: Final = "call-recipients"


class Found(StrEnum):
    """Why somebody is on the list."""

    POINT = "point"
    DIVISION = "division"
    ABOVE = "above"
    UNLOCATED = "unlocated"


FOUND_LABELS: Final = {
    Found.POINT: gettext_noop("inside by the contact's point"),
    Found.DIVISION: gettext_noop("inside by the division"),
    Found.ABOVE: gettext_noop("answers for a division that is touched"),
    Found.UNLOCATED: gettext_noop("place not known well enough: look yourself"),
}


class Meeting(StrEnum):
    """How a drawn area meets a division: the whole of it, a part, or not at all."""

    WHOLE = "whole"
    PART = "part"
    APART = "apart"


OUTSIDE: Final = 0
_CODES: Final = (None, Found.POINT, Found.DIVISION, Found.ABOVE, Found.UNLOCATED)
_NUMBER: Final = {found: number for number, found in enumerate(_CODES) if found is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Divisions:
    """The regions: `parents` gives the code above a code, `outlines` GeoJSON where one is held."""

    parents: Mapping[str, str]
    outlines: Mapping[str, Mapping[str, Any]]

    def line(self, code: str) -> tuple[str, ...]:
        """The code and those above it, from below."""
        found = [code]
        while (above := self.parents.get(found[-1], "")) and above not in found:
            found.append(above)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where a message applies: divisions by code, and drawn outlines (GeoJSON)."""

    regions: tuple[str, ...] = ()
    outlines: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """One entry a contact: region code, degrees (NaN without a point), stands above or not."""

    regions: Sequence[str]
    longitude_deg: NDArray[np.float64]
    latitude_deg: NDArray[np.float64]
    is_above: NDArray[np.bool_]

    def __post_init__(self) -> None:
        sizes = {len(self.regions), len(self.longitude_deg), len(self.latitude_deg)}
        if sizes != {len(self.is_above)}:
            raise ValueError("one entry a contact in every column")


def recipients(area: Area, contacts: Contacts, divisions: Divisions) -> list[Found | None]:
    """Why each contact is on the list; None: it is not. Source, edge cases: see the module."""
    codes, position = _distinct(contacts.regions)
    wanted = frozenset(area.regions)
    lines = {code: divisions.line(code) for code in codes}
    by_code = np.array([bool(wanted.intersection(lines[code])) for code in codes], dtype=bool)
    shapes = [_shape(outline) for outline in area.outlines]
    held = {c: _shape(divisions.outlines[c]) for c in wanted if c in divisions.outlines}
    has_point = ~(np.isnan(contacts.longitude_deg) | np.isnan(contacts.latitude_deg))
    inside_drawn = _covered(shapes, contacts, has_point)
    inside_held = _covered(list(held.values()), contacts, has_point)
    result = np.full(len(contacts.regions), OUTSIDE, dtype=np.int8)
    met = _meetings(divisions, shapes)
    if shapes:
        placed = np.array([_placed(lines[code], met) for code in codes], np.int8)
        result = np.where(~has_point, placed[position], result)
    result = np.where(by_code[position], _NUMBER[Found.DIVISION], result)
    result = np.where(inside_drawn | inside_held, _NUMBER[Found.POINT], result)
    inside = (result == _NUMBER[Found.POINT]) | (result == _NUMBER[Found.DIVISION])
    reached = {codes[int(place)] for place in np.unique(position[inside])}
    reached |= wanted | {code for code, meeting in met.items() if meeting is not Meeting.APART}
    touched = {above for code in reached for above in divisions.line(code)}
    from_above = np.array([code in touched for code in codes], dtype=bool)[position]
    undecided = (result == OUTSIDE) | (result == _NUMBER[Found.UNLOCATED])
    raised = contacts.is_above & from_above & undecided
    result = np.where(raised, _NUMBER[Found.ABOVE], result)
    return [_CODES[number] for number in result.tolist()]


def _distinct(regions: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
    """The different codes, and where each entry's stands among them."""
    place: dict[str, int] = {}
    position = np.fromiter(
        (place.setdefault(code, len(place)) for code in regions), np.intp, len(regions)
    )
    return list(place), position


def _shape(outline: Mapping[str, Any]) -> Any:
    shape = shapely.geometry.shape(outline)
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape)


def _covered(
    shapes: Iterable[Any], contacts: Contacts, has_point: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Points that a shape covers, its boundary included."""
    found = np.zeros(len(has_point), dtype=bool)
    given = list(shapes)
    if not given or not has_point.any():
        return found
    places = np.flatnonzero(has_point)
    points = shapely.points(contacts.longitude_deg[places], contacts.latitude_deg[places])
    tree = shapely.STRtree(points)
    for shape in given:
        found[places[tree.query(shape, predicate="covers")]] = True
    return found


def _meetings(divisions: Divisions, shapes: list[Any]) -> dict[str, Meeting]:
    """How the drawn areas meet each outlined division."""
    found: dict[str, Meeting] = {}
    for code, outline in divisions.outlines.items() if shapes else ():
        region = _shape(outline)
        if any(shapely.covers(shape, region) for shape in shapes):
            found[code] = Meeting.WHOLE
        elif any(shapely.intersects(shape, region) for shape in shapes):
            found[code] = Meeting.PART
        else:
            found[code] = Meeting.APART
    return found


def _placed(line: tuple[str, ...], met: Mapping[str, Meeting]) -> int:
    """Where a contact without a point stands, by the nearest outline on its line."""
    meeting = next((met[code] for code in line if code in met), Meeting.PART)
    if meeting is Meeting.WHOLE:
        return _NUMBER[Found.DIVISION]
    return _NUMBER[Found.UNLOCATED] if meeting is Meeting.PART else OUTSIDE
