"""Invented institutions of the demonstration: drafts, adopted ones, one replaced, some used."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.registers.actions.demonstration import asked_of, found
from anlan.registers.actions.instruments import (
    NewCitation,
    add_instrument,
    change_instrument,
    cite_instrument,
)
from anlan.registers.choices import Mark
from anlan.registers.models import Body, Enterprise, Instrument
from anlan.registers.rules.invented import SOURCE

FILE: Final = "demonstration-institutions.toml"
DAYS: Final = ("adopted_on", "in_force_from", "in_force_until", "review_on")


def instrument_scenes(profile: Profile) -> Iterator[Scene]:
    story = profile.table(FILE)
    for row in story["instrument"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_instrument, row))
    for row in story["instrument_change"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_change, row))
    for row in story["enterprise_citation"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_citation, row))


def _instrument(row: dict[str, Any]) -> None:
    values = {
        "name": row["name"],
        "number": row.get("number", ""),
        "kind": row["kind"],
        "issuer": found(Body, code=row["issuer"]),
        "source": SOURCE,
        "mark": Mark.INVENTED,
        **{day: row[day] for day in DAYS if day in row},
    }
    if "replaces" in row:
        values["replaces"] = found(Instrument, name=row["replaces"])
    add_instrument(values, **asked_of(row))


def _change(row: dict[str, Any]) -> None:
    instrument = found(Instrument, name=row["name"])
    names = (*DAYS, "number")
    values = {name: row[name] for name in names if name in row}
    change_instrument(instrument.pk, values, expected_version=instrument.version, **asked_of(row))


def _citation(row: dict[str, Any]) -> None:
    new = NewCitation(
        instrument=found(Instrument, name=row["instrument"]).pk,
        subject=found(Enterprise, name=row["enterprise"]),
        cited_on=row["on"],
        note=row["note"],
    )
    cite_instrument(new, **asked_of(row))
