"""The store as lines of text that either engine takes back: for the backup."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from anlan.sensing.store.engine import Session, reading
from anlan.sensing.store.tables import BYTES, COLUMNS, TABLES, insertion

AT_ONCE = 2000
_KEYS = {
    "sensing_batch": ("id",),
    "sensing_observation": ("stream", "at_us", "revision"),
    "sensing_rejection": ("batch", "place"),
}


def lines_of(table: str) -> Iterator[str]:
    """Every row of a table, a page at a time: readings that come meanwhile hold nobody up."""
    names, keys = COLUMNS[table], _KEYS[table]
    places = [names.index(key) for key in keys]
    after: tuple[Any, ...] = ()
    order, shown = ", ".join(keys), ", ".join(names)
    while True:
        marks = ", ".join("?" * len(keys))
        beyond = f" WHERE ({order}) > ({marks})" if after else ""
        statement = f"SELECT {shown} FROM {table}{beyond} ORDER BY {order} LIMIT {AT_ONCE}"  # noqa: S608
        with reading() as session:
            rows = session.rows(statement, after)
        for row in rows:
            pairs = zip(names, row, strict=True)
            texts = {n: v.hex() if n in BYTES else _text(v) for n, v in pairs}
            yield json.dumps(texts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if len(rows) < AT_ONCE:
            return
        after = tuple(rows[-1][place] for place in places)


def take_in(session: Session, table: str, lines: Iterable[str]) -> int:
    """Insert the rows of one table as they were."""
    names, count = COLUMNS[table], 0
    rest = iter(lines)
    while part := list(islice(rest, AT_ONCE)):
        read = [json.loads(line) for line in part]
        rows = [
            [bytes.fromhex(row[n]) if n in BYTES else _value(row[n]) for n in names]
            for row in read
        ]
        session.many(insertion(table), rows)
        count += len(rows)
    return count


def clear(session: Session) -> None:
    for table in TABLES:
        session.rows(f"DELETE FROM {table}")  # noqa: S608 - names of our tables


def _text(value: Any) -> Any:
    """A float as its exact text, so that no digit is lost on the way."""
    return {"float": value.hex()} if isinstance(value, float) else value


def _value(text: Any) -> Any:
    return float.fromhex(text["float"]) if isinstance(text, dict) else text
