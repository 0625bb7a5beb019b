"""The sweeps of the dues: levels that were reached, and people who came or left.

Their state is in the rows alone; a request id that follows from due and level makes a repeat and a
second process harmless.
"""

import datetime as dt
from typing import Final

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.due.actions import escalate, readdress
from anlan.base.models import IS_OPEN, Due
from anlan.base.parts import registry
from anlan.base.rules.due.addressee import Addressee, reach_of
from anlan.base.rules.due.state import DueState

PROGRAM: Final = Actor.program("due")
MOST_A_RUN: Final = 500


def climb_ladders(now: dt.datetime) -> int:
    """Record every level that was reached, each once and in order. Returns how many."""
    waiting = Due.objects.filter(state=DueState.RUNNING.value, next_level_at__lt=now)
    rows = list(waiting.order_by("next_level_at").values_list("pk", "level")[:MOST_A_RUN])
    climbed = 0
    for key, level in rows:
        while escalate(
            key,
            level + 1,
            actor=PROGRAM,
            now=now,
            request_id=f"due-{key.hex}-level-{level + 1}",
        ):
            level += 1
            climbed += 1
    return climbed


def follow_people(now: dt.datetime) -> int:
    """Pass on what is addressed to a post or person that is gone. Returns how many."""
    book = registry.addressees()
    if book is None:
        return 0
    columns = ("body", "unit", "post", "person", "account")
    rows = Due.objects.filter(IS_OPEN).values("pk", "version", "reach", "doer", *columns)
    by_addressee: dict[Addressee, list[dict[str, object]]] = {}
    for row in rows:
        addressee = Addressee(**{name: row[name] for name in columns})
        by_addressee.setdefault(addressee, []).append(row)
    addressees = list(by_addressee)
    passed = 0
    holdings = book.holdings(addressees, now.astimezone(CITY_ZONE).date())
    for addressee, holding in zip(addressees, holdings, strict=True):
        reached = reach_of(addressee, holding).known()
        wanted = (reached.reach.value, reached.doer)
        for row in by_addressee[addressee]:
            if (row["reach"], row["doer"]) != wanted:
                request_id = f"due-{row['pk'].hex}-v{row['version']}-to"  # type: ignore[attr-defined]
                passed += readdress(row["pk"], actor=PROGRAM, now=now, request_id=request_id)  # type: ignore[arg-type]
    return passed
