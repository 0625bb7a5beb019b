"""Which institution (制度成果) a phrase of a clause asks for, and how that requirement stands.

Source: House rule. A deliverable phrase that names a form in which institutions are issued
(机制, 制度, 清单, 目录, 办法, 标准, 政策, 方案) asks for an instrument of that kind; the words
stand in `WORDS`, the longest one that the phrase contains decides. What a phrase asks for without
such a word is said by a person or by the profile, and marked as ours.
A requirement is met only by an instrument in force that is linked to it: a draft does not meet it.
Units and valid range: Chinese phrases of at most some dozen characters. Edge cases: no such word →
UNKNOWN, and a person decides; a linked instrument that was repealed → required again.
"""

from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, UNKNOWN, Reason, SourceStatus, Verdict, pairs
from anlan.registers.rules.instrument import InstrumentState

RULE: Final = "instrument-required"
STANDING_RULE: Final = "instrument-requirement"
WORDS: Final = {
    "责任清单": "list",
    "权责清单": "list",
    "检查清单": "list",
    "清单": "list",
    "目录": "catalogue",
    "名单": "list",
    "管理办法": "measures",
    "办法": "measures",
    "标准": "standard",
    "责任制": "system",
    "责任险制度": "system",
    "制度": "system",
    "机制": "mechanism",
    "政策": "opinion",
    "方案": "scheme",
}
_NOT_SAID: Final = gettext_noop(
    "The phrase names no form of an institution: say which one it asks for, if any."
)


class RequirementStanding(StrEnum):
    REQUIRED = "required"
    DRAFTING = "drafting"
    ADOPTED = "adopted"
    IN_FORCE = "in-force"
    DUE_FOR_REVIEW = "due-for-review"
    REPEALED = "repealed"

    @property
    def label(self) -> str:
        return REQUIREMENT_LABELS[self]

    @property
    def is_met(self) -> bool:
        return self in (RequirementStanding.IN_FORCE, RequirementStanding.DUE_FOR_REVIEW)


REQUIREMENT_LABELS: Final = {
    RequirementStanding.REQUIRED: gettext_noop("required, not there yet"),
    RequirementStanding.DRAFTING: gettext_noop("drafting"),
    RequirementStanding.ADOPTED: gettext_noop("adopted, not in force yet"),
    RequirementStanding.IN_FORCE: gettext_noop("in force today"),
    RequirementStanding.DUE_FOR_REVIEW: gettext_noop("in force, due for review"),
    RequirementStanding.REPEALED: gettext_noop("repealed: required again"),
}
NEXT_STEPS: Final = {
    RequirementStanding.REQUIRED: gettext_noop(
        "Enter the institution, or link it when it is in the register already."
    ),
    RequirementStanding.DRAFTING: gettext_noop(
        "When it is adopted, enter number, day of adoption and first day in force."
    ),
    RequirementStanding.ADOPTED: gettext_noop("Give the first day in force."),
    RequirementStanding.IN_FORCE: gettext_noop(
        "Name it on the records that follow it; review it by its day."
    ),
    RequirementStanding.DUE_FOR_REVIEW: gettext_noop(
        "Review it, then give the next review day or the institution that replaces it."
    ),
    RequirementStanding.REPEALED: gettext_noop("Link the institution that replaced it."),
}


def kind_required(phrase: str) -> Verdict[str]:
    """The kind of instrument that a phrase asks for. Source and edge cases: see the module."""
    found = sorted((word for word in WORDS if word in phrase), key=len)
    value = WORDS[found[-1]] if found else UNKNOWN
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(phrase=phrase, word=found[-1] if found else ""),
        note=None if found else Message.of(_NOT_SAID),
    )
    return Verdict(value=value, reasons=(reason,))


def requirement_standing(state: InstrumentState | None) -> Verdict[RequirementStanding]:
    """How a requirement stands, from the state of the instrument linked to it."""
    value = RequirementStanding.REQUIRED if state is None else RequirementStanding(state.value)
    reason = Reason(
        rule=STANDING_RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(instrument="" if state is None else state.value),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))
