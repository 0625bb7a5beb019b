"""A worker of the stream: take a message of each partition, keep them in one commit, acknowledge.

Any number of them may run, here or on other machines of the same database. Killed at any moment:
the stream gives what was not acknowledged to another, and what is kept is known by its id. A
message that fails holds up its own partition, for the moment until it is put aside.
"""

import threading
from functools import partial

from django.conf import settings

from anlan.sensing.actions.raw_messages import Raw
from anlan.sensing.actions.streaming import is_on
from anlan.sensing.choices import IntakeWay
from anlan.sensing.gateways.stream import Stream, StreamFailed, Taken
from anlan.sensing.workers.beating import Beat
from anlan.sensing.workers.keeping import Keeping

__all__ = ["is_on", "run"]
WAIT_S = 1.0
GATHER_S = 0.02


def run(stop: threading.Event) -> None:
    """Work until told to stop."""
    stream = Stream(settings.ANLAN_STREAM, settings.ANLAN_CENTRE)
    beat, taking = Beat(IntakeWay.STREAM), stream.taking()
    keeping = Keeping(IntakeWay.STREAM, beat, stop)
    held: list[Taken] = []
    try:
        while not stop.is_set():
            found = taking.messages(keeping.wait_s(WAIT_S), GATHER_S)
            _note(beat, stream, bool(found))
            taking.hold(held)
            held += found
            done = keeping.settled(map(_raw, held), partial(taking.hold, held))
            taking.settle([each for each in held if _raw(each).key in done])
            held = [each for each in held if _raw(each).key not in done]
    finally:
        taking.end(held)
        beat.end()
        stream.close()


def _note(beat: Beat, stream: Stream, is_message: bool) -> None:
    def backlog() -> int | None:
        try:
            return stream.backlog()
        except StreamFailed:
            return None

    beat.note(stream.state, stream.detail, backlog, is_message)


def _raw(taken: Taken) -> Raw:
    return Raw(way=IntakeWay.STREAM, name=taken.id.encode(), content=taken.content)
