"""The one guard between the program and the outside world.

Nothing else calls `Gateway.send`. A row may reach a real gateway only when all of this holds: it
is unchanged since it was written (its seal), it is meant (`ACTUAL`), it belongs to the live world,
this is the live world, and the instance is stamped as a real one. An exercise, a test, a fork and
a demonstration go to the loop-back gateway. Everything else, everything unknown: refused.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Any, Final, NamedTuple, Protocol

from anlan.base.dispatch.seal import Sealer, same
from anlan.base.dispatch.standing import Standing
from anlan.base.models.dispatch import OutgoingMessage
from anlan.base.rules.dispatch import INSIDE, LEASE_S, LIVE, MessageMode, Outcome
from anlan.base.rules.labels import gettext_noop

logger = logging.getLogger(__name__)
START_WITHIN_S: Final = LEASE_S / 2
"""No gateway is begun later than so after the first: the rows of a claim are sent before their
lease runs out, and nobody else sends them too."""
REASONS: Final[Mapping[str, str]] = {
    "altered": gettext_noop("The row was changed after it was written."),
    "unknown-mode": gettext_noop("The mode is unknown."),
    "other-world": gettext_noop("The row belongs to another world."),
    "unknown-instance": gettext_noop("This database has no stamp."),
    "no-gateway": gettext_noop("No gateway of this instance takes the channel."),
    "gateway-in-doubt": gettext_noop("The gateway for rehearsals calls itself real."),
    "expired": gettext_noop("The time until which it made sense to send is over."),
    "timeout": gettext_noop("The gateway did not answer in time."),
    "unreachable": gettext_noop("The gateway cannot be reached."),
    "no-answer": gettext_noop("The gateway said nothing about this row."),
    "gateway-failed": gettext_noop("The gateway failed; the technical log says why."),
    "gave-up": gettext_noop("Tried as often as it may be tried."),
    "no-such-addressee": gettext_noop("There is no such addressee, or it has no sign-in."),
    "no-number": gettext_noop("No telephone number is entered for the addressee."),
    "not-configured": gettext_noop("The settings of the channel name nobody for this addressee."),
    "gateway-refused": gettext_noop("The gateway refused it; see its settings."),
    "gateway-error": gettext_noop("The gateway answered that it is in trouble."),
    "not-accepted": gettext_noop("The carrier did not accept it."),
    "not-delivered": gettext_noop("The carrier reports that it did not arrive."),
    "nobody-answered": gettext_noop("The call was not answered."),
    "not-confirmed": gettext_noop("Answered, but the key that confirms was not pressed."),
}
"""Why a row was stopped or not delivered; the code stands in the detail of its outcome."""


class Passage(StrEnum):
    REAL = "real"
    LOOPBACK = "loopback"
    REFUSED = "refused"


class Outbound(NamedTuple):
    """A claimed row with its message, as it was read. `key` makes a repeat recognisable: a
    gateway that took this key before must not send again."""

    key: uuid.UUID
    mode: Any
    world: Any
    channel: Any
    addressee_kind: str
    addressee: str
    person: uuid.UUID | None
    number: str
    seal: str
    attempts: int
    message: OutgoingMessage

    def __repr__(self) -> str:
        """Without numbers and texts: it may stand in a log."""
        return f"Outbound({self.key.hex}, {self.channel}, attempt {self.attempts})"


class Receipt(NamedTuple):
    """What came of one row. `report` names the fact, so that it counts once. A row that the
    gateway did not come to (`was_tried` false) is given back: that is no attempt."""

    key: uuid.UUID
    outcome: Outcome
    gateway: str = ""
    detail: str = ""
    report: str = ""
    happened_at: dt.datetime | None = None
    was_tried: bool = True


class Gateway(Protocol):
    """A way out. `is_real` is False only for the one that stays inside the program.

    `send` may raise OSError (TimeoutError is one): nobody knows then what arrived, and the same
    rows come again under the same keys.
    """

    name: str
    is_real: bool
    channels: frozenset[str]

    def send(self, rows: Sequence[Outbound], now: dt.datetime) -> Sequence[Receipt]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateways:
    """`loopback` takes every channel; `real` are those that leave the program, in the order in
    which they are used."""

    loopback: Gateway
    real: tuple[Gateway, ...] = ()

    def real_for(self, channel: str, attempts: int) -> tuple[Gateway, ...]:
        """Every one of a channel. Each attempt begins with the one after that of the last."""
        found = tuple(one for one in self.real if channel in one.channels)
        first = max(attempts - 1, 0) % len(found) if found else 0
        return found[first:] + found[:first]


def passage_of(row: Outbound, here: Standing, sealer: Sealer) -> tuple[Passage, str]:
    """Where a row may go, and why not further. Values are compared as what they are: a mode
    that only looks like one is none."""
    if not _is_unchanged(row, sealer):
        return Passage.REFUSED, "altered"
    if type(row.mode) is not str or row.mode not in _MODES:
        return Passage.REFUSED, "unknown-mode"
    if type(row.world) is not str or not row.world or row.world != here.world:
        return Passage.REFUSED, "other-world"
    if here.is_demonstration not in (True, False):
        return Passage.REFUSED, "unknown-instance"
    is_meant = row.mode == MessageMode.ACTUAL.value and row.world == LIVE
    if is_meant and here.is_demonstration is False:
        return Passage.REAL, ""
    return Passage.LOOPBACK, ""


def send(
    rows: Sequence[Outbound], gateways: Gateways, here: Standing, now: dt.datetime
) -> list[Receipt]:
    """Hand each row to the gateway that it may reach. One receipt a row."""
    sealer, receipts = Sealer(), []
    handed: dict[tuple[int, ...], tuple[tuple[Gateway, ...], list[Outbound]]] = {}
    for row in rows:
        passage, reason = passage_of(row, here, sealer)
        ways, reason = _ways(passage, row, gateways) if not reason else ((), reason)
        if not ways:
            receipts.append(_stopped(row, reason))
        else:
            handed.setdefault(tuple(map(id, ways)), (ways, []))[1].append(row)
    ends_at = monotonic() + START_WITHIN_S
    for ways, batch in sorted(handed.values(), key=lambda one: one[0][0] is not gateways.loopback):
        receipts += _hand_along(ways, batch, now, ends_at)
    return receipts


_MODES: Final = frozenset(mode.value for mode in MessageMode)
_INSIDE: Final = frozenset(channel.value for channel in INSIDE)


def _ways(passage: Passage, row: Outbound, gateways: Gateways) -> tuple[tuple[Gateway, ...], str]:
    """The gateways for a row that may pass, or the reason why there is none."""
    if passage is Passage.REAL:
        real = gateways.real_for(row.channel, row.attempts)
        if real:
            return real, ""
        if row.channel not in _INSIDE:
            return (), "no-gateway"
    if gateways.loopback.is_real is not False:
        return (), "gateway-in-doubt"
    return (gateways.loopback,), ""


def _stopped(row: Outbound, reason: str) -> Receipt:
    outcome = Outcome.FAILED if reason == "no-gateway" else Outcome.REFUSED
    return Receipt(key=row.key, outcome=outcome, detail=reason)


def _hand_along(
    ways: tuple[Gateway, ...], rows: list[Outbound], now: dt.datetime, ends_at: float
) -> list[Receipt]:
    """What one gateway could not pass on goes to the next one at once. A row without an answer
    does not: it may have arrived, and waits. What no gateway could begin in time is given back."""
    told: dict[uuid.UUID, list[Receipt]] = {row.key: [] for row in rows}
    left = rows
    for gateway in ways:
        if monotonic() >= ends_at:
            break
        for receipt in _hand_over(gateway, left, now) if left else ():
            told[receipt.key].append(receipt)
        left = [row for row in left if _may_go_on(told[row.key][-1])]
    return [
        _summed_up(found, len(ways)) if (found := told[row.key]) else _given_back(row)
        for row in rows
    ]


def _given_back(row: Outbound) -> Receipt:
    return Receipt(key=row.key, outcome=Outcome.POSTPONED, was_tried=False)


_NOT_THIS_WAY: Final = frozenset(
    {"unreachable", "gateway-error", "gateway-refused", "not-accepted", "not-configured"}
)


def _may_go_on(receipt: Receipt) -> bool:
    """Whether the gateway surely did not take the row, and another one might."""
    if receipt.outcome not in (Outcome.POSTPONED, Outcome.FAILED):
        return False
    return not receipt.was_tried or receipt.detail in _NOT_THIS_WAY


def _summed_up(told: list[Receipt], ways: int) -> Receipt:
    """What became of a row on all its ways: it fails for good only when every one refused it, and
    an attempt is spent where one was made."""
    last = told[-1]
    if last.outcome not in (Outcome.POSTPONED, Outcome.FAILED):
        return last
    is_over = len(told) == ways or not _may_go_on(last)
    if is_over and all(each.outcome is Outcome.FAILED for each in told):
        return last
    tried = [each for each in told if each.was_tried]
    return (tried or told)[-1]._replace(outcome=Outcome.POSTPONED)


def _hand_over(gateway: Gateway, rows: list[Outbound], now: dt.datetime) -> list[Receipt]:
    """The only call of a gateway. What it does not answer for is tried again."""
    answered: dict[uuid.UUID, Receipt] = {}
    silence = "no-answer"
    try:
        answered = {receipt.key: receipt for receipt in gateway.send(rows, now)}
    except TimeoutError:
        silence = "timeout"
    except OSError:
        silence = "unreachable"
    except Exception:  # the outer edge of code that is not ours: its rows keep their place
        logger.exception("gateway failed", extra={"gateway": gateway.name, "rows": len(rows)})
        silence = "gateway-failed"
    return [
        answered.get(row.key)
        or Receipt(key=row.key, outcome=Outcome.POSTPONED, gateway=gateway.name, detail=silence)
        for row in rows
    ]


def _is_unchanged(row: Outbound, sealer: Sealer) -> bool:
    """The row and its message are those that were written."""
    holder = "" if row.person is None else row.person.hex
    parts = (row.mode, row.world, row.channel, row.addressee_kind, row.addressee)
    try:
        expected = sealer.of_row(row.key.hex, row.message.seal, *parts, holder, row.number)
    except TypeError:  # one of them is no text
        return False
    return same(row.seal, expected) and sealer.is_as_written(row.message)
