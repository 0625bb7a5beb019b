"""Shapes that many answers share: places as GeoJSON, exact numbers, short references."""

import datetime as dt
import decimal
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from anlan.base import clock

GEOJSON_TYPE = "application/geo+json"
DATUM = "CGCS2000"
Search = Annotated[str, Field(max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 1, 1)
Day = Annotated[dt.date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""House rule: nothing that is recorded begins or ends outside these years."""


class OnDay(Schema):
    """`on`: the day that is asked about, today when it is absent."""

    on: Day | None = None

    def day(self) -> dt.date:
        return self.on or clock.today()


class Point(Schema):
    """GeoJSON: longitude, latitude in CGCS2000."""

    type: Literal["Point"] = "Point"
    coordinates: list[float]


class Named(Schema):
    """A record in passing: enough to show it and to fetch it."""

    id: str
    code: str
    name: str


class Feature(Schema):
    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]


class FeatureCollection(Schema):
    """GeoJSON (RFC 7946): longitude, latitude. `datum` names the datum that is meant."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    datum: str
    note: str
    demonstration: bool
    features: list[Feature]


def point(longitude_deg: float | None, latitude_deg: float | None) -> dict[str, Any] | None:
    if longitude_deg is None or latitude_deg is None:
        return None
    return {"type": "Point", "coordinates": [longitude_deg, latitude_deg]}


def exact(value: decimal.Decimal | None) -> str | None:
    """A decimal as text without trailing zeros; JSON numbers would round it."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def collected(features: Iterable[dict[str, Any]], *, note: str, marked: bool) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "datum": DATUM,
        "note": note,
        "demonstration": marked,
        "features": list(features),
    }
