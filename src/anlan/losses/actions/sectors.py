"""Loads the sectors of accidents; what a city changed later is left as it is."""

import tomllib
from importlib import resources

from anlan.base import clock
from anlan.base.journal.recording import recording
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.losses.models import AccidentSector
from anlan.registers.actions.profile import LOADER


def load_sectors(profile: Profile, progress: Progress) -> None:
    """The table of this program, one entry."""
    text = resources.files("anlan.losses.rules").joinpath("data", "sectors.toml")
    table = tomllib.loads(text.read_text(encoding="utf-8"))
    with recording(
        action="losses.sectors.load",
        actor=LOADER,
        now=clock.now(),
        request_id=f"sectors-{table['edition']}",
        reason=table["source"],
        payload={"edition": table["edition"]},
    ) as rec:
        if not rec.repeated:
            known = set(AccidentSector.objects.values_list("code", flat=True))
            rows = [
                AccidentSector(position=number, source=table["source"], **row)
                for number, row in enumerate(table["sector"], start=1)
                if row["code"] not in known
            ]
            rec.add_many(rows)
            rec.note(edition=table["edition"])
            rec.result = {"rows": len(rows)}
    progress(f"sectors: {rec.result['rows']}")
