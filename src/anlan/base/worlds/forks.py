"""Exercises: copies of a state in which people may work. The live world is never touched.

An exercise has its own database file, journal, anchor, personal keys and clock. Names and numbers
in it are those of people, so that they can play their part; erasing a person reaches into every
exercise (`worlds.erasing`). What leaves an exercise carries the mode EXERCISE.
"""

import datetime as dt
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from anlan.base import clock
from anlan.base.actor import Actor, permitted
from anlan.base.errors import NotFound
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import has_waiting, seal
from anlan.base.models import WorldFork
from anlan.base.worlds import files
from anlan.base.worlds.current import EXERCISE, World
from anlan.base.worlds.errors import BadName, BeforeTheJournal, DoesNotFit, NameTaken
from anlan.base.worlds.opening import Opener, connected, opened
from anlan.base.worlds.past import scratch
from anlan.base.worlds.replay import cut_at
from anlan.base.worlds.routing import OWN_OF_AN_EXERCISE
from anlan.base.worlds.tables import personal_models, record_models

NAME = re.compile(r"[\w-]{1,40}")


def alias_of(fork: WorldFork) -> str:
    return f"anlan_fork_{fork.pk}"


def path_of(fork: WorldFork) -> Path:
    return files.folder("forks") / f"{alias_of(fork)}.sqlite3"


def all_forks() -> list[WorldFork]:
    return list(WorldFork.objects.using("default").order_by("name"))


def fork_named(name: str) -> WorldFork:
    found = WorldFork.objects.using("default").filter(name=name).first()
    if found is None:
        raise NotFound
    return found


def make(
    name: str,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    as_of: dt.datetime | None = None,
    reason: str = "",
) -> WorldFork:
    """A copy of everything sealed and known at `as_of` (now when it is None). Its clock starts at
    that instant and runs."""
    permitted(actor, "keep-instance")
    if not NAME.fullmatch(name):
        raise BadName(field="name")
    instant = as_of or now
    with recording(
        action="base.exercise.make",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"name": name, "as_of": as_of.isoformat() if as_of else ""},
    ) as rec:
        if rec.repeated:
            return fork_named(name)
        if WorldFork.objects.filter(name=name).exists():
            raise NameTaken(field="name", name=name)
        cut = cut_at(instant)
        if not cut.entries:
            raise BeforeTheJournal(field="as_of", first="—")
        fork = WorldFork.objects.create(
            name=name, seq=cut.seq, starts_at=instant, made_at=now, made_by=actor.account
        )
        _copy(scratch(cut), path_of(fork))
        rec.note(exercise=name, seq=cut.seq)
    return fork


def drop(name: str, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = "") -> None:
    """Remove an exercise with everything in it."""
    permitted(actor, "keep-instance")
    with recording(
        action="base.exercise.drop",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"name": name},
    ) as rec:
        if rec.repeated:
            return
        fork = fork_named(name)
        paths = _files_of(fork)
        fork.delete()
        rec.note(exercise=name)
    for path in paths:
        path.unlink(missing_ok=True)


@contextmanager
def inside(fork: WorldFork) -> Iterator[World]:
    """Work in an exercise: its rows, its journal, its clock."""
    path = path_of(fork)
    if not path.exists():
        raise NotFound
    alias = alias_of(fork)
    world = World(alias=alias, token=alias, mode=EXERCISE, name=fork.name, seq=fork.seq)
    with opened(world, path), clock.ahead_by(fork.starts_at - fork.made_at):
        yield world


def seal_all(now: dt.datetime) -> int:
    """The sweep: journals of exercises are sealed and anchored as the live one is."""
    sealed = 0
    for fork in all_forks():
        if path_of(fork).exists():
            with inside(fork):
                if has_waiting():
                    sealed += seal(clock.now()).entries
    return sealed


def _files_of(fork: WorldFork) -> list[Path]:
    path = path_of(fork)
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]
    return [path, *beside, path.with_name(f"{alias_of(fork)}.anchor.jsonl")]


def _copy(state: Path, path: Path) -> None:
    """Full tables with all their rules, filled from a past state; personal columns opened."""
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}.part")
    try:
        with files.refusing_a_full_disk():
            _make_tables(draft)
            draft.chmod(0o600)
            with closing(sqlite3.connect(draft, isolation_level=None)) as db:
                _fill(db, state)
            draft.replace(path)
    except sqlite3.IntegrityError as error:
        raise DoesNotFit(reason=str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _make_tables(path: Path) -> None:
    with connected(str(path), "anlan_new_fork") as wrapper, wrapper.schema_editor() as editor:
        for model in (*OWN_OF_AN_EXERCISE, *record_models()):
            editor.create_model(model)


def _fill(db: sqlite3.Connection, state: Path) -> None:
    db.create_function("anlan_open", 1, Opener())
    db.executescript("PRAGMA foreign_keys=OFF; PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;")
    db.execute("ATTACH DATABASE ? AS state", (str(state),))
    db.execute("BEGIN")
    personal = set(personal_models())
    for model in record_models():
        fields = model._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(
            f'anlan_open("{field.column}")'
            if model in personal and field.attname in model.PERSONAL
            else f'"{field.column}"'
            for field in fields
        )
        table = model._meta.db_table
        db.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {values} FROM state."{table}"')  # noqa: S608
    broken = db.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise DoesNotFit(reason=f"{broken[0]} → {broken[2]}")
    db.execute("COMMIT")
    db.execute("DETACH DATABASE state")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
