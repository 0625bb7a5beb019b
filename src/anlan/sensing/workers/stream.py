"""A worker of the stream: take a message of each partition, keep them in one commit, acknowledge.

Any number of them may run, here or on other machines of the same database. Killed at any moment:
the stream gives what was not acknowledged to another, and what is kept is known by its id.
"""

import logging
import threading
from collections.abc import Sequence

from django.conf import settings
from django.db import close_old_connections

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.sensing.actions.messages import Sent, message_key, take_messages
from anlan.sensing.actions.streaming import is_on
from anlan.sensing.choices import IntakeWay
from anlan.sensing.gateways.stream import Stream, StreamFailed, Taken, Taking
from anlan.sensing.rules.decoding.decoded import Decoded, NotInThisForm, Rejected, Why, cut
from anlan.sensing.rules.packing import unpack
from anlan.sensing.workers.beating import Beat

__all__ = ["is_on", "run"]
logger = logging.getLogger(__name__)
WAIT_S = 1.0
GATHER_S = 0.02
PAUSE_S = 2.0


def run(stop: threading.Event) -> None:
    """Work until told to stop."""
    stream = Stream(settings.ANLAN_STREAM, settings.ANLAN_CENTRE)
    beat, taking = Beat(IntakeWay.STREAM), stream.taking()
    try:
        while not stop.is_set():
            taken = taking.messages(WAIT_S, GATHER_S)
            _note(beat, stream, bool(taken))
            if taken and _kept(taken, taking, beat, stop):
                taking.settle(taken)
    finally:
        taking.end()
        beat.end()
        stream.close()


def _note(beat: Beat, stream: Stream, is_message: bool) -> None:
    def backlog() -> int | None:
        try:
            return stream.backlog()
        except StreamFailed:
            return None

    beat.note(stream.state, stream.detail, backlog, is_message)


def _kept(taken: Sequence[Taken], taking: Taking, beat: Beat, stop: threading.Event) -> bool:
    messages = [_sent(each) for each in taken]
    while not stop.is_set():
        try:
            close_old_connections()
            take_messages(messages, now=clock.now(), way=IntakeWay.STREAM)
            return True
        except Refused as refusal:
            beat.note("store-away", refusal.text(), None, False)
        except Exception:  # the outer edge: kept by the stream until it works
            logger.exception("messages not taken")
            beat.note("failed", "", None, False)
        taking.hold(taken)
        stop.wait(PAUSE_S)
    taking.end(taken)
    return False


def _sent(taken: Taken) -> Sent:
    """The message as the intake takes it; one that nobody can read is kept as rejected."""
    key = message_key("stream", taken.id or taken.content)
    try:
        found = unpack(taken.content, taken.id)
    except NotInThisForm:
        text = cut(taken.content.decode("utf-8", "replace"))
        decoded = Decoded(rejected=(Rejected(1, Why.NOT_READABLE, text),))
        return Sent(key=key, request=key.hex(), sender="", form="unknown", decoded=decoded)
    return Sent(
        key=key,
        request=found.request,
        sender=found.sender,
        form=found.form,
        decoded=found.decoded,
    )
