"""Whether a datastream is heard: fresh, late, silent, or never heard. Missing is not normal.

Source: House rule (design, wall 11): no data is a state of its own, never a value. **Both numbers
are ours (`D`)**: late after more than 2 sampling intervals, silent after more than 6. Units and
valid range: aware instants; the interval in whole seconds above zero. Edge cases: exactly 2 (6)
intervals is not yet late (silent); a reading dated after now counts as heard now; nothing ever
heard is its own state; a paused or removed datastream is not asked.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "datastream-heard"
LATE_INTERVALS: Final = 2
SILENT_INTERVALS: Final = 6
_OURS = gettext_noop("Two and six intervals are ours, not a regulation.")


class Heard(StrEnum):
    """State of a datastream, the worst first."""

    NEVER = "never"
    SILENT = "silent"
    LATE = "late"
    FRESH = "fresh"

    @property
    def label(self) -> str:
        return HEARD_LABELS[self]


HEARD_LABELS: Final = {
    Heard.NEVER: gettext_noop("never heard"),
    Heard.SILENT: gettext_noop("silent"),
    Heard.LATE: gettext_noop("reporting late"),
    Heard.FRESH: gettext_noop("online"),
}


def heard(last_at: datetime | None, now: datetime, interval_s: int) -> Heard:
    """The state alone, for lists."""
    if last_at is None:
        return Heard.NEVER
    age_s = (now - last_at).total_seconds()
    if age_s > SILENT_INTERVALS * interval_s:
        return Heard.SILENT
    return Heard.LATE if age_s > LATE_INTERVALS * interval_s else Heard.FRESH


def datastream_heard(last_at: datetime | None, now: datetime, interval_s: int) -> Verdict[Heard]:
    """The state with its reasons."""
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(last_at=last_at, now=now, interval_s=interval_s),
        note=Message.of(_OURS),
    )
    return Verdict(value=heard(last_at, now, interval_s), reasons=(reason,))
