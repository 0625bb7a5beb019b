"""The clocks of an accident: reports upward, follow-up window, investigation.

Source: 生产安全事故报告和调查处理条例 (Order 493, in force 2007-06-01) Art. 9–11 (head of the
unit to the county 1 h, each level to the next 2 h; 一般 reaches the city, 较大 the province, 重大
and 特别重大 the State), Art. 13 (30 days, 7 days for road traffic and fire), Art. 19 (who
investigates), Art. 29 (60 days, extended by at most 60), Art. 32 (the government replies to the
report within 15 days, 30 for 特别重大). The day of the accident is not counted:
Civil Code Art. 201.
Units and valid range: aware instants; calendar dates.
Edge cases: a level that is not required has no time. The last day of the window still counts.
Time for technical appraisal is not counted (Art. 27): the clock is paused for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs
from anlan.losses.rules.grade_table import read_table
from anlan.losses.rules.grades import IncidentGrade

REPORT_RULE: Final = "accident-report-deadlines"
FOLLOW_UP_RULE: Final = "accident-followup-until"
INVESTIGATION_RULE: Final = "accident-investigation-due"
REPLY_RULE: Final = "accident-investigation-reply-due"
UNIT_REPORT_RULE: Final = "accident-unit-report"
FAST_REPORT_RULE: Final = "accident-fast-report"
LEVELS: Final = ("county", "city", "province", "nation")


class AccidentKind(Enum):
    """What decides the follow-up window."""

    GENERAL = "general"
    ROAD = "road"
    FIRE = "fire"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDeadlines:
    """Latest time by which each level has the report; None: it need not reach that level."""

    county: datetime | None
    city: datetime | None
    province: datetime | None
    nation: datetime | None


@lru_cache(maxsize=1)
def terms() -> Mapping[str, Any]:
    return read_table("accident_terms")


def report_deadlines(grade: IncidentGrade, head_told_at: datetime) -> Verdict[ReportDeadlines]:
    """Each step using its whole allowance, up to the level that the grade must reach."""
    report = terms()["report"]
    last = LEVELS.index(report["reaches"][grade.value])
    county = head_told_at + timedelta(hours=report["unit_to_county_hours"])
    step = timedelta(hours=report["each_level_hours"])
    times = {
        level: county + index * step if index <= last else None
        for index, level in enumerate(LEVELS)
    }
    reason = _reason(REPORT_RULE, report["article"], pairs(grade=grade, head_told_at=head_told_at))
    return Verdict(value=ReportDeadlines(**times), reasons=(reason,))


def follow_up_until(kind: AccidentKind, occurred_on: date) -> Verdict[date]:
    """The last day on which a changed casualty figure counts."""
    follow_up = terms()["follow_up"]
    span = timedelta(days=follow_up[f"{kind.value}_calendar_days"])
    reason = _reason(
        FOLLOW_UP_RULE, follow_up["article"], pairs(kind=kind, occurred_on=occurred_on)
    )
    return Verdict(value=occurred_on + span, reasons=(reason,))


def investigation_due(occurred_on: date, *, extended: bool = False) -> Verdict[date]:
    """The day by which the investigation report is due; `extended`: with the longest extension."""
    table = terms()["investigation"]
    span = table["calendar_days"] + (table["extension_calendar_days"] if extended else 0)
    note = Message.of(
        gettext_noop("Time for technical appraisal is not counted; pause the clock for it.")
    )
    reason = _reason(
        INVESTIGATION_RULE,
        table["article"],
        pairs(occurred_on=occurred_on, extended=extended),
        note,
    )
    return Verdict(value=occurred_on + timedelta(days=span), reasons=(reason,))


def reply_due(grade: IncidentGrade, received_on: date) -> Verdict[date]:
    """The day by which the government replies to the investigation report it received."""
    table = terms()["reply"]
    is_highest = grade is IncidentGrade.ESPECIALLY_SERIOUS
    span = table["especially_serious_calendar_days" if is_highest else "calendar_days"]
    inputs = pairs(grade=grade, received_on=received_on)
    reason = _reason(REPLY_RULE, table["article"], inputs)
    return Verdict(value=received_on + timedelta(days=span), reasons=(reason,))


def is_in_window(kind: AccidentKind, occurred_on: date, changed_on: date) -> bool:
    """Whether a change of that day still counts."""
    return changed_on <= follow_up_until(kind, occurred_on).known()


def _reason(
    rule: str, article: str, inputs: tuple[tuple[str, object], ...], note: Message | None = None
) -> Reason:
    table = terms()
    return Reason(
        rule=rule,
        source=table["source"],
        article=article,
        edition=table["edition"],
        status=SourceStatus(table["status"]),
        inputs=inputs,
        note=note,
        valid_from=table["valid_from"],
    )
