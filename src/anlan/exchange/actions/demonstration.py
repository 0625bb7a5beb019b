"""Invented life of the demonstration: messages of an exercise, delivered and confirmed."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.models import JournalEntry
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.exchange.actions.checking import check_channel
from anlan.exchange.actions.inbox import acknowledge
from anlan.exchange.actions.notices import NewNotice, send_notice
from anlan.exchange.queries import inbox_of
from anlan.exchange.sweep import sweep
from anlan.registers.actions.demonstration import FILE, acting


def exchange_scenes(profile: Profile) -> Iterator[Scene]:
    """Messages, their delivery, and who confirmed them."""
    acts = {"message": _send, "check": _check, "delivery": _deliver, "confirmation": _confirm}
    story = profile.table(FILE)
    for table, act in acts.items():
        for row in story.get(table, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def _send(row: dict[str, Any]) -> None:
    send_notice(
        NewNotice(
            mode=row["mode"],
            subject=row["subject"],
            text=row["text"],
            bodies=tuple(row["bodies"]),
        ),
        actor=acting(row["by"]),
        now=clock.now(),
        request_id=row["key"],
        reason=row["reason"],
    )


def _check(row: dict[str, Any]) -> None:
    check_channel(
        row["channel"],
        actor=acting(row["by"]),
        now=clock.now(),
        request_id=row["key"],
        reason=row["reason"],
    )


def _deliver(row: dict[str, Any]) -> None:
    sweep(clock.now(), request_id=row["key"])


def _confirm(row: dict[str, Any]) -> None:
    entry = JournalEntry.objects.filter(request_id=row["message"]).first()
    actor = acting(row["by"])
    if entry is None:
        raise NotFound
    message = json.loads(entry.content)["result"]["id"]
    found = inbox_of(actor, clock.now()).filter(dispatch__message=message).first()
    if found is None:
        raise NotFound
    acknowledge(found.pk, actor=actor, now=clock.now(), request_id=row["key"])
