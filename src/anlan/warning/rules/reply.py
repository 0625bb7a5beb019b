"""What an SMS from a called number means (短信回复): a plain confirmation of one call, or words.

`is_confirmation` reads the text, `asked_by_sms` says whether a call asked for it, `calls_meant`
which calls it is about. A reply names a number and no message, so that it is taken as an answer
only where it can mean the message of one round and no other; whoever is called for two places in
one round got one message, and answers for both.

Source: House rule: "1" and "收到" are the words that our messages ask for; everything else, also
"收到" with more words, is read by a person. `Way.SMS` is answered by a key (`ladder`).
Units and valid range: text as it came; aware instants.
Edge cases: width, blanks and marks at the ends do not count; a number to which open calls of
several rounds were sent, or none, confirms nothing; a reply from before the call began confirms
nothing, but for `SLACK`, by which clocks differ.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.ladder import ANSWERED_BY_KEY, Ladder, Way, Who

RULE: Final = "call-reply"
CONFIRMATIONS: Final = frozenset({"1", "收到"})
SLACK: Final = timedelta(minutes=5)
_ENDS: Final = " \t\r\n。.!！,，、;；~～\"'“”‘’「」【】"
ONE = gettext_noop("It can mean one message and no other.")
NONE = gettext_noop("No open call was sent to this number by SMS.")
SEVERAL = gettext_noop("Calls of {number} rounds were sent to this number: ask which is meant.")
WORDS = gettext_noop(
    "Only “1” and “收到” confirm by themselves; other words are read by a person."
)
EARLY = gettext_noop("It was written before the call began.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """A call that waits for an answer. `is_by_sms`: an SMS to this number asked for it."""

    key: str
    round: str
    opened_at: datetime
    is_by_sms: bool


def is_confirmation(text: str) -> bool:
    """Whether a text is one of the words that confirm, and nothing more."""
    return unicodedata.normalize("NFKC", text).strip(_ENDS) in CONFIRMATIONS


def asked_by_sms(ladder: Ladder, step: int, who: Who) -> bool:
    """Whether a step up to the present one called this person by SMS."""
    begun = ladder.steps[: step + 1] if step >= 0 else ()
    return Way.SMS in ANSWERED_BY_KEY and any(
        each.way is Way.SMS and each.who is who for each in begun
    )


def calls_meant(calls: Sequence[OpenCall], said_at: datetime) -> Verdict[tuple[str, ...]]:
    """Keys of the calls that a confirmation means; empty where nothing is certain."""
    asked = [call for call in calls if call.is_by_sms]
    begun = [call for call in asked if said_at >= call.opened_at - SLACK]
    rounds = {call.round for call in begun}
    if len(rounds) == 1:
        return _said(tuple(call.key for call in begun), ONE, asked)
    if rounds:
        return _said((), SEVERAL, asked, number=len(rounds))
    return _said((), EARLY if asked else NONE, asked)


def confirms(text: str, rounds: int) -> Verdict[bool]:
    """Whether a text confirms, where open calls of so many rounds were sent to its number by
    SMS."""
    if not is_confirmation(text):
        return Verdict(value=False, reasons=(_reason(WORDS, rounds),))
    note = ONE if rounds == 1 else SEVERAL if rounds > 1 else NONE
    return Verdict(value=rounds == 1, reasons=(_reason(note, rounds, number=rounds),))


def _said(
    keys: tuple[str, ...], note: str, asked: Sequence[OpenCall], **values: Any
) -> Verdict[tuple[str, ...]]:
    return Verdict(value=keys, reasons=(_reason(note, len(asked), **values),))


def _reason(note: str, asked: int, **values: Any) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(asked=asked),
        note=Message.of(note, **values),
    )
