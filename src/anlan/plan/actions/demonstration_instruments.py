"""Invented life around the institutions: what the clauses ask for arrives with the notice, people
link documents to it, and records use them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.plan.actions.instrument import link_instrument, load_requirements
from anlan.plan.actions.instrument import request_of as request_of_requirements
from anlan.plan.actions.measuring import load_measures
from anlan.plan.actions.measuring import request_of as request_of_measures
from anlan.plan.models import Inspection, InstrumentRequirement
from anlan.registers.actions.demonstration import asked_of, found
from anlan.registers.actions.demonstration_instruments import FILE
from anlan.registers.actions.instruments import NewCitation, cite_instrument
from anlan.registers.models import Instrument


def requirement_scenes(profile: Profile) -> Iterator[Scene]:
    story = profile.table(FILE)
    arrives = story["requirements"]["at"]
    yield Scene(
        key=request_of_requirements(profile),
        at=arrives,
        play=partial(load_requirements, profile, _quietly),
    )
    yield Scene(
        key=request_of_measures(profile),
        at=arrives,
        play=partial(load_measures, profile, _quietly),
    )
    for row in story["link"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_link, row))
    for row in story["inspection_citation"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_cite, row))


def _quietly(line: str) -> None:
    """The story counts its scenes itself."""


def _link(row: dict[str, Any]) -> None:
    requirement = found(InstrumentRequirement, item__key=row["item"], wanted=row["wanted"])
    instrument = found(Instrument, name=row["instrument"])
    link_instrument(
        requirement.pk, instrument.pk, expected_version=requirement.version, **asked_of(row)
    )


def _cite(row: dict[str, Any]) -> None:
    new = NewCitation(
        instrument=found(Instrument, name=row["instrument"]).pk,
        subject=found(Inspection, body__code=row["body"], inspected_on=row["inspected_on"]),
        cited_on=row["on"],
        note=row["note"],
    )
    cite_instrument(new, **asked_of(row))
