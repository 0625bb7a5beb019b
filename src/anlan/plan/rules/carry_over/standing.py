"""What of a notice is unfinished when a successor follows it, and needs somebody's decision.

Source: House rule; coverage.md (a successor notice carries unfinished items over, each with a
decision). The lamp of the item says how its deliverables stand; nothing is decided by itself.
Edge cases: an item without information is listed, not taken as finished; one that is finished by
its lamp but still has a running assignment or request is listed; a statement is listed only when
something runs on it; a market-driven item is listed, because no progress of it is kept.
"""

from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.plan.rules.loop.handling import Handling
from anlan.plan.rules.loop.lamp import Lamp

RULE: Final = "plan-carry-over-standing"


class ItemStanding(StrEnum):
    """How an item stands when its notice is followed by another."""

    UNFINISHED = "unfinished"
    NO_INFORMATION = "no-information"
    MARKET = "market"
    FINISHED = "finished"
    STATEMENT = "statement"

    @property
    def label(self) -> str:
        return STANDING_LABELS[self]

    @property
    def needs_decision(self) -> bool:
        return self not in (ItemStanding.FINISHED, ItemStanding.STATEMENT)


STANDING_LABELS: Final = {
    ItemStanding.UNFINISHED: gettext_noop("unfinished"),
    ItemStanding.NO_INFORMATION: gettext_noop("no information whether it is finished"),
    ItemStanding.MARKET: gettext_noop("market-driven, no progress is kept"),
    ItemStanding.FINISHED: gettext_noop("finished (item)"),
    ItemStanding.STATEMENT: gettext_noop("a statement, nothing runs on it"),
}


def standing_at_end(handling: Handling, lamp: Lamp, running: int) -> Verdict[ItemStanding]:
    """How an item stands. `running` counts open assignments, requests for coordination and
    reports under review. Source and edge cases: see the module."""
    value = _standing(handling, lamp, running)
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(handling=handling.value, lamp=lamp.value, running=running),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def _standing(handling: Handling, lamp: Lamp, running: int) -> ItemStanding:
    if running:
        return ItemStanding.UNFINISHED
    if lamp is Lamp.DONE:
        return ItemStanding.FINISHED
    if lamp is not Lamp.GREY:
        return ItemStanding.UNFINISHED
    if handling is Handling.STATEMENT:
        return ItemStanding.STATEMENT
    return ItemStanding.MARKET if handling is Handling.MARKET else ItemStanding.NO_INFORMATION
