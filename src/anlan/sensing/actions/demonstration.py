"""Invented stations of the demonstration, brought as files of the registers, and what they say."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.importing import Reading, dry_run, take
from anlan.base.keeping.upload import read_upload, recognised
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.registers.actions.demonstration import acting
from anlan.registers.rules.invented import SOURCE
from anlan.sensing.actions.demonstration_readings import reading_scenes
from anlan.sensing.models import Datastream, Station, Threshold

FILES: tuple[tuple[str, Any], ...] = (
    ("stations", Station),
    ("datastreams", Datastream),
    ("limits", Threshold),
)
ENTERED = dt.datetime(2025, 4, 21, 9, 30, tzinfo=CITY_ZONE)
BETWEEN = dt.timedelta(minutes=20)


def sensing_scenes(profile: Profile) -> Iterator[Scene]:
    """The plan office brings in three files: stations, what they observe, their limits."""
    for number, (name, model) in enumerate(FILES):
        key = f"story-sensing-{name}"
        content = (profile.folder / f"demonstration-{name}.csv").read_bytes()
        at = ENTERED + number * BETWEEN
        yield Scene(key=key, at=at, play=partial(_bring, model, content, key))
    yield from reading_scenes()


def _bring(model: Any, content: bytes, key: str) -> None:
    kept = keeping_of(model)
    if kept is None:
        raise LookupError(model)
    upload = read_upload(content, kept)
    reading = Reading(upload=upload, mapping=recognised(upload, kept))
    asked: dict[str, Any] = {"actor": acting("bureau"), "now": clock.now()}
    seen = dry_run(kept, reading, **asked).seen
    take(kept, reading, seen=seen, request_id=key, reason=SOURCE, **asked)
