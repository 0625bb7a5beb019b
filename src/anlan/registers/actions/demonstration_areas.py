"""Invented area contacts of the demonstration: villages, wardens, schools, leaders."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.registers.actions.area_contacts import add_area_contact
from anlan.registers.actions.demonstration import asked_of, found
from anlan.registers.choices import Mark
from anlan.registers.models import Account, Region, ReportingUnit
from anlan.registers.rules.invented import SOURCE

FILE = "demonstration-callout.toml"


def area_contact_scenes(profile: Profile) -> Iterator[Scene]:
    for row in profile.table(FILE).get("area_contact", ()):
        yield Scene(key=row["key"], at=row["at"], play=partial(_contact, row))


def _contact(row: dict[str, Any]) -> None:
    """`login` names somebody who signs in, so that the phone page can be tried."""
    people = {}
    person = None
    if "login" in row:
        person = found(Account, login=row["login"]).person
    else:
        people["person"] = {"name": row["person"], "mobile": row.get("mobile", "")}
    if "deputy" in row:
        people["deputy"] = {"name": row["deputy"], "mobile": row.get("deputy_mobile", "")}
    values = {
        "kind": row["kind"],
        "unit": found(ReportingUnit, code=row["unit"]),
        "region": found(Region, code=row["region"]),
        "place": row.get("place", ""),
        "longitude_deg": row.get("longitude_deg"),
        "latitude_deg": row.get("latitude_deg"),
        "held_from": row["held_from"],
        "source": SOURCE,
        "mark": Mark.INVENTED,
    }
    if person is not None:
        values["person"] = person
    add_area_contact(values, people=people, **asked_of(row))
