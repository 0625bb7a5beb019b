"""Whoever takes personal data out of the program leaves an entry in the journal."""

import datetime as dt

from anlan.base.actor import Actor
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.records import Record

ACTION = "base.export"


def note_export(
    model: type[Record], rows: int, *, ending: str, narrowed: str, actor: Actor, now: dt.datetime
) -> None:
    """An export of a register with personal columns. How a list was narrowed may name somebody:
    the entry says only whether it was."""
    if not model.PERSONAL:
        return
    with recording(action=ACTION, actor=actor, now=now, request_id=new_id().hex) as rec:
        rec.note(
            model=model._meta.label_lower, rows=rows, ending=ending, is_narrowed=bool(narrowed)
        )
