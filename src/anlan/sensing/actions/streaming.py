"""Handing a batch over to the stream: read, packed, and acknowledged once the stream has it.

What cannot be read as a whole is refused at once, as without a stream. How the rows ended is known
when a worker has kept them; whoever sent them asks under the request id.
"""

import datetime as dt
import os
import threading
from typing import Any

from django.conf import settings

from anlan.base.actor import Actor
from anlan.base.errors import RequestReused
from anlan.base.journal.content import plain_digest
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability
from anlan.sensing.actions.errors import StreamUnavailable
from anlan.sensing.actions.intake import decoded_batch, refuse_unfit
from anlan.sensing.gateways.stream import Outgoing, Stream, StreamFailed
from anlan.sensing.rules.decoding.decoded import Decoder
from anlan.sensing.rules.packing import pack

_lock = threading.Lock()
_known: dict[int, Stream] = {}


def is_on() -> bool:
    return bool(settings.ANLAN_STREAM.host)


def hand_over(
    content: bytes,
    decoder: Decoder,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Returns how many rows the stream has, and those that are no reading. The stream is asked
    first what the request id was used for: the store may be away, and workers may be behind."""
    require(actor, Capability.KEEP_OWN)
    refuse_unfit(content, request_id)
    decoded = decoded_batch(content, decoder)
    name = stream_request(actor.account, request_id)
    payload = plain_digest(content)
    packs = pack(decoded, request=name, sender=actor.account, form=decoder.name)
    messages = [
        Outgoing(
            partition=packed.partition,
            id=plain_digest(f"{name}|{payload}|{packed.partition}|{packed.number}".encode())[:32],
            content=packed.content,
        )
        for packed in packs
    ]
    said = plain_digest(decoder.name.encode() + b"\0" + content)
    try:
        stream = _stream()
        if not stream.claim(name, said):
            raise RequestReused
        stream.publish(messages)
    except StreamFailed as error:
        raise StreamUnavailable(reason=str(error)) from error
    return {
        "request_id": request_id,
        "rows": len(decoded.readings) + len(decoded.rejected),
        "received_at": now,
        "rejected": [{"line": r.line, "why": r.why, "text": r.text} for r in decoded.rejected],
    }


def stream_request(account: str, request_id: str) -> str:
    """The name of a request in the store: another account's request of the same id is another."""
    return f"{account}:{request_id}"


def _stream() -> Stream:
    """The connection of this process."""
    with _lock:
        if os.getpid() not in _known:
            _known[os.getpid()] = Stream(settings.ANLAN_STREAM, settings.ANLAN_CENTRE)
        return _known[os.getpid()]
