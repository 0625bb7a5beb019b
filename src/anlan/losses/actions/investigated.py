"""What follows when the clock of an investigation was answered: that of the reply begins."""

import datetime as dt
import uuid

from anlan.base.actor import Actor
from anlan.base.models import Due
from anlan.base.parts import Followed
from anlan.losses.actions.accidents import note_investigated
from anlan.losses.actions.clocks import SUBJECT
from anlan.losses.rules.accident_terms import INVESTIGATION_RULE

PROGRAM = Actor.program("losses")


def reply_after_investigation(entry: Followed, now: dt.datetime) -> None:
    """Answers of other clocks are none of ours."""
    keys = [row["key"] for row in entry.content["images"] if row["model"] == "base.due"]
    due = Due.objects.filter(pk__in=keys, subject_model=SUBJECT, rule=INVESTIGATION_RULE).first()
    if due is not None:
        accident = uuid.UUID(due.subject_key)
        note_investigated(accident, actor=PROGRAM, now=now, request_id=entry.request_id)
