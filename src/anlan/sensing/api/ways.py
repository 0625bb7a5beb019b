"""Ways of intake and what they did not take."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from anlan.base import clock
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability
from anlan.sensing.choices import IntakeWay
from anlan.sensing.queries.ways import rejected_rows, way_states
from anlan.sensing.rules.decoding.decoded import WHY_LABELS, Why
from anlan.sensing.rules.way_health import Health

router = Router(tags=["sensing"])


class WayRow(Schema):
    """`batches`, `rows` and `rejected` are those of 24 hours; `backlog` is null where nobody can
    know it; `workers` are those heard within a minute."""

    way: IntakeWay
    health: Health
    workers: int
    last_at: dt.datetime | None
    batches: int
    rows: int
    rejected: int
    backlog: int | None


class NotTakenRow(Schema):
    batch: uuid.UUID
    way: IntakeWay
    sender: str
    received_at: dt.datetime
    line: int
    why: Why
    says: str
    text: str


class WaysAnswer(Schema):
    """`not_taken` are the newest rejected rows of seven days, at most 100."""

    ways: list[WayRow]
    not_taken: list[NotTakenRow]


class WaysQuery(Schema):
    model_config = ConfigDict(extra="forbid")

    way: Annotated[IntakeWay | None, Field(description="narrows the rejected rows")] = None


@router.get("/intake-ways", response=WaysAnswer)
def get_ways(request: HttpRequest, query: Query[WaysQuery]) -> dict[str, Any]:
    """How readings come in: on or off, who works on it, what waits and what was rejected."""
    scope, now = scope_for(request, Capability.KEEP_REGISTERS), clock.now()
    way = query.way.value if query.way else ""
    return {
        "ways": [
            {
                "way": state.way,
                "health": state.health,
                "workers": len(state.workers),
                "last_at": state.last_at,
                "batches": state.batches,
                "rows": state.rows,
                "rejected": state.rejected,
                "backlog": state.backlog,
            }
            for state in way_states(scope, now)
        ],
        "not_taken": [
            {
                "batch": found.batch.pk,
                "way": found.batch.way,
                "sender": found.batch.sender,
                "received_at": found.batch.received_at,
                "line": found.row.line,
                "why": found.row.why,
                "says": gettext(WHY_LABELS[Why(found.row.why)]),
                "text": found.row.text,
            }
            for found in rejected_rows(scope, now, way)
        ],
    }
