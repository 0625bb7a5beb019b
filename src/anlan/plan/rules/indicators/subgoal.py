"""I7: the four statements of the sub-goal, each improved, not improved or not determinable.

Source: 运政办函〔2023〕9号 part 二（一）2, edition 2023-02-03: four statements without a number.
Which measures stand for a statement, and from which baseline, is a composition that the city
signs; nothing of it is in the notice.
Units and valid range: a measure in per cent; its direction says where better lies.
Edge cases: a statement without a measure, a measure without a baseline or without a value → not
determinable. One measure that did not get better → not improved. Equal is not better. The number
(statements improved of four) exists only when all four are determined.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "sub-goal-statement"
SOURCE: Final = "运政办函〔2023〕9号"
ARTICLE: Final = "二（一）2"
EDITION: Final = "2023-02-03"
STATEMENTS: Final = 4


class Judgement(StrEnum):
    IMPROVED = "improved"
    NOT_IMPROVED = "not_improved"
    NOT_DETERMINABLE = "not_determinable"

    @property
    def label(self) -> str:
        return JUDGEMENT_LABELS[self]


JUDGEMENT_LABELS: Final = {
    Judgement.IMPROVED: gettext_noop("improved"),
    Judgement.NOT_IMPROVED: gettext_noop("not improved"),
    Judgement.NOT_DETERMINABLE: gettext_noop("cannot be determined"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A measure with its baseline and its value today, None where there is none; `label` is what
    people call it."""

    measure: str
    higher_is_better: bool
    baseline: Decimal | None
    value: Decimal | None
    label: str = ""

    @property
    def judgement(self) -> Judgement:
        if self.baseline is None or self.value is None:
            return Judgement.NOT_DETERMINABLE
        gain = self.value - self.baseline
        is_better = gain > 0 if self.higher_is_better else gain < 0
        return Judgement.IMPROVED if is_better else Judgement.NOT_IMPROVED


def judge_statement(components: tuple[Component, ...], *, is_signed: bool) -> Verdict[Judgement]:
    """One statement from the measures that stand for it."""
    each = [component.judgement for component in components]
    if not components or not is_signed or Judgement.NOT_DETERMINABLE in each:
        found = Judgement.NOT_DETERMINABLE
    elif Judgement.NOT_IMPROVED in each:
        found = Judgement.NOT_IMPROVED
    else:
        found = Judgement.IMPROVED
    return Verdict(value=found, reasons=(_clause(), _reason(components, each, is_signed)))


def statements_improved(judgements: tuple[Judgement, ...]) -> int | None:
    """How many of the four improved; None while one is not determined."""
    if len(judgements) != STATEMENTS or Judgement.NOT_DETERMINABLE in judgements:
        return None
    return sum(each is Judgement.IMPROVED for each in judgements)


def _clause() -> Reason:
    return Reason(
        rule=RULE,
        source=SOURCE,
        article=ARTICLE,
        edition=EDITION,
        status=SourceStatus.VERIFIED,
        note=Message.of(gettext_noop("The notice gives four statements and no number.")),
    )


def _reason(components: tuple[Component, ...], each: list[Judgement], is_signed: bool) -> Reason:
    lacks = tuple(
        Message.of(component.label or component.measure)
        for component, judged in zip(components, each, strict=True)
        if judged is Judgement.NOT_DETERMINABLE
    )
    if not components:
        note = Message.of(gettext_noop("No measure stands for this statement yet."))
    elif not is_signed:
        note = Message.of(gettext_noop("The composition is a draft until it is signed."))
    elif lacks:
        said = gettext_noop("Without baseline or value: {measures}.")
        note = Message.of(said, measures=lacks)
    else:
        note = Message.of(
            gettext_noop("Improved means that every measure is strictly better than its baseline.")
        )
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(components=components, signed=is_signed),
        note=note,
    )
