"""A unit sets its own ladder of calls, from a day on; rounds that run keep theirs."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from anlan.base.actor import Actor
from anlan.registers.access import require_keeping
from anlan.registers.actions.keeping import Request, add_row
from anlan.warning.models import CallLadder


def set_ladder(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """The ladder of a level. An earlier edition stays on record."""

    def check(row: CallLadder) -> None:
        require_keeping(actor, row.unit.code)

    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    return add_row(CallLadder(**values), action="warning.ladder.set", check=check, asked=asked)
