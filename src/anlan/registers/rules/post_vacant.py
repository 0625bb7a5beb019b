"""Whether a post has a holder on a day.

Source: House rule: a post without a tenure that covers the day is vacant; its duties fall to
nobody by themselves (责任到人), so that a vacancy is shown, never passed over.

Units and valid range: dates; the end of a tenure is excluded.

Edge cases: a post that never had a holder is vacant since it was entered (`since` is missing); a
tenure that begins later does not fill the post today, its beginning is told; two holders at once
are told as `holders`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "post-vacant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A tenure as the rule sees it; `held_until` is excluded, None is open."""

    held_from: dt.date
    held_until: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        return self.held_from <= day and (self.held_until is None or day < self.held_until)


def post_vacant(tenures: Iterable[Span], day: dt.date) -> Verdict[bool]:
    """True when nobody holds the post on the day."""
    spans = tuple(tenures)
    holders = sum(span.covers(day) for span in spans)
    ended = [s.held_until for s in spans if s.held_until is not None and s.held_until <= day]
    coming = [s.held_from for s in spans if s.held_from > day]
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            day=day,
            holders=holders,
            since=max(ended, default=None) if holders == 0 else None,
            next_from=min(coming, default=None),
        ),
    )
    return Verdict(value=holders == 0, reasons=(reason,))
