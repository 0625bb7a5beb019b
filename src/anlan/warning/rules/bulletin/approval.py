"""Who approves a bulletin of a level, and whether somebody may.

`approval_of` gives the signer and who records the approval; `may_approve` decides for a person.

Source: `data/bulletin_approval.toml`: the signer is the usual form of cities, from memory; House
rule: who records it in the program, within how many minutes, that administrators do not, and four
eyes (`life`).
Edge cases: whoever keeps the unit may also approve where a colleague of the body would do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.bulletin.life import are_other_hands
from anlan.warning.rules.signal import LEVEL_LABELS, Level
from anlan.warning.rules.thresholds.source import read_table

RULE: Final = "bulletin-approval"
TABLE: Final = "bulletin_approval"
SIGNED_BY = gettext_noop("A {level} warning is usually signed by: {signer}.")
BY_UNIT = gettext_noop(
    "The approval is recorded by the plan office of the city, or by the contact of the county for "
    "its own bulletins."
)
BY_BODY = gettext_noop(
    "The approval is recorded by a colleague of the body that wrote it, or by the plan office."
)
OTHER_HANDS = gettext_noop("Whoever wrote or submitted it does not approve it (four eyes).")
WITHIN = gettext_noop("It is asked for within {minutes} minutes after it was submitted.")
SAME_HANDS = gettext_noop("You wrote or submitted this bulletin: somebody else approves it.")
NOT_YOURS = gettext_noop("Your post does not approve this level.")


class RecordedBy(StrEnum):
    UNIT = "unit"
    BODY = "body"


_NOTES: Final = {RecordedBy.UNIT: BY_UNIT, RecordedBy.BODY: BY_BODY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """`signer` is a post in words; the approval is asked for `within_minutes`."""

    signer: str
    recorded_by: RecordedBy
    within_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who wants to approve: keys (account, person), and whose rows the post keeps. An
    administrator's post alone does no work of the duty."""

    keys: tuple[str, ...]
    keeps_unit: bool
    keeps_body: bool
    is_on_duty: bool = True


def approval_of(level: Level) -> Verdict[Approval]:
    """Who signs and who records. See the module text."""
    table = read_table(TABLE)
    row = _rows()[level]
    value = Approval(
        signer=row["signer"],
        recorded_by=RecordedBy(row["recorded_by"]),
        within_minutes=row["within_minutes"],
    )
    word = Message.of(LEVEL_LABELS[level])
    asked = pairs(level=level)
    signs = Reason(
        rule=RULE,
        source=table["source"],
        edition=table["edition"],
        status=SourceStatus(table["status"]),
        inputs=asked,
        note=Message.of(SIGNED_BY, level=word, signer=value.signer),
    )
    within = _house(WITHIN, asked, minutes=value.within_minutes)
    by = _house(_NOTES[value.recorded_by], asked)
    return Verdict(value=value, reasons=(signs, by, _house(OTHER_HANDS, asked), within))


def may_approve(level: Level, writers: Iterable[str], approver: Approver) -> Verdict[bool]:
    """Whether somebody may approve; the last reason of a refusal says why not."""
    needed = approval_of(level)
    keeps = approver.keeps_unit
    if needed.known().recorded_by is RecordedBy.BODY:
        keeps = keeps or approver.keeps_body
    asked = pairs(level=level)
    if not keeps or not approver.is_on_duty:
        return Verdict(value=False, reasons=(*needed.reasons, _house(NOT_YOURS, asked)))
    if not are_other_hands(writers, approver.keys):
        return Verdict(value=False, reasons=(*needed.reasons, _house(SAME_HANDS, asked)))
    return Verdict(value=True, reasons=needed.reasons)


def _house(note: str, asked: Any, **values: Any) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=asked,
        note=Message.of(note, **values),
    )


@lru_cache(maxsize=1)
def _rows() -> dict[Level, dict[str, Any]]:
    return {Level(row["level"]): row for row in read_table(TABLE)["approval"]}
