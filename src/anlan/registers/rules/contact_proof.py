"""Whether a telephone number is alive.

Decides the state of a number from when it was last answered, and whether it was found wrong since.

Source: House rule: a number that nobody answered within 90 calendar days is stale (design default,
no regulation; a unit may set its own number of days). Missing is not normal: a number never
answered is unproven, not alive.

Units and valid range: aware instants; threshold in whole calendar days, at least 1. A number is
stale when more than that many calendar days of the city passed: 90 days is alive, 91 is stale.

Edge cases: no number at all is NO_NUMBER; a number found wrong after its last answer is WRONG
until it is answered again; an answer in the future counts as answered today.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "contact-proof"
STALE_AFTER_CALENDAR_DAYS: Final = 90
"""House default [D], no regulation."""
CITY_TIME: Final = dt.timezone(dt.timedelta(hours=8))


class ContactState(StrEnum):
    """How far a number is proven."""

    ALIVE = "alive"
    STALE = "stale"
    NEVER = "never"
    WRONG = "wrong"
    NO_NUMBER = "no-number"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS: Final = {
    ContactState.ALIVE: gettext_noop("Answered lately"),
    ContactState.STALE: gettext_noop("Not answered for long"),
    ContactState.NEVER: gettext_noop("Never answered"),
    ContactState.WRONG: gettext_noop("Found to be wrong"),
    ContactState.NO_NUMBER: gettext_noop("No number entered"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """After how many calendar days a number is stale, and whether that is our default."""

    calendar_days: int = STALE_AFTER_CALENDAR_DAYS
    is_default: bool = True

    def __post_init__(self) -> None:
        if self.calendar_days < 1:
            raise ValueError("a threshold has at least one calendar day")


def contact_state(
    *,
    has_number: bool,
    answered_at: dt.datetime | None,
    wrong_at: dt.datetime | None,
    now: dt.datetime,
    threshold: Threshold,
) -> Verdict[ContactState]:
    """The state of a number at `now`; its age in calendar days is among the inputs."""
    age = None if answered_at is None else age_calendar_days(answered_at, now)
    if not has_number:
        state = ContactState.NO_NUMBER
    elif wrong_at is not None and (answered_at is None or wrong_at > answered_at):
        state = ContactState.WRONG
    elif age is None:
        state = ContactState.NEVER
    else:
        state = ContactState.STALE if age > threshold.calendar_days else ContactState.ALIVE
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            answered_at=answered_at,
            wrong_at=wrong_at,
            age_calendar_days=age,
            stale_after_calendar_days=threshold.calendar_days,
            is_default=threshold.is_default,
        ),
    )
    return Verdict(value=state, reasons=(reason,))


def age_calendar_days(then: dt.datetime, now: dt.datetime) -> int:
    """Midnights of the city between two instants; never negative."""
    days = (now.astimezone(CITY_TIME).date() - then.astimezone(CITY_TIME).date()).days
    return max(days, 0)
