"""Loads the substances that GB 18218 names, and lets the keepers of the registers add others."""

import datetime as dt
import tomllib
import uuid
from collections.abc import Mapping
from decimal import Decimal
from importlib import resources
from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.registers.access import require
from anlan.registers.actions.keeping import Request, add_row, change_row
from anlan.registers.actions.profile import LOADER, initials
from anlan.registers.models import Substance
from anlan.registers.rules.scope import Capability


def load_substances(profile: Profile, progress: Progress) -> None:
    """The table of the standard, one entry; what a city changed later is left as it is."""
    text = resources.files("anlan.registers.rules").joinpath("data", "substances.toml")
    table = tomllib.loads(text.read_text(encoding="utf-8"))
    edition = table["edition"]
    with recording(
        action="registers.profile.load",
        actor=LOADER,
        now=clock.now(),
        request_id=f"substances-{edition}",
        reason=table["standard"],
        payload={"file": "substances", "edition": edition},
    ) as rec:
        if not rec.repeated:
            known = set(Substance.objects.values_list("name", flat=True))
            rows = [_row(table, row) for row in table["substance"] if row["name"] not in known]
            rec.add_many(rows)
            rec.note(file="substances", edition=edition)
            rec.result = {"rows": len(rows)}
    progress(f"substances: {rec.result['rows']}")


def _row(table: dict[str, Any], row: dict[str, Any]) -> Substance:
    factor = row.get("gas_factor")
    return Substance(
        name=row["name"],
        name_en=row["name_en"],
        cas=row.get("cas", ""),
        critical_quantity_t=Decimal(row["critical_quantity_t"]),
        gas_factor=Decimal(factor) if factor else None,
        standard=table["standard"],
        initials=initials(row["name"]),
        source=table["source"],
        mark=table["mark"],
    )


def add_substance(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A substance that the table does not have."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = Substance(**values, initials=initials(values["name"]))
    return add_row(row, action="registers.substance.add", check=_may_keep(actor), asked=asked)


def change_substance(
    substance_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    return change_row(
        Substance,
        substance_id,
        values,
        expected_version=expected_version,
        action="registers.substance.change",
        check=_may_keep(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def _may_keep(actor: Actor) -> Any:
    return lambda row: require(actor, Capability.KEEP_REGISTERS)
