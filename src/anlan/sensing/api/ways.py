"""Ways of intake and what they did not take."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.writing import Change, expected_version, stated, tagged
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.actions.aside import content_of, dismiss, send_again
from anlan.sensing.choices import AsideState, IntakeWay
from anlan.sensing.models import AsideMessage
from anlan.sensing.queries.ways import aside_waiting, rejected_rows, way_states
from anlan.sensing.rules.decoding.decoded import WHY_LABELS, Why
from anlan.sensing.rules.way_health import Health

router = Router(tags=["sensing"])
MOST_ASIDE = 100
SHOWN_CHARS = 20_000


class WayRow(Schema):
    """`batches`, `rows` and `rejected` are those of 24 hours; `backlog` is null where nobody can
    know it; `workers` are those heard within a minute; `aside` messages wait for a decision."""

    way: IntakeWay
    health: Health
    workers: int
    last_at: dt.datetime | None
    batches: int
    rows: int
    rejected: int
    backlog: int | None
    aside: int


class NotTakenRow(Schema):
    batch: uuid.UUID
    way: IntakeWay
    sender: str
    received_at: dt.datetime
    line: int
    why: Why
    says: str
    text: str


class AsideRow(Schema):
    """A message at which the program failed: acknowledged, kept as it came, and not taken in."""

    id: uuid.UUID
    version: int
    way: IntakeWay
    sender: str
    topic: str
    why: str
    tries: int
    aside_at: dt.datetime
    size_bytes: int
    state: AsideState
    decided_at: dt.datetime | None
    decided_by: str


class AsideAnswer(AsideRow):
    """`text` is what was sent, read as UTF-8, at most 20 000 characters of it."""

    text: str


class WaysAnswer(Schema):
    """`not_taken` are the newest rejected rows of seven days, at most 100; `put_aside` the newest
    messages that wait for a decision, at most 100."""

    ways: list[WayRow]
    not_taken: list[NotTakenRow]
    put_aside: list[AsideRow]


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
                "aside": state.aside,
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
        "put_aside": [_aside(row) for row in _asked(scope, way)[:MOST_ASIDE]],
    }


@router.get("/intake-ways/aside/{uuid:aside_id}", response=AsideAnswer)
def get_aside(request: HttpRequest, response: HttpResponse, aside_id: uuid.UUID) -> dict[str, Any]:
    """A message that was put aside, as it came."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    row = only(AsideMessage.objects.visible_to(scope).filter(pk=aside_id))
    tagged(response, row.version)
    return _aside_with_text(row)


@router.post(
    "/intake-ways/aside/{uuid:aside_id}/send-again",
    response=AsideAnswer,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_aside_send_again(
    request: HttpRequest, aside_id: uuid.UUID, body: Change
) -> dict[str, Any]:
    """Read it as if it came now, with the rights of its sender."""
    return _decided(send_again, request, aside_id, body)


@router.post(
    "/intake-ways/aside/{uuid:aside_id}/dismiss",
    response=AsideAnswer,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_aside_dismiss(request: HttpRequest, aside_id: uuid.UUID, body: Change) -> dict[str, Any]:
    """Its readings are never taken in; what was sent stays on record."""
    return _decided(dismiss, request, aside_id, body)


def _decided(
    decide: Callable[..., Any], request: HttpRequest, aside_id: uuid.UUID, body: Change
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    seen = AsideMessage.objects.visible_to(scope).filter(pk=aside_id)
    version = expected_version(request, body)
    decide(only(seen).pk, expected_version=version, **stated(request, body).kwargs())
    return _aside_with_text(only(seen.all()))


def _asked(scope: Scope, way: str) -> QuerySet[AsideMessage]:
    rows = aside_waiting(scope)
    return rows.filter(way=way) if way else rows


def _aside(row: AsideMessage) -> dict[str, Any]:
    names = ("way", "sender", "topic", "why", "tries", "aside_at", "size_bytes")
    decided = ("state", "decided_at", "decided_by", "version")
    return {"id": row.pk} | {name: getattr(row, name) for name in (*names, *decided)}


def _aside_with_text(row: AsideMessage) -> dict[str, Any]:
    text = content_of(row).decode("utf-8", "replace")
    return _aside(row) | {"text": text[:SHOWN_CHARS]}
