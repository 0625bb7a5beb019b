"""Intake: a batch of readings is kept, entered in the journal, and only then acknowledged.

Two commits, in this order: the store (readings, rejected rows, the batch with its counts and
digest), then the journal (`IntakeBatch`). Killed before the first: nothing was taken, and nothing
was acknowledged. Killed between them: the batch is kept, and `enter_batches` enters it; the sender
who asks again under the same request id gets the answer of the batch. An entry without its
readings cannot be.
"""

import datetime as dt
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from django.db import (
    DataError,
    Error,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, RequestReused
from anlan.base.giving_way import attended
from anlan.base.identity import new_id
from anlan.base.journal.recording import REQUEST_ID_CHARS, recording
from anlan.base.journal.statements import action_of_request
from anlan.base.parts import registry
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.current import current
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.actions.errors import (
    FormCompressed,
    FormIsWorkbook,
    FormRepeatsName,
    FormUnknown,
    IntakeEmpty,
    IntakeTooLarge,
    NotInLiveWorld,
    StoreRefuses,
    StoreUnavailable,
)
from anlan.sensing.actions.sorting import sort
from anlan.sensing.choices import IntakeWay
from anlan.sensing.models import IntakeBatch
from anlan.sensing.queries.resolving import Resolved, resolve
from anlan.sensing.rules.decoding.decoded import (
    MOST_ROWS,
    CompressedForm,
    Decoded,
    Decoder,
    NotInThisForm,
    RepeatedName,
    TooManyRows,
    WorkbookForm,
)
from anlan.sensing.store.engine import Session, StoreFailed, reading, writing
from anlan.sensing.store.reads import batch_of_request, batches_without_entry, rejections_of
from anlan.sensing.store.values import Batch, Head, to_us
from anlan.sensing.store.writes import add_batch, note_journaled

logger = logging.getLogger(__name__)
ACTION = "sensing.batch.take"
MOST_BYTES = 16 * 1024 * 1024
MOST_READINGS = MOST_ROWS
AT_ONCE = 200
NEVER_TAKEN = (
    *(DataError, IntegrityError, ProgrammingError, NotSupportedError),
    *(sqlite3.DataError, sqlite3.IntegrityError, sqlite3.ProgrammingError),
)
"""The engine is there and refuses the rows; everything else is an engine that is away."""


def take_readings(
    content: bytes,
    decoder: Decoder,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
    way: IntakeWay = IntakeWay.HTTP,
) -> dict[str, Any]:
    """Take a batch in. Returns how its rows ended, and each rejected row with its reason."""
    scope = require(actor, Capability.KEEP_OWN)
    refuse_unfit(content, request_id)
    head = Head(
        id=new_id(),
        request_id=request_id,
        said=decoder.name.encode() + b"\0" + content,
        actor=actor.account,
        body=actor.body,
        form=decoder.name,
        reason=reason.strip(),
        received_us=to_us(now),
        way=way.value,
    )
    with acknowledging():
        batch = _kept(head, content, decoder, scope, now)
        tell_hearers([batch], now)
        enter([batch])
        return answer_of(batch)


def refuse_unfit(content: bytes, request_id: str) -> None:
    """What no way takes, before anything is read."""
    if not current().is_live:
        raise NotInLiveWorld
    if not 1 <= len(request_id) <= REQUEST_ID_CHARS:
        raise Invalid(gettext_noop("A request id has 1 to 64 characters."), field="request_id")
    if len(content) > MOST_BYTES:
        raise IntakeTooLarge(most=MOST_READINGS)


@contextmanager
def acknowledging() -> Iterator[None]:
    """What ends well inside may be acknowledged; an engine that fails refuses in words."""
    try:
        with attended():
            yield
    except (StoreFailed, Error) as error:
        cause = error.__cause__ if isinstance(error, StoreFailed) else error
        if isinstance(cause, NEVER_TAKEN):
            raise StoreRefuses(reason=type(cause).__name__) from error
        raise StoreUnavailable(reason=_in_words(error)) from error


def enter_batches(now: dt.datetime) -> int:
    """Enter batches that are kept but of which the journal knows nothing: the sweep."""
    waiting = batches_without_entry(AT_ONCE)
    enter(waiting)
    return len(waiting)


def _kept(head: Head, content: bytes, decoder: Decoder, scope: Scope, now: dt.datetime) -> Batch:
    """The batch of this request as it is kept: written now, or found."""
    _refuse_other_use(head.request_id)
    with reading(asks_once=True) as session:
        first = _found(session, head)
    if first is not None:
        return first
    resolved = resolve(decoded_batch(content, decoder), scope, now)
    with writing() as session:
        found = _found(session, head)  # another request of the same id was faster
        return found if found is not None else write(session, head, resolved)


def _found(session: Session, head: Head) -> Batch | None:
    first = batch_of_request(session, head.request_id)
    if first is not None and (first.payload, first.actor) != (head.payload, head.actor):
        raise RequestReused
    return first


def write(session: Session, head: Head, resolved: Resolved) -> Batch:
    """A batch with its rows, inside a transaction of the store."""
    found = sort(session, resolved, head.received_us)
    rejected = sorted([*resolved.rejected, *found.rejected], key=lambda row: row.line)
    counts = replace(found.counts, rejected=len(rejected))
    return add_batch(session, head, counts, found.rows, rejected)


def decoded_batch(content: bytes, decoder: Decoder) -> Decoded:
    """The rows of a batch; one that cannot be read as a whole is refused."""
    try:
        decoded = decoder.decode(content)
    except CompressedForm as error:
        raise FormCompressed(form=decoder.name) from error
    except WorkbookForm as error:
        raise FormIsWorkbook from error
    except RepeatedName as error:
        raise FormRepeatsName(name=error.args[0]) from error
    except TooManyRows as error:
        raise IntakeTooLarge(most=MOST_READINGS) from error
    except NotInThisForm as error:
        raise FormUnknown(form=decoder.name, missing=error.args[0]) from error
    rows = len(decoded.readings) + len(decoded.rejected)
    if rows > MOST_READINGS:
        raise IntakeTooLarge(most=MOST_READINGS)
    if not rows:
        raise IntakeEmpty
    return decoded


def _refuse_other_use(request_id: str) -> None:
    """A request id that the journal knows from something else is used for nothing here."""
    if action_of_request(request_id) not in (None, ACTION):
        raise RequestReused


def tell_hearers(batches: Sequence[Batch], now: dt.datetime) -> None:
    """Whoever acts on readings at once. They are durable, so whatever fails there is left to the
    sweeps, and never refuses them. One that is asked for again may have come long ago."""
    new = [batch for batch in batches if not batch.journaled]
    if not new:
        return
    numbers = [batch.number for batch in new]
    kept = range(numbers[0], numbers[0] + len(numbers))
    if not numbers[0] or list(kept) != numbers:
        kept = range(0)
    for hear in registry.hearers():
        try:
            hear(now, kept)
        except Exception:
            logger.exception("a hearer failed")


def enter(batches: Sequence[Batch]) -> None:
    """The journal's entries of kept batches; once, however often it is asked. Where something
    else took a request id meanwhile, the batch is entered under its own."""
    waiting = [batch for batch in batches if not batch.journaled]
    for batch in waiting:
        try:
            _record(batch, batch.request_id)
        except RequestReused:
            _record(batch, batch.id.hex)
    if waiting:
        note_journaled([batch.id for batch in waiting])


def _record(batch: Batch, request_id: str) -> None:
    with recording(
        action=ACTION,
        actor=Actor(account=batch.actor, body=batch.body),
        now=batch.received_at,
        request_id=request_id,
        reason=batch.reason,
        payload={"batch": batch.id.hex, "payload": batch.payload},
    ) as rec:
        if not rec.repeated:
            rec.add(
                IntakeBatch(
                    id=batch.id,
                    sender=batch.actor,
                    form=batch.form,
                    way=batch.way,
                    received_at=batch.received_at,
                    digest=batch.digest,
                    **asdict(batch.counts),
                )
            )
            rec.result = {"id": str(batch.id)}


def answer_of(batch: Batch) -> dict[str, Any]:
    rejected = rejections_of(batch.id) if batch.counts.rejected else []
    return {
        "batch": str(batch.id),
        "received_at": batch.received_at,
        "counts": asdict(batch.counts),
        "rejected": [{"line": r.line, "why": r.why, "text": r.text} for r in rejected],
    }


def _in_words(error: Exception) -> str:
    text = str(error).lower()
    if "full" in text or "no space" in text:
        return gettext_noop("the disk is full")
    if "locked" in text or "busy" in text:
        return gettext_noop("another writer holds it")
    return type(error.__cause__ or error).__name__
