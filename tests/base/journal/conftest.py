"""A journal of twelve entries, sealed three at a time, and raw SQL behind the program's back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ENTRIES = 12
SEALED_TOGETHER = 3
Raw = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def write_entry(now: dt.datetime, request_ids: Callable[[], str]) -> Callable[[str], None]:
    """`write_entry(code)`: one committed entry that adds a region."""
    from anlan.base.actor import Actor
    from anlan.base.journal.recording import recording
    from anlan.registers.models import Region

    def write(code: str) -> None:
        with recording(
            action="t.add", actor=Actor(account="keeper"), now=now, request_id=request_ids()
        ) as rec:
            rec.add(Region(code=code, name=f"县{code}", level="county"))

    return write


@pytest.fixture
def sealed_journal(
    db: None, anchor: Path, now: dt.datetime, write_entry: Callable[[str], None]
) -> Path:
    """Entries 1 to 12, anchored at 0, 3, 6, 9 and 12. Gives the anchor file."""
    from anlan.base.journal.sealing import seal

    for number in range(1, ENTRIES + 1):
        write_entry(f"99{number:04}")
        if number % SEALED_TOGETHER == 0:
            seal(now)
    return anchor


@pytest.fixture
def raw() -> Raw:
    """Statements that no guard of the program sees."""

    def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    return run
