"""As of: the state that was known at an instant, for reading.

    with as_of(instant) as world:
        … the same queries and screens …

The clock stands at the instant, so that "today" in a page is that day. Who may see what is
decided by the posts the reader holds today: a right that ended does not come back by looking
into the past, and one that was given since lets its holder read what came before.
"""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anlan.base import clock
from anlan.base.worlds import checkpoints, files
from anlan.base.worlds.current import World, current
from anlan.base.worlds.errors import BeforeTheJournal, NoPastHere, NoSuchDay, NotYet
from anlan.base.worlds.opening import opened
from anlan.base.worlds.replay import Cut, cut_at, first_known_at
from anlan.base.worlds.tables import fingerprint

ALIAS = "anlan_past"
SCRATCH_KEPT = 8
"""House rule: past states that stay built; the least recently read goes first."""
PART_LIFE_S = 3600.0


def day_of(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise NoSuchDay(field="as_of", text=text) from error


def end_of(day: dt.date, now: dt.datetime) -> dt.datetime:
    """The last instant of a day in the city; now, when the day is today. Refuses other days of
    which nothing can be known."""
    today = now.astimezone(clock.CITY_ZONE).date()
    if day > today:
        raise NotYet(field="as_of", day=day.isoformat())
    first = first_day()
    if first is None or day < first:
        raise BeforeTheJournal(field="as_of", first=(first or today).isoformat())
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), clock.CITY_ZONE)
    return min(midnight - dt.timedelta(microseconds=1), now).astimezone(dt.UTC)


def first_day() -> dt.date | None:
    """The day of the earliest sealed entry."""
    return day_in_city(first_known_at())


def day_in_city(instant: dt.datetime | None) -> dt.date | None:
    return None if instant is None else instant.astimezone(clock.CITY_ZONE).date()


@contextmanager
def as_of(instant: dt.datetime) -> Iterator[World]:
    if not (current().is_live or current().is_past):
        raise NoPastHere
    cut = cut_at(instant)
    if not cut.entries:
        first = first_known_at()
        begin = first.astimezone(clock.CITY_ZONE).isoformat() if first else "—"
        raise BeforeTheJournal(field="as_of", first=begin)
    world = World(alias=ALIAS, token=f"past-{cut.key}", as_of=instant, seq=cut.seq)
    with opened(world, scratch(cut)), clock.at(instant):
        yield world


def scratch(cut: Cut) -> Path:
    """The file of a cut, built unless it is there. Bounded in number."""
    path = files.folder("scratch") / f"{cut.key}-{fingerprint()[:12]}.sqlite3"
    if path.exists():
        os.utime(path)
    else:
        checkpoints.build_from(path, cut, checkpoints.nearest(cut))
        clear_scratch(keep=path)
    return path


def clear_scratch(*, keep: Path | None = None, kept: int = SCRATCH_KEPT) -> int:
    """Remove the least recently read files beyond `kept`, and halves of builds that died."""
    folder = files.folder("scratch")
    found = sorted((-files.age_s(p), p) for p in folder.glob("*.sqlite3") if p != keep)
    gone = [path for _, path in found[::-1][max(kept - (keep is not None), 0) :]]
    gone += [path for path in folder.glob("*.part") if files.age_s(path) > PART_LIFE_S]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
