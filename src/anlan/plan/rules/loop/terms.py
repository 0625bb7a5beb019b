"""The terms of the working loop: how long somebody has, and where the term comes from.

Source: House rule; no statute sets these for plan work. The city changes them here until it
decides otherwise; a due that runs keeps the term it began with.
Units: working days.
"""

from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """`rule` names it in the due; `working_days` is the house default, None a fixed day."""

    rule: str
    title: str
    working_days: int | None = None


SIGN: Final = Term(
    rule="plan-sign",
    title=gettext_noop("Sign for {item}, or refuse with a reason"),
    working_days=5,
)
REASSIGN: Final = Term(
    rule="plan-reassign",
    title=gettext_noop("{item} was refused: assign anew or take it back"),
    working_days=3,
)
CARRY_OUT: Final = Term(rule="plan-carry-out", title=gettext_noop("{item}: {what}"))
DELIVER: Final = Term(rule="plan-deliver", title=gettext_noop("{item}: {what}"))
REVIEW: Final = Term(
    rule="plan-review", title=gettext_noop("Review the report on {item}"), working_days=5
)
REWRITE: Final = Term(
    rule="plan-rewrite",
    title=gettext_noop("The report on {item} was returned: complete it"),
    working_days=5,
)
REPLY: Final = Term(
    rule="plan-reply",
    title=gettext_noop("Reply to the request for coordination on {item}"),
    working_days=5,
)
DECIDE: Final = Term(
    rule="plan-decide",
    title=gettext_noop("Decide on the reply to your request on {item}"),
    working_days=5,
)
TERMS: Final = (SIGN, REASSIGN, CARRY_OUT, DELIVER, REVIEW, REWRITE, REPLY, DECIDE)
