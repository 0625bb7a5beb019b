"""What changed since this process last looked: which columns of which tables, told by the journal.

    with reading() as reads:          # what a computation reads, seen at the database
        value = compute()
    ...
    changes_here().have(reads, since=revision)

A value that is made of rows of one table may ask for the images of those that changed since
(`follow`, `images`), and read only what they name again.

Every write to a record stands in an entry with its images, so nothing is missed. Positions may
become visible out of order (PostgreSQL), so a look takes what waits for its seal, by position, and
what was sealed since, by the gapless number.
"""

import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connections, models, router

from anlan.base.journal.sealing import NO_SEQ_BEYOND
from anlan.base.models import JournalEntry
from anlan.base.prepared import planned_once
from anlan.base.records import Record
from anlan.base.worlds.current import LIVE, alias

ENTRY_CHARS = 200_000
"""House rule: a longer entry (an import) is not read; everything counts as changed."""
ENTRIES_AT_ONCE = 200
WINDOW = 200
"""So far below the last position an entry may still become visible before it is sealed."""
_JOURNAL = JournalEntry._meta.db_table
_TEXT = f"SUBSTR(content, 1, {ENTRY_CHARS + 1})"
_LOW = f"COALESCE(%s::bigint, (SELECT MAX(position) FROM {_JOURNAL}) - {WINDOW})"  # noqa: S608
_LOOK = f"""
SELECT 0, (SELECT MAX(position) FROM {_JOURNAL}), (SELECT MAX(seq) FROM {_JOURNAL}), ''
UNION ALL SELECT * FROM (
    SELECT 1, position, seq, {_TEXT} FROM {_JOURNAL}
    WHERE seq > %s AND position <> ALL(%s::bigint[]) ORDER BY seq LIMIT {ENTRIES_AT_ONCE + 1}
) sealed
UNION ALL SELECT * FROM (
    SELECT 2, position, seq, {_TEXT} FROM {_JOURNAL} WHERE seq IS NULL AND position > {_LOW}
    AND position <> ALL(%s::bigint[]) ORDER BY position LIMIT {WINDOW + ENTRIES_AT_ONCE + 1}
) waiting
UNION ALL SELECT 3, NULL, NULL, string_agg(position::text, ' ')
    FROM {_JOURNAL} WHERE seq IS NULL AND position > {_LOW} AND position = ANY(%s::bigint[])
"""  # noqa: S608 - of constants
_LOOK_IN_ORDER = f"""
SELECT 0, (SELECT MAX(position) FROM {_JOURNAL}), NULL, ''
UNION ALL SELECT * FROM (
    SELECT 1, position, NULL, {_TEXT} FROM {_JOURNAL}
    WHERE position > %s ORDER BY position LIMIT {ENTRIES_AT_ONCE + 1}
) new
"""  # noqa: S608 - of constants
"""The same where one commits after the other (SQLite): there is nothing to wait for."""
IMAGES = 1_000
"""So many images of followed tables are kept; what is older has to be read as a whole."""
ROWS, EVERYTHING = "", ("", "")
Column = tuple[str, str]
Entry = tuple[int, int | None, str]
Image = tuple[dict[str, Any] | None, dict[str, Any] | None]
"""A row before and after, None where there was none."""
_KEYWORDS = "ON|WHERE|INNER|LEFT|RIGHT|CROSS|JOIN|GROUP|ORDER|UNION|LIMIT|HAVING|SET|FOR|AS"
_TABLE = re.compile(rf'\b(?:FROM|JOIN) "([^"]+)"(?: (?!(?:{_KEYWORDS})\b)"?([A-Za-z_]\w*)"?)?')
_COLUMN = re.compile(r'(?:"([^"]+)"|\b([A-Za-z_]\w*))\."([^"]+)"')
_NAME = re.compile(r'"([^"]+)"')
_reading: ContextVar["Reads | None"] = ContextVar("anlan_reading", default=None)


@dataclass(slots=True)
class Reads:
    """Columns that were read. `(table, "")` says that which rows there are was read."""

    columns: set[Column] = field(default_factory=set)

    def note(self, sql: str) -> None:
        self.columns |= columns_of(sql)


@contextmanager
def reading() -> Iterator[Reads]:
    """Collects what this context reads until the block ends; an outer block is told as well."""
    outer, reads = _reading.get(), Reads()

    def note(execute: Any, sql: str, *more: Any) -> Any:
        reads.note(sql)
        return execute(sql, *more)

    token = _reading.set(reads)
    try:
        with ExitStack() as stack:
            for name in {alias(), LIVE.alias}:
                stack.enter_context(connections[name].execute_wrapper(note))
            yield reads
    finally:
        _reading.reset(token)
        if outer is not None:
            outer.columns |= reads.columns


def add_reads(reads: Reads) -> None:
    """What a remembered part had read, read again without asking the database."""
    outer = _reading.get()
    if outer is not None:
        outer.columns |= reads.columns


@lru_cache(maxsize=1)
def _tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


@lru_cache(maxsize=512)
def columns_of(sql: str) -> frozenset[Column]:
    """Columns that a statement of the ORM reads. What is not understood reads everything."""
    known = _tables()
    named = {table: table for table in _NAME.findall(sql) if table in known}
    if not named:
        return _all() if sql.lstrip(" (").upper().startswith(("SELECT", "WITH")) else frozenset()
    found: set[Column] = set()
    behind: dict[str, set[str]] = defaultdict(set)
    for table, short in _TABLE.findall(sql):
        if table in named:
            behind[short or table].add(table)
    if set(named) != set().union(*behind.values()):
        return _all()
    for table in named:
        model = known[table]
        if not issubclass(model, Record) or model.IS_BULK:
            return _all()
        found.add((table, ROWS))
    for quoted, bare, column in _COLUMN.findall(sql):
        found |= {(table, column) for table in behind.get(quoted or bare, ())}
    return frozenset(found)


