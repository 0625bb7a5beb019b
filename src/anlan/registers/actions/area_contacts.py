"""Area contacts are entered, corrected and ended; a contact that ended stays on record.

PersonMissing       neither somebody of the list nor a new name
OutsideUnit         the point lies in another county than the region
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording
from anlan.base.rules.coordinates import Datum
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.upkeep import validate
from anlan.registers.access import require_keeping
from anlan.registers.actions.holding import tidied_person
from anlan.registers.actions.keeping import Beside, Request, add_row, change_row
from anlan.registers.actions.sites import PointNotInDegrees, converted_point
from anlan.registers.models import AreaContact, Person, RegionOutline
from anlan.registers.models.area_contacts import lies_in
from anlan.registers.rules.site_place import region_of_point


class PersonMissing(Invalid):
    code = "person-missing"
    message = gettext_noop("Choose somebody of the list, or give the name of somebody new.")


class PointElsewhere(Invalid):
    code = "point-elsewhere"
    message = gettext_noop(
        "The point {longitude}°E, {latitude}°N does not lie in {region}. Check whether longitude "
        "and latitude are exchanged, or leave the point empty: the contact is then called by its "
        "region."
    )


Newcomers = Mapping[str, Mapping[str, str]]
"""New people by column (`person`, `deputy`): name and mobile."""


def add_area_contact(
    values: Mapping[str, Any],
    *,
    people: Newcomers | None = None,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A new contact. `values`: its columns, and `datum`, that of longitude and latitude."""
    entered = people or {}
    if values.get("person") is None and "person" not in entered:
        raise PersonMissing(field="person")
    return add_row(
        AreaContact(**_placed(values)),
        action="registers.area_contact.add",
        check=_checked(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
        beside=_entering(entered),
    )


def change_area_contact(
    contact_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    people: Newcomers | None = None,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct a contact, or end it by a day."""
    return change_row(
        AreaContact,
        contact_id,
        _placed(values),
        expected_version=expected_version,
        action="registers.area_contact.change",
        check=_checked(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
        beside=_entering(people or {}),
    )


def _entering(people: Newcomers) -> Beside:
    """Enter the new people in the entry of the contact."""

    def enter(rec: Recording) -> dict[str, Person]:
        found = {}
        for column, new in people.items():
            row = Person(**tidied_person(dict(new)))
            validate(row)
            rec.add(row)
            found[column] = row
        return found

    return Beside(write=enter, payload={name: dict(new)["name"] for name, new in people.items()})


def _placed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with the point in CGCS2000."""
    found = dict(values)
    datum = Datum(found.pop("datum", None) or Datum.CGCS2000)
    longitude, latitude = found.get("longitude_deg"), found.get("latitude_deg")
    if longitude is None and latitude is None:
        return found
    if longitude is None or latitude is None:
        raise PointNotInDegrees(field="latitude_deg" if latitude is None else "longitude_deg")
    found["longitude_deg"], found["latitude_deg"] = converted_point(longitude, latitude, datum)
    return found


def _checked(actor: Actor) -> Any:
    def check(row: AreaContact) -> None:
        require_keeping(actor, row.unit.code)
        _check_point(row)

    return check


def _check_point(row: AreaContact) -> None:
    """A point that lies in another county than the region is refused."""
    if row.longitude_deg is None or row.latitude_deg is None:
        return
    outlines = RegionOutline.objects.filter(region__level="county")
    counties = dict(outlines.values_list("region__code", "geometry"))
    code = region_of_point(row.longitude_deg, row.latitude_deg, counties).value
    if code is UNKNOWN:
        return
    place = row.region
    own = [found for found in outlines.select_related("region") if lies_in(place, found.region_id)]
    if not own and code:
        return  # the region has no outline of its own, or is the city
    if not own or own[0].region.code != code:
        raise PointElsewhere(
            field="longitude_deg",
            longitude=row.longitude_deg,
            latitude=row.latitude_deg,
            region=place.name,
        )
