"""Topics of readings over MQTT, and what a message on one says.

    anlan/v1/<centre>/<sender>/<form>                        a batch: csv, json, ndjson, hj212
    anlan/v1/<centre>/<sender>/value/<station>/<property>    one value: JSON, or "time,value"
    anlan/v1/<centre>/<sender>/answer/…                      where a sender may ask to be answered

Source: House rule; `<sender>` is the name of the account, and the broker lets each user publish
below his own name only. Units and valid range: as the decoders say. Edge cases: another topic, or
a message that is not in its form, is one rejected row with its text; an empty message holds none.
"""

from dataclasses import dataclass
from typing import Final

from anlan.sensing.rules.decoding.decoded import (
    Decoded,
    NotInThisForm,
    Rejected,
    TooManyRows,
    Why,
    cut,
    gathered,
    reading_of,
    text_of,
)
from anlan.sensing.rules.decoding.forms import DECODERS
from anlan.sensing.rules.decoding.json_members import NOT_JSON, loaded, names_twice

ROOT: Final = "anlan/v1"
VALUE: Final = "value"
ANSWER: Final = "answer"
MOST_BYTES: Final = 1024 * 1024
MOST_ROWS: Final = 20_000
_SENDER_AT, _FORM_AT, _VALUE_PARTS = 3, 4, 7
_OF_VALUE: Final = frozenset({"time", "value", "unit"})
_BY_NAME: Final = {decoder.name: decoder for decoder in DECODERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a message says: its sender ("" when the topic names none), form and rows."""

    sender: str
    form: str
    decoded: Decoded


def subscription(centre: str) -> str:
    """Everything that senders of a centre publish."""
    return f"{ROOT}/{centre}/#"


def heard(topic: str, payload: bytes, centre: str) -> Heard | None:
    """The rows of a message; None for an answer of our own."""
    parts = topic.split("/")
    sender = parts[_SENDER_AT] if len(parts) > _FORM_AT else ""
    form = parts[_FORM_AT] if sender else ""
    if form == ANSWER:
        return None
    decoded = Decoded() if not payload else _rows(topic, form, payload, centre)
    known = form if form == VALUE or form in _BY_NAME else ""
    return Heard(sender=sender, form=known or "unknown", decoded=decoded)


def _rows(topic: str, form: str, payload: bytes, centre: str) -> Decoded:
    parts = topic.split("/")
    is_value = form == VALUE and len(parts) == _VALUE_PARTS
    is_batch = form in _BY_NAME and len(parts) == _FORM_AT + 1
    if not topic.startswith(f"{ROOT}/{centre}/") or not (is_value or is_batch):
        return _whole(Why.UNKNOWN_TOPIC, topic)
    if len(payload) > MOST_BYTES:
        return _whole(Why.TOO_LARGE, topic)
    try:
        read = _value(parts[5], parts[6], payload) if is_value else _BY_NAME[form].decode(payload)
    except TooManyRows:
        return _whole(Why.TOO_LARGE, topic)
    except NotInThisForm:
        return _whole(Why.NOT_READABLE, payload.decode("utf-8", "replace"))
    is_long = len(read.readings) + len(read.rejected) > MOST_ROWS
    return _whole(Why.TOO_LARGE, topic) if is_long else read


def may_answer(topic: str, centre: str, sender: str) -> bool:
    """A sender is answered below its own name only, never on a topic of readings."""
    place = f"{ROOT}/{centre}/{sender}/{ANSWER}"
    is_plain = "+" not in topic and "#" not in topic and bool(sender)
    return is_plain and (topic == place or topic.startswith(f"{place}/"))


def _whole(why: Why, text: str) -> Decoded:
    """The message as a whole is one rejected row."""
    return Decoded(rejected=(Rejected(1, why, cut(text)),))


def _value(station: str, key: str, payload: bytes) -> Decoded:
    text = text_of(payload).strip()
    said = f"{station},{key},{text}"
    if text.startswith("{"):
        try:
            row = loaded(text)
        except NOT_JSON as error:
            raise NotInThisForm("JSON") from error
        if not _OF_VALUE.isdisjoint(names_twice(row)):
            return gathered([Rejected(1, Why.NAME_TWICE, cut(said))])
        at, value, unit = row.get("time"), row.get("value"), row.get("unit")
    else:
        at, _, value = text.partition(",")
        unit = None
    if unit is not None and not isinstance(unit, str):
        return gathered([Rejected(1, Why.UNKNOWN_UNIT, cut(said))])
    return gathered([reading_of(1, (station, key, at, value), unit or "", said)])
