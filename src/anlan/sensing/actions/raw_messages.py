"""Messages as brokers bring them, and how the intake reads them."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from anlan.base.journal.content import plain_digest
from anlan.sensing.actions.messages import Sent, message_key
from anlan.sensing.choices import IntakeWay
from anlan.sensing.rules.decoding.decoded import Decoded, NotInThisForm, Rejected, Why, cut
from anlan.sensing.rules.packing import unpack
from anlan.sensing.rules.topics import heard


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A message as it came: under a topic (MQTT), with the name that its sender or the stream
    gave it, which may be empty."""

    way: IntakeWay
    content: bytes
    topic: str = ""
    name: bytes = b""

    @cached_property
    def key(self) -> bytes:
        """What tells it from all others. A device may give every message one name: over MQTT the
        content counts too, since whatever has the key of another is acknowledged and not read."""
        if self.way is IntakeWay.STREAM:
            return message_key("stream", self.name or self.content)
        return message_key("mqtt", self.topic, self.name, plain_digest(self.content))


def read(raw: Raw) -> Sent | None:
    """The message as the intake takes it; None when it is none of a sender."""
    return _of_stream(raw) if raw.way is IntakeWay.STREAM else _of_topic(raw)


def _of_topic(raw: Raw) -> Sent | None:
    found = heard(raw.topic, raw.content, settings.ANLAN_CENTRE)
    if found is None:
        return None
    return Sent(
        key=raw.key,
        request=raw.key.hex(),
        sender=found.sender,
        form=found.form,
        decoded=found.decoded,
    )


def _of_stream(raw: Raw) -> Sent:
    """One that nobody can read is kept as rejected."""
    try:
        found = unpack(raw.content, raw.name.decode("utf-8", "replace"))
    except NotInThisForm:
        text = cut(raw.content.decode("utf-8", "replace"))
        decoded = Decoded(rejected=(Rejected(1, Why.NOT_READABLE, text),))
        return Sent(key=raw.key, request=raw.key.hex(), sender="", form="unknown", decoded=decoded)
    return Sent(
        key=raw.key,
        request=found.request,
        sender=found.sender,
        form=found.form,
        decoded=found.decoded,
    )