def _all() -> frozenset[Column]:
    return frozenset({EVERYTHING})


@lru_cache(maxsize=512)
def _columns_of_model(label: str) -> tuple[type[Record], dict[str, str]] | None:
    try:
        model = apps.get_model(label)
    except LookupError:
        return None
    return model, {one.attname: one.column for one in model._meta.concrete_fields}


def changed_columns(images: Iterable[dict[str, Any]]) -> set[Column]:
    """What the images of an entry changed."""
    found: set[Column] = set()
    for image in images:
        known = _columns_of_model(image["model"])
        if known is None:
            return {EVERYTHING}
        model, columns = known
        table, before, after = model._meta.db_table, image.get("before"), image.get("after")
        if before is None or after is None:
            found.add((table, ROWS))
            continue
        hidden = model.SECRET | model.PERSONAL
        for name in before.keys() | after.keys():
            if name in hidden or before.get(name) != after.get(name):
                found.add((table, columns.get(name, ROWS)))
    return found


_followed: set[str] = set()


def follow(label: str) -> str:
    """Keep the images of a table (`plan.duty`) from now on; said once, where a module is read."""
    _followed.add(label)
    forget_changes()
    return label


class Changes:
    """Of one database. `revision` grows with every look that found entries."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._last: int | None = None
        self._sealed = 0
        self._waiting: frozenset[int] = frozenset()
        self._at: dict[Column, int] = {}
        self._images: deque[tuple[int, str, Image]] = deque()
        self._whole_since = 0
        self.revision = 0

    def look(self) -> int:
        """Take what was committed since the last look. One query.

        An entry is found while it waits for its seal, or at the latest when it has one.
        """
        with self._lock:
            last, sealed, new, still = self._read()
            if self._last is None or last < self._last or len(new) > ENTRIES_AT_ONCE:
                self._note({EVERYTHING}, [])
            elif new:
                told = [_told_by(text) for _, _, text in new]
                columns = set().union(*(columns for columns, _ in told))
                self._note(columns, [image for _, images in told for image in images])
            self._last, self._sealed = last, sealed
            self._waiting = still.union(position for position, seq, _ in new if seq is None)
            return self.revision

    def have(self, reads: Reads, *, since: int) -> bool:
        """Whether anything of `reads` may differ from what stood there at `since`."""
        if self._at.get(EVERYTHING, 0) > since:
            return True
        if EVERYTHING in reads.columns:
            return self.revision > since
        return any(self._at.get(column, 0) > since for column in reads.columns)

    def images(self, label: str, *, since: int) -> list[Image] | None:
        """Rows of a followed table that changed after `since`, as they were and became; None when
        not all of them are known. One may come that was there already: they say where to look."""
        with self._lock:
            if since < self._whole_since:
                return None
            found = (row for row in self._images if row[0] > since)
            return [image for _, name, image in found if name == label]

    def _read(self) -> tuple[int, int, list[Entry], frozenset[int]]:
        """In one state of the database: the last position, the last number, what is new, and the
        positions of what was known and waits still."""
        if connections[self._database].vendor == "sqlite":
            newest = NO_SEQ_BEYOND if self._last is None else self._last
            return self._found(_LOOK_IN_ORDER, [newest])
        known = list(self._waiting)
        since, low = NO_SEQ_BEYOND, None
        if self._last is not None:
            since, low = self._sealed, self._last - WINDOW
        return self._found(_LOOK, [since, known, low, known, low, known])

    def _found(
        self, sql: str, params: Sequence[Any]
    ) -> tuple[int, int, list[Entry], frozenset[int]]:
        last, sealed, new, still = 0, 0, list[Entry](), ""
        cursor = planned_once(connections[self._database])
        cursor.execute(sql, params)
        for part, position, seq, text in cursor.fetchall():
            match part:
                case 0:
                    last, sealed = position or 0, seq or 0
                case 3:
                    still = text or ""
                case _:
                    new.append((position, seq, text))
        return last, sealed, new, frozenset(map(int, still.split()))

    def _note(self, columns: set[Column], images: Iterable[tuple[str, Image]]) -> None:
        self.revision += 1
        self._at |= dict.fromkeys(columns, self.revision)
        self._images.extend((self.revision, label, image) for label, image in images)
        while len(self._images) > IMAGES:
            self._whole_since = self._images.popleft()[0]
        if EVERYTHING in columns:
            self._images.clear()
            self._whole_since = self.revision


def _told_by(text: str) -> tuple[set[Column], list[tuple[str, Image]]]:
    """What an entry changed, and the images of followed tables in it. One that nobody can read
    was not written by the program, and may have changed anything."""
    if len(text) > ENTRY_CHARS:
        return {EVERYTHING}, []
    try:
        images = json.loads(text)["images"]
        followed = [image for image in images if image["model"] in _followed]
        kept = [(image["model"], (image.get("before"), image.get("after"))) for image in followed]
        return changed_columns(images), kept
    except (ValueError, LookupError, TypeError, AttributeError):
        return {EVERYTHING}, []


_changes: dict[str, Changes] = {}
_guard = threading.Lock()


def changes_here() -> Changes:
    """Of the database whose journal tells what changes in this world."""
    database = router.db_for_read(JournalEntry)
    with _guard:
        if database not in _changes:
            _changes[database] = Changes(database)
        return _changes[database]


def forget_changes() -> None:
    """Begin anew (tests that change databases)."""
    with _guard:
        _changes.clear()
