"""Statements that are made ready once: compiling one of the ORM takes ten times as long as running
it, and a server plans a statement longer than it reads a row.

For what a sender of readings waits for, and for what every action runs. A query says with marks
where its values go; they are given as the columns hold them (a key, not a row):

    TENURES = Prepared(
        lambda: Tenure.objects.filter(post=Mark("post")).values_list("person", "held_from")
    )
    found = TENURES.rows(post=key)

Statements that are written by hand, and whose text never changes, run on `planned_once`.
"""

import datetime as dt
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router, transaction
from django.db.models.expressions import Expression
from django.db.models.signals import post_save, pre_save

from anlan.base.records import Record, require_recording

Row = tuple[Any, ...]
PLANNED_AFTER: Final = 5
"""Runs of one statement on a connection, after which its server keeps the plan."""
_PLAIN: Final = {
    models.CharField: str,
    models.TextField: str,
    models.FloatField: float,
    models.PositiveIntegerField: int,
    models.BooleanField: bool,
}
_KEPT: Final = "_anlan_planned_once"
_SIGNALS: Final = (pre_save, post_save)


class Mark(Expression):
    """The place of a value that is given when the statement runs."""

    conditional = False

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.TextField())
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, list["Mark"]]:
        return "%s", [self]


def planned_once(connection: Any) -> Any:
    """The cursor that a connection keeps for statements whose text never changes: what one found
    is fetched before the next is run. PostgreSQL gets their values apart from them and keeps their
    plans, one statement in a message; the others plan that way anyway."""
    if connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    raw, cursor = getattr(connection, _KEPT, (None, None))
    if raw is not connection.connection:
        raw = connection.connection
        cursor = connection.make_cursor(_new_cursor(raw, connection.vendor))
        setattr(connection, _KEPT, (raw, cursor))
    return cursor


def _new_cursor(raw: Any, vendor: str) -> Any:
    if vendor != "postgresql":
        return raw.cursor(factory=_Marked)
    from psycopg import Cursor

    raw.prepare_threshold = PLANNED_AFTER
    return Cursor(raw)


class _Marked(sqlite3.Cursor):
    """Takes the marks of the framework."""

    def execute(self, sql: str, params: Sequence[Any] = ()) -> "_Marked":
        super().execute(_with_own_marks(sql), params)
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> "_Marked":  # type: ignore[override]
        super().executemany(_with_own_marks(sql), rows)
        return self


@lru_cache(maxsize=512)
def _with_own_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")


class Prepared:
    """A query of plain columns (`values_list`)."""

    def __init__(self, build: Callable[[], "models.QuerySet[Any, Any]"]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled | None] = {}

    def rows(self, **values: Any) -> list[Row]:
        """What the query finds for the values of its marks."""
        connection = connections[self._database()]
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = _compile(self._query, connection.alias)
        compiled = self._compiled[connection.vendor]
        if compiled is None:
            return []
        given = {name: _as_column(value, connection) for name, value in values.items()}
        params = [
            given[param.name] if isinstance(param, Mark) else param for param in compiled.params
        ]
        cursor = planned_once(connection)
        cursor.execute(compiled.sql, params)
        found = cursor.fetchall()
        return [compiled.converted(row, connection) for row in found]

    @cached_property
    def _query(self) -> "models.QuerySet[Any, Any]":
        return self._build()

    def _database(self) -> str:
        model, holds = self._query.model, self._query.query.select_for_update
        return router.db_for_write(model) if holds else router.db_for_read(model)


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    params: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]

    def converted(self, row: Sequence[Any], connection: Any) -> Row:
        """Columns as the fields give them."""
        values = list(row)
        for place, converters, expression in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return tuple(values)


def _compile(query: "models.QuerySet[Any, Any]", database: str) -> _Compiled | None:
    """None for a query that finds nothing, whatever is asked: there is no statement for it."""
    compiler = query.query.chain().get_compiler(using=database)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns).items()
    return _Compiled(sql, params, [(place, *found) for place, found in converters])


def _as_column(value: Any, connection: Any) -> Any:
    match value:
        case uuid.UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case dt.datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case dt.date():
            return connection.ops.adapt_datefield_value(value)
        case None | str() | int():
            return value
        case _:
            raise TypeError(f"no statement takes a {type(value).__name__} yet")


def insert(row: Record) -> None:
    """`row.save(force_insert=True)`; rows of which a column is an expression, or of which signals
    tell somebody, go that way indeed."""
    model = type(row)
    require_recording(model)
    database = router.db_for_write(model, instance=row)
    connection = connections[database]
    insertion = _insertion(model, connection.vendor)
    if insertion is None or any(signal.has_listeners(model) for signal in _SIGNALS):
        row.save(force_insert=True)
        return
    values = [field.pre_save(row, add=True) for field in insertion.fields]
    if any(hasattr(value, "resolve_expression") for value in values):
        row.save(force_insert=True)
        return
    columns = zip(insertion.fields, values, strict=True)
    params = [
        value if _is_plain(field, value) else field.get_db_prep_save(value, connection)
        for field, value in columns
    ]
    with transaction.mark_for_rollback_on_error(database):
        planned_once(connection).execute(insertion.sql, params)
    row._state.db, row._state.adding = database, False


def _is_plain(field: Any, value: Any) -> bool:
    """Whether a database takes it as it is."""
    return value is None or _PLAIN.get(type(field)) is type(value)


@dataclass(frozen=True, slots=True)
class _Insertion:
    sql: str
    fields: Sequence["models.Field[Any, Any]"]


@lru_cache(maxsize=512)
def _insertion(model: type[models.Model], vendor: str) -> _Insertion | None:
    """None for a table of which a statement needs more than its columns."""
    meta = model._meta
    fields = meta.local_concrete_fields
    if meta.parents or meta.proxy or any(_asks_for_more(field) for field in fields):
        return None
    quoted = connections[router.db_for_write(model)].ops.quote_name
    names = ", ".join(quoted(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quoted(meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608
    return _Insertion(sql, fields)


def _asks_for_more(field: Any) -> bool:
    is_counted = field.primary_key and not field.has_default()
    return field.generated or is_counted or hasattr(field, "get_placeholder")
