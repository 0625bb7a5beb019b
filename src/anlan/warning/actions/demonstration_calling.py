"""Invented rounds of calls, told through the public actions: answers, silence, escalation.

A round is told for a message that another story brought; without the message it is not told.
"""

import datetime as dt
import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.registers.actions.demonstration import asked_of
from anlan.warning.actions.calling import open_round
from anlan.warning.actions.calling_record import Call, record_call
from anlan.warning.actions.calling_sweep import climb_once, close_ended
from anlan.warning.actions.replies import Reply, take_reply
from anlan.warning.models import CallAddressee, CallRound, WarningMessage

FILE: Final = "demonstration-callout.toml"
GATEWAY: Final = "demonstration"
WARNINGS: Final = "demonstration-warnings.toml"


def calling_scenes(profile: Profile) -> Iterator[Scene]:
    story, brought = profile.table(FILE), _brought(profile)
    acts = {"round": _round, "call": _call, "climb": _climb, "release": _release, "reply": _reply}
    for table, act in acts.items():
        for row in story.get(table, ()):
            if row["message"] in brought:
                yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def _brought(profile: Profile) -> set[str]:
    """Keys of the messages that the story of warnings tells."""
    if not (profile.folder / WARNINGS).exists():
        return set()
    return {row["key"] for row in profile.table(WARNINGS)["message"]}


def _message(key: str) -> WarningMessage | None:
    """The message that an entry of the journal brought."""
    entry = JournalEntry.objects.filter(request_id=key).first()
    if entry is None:
        return None
    images = json.loads(entry.content)["images"]
    label = WarningMessage._meta.label_lower
    keys = [image["key"] for image in images if image["model"] == label and "before" not in image]
    found: WarningMessage | None = WarningMessage.objects.filter(pk__in=keys).first()
    return found


def _round(row: dict[str, Any]) -> None:
    message = _message(row["message"])
    if message is not None:
        open_round(message.pk, **asked_of(row))


def _call(row: dict[str, Any]) -> None:
    """`minutes` is how long before the entry the call was made."""
    message = _message(row["message"])
    round_ = CallRound.objects.filter(message=message).first() if message is not None else None
    if round_ is None:
        return
    found = CallAddressee.objects.filter(round=round_, person__name=row["person"]).first()
    if found is None:
        return
    call = Call(
        outcome=row["outcome"],
        whom=row.get("whom", "self"),
        way=row.get("way", "phone"),
        at=clock.now() - dt.timedelta(minutes=row.get("minutes", 0)),
        said=row.get("said", ""),
        promised=row.get("promised", ""),
    )
    record_call(found.pk, call, **asked_of(row))


def _climb(row: dict[str, Any]) -> None:
    """The sweep, as it runs while the program serves."""
    climb_once(clock.now(), row["key"])


def _release(row: dict[str, Any]) -> None:
    close_ended(clock.now(), request_id=row["key"])


def _reply(row: dict[str, Any]) -> None:
    """An SMS of somebody who was called, or of the number that the row gives. No gateway exists in
    a demonstration: it is handed over as one would."""
    number = row.get("number", "")
    if not number:
        message = _message(row["message"])
        rows = CallAddressee.objects.filter(round__message=message, person__name=row["person"])
        found = rows.values_list("person__mobile", flat=True).first()
        if not found:
            return
        number = found
    reply = Reply(
        gateway=GATEWAY,
        reference=row["key"],
        number=number,
        text=row["text"],
        said_at=clock.now(),
    )
    take_reply(reply, now=clock.now(), request_id=row["key"])
