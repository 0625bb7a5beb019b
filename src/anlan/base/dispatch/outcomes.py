"""Outcomes: what became of outgoing rows, appended; the state of a row follows from them.

`apply_outcomes` takes what gateways report, many at a time, as one journal entry with a digest.
`apply_by_hand` takes what a person decides about one row, as a change of that record.
"""

import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy

from anlan.base.dispatch import bulk
from anlan.base.dispatch.bulk import here
from anlan.base.dispatch.guard import Receipt
from anlan.base.errors import Refused
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording
from anlan.base.models.dispatch import Dispatch, DispatchOutcome, OutgoingMessage
from anlan.base.parts import registry
from anlan.base.rules.dispatch import (
    GIVEN_BACK_S,
    HANDLED_OUTCOMES,
    DispatchState,
    Outcome,
    next_attempt,
    state_after,
)
from anlan.base.rules.labels import gettext_noop

COLUMNS = (
    *("dispatch", "report", "outcome", "gateway", "detail", "happened_at", "known_at"),
    "handle_after",
)
DETAIL_CHARS = 200
REPORT_CHARS = 80
ONCE = frozenset({Outcome.SENT, Outcome.DELIVERED, Outcome.ACKNOWLEDGED})
"""Facts that are true once, however often they are reported."""


class NotInThisState(Refused):
    code = "not-in-this-state"
    status = 409
    message = gettext_noop(
        "The row is “{state}” now, so this cannot be done any more. Reload the page."
    )


@dataclass(slots=True)
class Place:
    """Where a row stands while outcomes are taken in."""

    state: str
    attempts: int
    lease_by: str
    message: Any
    next_at: dt.datetime | None = None
    is_changed: bool = False
    untried: int = 0


def apply_outcomes(rec: Recording, receipts: Sequence[Receipt], *, lease: str = "") -> int:
    """Append what is new and move the rows. Returns how many outcomes were new.

    `lease` names the claim that sent the rows: of a row that another claim holds by now only a
    proof (sent, delivered, confirmed) counts. State columns are written past the guard of
    `Record`: the entry holds a digest of the outcomes instead of an image a row.
    """
    keys = bulk.as_keys(receipt.key for receipt in receipts)
    places, known = _places(set(keys)), _known_reports(set(keys))
    waited_for = _messages_with_handler({place.message for place in places.values()})
    lines: list[tuple[Any, ...]] = []
    now, instant = bulk.instant(rec.now), cache(bulk.instant)
    for key, receipt in zip(keys, receipts, strict=True):
        place = places.get(key)
        if place is not None and not receipt.was_tried:
            _give_back(place, lease, rec.now)
            continue
        report = "" if place is None else _report(receipt, place)
        if place is None or (key, report) in known:
            continue
        known.add((key, report))
        outcome = _move(place, receipt, lease, rec.now)
        is_told = outcome in HANDLED_OUTCOMES and place.message in waited_for
        happened = instant(receipt.happened_at) or now
        told = now if is_told else None
        detail = receipt.detail[:DETAIL_CHARS]
        lines.append((key, report, outcome.value, receipt.gateway, detail, happened, now, told))
    bulk.append(DispatchOutcome, COLUMNS, lines)
    _write(places, rec.now)
    if lines:
        counts = Counter(line[2] for line in lines)
        digest = plain_digest(json.dumps(lines, default=str).encode())
        rec.note(dispatch_outcomes={"counts": dict(sorted(counts.items())), "sm3": digest})
    return len(lines)


def apply_by_hand(
    rec: Recording,
    key: uuid.UUID,
    outcome: Outcome,
    *,
    expected_version: int | None = None,
    detail: str = "",
) -> Dispatch:
    """A person recalls, retries or confirms one row. Raises NotInThisState when it is too late."""
    row = rec.lock(Dispatch, key, expected_version=expected_version)
    before, after = (
        DispatchState(row.state),
        state_after(DispatchState(row.state), outcome),
    )
    if after is before:
        raise NotInThisState(state=gettext_lazy(before.label))
    row.state, row.settled_at = after.value, rec.now
    if outcome is Outcome.RETRIED:
        row.attempts, row.next_at = 0, rec.now
    if outcome is Outcome.ACKNOWLEDGED:
        row.acknowledged_by = rec.actor.account
    rec.save(row)
    is_told = outcome in HANDLED_OUTCOMES and bool(_messages_with_handler({row.message_id}))
    DispatchOutcome.objects.create(
        dispatch=row,
        report=outcome.value if outcome in ONCE else f"{outcome.value}-{row.version}",
        outcome=outcome.value,
        detail=detail[:DETAIL_CHARS],
        happened_at=rec.now,
        known_at=rec.now,
        handle_after=rec.now if is_told else None,
    )
    return row


