"""The loop that wakes sweeps: one that fails holds up neither itself nor the others."""

import datetime as dt
import threading

import pytest
from django.db import OperationalError

from anlan.base import sweeping
from anlan.base.parts import Sweep


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "close_old_connections", lambda: None)
    monkeypatch.setattr(sweeping.connection, "close", lambda: None)
    monkeypatch.setattr(sweeping, "SHORTEST_PAUSE_S", 0.001)


@pytest.mark.parametrize("failure", [OperationalError("locked"), OSError("full"), ValueError("x")])
def test_a_failing_sweep_is_tried_again_and_others_go_on(failure: Exception) -> None:
    stop, failing, sound = threading.Event(), [], []

    def fails(now: dt.datetime) -> int:
        failing.append(now)
        raise failure

    def works(now: dt.datetime) -> int:
        sound.append(now)
        if len(sound) == 3:
            stop.set()
        return 1

    sweeping.run_sweeps(
        [Sweep(name="a", every_s=0, run=fails), Sweep(name="b", every_s=0, run=works)], stop
    )
    assert len(sound) == 3
    assert len(failing) == 3


def test_a_sweep_that_is_not_due_waits() -> None:
    stop, often, seldom = threading.Event(), [], []

    def counts(now: dt.datetime) -> int:
        often.append(now)
        if len(often) == 5:
            stop.set()
        return 0

    sweeps = [
        Sweep(name="seldom", every_s=3600, run=lambda now: seldom.append(now) or 0),
        Sweep(name="often", every_s=0, run=counts),
    ]
    sweeping.run_sweeps(sweeps, stop)
    assert (len(often), len(seldom)) == (5, 1)


def test_no_sweeps_at_all_stops_when_told() -> None:
    stop = threading.Event()
    threading.Timer(0.01, stop.set).start()
    sweeping.run_sweeps([], stop)
    assert stop.is_set()
