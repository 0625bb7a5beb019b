"""Whether a reporting unit existed on a day.

Source: House rule (a figure is reported by a unit that existed when it happened). Units and valid
range: calendar dates; ends are excluded.
Edge cases: a unit that is as old as the tree itself was there before the records began; one that
came later was not. The last day before its end still counts.
"""

from datetime import date
from typing import Final

from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "unit-existed"


def unit_existed(
    day: date, *, valid_from: date, valid_until: date | None, tree_from: date
) -> Verdict[bool]:
    """`tree_from` is the first day of the oldest unit."""
    begun = valid_from <= day or valid_from <= tree_from
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(day=day, valid_from=valid_from, valid_until=valid_until),
    )
    return Verdict(value=begun and (valid_until is None or day < valid_until), reasons=(reason,))
