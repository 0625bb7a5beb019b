"""How an item is dealt with: broken down to bodies and people, or left to the market.

Source: 运政办函〔2023〕9号 part 一 (明确责任主体): what the government has to do is broken down,
what the market has to do is recorded and not broken down. House rule: an item that the notice
assigns to nobody is a statement and is not broken down until somebody decides otherwise.
Edge cases: a decision of a person wins over what follows from the text, in both directions.
"""

from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.plan.rules.notice.values import Mode

RULE: Final = "plan-handling"
SOURCE: Final = "运政办函〔2023〕9号"
ARTICLE: Final = "一、工作原则"


class Handling(StrEnum):
    """What is done with an item."""

    BREAK_DOWN = "break-down"
    MARKET = "market"
    STATEMENT = "statement"

    @property
    def label(self) -> str:
        return HANDLING_LABELS[self]


HANDLING_LABELS: Final = {
    Handling.BREAK_DOWN: gettext_noop("to be broken down"),
    Handling.MARKET: gettext_noop("market-driven, not broken down"),
    Handling.STATEMENT: gettext_noop("a statement that names nobody"),
}


def handling_of(mode: Mode, decided: Handling | None) -> Verdict[Handling]:
    """How an item is dealt with. Source and edge cases: see the module."""
    if decided is not None:
        said, value = gettext_noop("The plan office decided so, with a reason."), decided
        status, source, article = SourceStatus.HOUSE_DEFAULT, HOUSE_RULE, ""
    elif mode is Mode.NONE:
        said, value = gettext_noop("The notice names nobody for it."), Handling.STATEMENT
        status, source, article = SourceStatus.HOUSE_DEFAULT, HOUSE_RULE, ""
    else:
        said, value = gettext_noop("The notice names who has to do it."), Handling.BREAK_DOWN
        status, source, article = SourceStatus.VERIFIED, SOURCE, ARTICLE
    reason = Reason(
        rule=RULE,
        source=source,
        article=article,
        status=status,
        inputs=pairs(mode=mode.value, decided=decided.value if decided else ""),
        note=Message.of(said),
    )
    return Verdict(value=value, reasons=(reason,))
