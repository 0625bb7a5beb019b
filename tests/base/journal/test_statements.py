"""The journal's own statements write and find what its tables say."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.journal.statements import action_of_request, hold_request
from anlan.base.journal.stored import fault_of, rows_of
from anlan.base.models import JournalEntry, JournalSubject
from anlan.registers.models import Region

KEEPER = Actor(account="keeper", body="emergency")


@pytest.fixture
def enter(db: None, now: dt.datetime) -> Callable[..., None]:
    def run(request_id: str, *codes: str, **notes: Any) -> None:
        with recording(action="t.add", actor=KEEPER, now=now, request_id=request_id) as rec:
            rec.add_many([Region(code=code, name="县", level="county") for code in codes])
            if notes:
                rec.note(**notes)

    return run


def test_an_entry_has_every_column_and_each_subject_once(
    enter: Callable[..., None], now: dt.datetime
) -> None:
    from anlan.base.journal.keys import journal_key

    enter("first", "999901", "999902")
    entry = JournalEntry.objects.get(request_id="first")
    assert (entry.action, entry.actor, entry.known_at) == ("t.add", "keeper", now)
    assert (entry.seq, entry.mac) == (None, "")
    assert entry.id.hex in entry.content
    [row] = rows_of(JournalEntry.objects.filter(pk=entry.pk))
    assert fault_of(journal_key(), row) is None
    keys = sorted(str(region.pk) for region in Region.objects.filter(code__startswith="9999"))
    subjects = JournalSubject.objects.filter(entry=entry).order_by("key")
    assert list(subjects.values_list("model", "key")) == [("registers.region", k) for k in keys]


def test_an_entry_of_facts_alone_has_no_subject(enter: Callable[..., None]) -> None:
    enter("facts", digest="百分之 100%", count=3)
    entry = JournalEntry.objects.get(request_id="facts")
    assert "百分之 100%" in entry.content
    assert not JournalSubject.objects.filter(entry=entry).exists()


def test_many_subjects(enter: Callable[..., None]) -> None:
    enter("many", *(f"{n:06}" for n in range(1200)))
    entry = JournalEntry.objects.get(request_id="many")
    assert JournalSubject.objects.filter(entry=entry).count() == 1200


def test_what_a_request_id_was_used_for(enter: Callable[..., None]) -> None:
    enter("使用过的 '%s'", "999901")
    assert action_of_request("使用过的 '%s'") == "t.add"
    assert (action_of_request("other"), hold_request("other")) == (None, None)
    content = JournalEntry.objects.get(request_id="使用过的 '%s'").content
    assert hold_request("使用过的 '%s'") == content
