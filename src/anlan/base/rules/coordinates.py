"""Undo and apply the shift of Chinese map coordinates: WGS 84 ⇄ GCJ-02 ⇄ BD-09.

Decides where a point of a shifted map really lies, and the reverse for export.

Source: no official text is published. The formula is the well-known public one, the same in the
open packages `gcoord` and `eviltransform` (Krasovsky 1940 ellipsoid for GCJ-02; the offsets
0.0065°, 0.006° and the angle factor 3000 for BD-09). Tests compare with outlines that others
converted. Our own part is the inverse: the forward formula is iterated, not approximated.

Units and valid range: arrays of shape (n, 2), axes (point, lon|lat), degrees; longitude -180…180,
latitude -90…90. CGCS2000 and WGS 84 differ by centimetres and are treated as one (House rule: the
outlines and sensors we read are metres apart at best).

Edge cases: a point outside the shifted rectangle (`is_out_of_china`) keeps its WGS 84 value in
GCJ-02, as the map services do. Forward tests the true point, the inverse the shifted one, so that
a point within about 0.02° of the rectangle's edge may not come back; no city of China lies there.
The rectangle is coarser than the border: Hong Kong, Macao and parts of neighbour countries are
inside. A value that is missing (NaN), infinite or out of range is refused, never guessed.
"""

import math
from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points: TypeAlias = NDArray[np.float64]

KRASOVSKY_SEMI_MAJOR_M: Final = 6_378_245.0
KRASOVSKY_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323

# Corners of the shifted rectangle, degrees: west, south, east, north.
SHIFTED_RECTANGLE_DEG: Final = (72.004, 0.8293, 137.8347, 55.8271)

# The polynomial of the shift is written around this point, degrees.
SHIFT_ORIGIN_LON_DEG: Final = 105.0
SHIFT_ORIGIN_LAT_DEG: Final = 35.0

BAIDU_LON_OFFSET_DEG: Final = 0.0065
BAIDU_LAT_OFFSET_DEG: Final = 0.006
BAIDU_ANGLE_FACTOR: Final = math.pi * 3000.0 / 180.0
BAIDU_RADIUS_WAVE_DEG: Final = 0.00002
BAIDU_ANGLE_WAVE_RAD: Final = 0.000003

# The inverse stops at this step; 1e-10° is about 0.01 mm. Each pass gains two to three digits.
INVERSE_STEP_DEG: Final = 1e-10
INVERSE_PASSES: Final = 20


class Datum(StrEnum):
    """The datum of coordinates that come or go; the value is the printed name, not translated."""

    WGS84 = "WGS 84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class InvalidCoordinates(ValueError):
    """Points that are not longitude, latitude in degrees."""


def is_out_of_china(lonlat_deg: ArrayLike) -> NDArray[np.bool_]:
    """Tell which points lie outside the rectangle in which GCJ-02 is shifted.

    Returns shape (n,). The edge itself is inside.
    """
    points = _check(lonlat_deg)
    west, south, east, north = SHIFTED_RECTANGLE_DEG
    lon, lat = points[:, 0], points[:, 1]
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.logical_not(inside)


def wgs84_to_gcj02(lonlat_deg: ArrayLike) -> Points:
    """Shift true points as Chinese map services do."""
    points = _check(lonlat_deg)
    return np.where(is_out_of_china(points)[:, None], points, _shift(points))


def gcj02_to_wgs84(lonlat_deg: ArrayLike) -> Points:
    """Undo the shift of GCJ-02; the error of the inverse is below 1e-7° (1 cm)."""
    points = _check(lonlat_deg)
    outside = is_out_of_china(points)
    result = points.copy()
    result[~outside] = _invert(_shift, points[~outside])
    return result


def gcj02_to_bd09(lonlat_deg: ArrayLike) -> Points:
    """Apply the second shift, that of Baidu's maps. It is applied outside China as well."""
    return _baidu(_check(lonlat_deg))


def bd09_to_gcj02(lonlat_deg: ArrayLike) -> Points:
    """Undo Baidu's shift; the error of the inverse is below 1e-7°."""
    return _invert(_baidu, _check(lonlat_deg))


def wgs84_to_bd09(lonlat_deg: ArrayLike) -> Points:
    """Shift true points twice."""
    return gcj02_to_bd09(wgs84_to_gcj02(lonlat_deg))


def bd09_to_wgs84(lonlat_deg: ArrayLike) -> Points:
    """Undo both shifts."""
    return gcj02_to_wgs84(bd09_to_gcj02(lonlat_deg))


