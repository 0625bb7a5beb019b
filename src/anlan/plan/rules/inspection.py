"""How a problem found on the spot stands: measure and day set, effect said, effect proven.

Source: House rule. The notice (W3 加强检查，适时评估) asks for inspection; that an effect counts
only with evidence, and only when somebody else than its reporter has looked at it, is ours. No
problem is closed by its day alone.
Units and valid range: calendar days. Edge cases: the last day of the term itself → not overdue; an
effect that was returned is open again; reported late → reported, its lateness stays visible in the
term.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-problem"


class ProblemState(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    REPORTED = "reported"
    PROVEN = "proven"

    @property
    def label(self) -> str:
        return PROBLEM_LABELS[self]


PROBLEM_LABELS: Final = {
    ProblemState.OPEN: gettext_noop("being solved"),
    ProblemState.OVERDUE: gettext_noop("overdue (problem)"),
    ProblemState.REPORTED: gettext_noop("effect said, not proven yet"),
    ProblemState.PROVEN: gettext_noop("effect proven"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about a problem; days, None where it did not happen."""

    due_on: dt.date
    reported_on: dt.date | None = None
    proven_on: dt.date | None = None


class NotProven(RuleRefused):
    """An effect that cannot be taken as proven."""


def problem_state(known: Known, today: dt.date) -> Verdict[ProblemState]:
    """The state on a day. Source and edge cases: see the module."""
    if known.proven_on is not None:
        value = ProblemState.PROVEN
    elif known.reported_on is not None:
        value = ProblemState.REPORTED
    else:
        value = ProblemState.OVERDUE if today > known.due_on else ProblemState.OPEN
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            due_on=known.due_on,
            reported_on=known.reported_on or "",
            proven_on=known.proven_on or "",
            today=today,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def check_proven(*, proofs: int, reporter: str, decider: str, is_reported: bool) -> None:
    """Raises NotProven: no effect said, no file, or the same account on both sides."""
    if not is_reported:
        raise NotProven(Message.of(gettext_noop("The body has not said the effect yet.")))
    if proofs < 1:
        raise NotProven(
            Message.of(gettext_noop("Nothing proves the effect. Return it and ask for a file."))
        )
    if reporter == decider:
        raise NotProven(
            Message.of(
                gettext_noop("Whoever said the effect does not decide on it: ask a colleague.")
            )
        )
