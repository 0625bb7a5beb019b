"""Which deaths of an accident are counted, and whether the accident is counted at all.

Source: the follow-up window, 生产安全事故报告和调查处理条例 (Order 493) Art. 13: a change of
casualties counts within 30 days (7 for road traffic and fire). Not covered by it: environmental
pollution, nuclear facilities, defence research (Art. 2). House rule: an accident is counted until
somebody decides with a reason that it is not (统计口径); what is not known to be outside is
inside. House rule: when a death count falls, deaths that came after the window are taken back
first, so that a correction never lowers what is counted without being seen.
Units and valid range: persons, not below zero.
Edge cases: the last day of the window counts, the next one does not; a late death is recorded and
said. Deaths not reported stay not known.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.losses.rules.accident_terms import AccidentKind, follow_up_until, terms

DEATHS_RULE: Final = "accident-counted-deaths"
COUNTING_RULE: Final = "accident-counting"


class Counting(Enum):
    """Whether an accident enters the statistics, and why not."""

    COUNTED = "counted"
    OUTSIDE_ORDER = "outside-order"
    NOT_PRODUCTION = "not-production"
    NATURAL = "natural"
    DELIBERATE = "deliberate"
    DUPLICATE = "duplicate"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deaths:
    """All deaths known, and how many of them are counted."""

    known: int
    counted: int

    @property
    def late(self) -> int:
        return self.known - self.counted


NO_DEATHS: Final = Deaths(known=0, counted=0)


def count_deaths(
    before: Deaths | None,
    *,
    deaths: int,
    changed_on: date,
    occurred_on: date,
    kind: AccidentKind,
) -> Verdict[Deaths]:
    """What is counted after a report; `before` is None for the first one."""
    window = follow_up_until(kind, occurred_on)
    until = window.known()
    earlier = before or NO_DEATHS
    is_late = changed_on > until
    rise = deaths - earlier.known
    if rise <= 0:
        counted = min(earlier.counted, deaths)
    else:
        counted = earlier.counted if is_late else earlier.counted + rise
    late = deaths - counted
    reason = Reason(
        rule=DEATHS_RULE,
        source=terms()["source"],
        article=terms()["follow_up"]["article"],
        edition=terms()["edition"],
        status=SourceStatus(terms()["status"]),
        inputs=pairs(deaths=deaths, changed_on=changed_on, occurred_on=occurred_on, kind=kind),
        note=_late_note(late, until) if late else None,
        details=pairs(until=until, late=late),
    )
    return Verdict(value=Deaths(known=deaths, counted=counted), reasons=(reason,))


def _late_note(late: int, until: date) -> Message:
    return Message.of(
        gettext_noop(
            "{late} deaths came after {until}, the last day on which a change counts: they are "
            "recorded and not counted."
        ),
        late=late,
        until=until,
    )


def decide_counting(counting: Counting, note: str) -> Verdict[bool]:
    """Whether the accident is counted, with the reason that was given."""
    if counting is Counting.OUTSIDE_ORDER:
        reason = Reason(
            rule=COUNTING_RULE,
            source=terms()["source"],
            article="第二条",
            edition=terms()["edition"],
            status=SourceStatus(terms()["status"]),
            inputs=pairs(counting=counting, note=note),
        )
    else:
        reason = Reason(
            rule=COUNTING_RULE,
            source=HOUSE_RULE,
            status=SourceStatus.HOUSE_DEFAULT,
            inputs=pairs(counting=counting, note=note),
        )
    return Verdict(value=counting is Counting.COUNTED, reasons=(reason,))
