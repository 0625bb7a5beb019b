"""The map of a region: an SVG drawn on the server, for internal use only.

House rule: local equirectangular projection about the middle of the view (x shortened by the
cosine of the latitude): true to within 0.1 % over a city of 150 km, and it needs no library.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.rules.labels import gettext_noop
from anlan.registers.models import Region, RegionOutline
from anlan.registers.rules.scope import Capability, Scope

WIDTH = 860.0
MAX_HEIGHT = 640.0
MARGIN = 34.0
KM_PER_DEG = 111.195
CONVERTED = gettext_noop("GCJ-02 (converted)")  # as the profile builder writes it
LABEL_HALF_WIDTH, LABEL_RISE, LABEL_DROP, SEAT_GAP = 46.0, 20.0, 24.0, 26.0
SCALE_STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200)
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A region on the map. `is_here` is the region of the page, or one inside it."""

    name: str
    url: str
    path: str
    x: float
    y: float
    number: int
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMap:
    """A map, or the reason why there is none: `reason` is "public", "missing" or empty."""

    reason: str = ""
    subject: str = ""
    is_of_parent: bool = False
    width: float = WIDTH
    height: float = MAX_HEIGHT
    shapes: tuple[Shape, ...] = ()
    outline: str = ""
    seats: tuple[Seat, ...] = ()
    scale_km: int = 0
    scale_px: float = 0.0
    datum: str = ""
    source: str = ""
    projection: "Projection | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Degrees to drawing units."""

    west: float
    north: float
    cos: float
    factor: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = MARGIN + (longitude - self.west) * self.cos * self.factor
        y = MARGIN + (self.north - latitude) * self.factor
        return round(x, 1), round(y, 1)

    def path(self, geometry: dict[str, Any]) -> str:
        return "".join(self._ring(ring) for ring in rings(geometry))

    def _ring(self, ring: Sequence[Sequence[float]]) -> str:
        points = [self.point(lon, lat) for lon, lat, *_ in ring[:-1]]
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def rings(geometry: dict[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """The rings of a GeoJSON Polygon or MultiPolygon."""
    polygons = geometry["coordinates"]
    for polygon in [polygons] if geometry["type"] == "Polygon" else polygons:
        yield from polygon


def bounds_of(geometries: Iterable[dict[str, Any]]) -> Bounds:
    points = [point for geometry in geometries for ring in rings(geometry) for point in ring]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def projection_for(bounds: Bounds) -> tuple[Projection, float]:
    """The projection that fits bounds into the drawing, and the height of the drawing."""
    west, south, east, north = bounds
    cos = math.cos(math.radians((south + north) / 2))
    across, down = max((east - west) * cos, 1e-6), max(north - south, 1e-6)
    factor = min((WIDTH - 2 * MARGIN) / across, (MAX_HEIGHT - 2 * MARGIN) / down)
    spare = (WIDTH - 2 * MARGIN) / factor - across
    projection = Projection(west=west - spare / 2 / cos, north=north, cos=cos, factor=factor)
    return projection, round(down * factor + 2 * MARGIN, 1)


def scale_bar(factor: float) -> tuple[int, float]:
    """A round length of about a fifth of the width: kilometres and drawing units."""
    per_km = factor / KM_PER_DEG
    wanted = WIDTH / 5 / per_km
    km = max((step for step in SCALE_STEPS_KM if step <= wanted), default=SCALE_STEPS_KM[0])
    return km, round(km * per_km, 1)


def map_of(region: Region, scope: Scope) -> RegionMap:
    """The map of a region, or of the nearest region above it that has an outline."""
    if not scope.may(Capability.READ_INTERNAL):
        return RegionMap(reason="public")
    subject = nearest_outlined(region)
    if subject is None:
        return RegionMap(reason="missing")
    rows = outlines_around(subject, scope)
    own = next(row for row in rows if row.region_id == subject.pk)
    projection, height = projection_for(bounds_of([own.geometry]))
    parts = [row for row in rows if row.region.level == "county"] or [own]
    km, length = scale_bar(projection.factor)
    return RegionMap(
        subject=subject.name,
        is_of_parent=subject.pk != region.pk,
        height=height,
        shapes=tuple(_shape(row, projection, subject) for row in parts),
        outline=projection.path(own.geometry),
        seats=tuple(_seats(parts, projection, subject)),
        scale_km=km,
        scale_px=length,
        datum=_(own.source_datum),
        source=own.source,
        projection=projection,
    )


def nearest_outlined(region: Region) -> Region | None:
    here: Region | None = region
    while here is not None:
        if RegionOutline.objects.filter(region=here).exists():
            return here
        here = here.parent
    return None


def outlines_around(subject: Region, scope: Scope) -> list[RegionOutline]:
    """Its own outline and those of the counties beside or below it."""
    top = subject.parent_id if subject.level == "county" and subject.parent_id else subject.pk
    visible = RegionOutline.objects.visible_to(scope).select_related("region")
    rows = visible.filter(region__parent=top) | visible.filter(region=subject.pk)
    return list(rows.annotate(number=Count("region__children")).order_by("region__code"))


def label_point(row: Any, projection: Projection) -> tuple[float, float]:
    """Where the name stands: inside the region, above its seat when the two would overlap."""
    x, y = projection.point(row.label_longitude_deg, row.label_latitude_deg)
    region = row.region
    if region.longitude_deg is None or region.latitude_deg is None:
        return x, y
    seat_x, seat_y = projection.point(region.longitude_deg, region.latitude_deg)
    overlaps = abs(seat_x - x) < LABEL_HALF_WIDTH and -LABEL_RISE < seat_y - y < LABEL_DROP
    return (seat_x, round(seat_y - SEAT_GAP, 1)) if overlaps else (x, y)


def _shape(row: Any, projection: Projection, subject: Region) -> Shape:
    x, y = label_point(row, projection)
    return Shape(
        name=row.region.name,
        url=reverse("region", args=[row.region.code]),
        path=projection.path(row.geometry),
        x=x,
        y=y,
        number=row.number,
        is_here=subject.level == "city" or row.region_id == subject.pk,
    )


def _seats(rows: Sequence[Any], projection: Projection, subject: Region) -> Iterator[Seat]:
    for row in rows:
        region = row.region
        is_here = subject.level == "city" or region.pk == subject.pk
        if is_here and region.longitude_deg is not None and region.latitude_deg is not None:
            x, y = projection.point(region.longitude_deg, region.latitude_deg)
            yield Seat(name=region.name, x=x, y=y)
