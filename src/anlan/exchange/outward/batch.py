"""Sending many rows over a slow line: some at once, within a time, and giving the rest back.

The time is shorter than the lease of a row, so no other worker takes rows that are still on their
way. When the line is dead the rows that were not begun are given back instead of each waiting for
its own timeout.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final

from anlan.base.dispatch.guard import Outbound, Receipt
from anlan.base.rules.dispatch import Outcome

logger = logging.getLogger(__name__)
BUDGET_S: Final = 25.0
DEAD_AFTER: Final = 8
"""So many rows in a row without an answer: the line is dead for this batch."""
DEAD: Final = frozenset({"timeout", "unreachable"})
Send = Callable[[Outbound], Receipt]


class _Line:
    """Whether the line still answers; told by the workers."""

    def __init__(self, dead_after: int) -> None:
        self._lock = threading.Lock()
        self._silent, self._dead_after = 0, dead_after
        self.ends_at = time.monotonic() + BUDGET_S

    def is_usable(self) -> bool:
        return self._silent < self._dead_after and time.monotonic() < self.ends_at

    def note(self, receipt: Receipt) -> None:
        is_silent = receipt.outcome is Outcome.POSTPONED and receipt.detail in DEAD
        with self._lock:
            self._silent = self._silent + 1 if is_silent else 0


def send_all(rows: Sequence[Outbound], send: Send, *, gateway: str, at_once: int) -> list[Receipt]:
    """One receipt a row. `send` answers for one row."""
    line = _Line(max(DEAD_AFTER, at_once))
    pool = ThreadPoolExecutor(max_workers=min(at_once, len(rows)) or 1)
    try:
        futures = [pool.submit(_one, line, row, send) for row in rows]
        wait(futures, timeout=BUDGET_S + 1)
        return [_told(row, future, gateway) for row, future in zip(rows, futures, strict=True)]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _one(line: _Line, row: Outbound, send: Send) -> Receipt | None:
    if not line.is_usable():
        return None
    receipt = send(row)
    line.note(receipt)
    return receipt


def _told(row: Outbound, future: "Future[Receipt | None]", gateway: str) -> Receipt:
    """What is known of a row now. One that is still on its way may have arrived."""
    if future.cancel():
        return _given_back(row, gateway)
    if not future.done():
        return _postponed(row, gateway, "timeout")
    error = future.exception()
    if error is not None:  # the outer edge of code that is not ours; its words may hold a number
        kind = type(error).__name__
        logger.error("gateway failed", extra={"gateway": gateway, "error": kind})
        return _postponed(row, gateway, "gateway-failed")
    return future.result() or _given_back(row, gateway)


def _postponed(row: Outbound, gateway: str, detail: str) -> Receipt:
    return Receipt(key=row.key, outcome=Outcome.POSTPONED, gateway=gateway, detail=detail)


def _given_back(row: Outbound, gateway: str) -> Receipt:
    return Receipt(key=row.key, outcome=Outcome.POSTPONED, gateway=gateway, was_tried=False)
