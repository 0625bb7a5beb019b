"""Invented dues of the demonstration: asked of bodies, one stopped, one answered."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.due import actions
from anlan.base.due.applying import NewDue
from anlan.base.errors import NotFound
from anlan.base.models import Due, JournalEntry
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.registers.actions.demonstration import FILE, acting
from anlan.registers.models import Body, Post
from anlan.registers.rules.invented import SOURCE

RULE = "invented"


def due_scenes(profile: Profile) -> Iterator[Scene]:
    """Dues opened, stopped and answered, as the profile tells."""
    story = profile.table(FILE)
    acts: dict[str, Callable[[dict[str, Any]], Any]] = {
        "due": _open,
        "due_pause": _pause,
        "due_answer": _answer,
    }
    for table, act in acts.items():
        for row in story[table]:
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": acting(row["by"]),
        "now": clock.now(),
        "request_id": row["key"],
        "reason": row["reason"],
    }


def _open(row: dict[str, Any]) -> None:
    body = Body.objects.select_related("unit").filter(code=row["body"]).first()
    if body is None:
        raise NotFound
    post = Post.objects.filter(body=body, title=row.get("named", "")).first()
    new = NewDue(
        subject_model="registers.body",
        subject_key=body.code,
        title=row["title"],
        rule=RULE,
        source=SOURCE,
        addressee=Addressee(
            body=body.code, unit=body.unit.code, post=str(post.pk) if post else ""
        ),
        kind=ClockKind(row["clock"]),
        amount=row.get("amount", 0),
        fixed_on=row.get("fixed_on"),
        start_at=clock.now().astimezone(dt.UTC),
    )
    actions.open_due(new, **_asked(row))


def _pause(row: dict[str, Any]) -> None:
    due = _told(row["due"])
    actions.pause(due.pk, expected_version=due.version, **_asked(row))


def _answer(row: dict[str, Any]) -> None:
    due = _told(row["due"])
    actions.answer(due.pk, what=row["what"], expected_version=due.version, **_asked(row))


def _told(key: str) -> Due:
    """The due of an earlier scene."""
    entry = JournalEntry.objects.filter(request_id=key).first()
    found = json.loads(entry.content)["result"]["id"] if entry else None
    due: Due | None = Due.objects.filter(pk=found).first()
    if due is None:
        raise NotFound
    return due
