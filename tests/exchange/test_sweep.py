"""The sweep under faults: gateways that fail, clocks that jump, rows that are not sent twice."""

import datetime as dt

import pytest

from anlan.base.models.dispatch import Dispatch, DispatchOutcome
from anlan.base.rules.dispatch import (
    FIRST_WAIT_S,
    LEASE_S,
    LONGEST_WAIT_S,
    MOST_ATTEMPTS,
    DispatchState,
    Outcome,
)
from anlan.exchange import sweep as sweeping
from anlan.exchange.claiming import claim
from anlan.exchange.sweep import sweep
from tests.exchange.outgoing import NOW, listening, stamp, states, write

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
LEASE = dt.timedelta(seconds=LEASE_S)


@pytest.fixture(autouse=True)
def _real() -> None:
    stamp(is_demonstration=False)


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (TimeoutError("slow"), "timeout"),
        (ConnectionRefusedError("off"), "unreachable"),
        (ValueError("defect"), "gateway-failed"),
        (None, "no-answer"),
    ],
)
def test_a_gateway_that_fails_is_tried_again_later_and_says_why(
    failure: Exception | None, reason: str
) -> None:
    write(2)
    gateways, real, _ = listening(failure)
    assert sweep(NOW, gateways=gateways) == 2
    assert states() == ["waiting", "waiting"]
    row = Dispatch.objects.first()
    assert row is not None
    assert (row.attempts, row.next_at) == (1, NOW + dt.timedelta(seconds=FIRST_WAIT_S))
    outcome = row.outcomes.get()
    assert (outcome.outcome, outcome.detail, outcome.gateway) == ("postponed", reason, "real")
    wait = dt.timedelta(seconds=FIRST_WAIT_S)
    assert sweep(NOW + wait - SECOND, gateways=gateways) == 0
    assert sweep(NOW + wait, gateways=gateways) == 2
    assert states() == ["delivered", "delivered"]
    assert {r.key for r in real.heard[:2]} == {r.key for r in real.heard[2:]}


def test_a_row_is_given_up_after_the_last_attempt_and_stays_visible() -> None:
    write()
    gateways, real, _ = listening(*[TimeoutError()] * (MOST_ATTEMPTS + 3))
    now = NOW
    for _ in range(MOST_ATTEMPTS + 3):
        sweep(now, gateways=gateways)
        now += dt.timedelta(seconds=LONGEST_WAIT_S)
    assert len(real.heard) == MOST_ATTEMPTS
    row = Dispatch.objects.get()
    assert (row.state, row.attempts) == (DispatchState.FAILED, MOST_ATTEMPTS)
    assert row.outcomes.last().outcome == Outcome.FAILED  # type: ignore[union-attr]


def test_a_claim_is_a_lease_that_runs_out() -> None:
    write(3)
    assert len(claim(NOW, "first", 2)) == 2
    assert len(claim(NOW, "second", 10)) == 1
    assert claim(NOW + LEASE - SECOND, "third", 10) == []
    again = claim(NOW + LEASE, "third", 10)
    assert [row.attempts for row in again] == [2, 2, 2]
    assert set(Dispatch.objects.values_list("lease_by", flat=True)) == {"third"}


def test_a_claim_takes_the_oldest_and_no_more_than_it_may() -> None:
    """What waits, what was leased to a worker that was killed, and what lies too far ahead."""
    write(2, now=NOW - SECOND)
    killed = claim(NOW - LEASE, "killed", 1)
    assert killed == []
    assert len(claim(NOW - SECOND, "killed", 1)) == 1
    write(2, now=NOW)
    write(1, now=NOW + dt.timedelta(days=400))
    later = NOW + LEASE
    assert claim(later, "none", 0) == []
    oldest = claim(later, "first", 2)
    assert len({row.message.pk for row in oldest}) == 2
    rest = claim(later, "second", 10)
    assert [row.attempts for row in rest] == [2, 1, 1]
    assert [row.key for row in rest] == sorted(row.key for row in rest)
    assert claim(later, "third", 10) == []


def test_a_worker_that_lost_its_lease_overwrites_nothing() -> None:
    write()
    from anlan.base.dispatch.guard import Receipt
    from anlan.base.identity import new_id
    from anlan.exchange.sweep import record

    (row,) = claim(NOW, "slow", 1)
    claim(NOW + LEASE, "quick", 1)
    late = Receipt(key=row.key, outcome=Outcome.POSTPONED, detail="timeout")
    record([late], NOW + LEASE, new_id().hex, lease="slow")
    assert Dispatch.objects.get().lease_by == "quick"
    proof = Receipt(key=row.key, outcome=Outcome.DELIVERED)
    record([proof], NOW + LEASE, new_id().hex, lease="slow")
    assert states() == ["delivered"]


@pytest.mark.parametrize("jump", [dt.timedelta(days=-3), dt.timedelta(days=-400)])
def test_a_clock_that_jumps_back_leaves_nothing_behind(jump: dt.timedelta) -> None:
    write(3)
    claim(NOW, "killed", 1)
    gateways, _, _ = listening(TimeoutError())
    sweep(NOW, gateways=gateways)
    assert states() == ["leased", "waiting", "waiting"]
    write(1)
    gateways, _, _ = listening()
    assert sweep(NOW + jump, gateways=gateways) == 4
    assert states() == ["delivered"] * 4


def test_a_clock_that_jumps_ahead_sends_under_the_same_key() -> None:
    write()
    (row,) = claim(NOW, "working", 1)
    gateways, real, _ = listening()
    sweep(NOW + dt.timedelta(days=400), gateways=gateways)
    assert [heard.key for heard in real.heard] == [row.key]


def test_what_makes_no_sense_any_more_is_not_sent() -> None:
    write(expires_at=NOW + dt.timedelta(minutes=5))
    write(expires_at=NOW + dt.timedelta(minutes=5) + SECOND)
    gateways, real, _ = listening()
    sweep(NOW + dt.timedelta(minutes=5), gateways=gateways)
    assert states() == ["delivered", "expired"]
    assert len(real.heard) == 1


def test_a_row_whose_workers_always_die_is_given_up() -> None:
    write()
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        claim(now, "dies", 1)
        now += LEASE
    gateways, real, _ = listening()
    sweep(now, gateways=gateways)
    assert real.heard == []
    assert DispatchOutcome.objects.get().detail == "gave-up"
    assert states() == ["failed"]


def test_many_batches_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 10)
    write(35)
    gateways, real, _ = listening()
    assert sweep(NOW, gateways=gateways) == 35
    assert len({row.key for row in real.heard}) == len(real.heard) == 35