def to_wgs84(lonlat_deg: ArrayLike, datum: Datum) -> Points:
    """Convert points of a named datum to WGS 84 (used as CGCS2000). Used on import."""
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(lonlat_deg)
    if datum is Datum.BD09:
        return bd09_to_wgs84(lonlat_deg)
    return _check(lonlat_deg)


def from_wgs84(lonlat_deg: ArrayLike, datum: Datum) -> Points:
    """Convert WGS 84 points to a named datum. Used on export only."""
    if datum is Datum.GCJ02:
        return wgs84_to_gcj02(lonlat_deg)
    if datum is Datum.BD09:
        return wgs84_to_bd09(lonlat_deg)
    return _check(lonlat_deg)


def _check(lonlat_deg: ArrayLike) -> Points:
    points = np.array(lonlat_deg, dtype=np.float64)
    if points.size == 0:
        return points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise InvalidCoordinates(
            f"Points need the shape (n, 2), longitude first; got {points.shape}."
        )
    wrong = ~np.isfinite(points).all(axis=1)
    wrong |= (np.abs(points[:, 0]) > 180.0) | (np.abs(points[:, 1]) > 90.0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InvalidCoordinates(
            f"Point {row} is not longitude, latitude in degrees: {points[row].tolist()}. "
            "Check that the file is in degrees and longitude comes first."
        )
    return points


def _invert(forward: Callable[[Points], Points], shifted: Points) -> Points:
    """Find the points that `forward` takes to `shifted`.

    The shift changes by less than 4 % of the distance moved, so each pass is closer.
    """
    guess = shifted.copy()
    passes, largest_step_deg = 0, math.inf
    while largest_step_deg >= INVERSE_STEP_DEG and passes < INVERSE_PASSES:
        step = shifted - forward(guess)
        guess += step
        largest_step_deg = float(np.abs(step).max(initial=0.0))
        passes += 1
    return guess


def _shift(points: Points) -> Points:
    """The GCJ-02 shift, without the rectangle test."""
    x = points[:, 0] - SHIFT_ORIGIN_LON_DEG
    y = points[:, 1] - SHIFT_ORIGIN_LAT_DEG
    lat_rad = np.radians(points[:, 1])
    magic = 1.0 - KRASOVSKY_ECCENTRICITY_SQUARED * np.sin(lat_rad) ** 2
    meridian_m = KRASOVSKY_SEMI_MAJOR_M * (1.0 - KRASOVSKY_ECCENTRICITY_SQUARED) / magic**1.5
    parallel_m = KRASOVSKY_SEMI_MAJOR_M / np.sqrt(magic) * np.cos(lat_rad)
    lat_deg = np.degrees(_shift_north_m(x, y) / meridian_m)
    lon_deg = np.degrees(_shift_east_m(x, y) / parallel_m)
    shifted: Points = points + np.column_stack((lon_deg, lat_deg))
    return shifted


def _shift_north_m(x: Points, y: Points) -> Points:
    metres: Points = (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    )
    metres += _waves(x, ((20.0, 6.0), (20.0, 2.0)))
    metres += _waves(y, ((20.0, 1.0), (40.0, 1.0 / 3.0)))
    metres += _waves(y, ((160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)))
    return metres


def _shift_east_m(x: Points, y: Points) -> Points:
    metres: Points = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    metres += _waves(x, ((20.0, 6.0), (20.0, 2.0)))
    metres += _waves(x, ((20.0, 1.0), (40.0, 1.0 / 3.0)))
    metres += _waves(x, ((150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)))
    return metres


def _waves(x: Points, terms: tuple[tuple[float, float], ...]) -> Points:
    """Sum of amplitude · sin(frequency · π · x), scaled by 2/3 as the formula prescribes."""
    total = np.zeros_like(x)
    for amplitude_m, frequency in terms:
        total += amplitude_m * np.sin(frequency * math.pi * x)
    total *= 2.0 / 3.0
    return total


def _baidu(points: Points) -> Points:
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + BAIDU_RADIUS_WAVE_DEG * np.sin(lat * BAIDU_ANGLE_FACTOR)
    angle = np.arctan2(lat, lon) + BAIDU_ANGLE_WAVE_RAD * np.cos(lon * BAIDU_ANGLE_FACTOR)
    return np.column_stack(
        (
            radius * np.cos(angle) + BAIDU_LON_OFFSET_DEG,
            radius * np.sin(angle) + BAIDU_LAT_OFFSET_DEG,
        )
    )
