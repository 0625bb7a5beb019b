"""Invented acts on the notices that the invented readings raise, through the public actions."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from anlan.base import clock
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.registers.actions.demonstration import acting
from anlan.registers.rules.invented import SOURCE
from anlan.warning.actions.acknowledging import acknowledge_notice
from anlan.warning.actions.monitoring import watch_readings
from anlan.warning.models import MonitoringNotice

FILE: Final = "demonstration-monitoring.toml"
BEFORE: Final = dt.timedelta(seconds=30)
"""After the readings, which come until a minute before the demonstration begins."""


def monitoring_scenes(profile: Profile) -> Iterator[Scene]:
    """The watch runs, and the duty acknowledges what it knows of."""
    if not (profile.folder / FILE).exists():
        return
    for row in profile.table(FILE)["acknowledge"]:
        yield Scene(key=row["key"], at=clock.now() - BEFORE, play=partial(_acknowledge, row))


def _acknowledge(row: dict[str, Any]) -> None:
    now = clock.now()
    watch_readings(now)
    found = MonitoringNotice.objects.filter(
        rule__code=row["rule"],
        datastream__station__code=row["station"],
        ended_at__isnull=True,
    ).first()
    if found is not None:
        acknowledge_notice(
            found.pk,
            note=row["note"],
            expected_version=found.version,
            actor=acting(row.get("by", "bureau")),
            now=now,
            request_id=row["key"],
            reason=SOURCE,
        )
