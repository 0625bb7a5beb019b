"""The life of an evaluation: draft → submitted → signed.

Source: House rule; 运政办函〔2023〕9号 part 三 asks for annual monitoring, mid-term and final
evaluation. A draft is frozen anew and edited, a submitted one is read and returned or signed; a
signed one never changes. The signer enters number and day: until then the paper bears neither.
Whoever handed a draft over does not sign it: two accounts look at every paper (four eyes).
Edge cases: signing is refused while evidence contradicts a sentence or an edit rests on text that
changed beneath it; the day of signing is today or before, never before the figures were frozen.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

RULE: Final = "plan-evaluation"
NUMBER: Final = re.compile(r"[\u4e00-\u9fff]{2,12}〔\d{4}〕[1-9]\d{0,4}号")
"""GB/T 9704-2012: mark of the body, full year in six-sided brackets, number without zero or 第."""


class EvaluationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SIGNED = "signed"

    @property
    def label(self) -> str:
        return EVALUATION_LABELS[self]


EVALUATION_LABELS: Final = {
    EvaluationState.DRAFT: gettext_noop("draft"),
    EvaluationState.SUBMITTED: gettext_noop("submitted, waits for the signature"),
    EvaluationState.SIGNED: gettext_noop("signed"),
}


class EvaluationAct(StrEnum):
    EDIT = "edit"
    FREEZE = "freeze"
    SUBMIT = "submit"
    RETURN = "return"
    SIGN = "sign"


NEXT: Final = {
    (EvaluationState.DRAFT, EvaluationAct.EDIT): EvaluationState.DRAFT,
    (EvaluationState.DRAFT, EvaluationAct.FREEZE): EvaluationState.DRAFT,
    (EvaluationState.DRAFT, EvaluationAct.SUBMIT): EvaluationState.SUBMITTED,
    (EvaluationState.SUBMITTED, EvaluationAct.RETURN): EvaluationState.DRAFT,
    (EvaluationState.SUBMITTED, EvaluationAct.SIGN): EvaluationState.SIGNED,
}


class EvaluationActRefused(RuleRefused):
    """The act does not fit the state."""

    def __init__(self, state: EvaluationState) -> None:
        said = gettext_noop(
            "This evaluation is in the state “{state}”: nothing was changed. A draft is edited, a "
            "submitted one is returned or signed, a signed one stays as it is."
        )
        super().__init__(Message.of(said, state=Message.of(state.label)))


class NumberRefused(RuleRefused):
    """No number of a document as papers write it."""

    def __init__(self, number: str) -> None:
        said = gettext_noop(
            "“{number}” is no document number. Write it like 运应急发〔2026〕3号: full year in "
            "〔〕, no 第, no zero before the number."
        )
        super().__init__(Message.of(said, number=number))


class DayRefused(RuleRefused):
    """The day of signing cannot be that day."""

    def __init__(self, first: date, last: date) -> None:
        said = gettext_noop(
            "A paper is signed on a day from {first}, when its figures were frozen, to {last}."
        )
        super().__init__(Message.of(said, first=first.isoformat(), last=last.isoformat()))


class FindingsOpen(RuleRefused):
    """Sentences that evidence contradicts, or edits over text that changed."""

    def __init__(self, count: int) -> None:
        said = gettext_noop(
            "{count} sentences are contradicted by their evidence or rest on text that changed. "
            "Return the draft, open the list of findings and set them right, then sign."
        )
        super().__init__(Message.of(said, count=count))


class SameHand(RuleRefused):
    """The account that submitted wants to sign."""

    def __init__(self) -> None:
        said = gettext_noop(
            "Whoever submitted an evaluation does not sign it with the same account: ask another "
            "person of the plan office to sign, or let it be returned and submitted by a "
            "colleague."
        )
        super().__init__(Message.of(said))


def check_four_eyes(submitter: str, signer: str) -> None:
    """Raises SameHand when one account is on both sides."""
    if submitter == signer:
        raise SameHand


def after(state: EvaluationState, act: EvaluationAct) -> EvaluationState:
    """The state after an act, or EvaluationActRefused."""
    found = NEXT.get((state, act))
    if found is None:
        raise EvaluationActRefused(state)
    return found


def check_signing(number: str, signed_on: date, frozen_on: date, today: date) -> None:
    """Raises NumberRefused or DayRefused."""
    if NUMBER.fullmatch(number) is None:
        raise NumberRefused(number)
    if not frozen_on <= signed_on <= today:
        raise DayRefused(frozen_on, today)
