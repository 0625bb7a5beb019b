"""The figures of a contingency table for whoever calls them by name."""

from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.scoring.score import Rate
from anlan.warning.rules.scoring.values import house_terms

RULE: Final = "warning-score"
COUNTS: Final = {
    "hits": gettext_noop("events warned of before their onset"),
    "misses": gettext_noop("events not warned of, or only after their onset"),
    "alarms_hit": gettext_noop("warnings of which something came"),
    "false_alarms": gettext_noop("warnings of which nothing came"),
}
NOTE: Final = gettext_noop(
    "Detection is hits of hits and misses, false alarms are those of all warnings of which it can "
    "be said, success is hits of hits, misses and false alarms. None of none is not determinable."
)


class NegativeCount(RuleRefused):
    """A count below nought."""

    def __init__(self) -> None:
        super().__init__(Message.of(gettext_noop("Counts begin at 0. Give none below it.")))


def warning_score(
    *, hits: int, misses: int, alarms_hit: int, false_alarms: int
) -> Verdict[dict[str, Any]]:
    """The three figures with their 95 % intervals. Source and edge cases: `score`."""
    given = pairs(hits=hits, misses=misses, alarms_hit=alarms_hit, false_alarms=false_alarms)
    if min(hits, misses, alarms_hit, false_alarms) < 0:
        raise NegativeCount
    rates = {
        "detection": Rate(part=hits, whole=hits + misses),
        "false_share": Rate(part=false_alarms, whole=false_alarms + alarms_hit),
        "success": Rate(part=hits, whole=hits + misses + false_alarms),
    }
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        edition=house_terms().edition,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=given,
        note=Message.of(NOTE),
    )
    return Verdict(value={name: _shown(rate) for name, rate in rates.items()}, reasons=(reason,))


def _shown(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval or (None, None)
    return {"value": rate.value, "low": low, "high": high, "of": rate.whole}
