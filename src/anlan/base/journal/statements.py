"""Statements of the journal that every action runs: what a request id was used for, a new entry,
and its seal. They are written here once, because to build them anew took longer than to run them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, models, router

from anlan.base.models import JournalEntry, JournalHead, JournalSubject
from anlan.base.prepared import planned_once
from anlan.base.worlds.current import alias

_ENTRY = JournalEntry._meta.db_table
_SUBJECT = JournalSubject._meta.db_table
_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_CONTENT = f"SELECT content FROM {_ENTRY} WHERE request_id = %s"  # noqa: S608 - name of our table
_ACTION = f"SELECT action FROM {_ENTRY} WHERE request_id = %s"  # noqa: S608
_SUBJECTS = f"INSERT INTO {_SUBJECT} (entry_id, model, key) VALUES (%s, %s, %s)"  # noqa: S608
_SEAL = f"UPDATE {_ENTRY} SET seq = %s, mac = %s WHERE position = %s"  # noqa: S608
_HEAD = f"UPDATE {JournalHead._meta.db_table} SET seq = %s, mac = %s WHERE id = 1"  # noqa: S608
_WITH_SUBJECTS = (
    "WITH entry AS ({insertion} RETURNING position)"  # noqa: S608 - names of our tables
    f" INSERT INTO {_SUBJECT} (entry_id, model, key)"
    " SELECT entry.position, subject.model, subject.key"
    " FROM entry CROSS JOIN unnest(%s::text[], %s::text[]) AS subject(model, key)"
)


def action_of_request(request_id: str) -> str | None:
    """Which action a request id was used for; None: for none yet."""
    cursor = planned_once(connections[router.db_for_read(JournalEntry)])
    cursor.execute(_ACTION, [request_id])
    row = next(iter(cursor.fetchall()), None)
    return row[0] if row else None


def hold_request(request_id: str) -> str | None:
    """Let two requests with one id run one after the other, and give the content of the first.

    SQLite has one writer anyway. On PostgreSQL the second statement sees what was committed while
    the first waited.
    """
    database = router.db_for_read(JournalEntry)
    holds = database == alias() and connections[database].vendor == "postgresql"
    cursor = planned_once(connections[database])
    if holds:
        cursor.execute(_HOLD, [request_id])
    cursor.execute(_CONTENT, [request_id])
    row = next(iter(cursor.fetchall()), None)
    return row[0] if row else None


def enter(entry: Mapping[str, Any], subjects: Sequence[tuple[str, str]]) -> None:
    """A new entry with the records that it touched; its position is given by the database. Of the
    columns it names those that have no default."""
    connection = connections[router.db_for_write(JournalEntry)]
    insertion, fields = _insertion()
    values = [
        field.get_db_prep_save(
            entry[field.attname] if field.attname in entry else field.get_default(), connection
        )
        for field in fields
    ]
    cursor = planned_once(connection)
    if connection.vendor == "postgresql":
        labels, keys = [label for label, _ in subjects], [key for _, key in subjects]
        statement = _WITH_SUBJECTS.format(insertion=insertion)
        cursor.execute(statement, [*values, labels, keys])
        return
    cursor.execute(insertion, values)
    position = cursor.lastrowid
    cursor.executemany(_SUBJECTS, [(position, label, key) for label, key in subjects])


def seal_entries(sealed: Sequence[tuple[int, str, int]]) -> None:
    """Number and chain of entries, each with its position, and the head at the last of them."""
    with connections[router.db_for_write(JournalEntry)].cursor() as cursor:
        cursor.executemany(_SEAL, sealed)
        cursor.execute(_HEAD, sealed[-1][:2])


@lru_cache(maxsize=1)
def _insertion() -> tuple[str, tuple["models.Field[Any, Any]", ...]]:
    """The statement for all columns but the position, and their fields."""
    fields = tuple(field for field in JournalEntry._meta.concrete_fields if not field.primary_key)
    names = ", ".join(str(field.column) for field in fields)
    marks = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {_ENTRY} ({names}) VALUES ({marks})", fields  # noqa: S608
