"""Background work waits for a pause, begins without one in the end, and is let end."""

import threading
import time
from collections.abc import Callable

import pytest

from anlan.base import giving_way
from anlan.base.giving_way import attended, in_a_pause

SHORT_S = 0.05
LONG_S = 5.0


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a slow machine decides nothing."""
    monkeypatch.setattr(giving_way, "PATIENCE_S", LONG_S)
    monkeypatch.setattr(giving_way, "COURTESY_S", LONG_S)


class Other:
    """Another thread inside a block, until it is told to leave."""

    def __init__(self, block: Callable[[], object]) -> None:
        self.inside, self.leave = threading.Event(), threading.Event()
        self._block = block
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._block():  # type: ignore[attr-defined]
            self.inside.set()
            self.leave.wait(LONG_S)

    def end(self) -> None:
        self.leave.set()
        self._thread.join(LONG_S)
        assert not self._thread.is_alive()


def test_a_piece_begins_when_nobody_is_attended_any_more() -> None:
    sender = Other(attended)
    assert sender.inside.wait(LONG_S)
    piece = Other(in_a_pause)
    assert not piece.inside.wait(SHORT_S)
    sender.end()
    assert piece.inside.wait(LONG_S)
    piece.end()


def test_a_piece_begins_under_any_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "PATIENCE_S", 0.01)
    sender = Other(attended)
    assert sender.inside.wait(LONG_S)
    piece = Other(in_a_pause)
    assert piece.inside.wait(LONG_S)
    piece.end()
    sender.end()


def test_who_comes_lets_a_piece_end() -> None:
    piece = Other(in_a_pause)
    assert piece.inside.wait(LONG_S)
    sender = Other(attended)
    assert not sender.inside.wait(SHORT_S)
    piece.end()
    assert sender.inside.wait(LONG_S)
    sender.end()


def test_no_other_piece_begins_before_who_came_first() -> None:
    piece = Other(in_a_pause)
    assert piece.inside.wait(LONG_S)
    sender = Other(attended)
    assert not sender.inside.wait(SHORT_S)
    other = Other(in_a_pause)
    assert not other.inside.wait(SHORT_S)
    piece.end()
    assert sender.inside.wait(LONG_S)
    assert not other.inside.wait(SHORT_S)
    sender.end()
    assert other.inside.wait(LONG_S)
    other.end()


def test_who_comes_does_not_wait_for_work_that_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(giving_way, "COURTESY_S", 0.01)
    piece = Other(in_a_pause)
    assert piece.inside.wait(LONG_S)
    time.sleep(0.02)
    sender = Other(attended)
    assert sender.inside.wait(LONG_S)
    sender.end()
    piece.end()


def test_senders_do_not_wait_for_each_other() -> None:
    first, second = Other(attended), Other(attended)
    assert first.inside.wait(LONG_S)
    assert second.inside.wait(LONG_S)
    piece = Other(in_a_pause)
    first.end()
    assert not piece.inside.wait(SHORT_S)
    second.end()
    assert piece.inside.wait(LONG_S)
    piece.end()


def test_blocks_inside_one_another_are_one() -> None:
    with in_a_pause(), attended(), in_a_pause():
        sender = Other(attended)
        assert not sender.inside.wait(SHORT_S)
    assert sender.inside.wait(LONG_S)
    sender.end()
    with attended(), in_a_pause(), attended():
        piece = Other(in_a_pause)
        assert not piece.inside.wait(SHORT_S)
    assert piece.inside.wait(LONG_S)
    piece.end()


@pytest.mark.parametrize("block", [attended, in_a_pause])
def test_a_failure_leaves_nobody_waiting(block: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="full"), block():  # type: ignore[attr-defined]
        raise ValueError("full")
    for other in (Other(attended), Other(in_a_pause)):
        assert other.inside.wait(LONG_S)
        other.end()
