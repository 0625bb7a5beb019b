"""Invented warnings of the demonstration, pasted as people paste them."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from anlan.base import clock
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.base.rules.verdict import UNKNOWN
from anlan.registers.actions.demonstration import acting, found
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.invented import SOURCE
from anlan.warning.actions.receiving import NewMessage, Told, receive_message
from anlan.warning.queries.received import read_here, suggest_regions
from anlan.warning.rules.reading.reading import FIELDS

FILE: Final = "demonstration-warnings.toml"


def warning_scenes(profile: Profile) -> Iterator[Scene]:
    """Messages as they came: each is read, and what could not be read is chosen in its row."""
    for row in profile.table(FILE)["message"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_receive, row))


def _receive(row: dict[str, Any]) -> None:
    unit = found(ReportingUnit, code=row.get("unit", "city"))
    reading = read_here(row["text"], clock.now()).known()
    read = {name: getattr(reading, name).value for name in FIELDS}
    said = {name: "" if value is UNKNOWN else value for name, value in read.items()}
    codes = row.get("regions") or sorted(suggest_regions(row["text"], reading).chosen)
    told = Told(
        **said | {name: row[name] for name in FIELDS if name in row},
        expires_at=row.get("expires_at", reading.expires_at),
        regions=tuple(Region.objects.filter(code__in=codes).values_list("pk", flat=True)),
    )
    receive_message(
        NewMessage(text=row["text"], told=told, unit=unit.pk, received_at=clock.now()),
        actor=acting(row.get("by", "bureau")),
        now=clock.now(),
        request_id=row["key"],
        reason=row.get("reason", SOURCE),
    )
