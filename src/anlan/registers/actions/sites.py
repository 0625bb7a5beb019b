"""Sites with their place, installations, and dated inventories of substances.

PointNotInDegrees     longitude and latitude are no degrees, or only one is given
OutsideCity           the point lies in no county of the city
RegionDiffers         the region chosen is not the one in which the point lies
InventoryExists       this substance was counted on this day already
InventoryInFuture     nothing is counted before it is seen
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Invalid
from anlan.base.rules.coordinates import Datum, InvalidCoordinates, to_wgs84
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import UNKNOWN
from anlan.registers.access import require_keeping
from anlan.registers.actions.keeping import Request, add_row, change_row
from anlan.registers.choices import PlaceState
from anlan.registers.models import (
    Enterprise,
    Installation,
    Inventory,
    Region,
    RegionOutline,
    Site,
)
from anlan.registers.rules.site_place import region_of_point

DIGITS = 7
"""House rule: seven decimals of a degree are a centimetre."""


class PointNotInDegrees(Invalid):
    code = "point-not-in-degrees"
    message = gettext_noop(
        "Longitude and latitude go together, in decimal degrees: about 111.0 and 35.0 here. "
        "Enter both, or leave both empty."
    )


class OutsideCity(Invalid):
    code = "outside-city"
    message = gettext_noop(
        "The point {longitude}°E, {latitude}°N lies outside the city. Check whether longitude and "
        "latitude are exchanged and whether the map it was read from is the one chosen; otherwise "
        "leave the point empty and choose the region by hand."
    )


class RegionDiffers(Invalid):
    code = "region-differs"
    message = gettext_noop(
        "The point lies in {found}, the region chosen is {chosen}. Leave the region empty to take "
        "{found}, or correct the point."
    )


class InventoryExists(Invalid):
    code = "inventory-exists"
    message = gettext_noop(
        "{substance} was counted on {day} already. Correct that count instead, or give the day of "
        "the new count."
    )


class InventoryInFuture(Invalid):
    code = "inventory-in-future"
    message = gettext_noop("The count is dated after today. Give the day on which it was seen.")


def add_site(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A new site. `values`: its columns, and `datum`, that of longitude and latitude."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    enterprise: Enterprise = values["enterprise"]
    row = Site(**placed(values, enterprise.region))
    return add_row(row, action="registers.site.add", check=_may_keep_site(actor), asked=asked)


def change_site(
    site_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct a site; its place is taken whole: point, datum and region."""
    return change_row(
        Site,
        site_id,
        placed(values, Site.objects.get(pk=site_id).region),
        expected_version=expected_version,
        action="registers.site.change",
        check=_may_keep_site(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def add_installation(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = Installation(**values)
    check = _may_keep_installation(actor)
    return add_row(row, action="registers.installation.add", check=check, asked=asked)


def change_installation(
    installation_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    return change_row(
        Installation,
        installation_id,
        values,
        expected_version=expected_version,
        action="registers.installation.change",
        check=_may_keep_installation(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def add_inventory(
    values: Mapping[str, Any],
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """What an installation held of a substance on a day; the older counts stay."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = Inventory(**values)

    def check(row: Inventory) -> None:
        require_keeping(actor, row.installation.site.enterprise.unit.code)
        if row.counted_on > now.astimezone(CITY_ZONE).date():
            raise InventoryInFuture(field="counted_on")
        same = Inventory.objects.filter(
            installation=row.installation, substance=row.substance, counted_on=row.counted_on
        )
        if same.exists():
            raise InventoryExists(
                field="counted_on", substance=row.substance.name, day=row.counted_on.isoformat()
            )

    return add_row(row, action="registers.inventory.add", check=check, asked=asked)


def change_inventory(
    inventory_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct the amounts of one count; a new count is a row of its own."""

    def check(row: Inventory) -> None:
        require_keeping(actor, row.installation.site.enterprise.unit.code)

    return change_row(
        Inventory,
        inventory_id,
        values,
        expected_version=expected_version,
        action="registers.inventory.change",
        check=check,
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def _may_keep_site(actor: Actor) -> Any:
    return lambda row: require_keeping(actor, row.enterprise.unit.code)


def _may_keep_installation(actor: Actor) -> Any:
    return lambda row: require_keeping(actor, row.site.enterprise.unit.code)


def placed(values: Mapping[str, Any], fallback: Region) -> dict[str, Any]:
    """The columns with the point in CGCS2000 and the region that follows from it."""
    found = dict(values)
    datum = Datum(found.pop("datum", None) or Datum.CGCS2000)
    longitude, latitude = found.get("longitude_deg"), found.get("latitude_deg")
    chosen: Region | None = found.get("region")
    if longitude is None and latitude is None:
        place = {"source_datum": "", "place_state": PlaceState.NONE}
        return found | place | {"region": chosen or fallback}
    if longitude is None or latitude is None:
        raise PointNotInDegrees(field="latitude_deg" if latitude is None else "longitude_deg")
    found["longitude_deg"], found["latitude_deg"] = converted_point(longitude, latitude, datum)
    found["source_datum"] = datum.value
    return found | _region(found["longitude_deg"], found["latitude_deg"], chosen, fallback)


def converted_point(longitude: float, latitude: float, datum: Datum) -> tuple[float, float]:
    try:
        point = to_wgs84([[longitude, latitude]], datum)[0]
    except InvalidCoordinates as refusal:
        raise PointNotInDegrees(field="longitude_deg") from refusal
    return round(float(point[0]), DIGITS), round(float(point[1]), DIGITS)


def _region(
    longitude: float, latitude: float, chosen: Region | None, fallback: Region
) -> dict[str, Any]:
    rows = RegionOutline.objects.filter(region__level="county")
    outlines = dict(rows.values_list("region__code", "geometry"))
    code = region_of_point(longitude, latitude, outlines).value
    if code is UNKNOWN:
        return {"region": chosen or fallback, "place_state": PlaceState.UNCHECKED}
    if not code:
        raise OutsideCity(field="longitude_deg", longitude=longitude, latitude=latitude)
    region = Region.objects.get(code=code)
    if chosen is not None and chosen.level == "county" and chosen != region:
        raise RegionDiffers(field="region", found=region.name, chosen=chosen.name)
    return {"region": region, "place_state": PlaceState.INSIDE}
