"""Invented enterprises of the demonstration, with sites, installations and counts."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.registers.actions.demonstration import FILE, asked_of, found
from anlan.registers.actions.enterprises import NewPerson, add_enterprise, set_enterprise_state
from anlan.registers.actions.sites import add_installation, add_inventory, add_site
from anlan.registers.choices import Mark
from anlan.registers.models import (
    Enterprise,
    Installation,
    Region,
    ReportingUnit,
    Site,
    Substance,
)
from anlan.registers.rules.invented import SOURCE

PROOF = {"source": SOURCE, "mark": Mark.INVENTED}


def enterprise_scenes(profile: Profile) -> Iterator[Scene]:
    """Enterprises that are entered, stopped and closed; their sites and what these hold."""
    story = profile.table(FILE)
    acts = {
        "enterprise": _enterprise,
        "site": _site,
        "installation": _installation,
        "inventory": _inventory,
        "enterprise_state": _state,
    }
    for table, act in acts.items():
        for row in story.get(table, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def _enterprise(row: dict[str, Any]) -> None:
    people = {}
    if "representative" in row:
        people["legal_representative"] = NewPerson(
            name=row["representative"], mobile=row["representative_mobile"]
        )
    if "officer" in row:
        people["safety_officer"] = NewPerson(name=row["officer"], mobile=row["officer_mobile"])
    values = {
        "name": row["name"],
        "credit_code": row.get("credit_code", ""),
        "unit": found(ReportingUnit, code=row["unit"]),
        "region": found(Region, code=row["region"]),
        "sector": row["sector"],
        "size": row.get("size", ""),
        "employees_persons": row.get("employees_persons"),
        "safety_post": row.get("safety_post", ""),
        "state_since": row.get("state_since"),
        **PROOF,
    }
    add_enterprise(values, people=people, **asked_of(row))


def _state(row: dict[str, Any]) -> None:
    enterprise = found(Enterprise, name=row["enterprise"])
    set_enterprise_state(
        enterprise.pk,
        state=row["state"],
        since=row["since"],
        expected_version=enterprise.version,
        **asked_of(row),
    )


def _site(row: dict[str, Any]) -> None:
    enterprise = found(Enterprise, name=row["enterprise"])
    values = {
        "enterprise": enterprise,
        "name": row["name"],
        "address": row["address"],
        "longitude_deg": row.get("longitude_deg"),
        "latitude_deg": row.get("latitude_deg"),
        "datum": row.get("datum", ""),
        **PROOF,
    }
    add_site(values, **asked_of(row))


def _installation(row: dict[str, Any]) -> None:
    values = {
        "site": found(Site, name=row["site"]),
        "name": row["name"],
        "kind": row["kind"],
        "commissioned_on": row.get("commissioned_on"),
        **PROOF,
    }
    add_installation(values, **asked_of(row))


def _inventory(row: dict[str, Any]) -> None:
    amount = row.get("amount_t")
    values = {
        "installation": found(Installation, name=row["installation"], site__name=row["site"]),
        "substance": found(Substance, name=row["substance"]),
        "counted_on": row["counted_on"],
        "amount_t": None if amount is None else Decimal(amount),
        "maximum_t": Decimal(row["maximum_t"]),
        **PROOF,
    }
    add_inventory(values, **asked_of(row))
