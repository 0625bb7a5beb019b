"""What lies under every map without a tile server: rivers and towns of the city's profile.

They are drawn and decide nothing. A profile without them has none; nothing is made up.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from anlan.base.profile import Profile

APART_X, APART_Y = 52.0, 17.0
"""House rule: a name nearer to another one than this is left to the tip of its point."""
RIVER_LABEL_AT: Final = (0.5, 0.35, 0.65, 0.2, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    name: str
    lines: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    code: str
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`sources` are the words for where they come from."""

    rivers: tuple[River, ...] = ()
    towns: tuple[Town, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A named point or line of the drawing. `is_named` is false where the name has no room."""

    name: str
    x: float
    y: float
    path: str = ""
    is_named: bool = True


def ground() -> Ground:
    """Rivers and towns of the city of this instance, read once."""
    return _read(Path(settings.ANLAN_PROFILE), Path(settings.ANLAN_PROFILE_BUILD))


@cache
def _read(folder: Path, build_folder: Path) -> Ground:
    profile = Profile(folder=folder, build_folder=build_folder)
    files = profile.meta.get("files", {})
    towns = profile.rows(files["places"]) if "places" in files else []
    built = profile.meta.get("rivers", {}).get("built_file", "")
    rivers = (profile.built(built) if built else None) or {"features": [], "anlan": {}}
    keys = sorted({row["source"] for row in towns} | {rivers["anlan"].get("source", "")} - {""})
    return Ground(
        rivers=tuple(
            River(
                name=each["properties"]["name"],
                lines=tuple(
                    tuple((lon, lat) for lon, lat in line)
                    for line in each["geometry"]["coordinates"]
                ),
            )
            for each in rivers["features"]
        ),
        towns=tuple(
            Town(
                code=row["region_code"],
                name=row["name"],
                longitude=float(row["longitude_deg"]),
                latitude=float(row["latitude_deg"]),
            )
            for row in towns
        ),
        sources=tuple(profile.source(key) for key in keys),
    )


class Room:
    """Which places of a drawing bear a name already."""

    def __init__(self, width: float, height: float, taken: list[tuple[float, float]]) -> None:
        self.width, self.height, self.taken = width, height, list(taken)

    def has(self, x: float, y: float) -> bool:
        return 0 <= x <= self.width and 0 <= y <= self.height

    def take(self, x: float, y: float) -> bool:
        """True, and taken from now on, where a name has room."""
        is_free = APART_X / 2 < x < self.width - APART_X / 2 and APART_Y < y < self.height - 2
        is_free = is_free and not any(
            abs(x - a) < APART_X and abs(y - b) < APART_Y for a, b in self.taken
        )
        if is_free:
            self.taken.append((x, y))
        return is_free


def drawn_rivers(found: Ground, projection: Any, room: Room) -> list[Label]:
    """Each river with the first free place for its name."""
    labels = []
    for river in found.rivers:
        lines = [[projection.point(*point) for point in line] for line in river.lines]
        inside = [point for line in lines for point in line if room.has(*point)]
        tried = (
            [inside[int((len(inside) - 1) * part)] for part in RIVER_LABEL_AT] if inside else []
        )
        place = next((point for point in tried if room.take(*point)), None)
        x, y = place or lines[0][0]
        path = "".join("M" + "L".join(f"{a:g} {b:g}" for a, b in line) for line in lines)
        labels.append(Label(name=river.name, x=x, y=y, path=path, is_named=place is not None))
    return labels


def drawn_towns(found: Ground, projection: Any, room: Room) -> list[Label]:
    """Towns inside the drawing; the name stands below the point where it has room."""
    labels = []
    for town in found.towns:
        x, y = projection.point(town.longitude, town.latitude)
        if room.has(x, y):
            labels.append(Label(name=town.name, x=x, y=y, is_named=room.take(x, y + 13)))
    return labels
