"""What paper a level becomes: reminder, supervision slip (督办单), or letter (函).

Source: who may issue a slip is data (supervision office of the government, office of the safety
committee, office of a command, or the bureau where designated), with the document that says so;
bodies outside the line of command of the city's government get letters of coordination
(`M`: domain facts of the city). House rule: otherwise the paper is a letter.
Units and valid range: days; a designation ends on the day before `until`.
Edge cases: no designation, one that has ended or begins later, or one up to a lower level →
letter, and the reason says which; a reminder is a reminder whoever sends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.plan.rules.supervision.ladder import SlipLevel

RULE: Final = "supervision-paper"


class Paper(StrEnum):
    REMINDER = "reminder"
    SLIP = "slip"
    LETTER = "letter"

    @property
    def label(self) -> str:
        return PAPER_LABELS[self]


PAPER_LABELS: Final = {
    Paper.REMINDER: gettext_noop("reminder (paper)"),
    Paper.SLIP: gettext_noop("supervision slip"),
    Paper.LETTER: gettext_noop("letter of reminder"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """A body may issue slips up to a level for a span of days (`until` excluded)."""

    body: str
    highest: SlipLevel
    since: date
    until: date | None
    basis: str

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


_REMINDED: Final = gettext_noop("A reminder is sent by whoever keeps the plan.")
_OUTSIDE: Final = gettext_noop(
    "The addressee is outside the government's line of command: a letter, no order."
)
_NOT_DESIGNATED: Final = gettext_noop(
    "No document designates the issuing body to issue slips on this day: a letter."
)
_TOO_HIGH: Final = gettext_noop("The designation does not reach this level: a letter.")
_DESIGNATED: Final = gettext_noop("The issuing body is designated to issue slips.")


def paper_of(
    level: SlipLevel,
    *,
    issuer: str,
    in_line_of_command: bool,
    designations: Sequence[Designation],
    day: date,
) -> Verdict[Paper]:
    """Which paper `issuer` sends on a day. Source and edges: see the module."""
    held = [one for one in designations if one.body == issuer and one.holds_on(day)]
    far_enough = [one for one in held if one.highest.rank >= level.rank]
    source, status = HOUSE_RULE, SourceStatus.HOUSE_DEFAULT
    if level is SlipLevel.REMINDER:
        value, note = Paper.REMINDER, _REMINDED
    elif not in_line_of_command:
        value, note, status = Paper.LETTER, _OUTSIDE, SourceStatus.FROM_MEMORY
    elif far_enough:
        value, note = Paper.SLIP, _DESIGNATED
        source, status = far_enough[0].basis, SourceStatus.VERIFIED
    else:
        value, note = Paper.LETTER, _TOO_HIGH if held else _NOT_DESIGNATED
    reason = Reason(
        rule=RULE,
        source=source,
        status=status,
        inputs=pairs(
            level=level.value,
            issuer=issuer,
            in_line_of_command=in_line_of_command,
            designations=len(held),
            day=day,
        ),
        note=Message.of(note),
    )
    return Verdict(value=value, reasons=(reason,))
