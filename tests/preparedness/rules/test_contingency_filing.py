"""Filing of a contingency plan: the worked example, holidays, weekends, both ends of the table."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument, MissingArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.verdict import Verdict
from anlan.base.rules.working_days import (
    FIRST_DAY,
    LAST_DAY,
    national_calendar,
    working_days_between,
)
from anlan.preparedness.rules.contingency_filing import contingency_filing_due
from anlan.preparedness.rules.registry import RULES

CATALOGUE = Catalogue(RULES)


def due(**raw: str) -> Verdict[dt.date]:
    return CATALOGUE.evaluate("contingency-filing-due", raw, today=dt.date(2026, 11, 26))


@pytest.mark.parametrize(
    ("issued_on", "last_day"),
    [
        ("2025-03-03", "2025-03-31"),  # example of the fact sheet
        ("2025-03-01", "2025-03-28"),  # issued on a Saturday
        ("2025-09-26", "2025-10-30"),  # 1 to 8 October off, 28 September and 11 October worked
    ],
)
def test_filing(issued_on: str, last_day: str) -> None:
    verdict = due(issued_on=issued_on)
    assert verdict.to_json()["value"] == last_day
    assert "国办发〔2024〕5号" in verdict.reasons[0].source
    assert verdict.reasons[0].article == "第二十六条"


def test_arguments() -> None:
    with pytest.raises(MissingArgument):
        due()
    with pytest.raises(BadArgument):
        due(issued_on="2025-02-30")
    with pytest.raises(BadArgument) as late:
        due(issued_on=LAST_DAY.isoformat())
    assert late.value.argument == "issued_on"


@given(st.dates(FIRST_DAY, LAST_DAY - dt.timedelta(days=60)))
def test_twenty_working_days_lie_between(issued_on: dt.date) -> None:
    calendar = national_calendar()
    last = contingency_filing_due(issued_on, calendar).known()
    assert working_days_between(issued_on, last, calendar).known() == 20
    assert calendar.is_worked(last)
