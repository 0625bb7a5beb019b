"""How each channel of this instance stands: which gateway serves it, and how that fared last."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.rules.dispatch import Channel
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.exchange.gateways import configured
from anlan.exchange.models import GatewayHealth
from anlan.exchange.outward.settings import KIND_LABELS, GatewaySettings


class Condition(StrEnum):
    """Where a channel stands; never better than what was seen of it."""

    INSIDE = "inside"
    REHEARSED = "rehearsed"
    OFF = "off"
    UNUSED = "unused"
    WORKS = "works"
    FAILS = "fails"

    @property
    def label(self) -> str:
        return CONDITION_LABELS[self]


CONDITION_LABELS: Final = {
    Condition.INSIDE: gettext_noop("inside the program"),
    Condition.REHEARSED: gettext_noop("loop-back only (demonstration)"),
    Condition.OFF: gettext_noop("off: no gateway is set"),
    Condition.UNUSED: gettext_noop("set, nothing was sent yet"),
    Condition.WORKS: gettext_noop("the last one was taken"),
    Condition.FAILS: gettext_noop("the last one failed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """A channel by one gateway; `is_spare`: by the one that steps in."""

    channel: Channel
    condition: Condition
    gateway: str = ""
    kind_label: str = ""
    succeeded_at: dt.datetime | None = None
    failed_at: dt.datetime | None = None
    failure: str = ""
    is_spare: bool = False

    @property
    def may_check(self) -> bool:
        return self.condition is not Condition.OFF and not self.is_spare


def channel_states() -> list[ChannelState]:
    """One a channel and gateway, in the order of the channels and of use. One query."""
    is_real = is_demonstration_now() is False
    health = {row.name: row for row in GatewayHealth.objects.all()} if is_real else {}
    found = []
    for channel in Channel:
        if channel is Channel.LOOPBACK:
            continue
        ways = [one for one in configured().gateways if channel.value in one.channels and is_real]
        if not ways:
            found.append(ChannelState(channel=channel, condition=_condition(channel, is_real)))
        for number, one in enumerate(ways):
            found.append(_state_of(channel, one, health.get(one.name), is_spare=number > 0))
    return found


def _state_of(
    channel: Channel, one: GatewaySettings, row: GatewayHealth | None, *, is_spare: bool
) -> ChannelState:
    return ChannelState(
        channel=channel,
        condition=_fared(row),
        gateway=one.name,
        kind_label=KIND_LABELS[one.kind],
        succeeded_at=row.succeeded_at if row is not None else None,
        failed_at=row.failed_at if row is not None else None,
        failure=row.failure if row is not None else "",
        is_spare=is_spare,
    )


def problems() -> tuple[Message, ...]:
    """What is wrong with the settings file."""
    return configured().problems


def _condition(channel: Channel, is_real: bool) -> Condition:
    """Of a channel that no gateway of the settings serves."""
    if channel is Channel.IN_APP:
        return Condition.INSIDE
    return Condition.OFF if is_real else Condition.REHEARSED


def _fared(row: GatewayHealth | None) -> Condition:
    if row is None:
        return Condition.UNUSED
    if row.failed_at is None:
        return Condition.WORKS
    is_better = row.succeeded_at is not None and row.succeeded_at > row.failed_at
    return Condition.WORKS if is_better else Condition.FAILS
