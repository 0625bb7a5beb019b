import datetime as dt

import pytest

from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.paper import Designation, Paper, paper_of

SINCE, UNTIL = dt.date(2023, 3, 1), dt.date(2026, 1, 1)
DAY = dt.timedelta(days=1)
OFFICE = Designation(
    body="office", highest=SlipLevel.ORANGE, since=SINCE, until=UNTIL, basis="运督〔2023〕1号"
)


def paper(
    level: SlipLevel = SlipLevel.BLUE,
    *,
    issuer: str = "office",
    in_line: bool = True,
    day: dt.date = SINCE,
) -> Paper:
    return paper_of(
        level, issuer=issuer, in_line_of_command=in_line, designations=(OFFICE,), day=day
    ).known()


def test_a_reminder_is_a_reminder_whoever_sends_it() -> None:
    assert paper(SlipLevel.REMINDER, issuer="other", in_line=False) is Paper.REMINDER


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (SINCE - DAY, Paper.LETTER),
        (SINCE, Paper.SLIP),
        (UNTIL - DAY, Paper.SLIP),
        (UNTIL, Paper.LETTER),
    ],
)
def test_a_designation_has_days(day: dt.date, found: Paper) -> None:
    assert paper(day=day) is found


@pytest.mark.parametrize(
    ("level", "found"),
    [
        (SlipLevel.BLUE, Paper.SLIP),
        (SlipLevel.ORANGE, Paper.SLIP),
        (SlipLevel.RED, Paper.LETTER),
    ],
)
def test_a_designation_reaches_up_to_its_level(level: SlipLevel, found: Paper) -> None:
    assert paper(level) is found


def test_outside_the_line_of_command_it_is_a_letter() -> None:
    verdict = paper_of(
        SlipLevel.BLUE,
        issuer="office",
        in_line_of_command=False,
        designations=(OFFICE,),
        day=SINCE,
    )
    assert verdict.known() is Paper.LETTER
    assert verdict.reasons[0].status.value == "M"


def test_whoever_is_not_designated_writes_a_letter_and_the_document_is_cited() -> None:
    assert paper(issuer="other") is Paper.LETTER
    held = paper_of(
        SlipLevel.BLUE,
        issuer="office",
        in_line_of_command=True,
        designations=(OFFICE,),
        day=SINCE,
    )
    assert held.reasons[0].source == OFFICE.basis
