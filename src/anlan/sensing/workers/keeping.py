"""Keeping messages, one bad one among them or none: what may be acknowledged.

Messages go into the store together. When that fails for another reason than an engine that is
away, they are halved until the bad one is alone: the others are kept at once. The bad one is tried
again after growing pauses and then put aside (`rules/trying.py`), so that nothing waits behind it
for ever. An engine that is away is waited for, however long: nothing is counted, put aside or
acknowledged.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import Error, close_old_connections

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.sensing.actions.aside import put_aside
from anlan.sensing.actions.errors import StoreRefuses
from anlan.sensing.actions.messages import take_messages
from anlan.sensing.actions.raw_messages import Raw, read
from anlan.sensing.choices import IntakeWay
from anlan.sensing.rules.trying import pause_s
from anlan.sensing.workers.beating import Beat

logger = logging.getLogger(__name__)
PAUSE_S = 2.0
LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A message that failed so often, and when it is tried again (of the monotonic clock)."""

    tries: int
    due_s: float


def nothing() -> None:
    """Nobody else could take them meanwhile."""


class Keeping:
    """The messages of one worker. What fails is remembered by it alone."""

    def __init__(
        self,
        way: IntakeWay,
        beat: Beat,
        stop: threading.Event,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self.way, self.beat, self.stop, self.tick = way, beat, stop, tick
        self._failing: dict[bytes, Failing] = {}

    def wait_s(self, most_s: float) -> float:
        """How long a worker may wait for new messages before it asks again."""
        due = min((failing.due_s for failing in self._failing.values()), default=None)
        return most_s if due is None else min(most_s, max(0.0, due - self.tick()))

    def settled(
        self, messages: Iterable[Raw], meanwhile: Callable[[], None] = nothing
    ) -> set[bytes]:
        """The keys of those that are kept or put aside; those that failed are left out until
        their pause is over. While an engine is away it waits, and does `meanwhile`, until it is
        told to stop."""
        left = {message.key: message for message in messages}
        self._failing = {key: each for key, each in self._failing.items() if key in left}
        done: set[bytes] = set()
        pause = PAUSE_S
        while left and not self.stop.is_set():
            due = [m for key, m in left.items() if key not in done and self._is_due(key)]
            try:
                close_old_connections()
                self._take(due, done)
                break
            except Refused as refusal:
                self.beat.note("store-away", refusal.text(), len(left), False)
            except (OSError, Error) as error:
                self.beat.note("store-away", type(error).__name__, len(left), False)
            meanwhile()
            self.stop.wait(pause)
            pause = min(LONGEST_PAUSE_S, 1.5 * pause)
        return done

    def _is_due(self, key: bytes) -> bool:
        failing = self._failing.get(key)
        return failing is None or failing.due_s <= self.tick()

    def _take(self, messages: Sequence[Raw], done: set[bytes]) -> None:
        if not messages:
            return
        try:
            found = [sent for message in messages if (sent := read(message)) is not None]
            take_messages(found, now=clock.now(), way=self.way)
        except StoreRefuses as error:
            self._apart(messages, error, done)
        except (Refused, OSError, Error):
            raise
        except Exception as error:  # the outer edge: the message keeps its place, or is put aside
            self._apart(messages, error, done)
        else:
            for message in messages:
                self._failing.pop(message.key, None)
                done.add(message.key)

    def _apart(self, messages: Sequence[Raw], error: Exception, done: set[bytes]) -> None:
        if len(messages) == 1:
            self._failed(messages[0], error, done)
            return
        middle = len(messages) // 2
        self._take(messages[:middle], done)
        self._take(messages[middle:], done)

    def _failed(self, message: Raw, error: Exception, done: set[bytes]) -> None:
        before = self._failing.get(message.key)
        tries = 1 if before is None else before.tries + 1
        pause = pause_s(tries)
        if pause is None and self._put_aside(message, error, tries):
            self._failing.pop(message.key, None)
            done.add(message.key)
            return
        due_s = self.tick() + (LONGEST_PAUSE_S if pause is None else pause)
        self._failing[message.key] = Failing(tries=tries, due_s=due_s)

    def _put_aside(self, message: Raw, error: Exception, tries: int) -> bool:
        """False where even that fails: the broker keeps it, and others go on."""
        why = type(error).__name__
        try:
            put_aside(message, why=why, tries=tries, now=clock.now())
        except StoreRefuses as failure:
            error = failure
        except (Refused, OSError, Error):
            raise
        except Exception as failure:  # the outer edge: it keeps its place
            error = failure
        else:
            logger.error("a message was put aside: %s\n%s", why, _where(error))
            return True
        logger.error("not put aside: %s\n%s", type(error).__name__, _where(error))
        self.beat.note("failed", type(error).__name__, None, False)
        return False


def _where(error: Exception) -> str:
    """The places of an error without its words, in which there may be what was sent."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
