"""What a called person is told, by each way: the issuer's words, and how to answer.

`call_words` makes the text of a call.

Source: House rule: whoever is called gets the words as they are relayed (`relay`), with issuer and
time; by SMS in one message of 70 characters that asks for the word which confirms (`reply`), where
an answer is waited for; what does not fit ends at a whole clause. The key of an automatic call is
asked for by the gateway, which alone knows it. An exercise and a test begin with their mark.
Units and valid range: characters as a telephone network counts them; an aware time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from anlan.base.rules.dispatch import MessageMode
from anlan.warning.rules.ladder import Way
from anlan.warning.rules.relay import ONE_MESSAGE_CHARS, fitted, relay_text
from anlan.warning.rules.short_text import MARKS, units

ASK: Final = "请回复1确认收到。"
"""In the city's language, as all that is sent; “1” is one of the words of `reply`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The message that is called for."""

    text: str
    issuer: str
    issued_at: datetime
    mode: MessageMode


def call_words(told: Told, way: Way, *, asks: bool) -> str:
    """The text of a call. `asks`: an answer is waited for."""
    whole = MARKS[told.mode] + relay_text(told.text, told.issuer, told.issued_at).full
    if way is not Way.SMS:
        return whole
    ask = ASK if asks else ""
    return fitted(whole, ONE_MESSAGE_CHARS - units(ask)) + ask
