"""The day by which a contingency plan 应急预案 is filed 备案.

Source: 突发事件应急预案管理办法 (国办发〔2024〕5号, 2024-01-31, in force on issue) Art. 26:
within 20 working days of issue, checked. Plans of units (Order 2) have the same term.
Units and valid range: calendar dates of the working-day tables. Edge cases: the day of issue is
not counted, the last day still counts; a year whose holidays are not known is provisional.
"""

from datetime import date
from typing import Final

from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs
from anlan.base.rules.working_days import WorkingCalendar, add_working_days

RULE: Final = "contingency-filing-due"
SOURCE: Final = "突发事件应急预案管理办法（国办发〔2024〕5号）"
ARTICLE: Final = "第二十六条"
EDITION: Final = "2024-01-31"
VALID_FROM: Final = date(2024, 1, 31)
FILING_WORKING_DAYS: Final = 20


def contingency_filing_due(issued_on: date, calendar: WorkingCalendar) -> Verdict[date]:
    """Twenty working days after the day of issue."""
    counted = add_working_days(issued_on, FILING_WORKING_DAYS, calendar)
    reason = Reason(
        rule=RULE,
        source=SOURCE,
        article=ARTICLE,
        edition=EDITION,
        status=SourceStatus.VERIFIED,
        inputs=pairs(issued_on=issued_on, working_days=FILING_WORKING_DAYS),
        valid_from=VALID_FROM,
    )
    return Verdict(value=counted.known(), reasons=(reason, *counted.reasons))