def _places(keys: set[Any]) -> dict[Any, Place]:
    """By key as the driver gives it. The rows are locked, in the order of their keys."""
    condition, params = bulk.among("id", keys)
    lock = " FOR UPDATE" if here().features.has_select_for_update else ""
    with here().cursor() as cursor:
        cursor.execute(
            "SELECT id, state, attempts, lease_by, message_id FROM base_dispatch "  # noqa: S608
            f"WHERE {condition} ORDER BY id{lock}",
            params,
        )
        return {row[0]: Place(*row[1:]) for row in cursor.fetchall()}


def _known_reports(keys: set[Any]) -> set[tuple[Any, str]]:
    condition, params = bulk.among("dispatch_id", keys)
    with here().cursor() as cursor:
        cursor.execute(
            f"SELECT dispatch_id, report FROM base_dispatchoutcome WHERE {condition}",  # noqa: S608
            params,
        )
        return {(key, report) for key, report in cursor.fetchall()}


def _messages_with_handler(messages: set[Any]) -> set[Any]:
    """Those of the messages whose stage wants to hear of outcomes."""
    rows = OutgoingMessage.objects.filter(pk__in=messages).values_list("pk", "purpose")
    return {bulk.key(pk) for pk, purpose in rows if registry.outcome_handler(purpose) is not None}


def _report(receipt: Receipt, place: Place) -> str:
    """What tells a repeated report from a new one."""
    if receipt.report:
        return f"{receipt.gateway}:{receipt.report}"[:REPORT_CHARS]
    code = receipt.outcome.value
    return code if receipt.outcome in ONCE else f"{code}-{place.attempts}"


def _move(place: Place, receipt: Receipt, lease: str, now: dt.datetime) -> Outcome:
    """Change the place as far as the receipt proves it; what the outcome then is."""
    outcome = receipt.outcome
    if lease and place.lease_by != lease and outcome not in ONCE:
        return outcome
    if outcome is Outcome.POSTPONED and next_attempt(now, place.attempts) is None:
        outcome = Outcome.FAILED
    after = _after(place.state, outcome)
    if after != place.state:
        place.state, place.is_changed = after, True
        place.next_at = next_attempt(now, place.attempts) if outcome is Outcome.POSTPONED else now
    return outcome


def _give_back(place: Place, lease: str, now: dt.datetime) -> None:
    """A row that its gateway did not come to waits again; the claim was no attempt."""
    if place.state == DispatchState.LEASED.value and place.lease_by == lease:
        place.state, place.is_changed, place.untried = DispatchState.WAITING.value, True, 1
        place.next_at = now + dt.timedelta(seconds=GIVEN_BACK_S)


@cache
def _after(state: str, outcome: Outcome) -> str:
    return state_after(DispatchState(state), outcome).value


def _write(places: dict[Any, Place], now: dt.datetime) -> None:
    """One statement for all rows that come to the same state."""
    groups: dict[tuple[str, dt.datetime | None, int], list[Any]] = {}
    for key, place in places.items():
        if place.is_changed:
            groups.setdefault((place.state, place.next_at, place.untried), []).append(key)
    for (state, next_at, untried), keys in groups.items():
        condition, params = bulk.among("id", keys)
        with here().cursor() as cursor:
            cursor.execute(
                "UPDATE base_dispatch SET state = %s, next_at = %s, settled_at = %s, "  # noqa: S608
                "lease_until = NULL, lease_by = '', version = version + 1, "
                f"attempts = attempts - %s WHERE {condition}",
                [state, bulk.instant(next_at), bulk.instant(now), untried, *params],
            )
