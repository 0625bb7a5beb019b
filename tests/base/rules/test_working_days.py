"""Spans of the notices are copied from their published texts (2006, 2007, 2021–2026)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.registry import RULES
from anlan.base.rules.verdict import SourceStatus, Verdict
from anlan.base.rules.working_days import (
    FIRST_DAY,
    LAST_DAY,
    MOST_WORKING_DAYS,
    DateOutOfRange,
    HolidayNotice,
    SpanReversed,
    WorkingCalendar,
    WorkingDaysOutOfRange,
    add_working_days,
    is_working_day,
    national_calendar,
    working_days_between,
)

CALENDAR = national_calendar()
PLAIN = WorkingCalendar()
DAY = timedelta(days=1)

# year: (first and last day of each holiday as printed), (weekend days worked as printed)
NOTICES = {
    2006: (
        ["01-01 01-03", "01-29 02-04", "05-01 05-07", "10-01 10-07"],
        ["2005-12-31", "01-28", "02-05", "04-29", "04-30", "09-30", "10-08"],
    ),
    2007: (
        ["01-01 01-03", "02-18 02-24", "05-01 05-07", "10-01 10-07"],
        ["2006-12-30", "2006-12-31", "02-17", "02-25", "04-28", "04-29", "09-29", "09-30"],
    ),
    2021: (
        [
            "01-01 01-03",
            "02-11 02-17",
            "04-03 04-05",
            "05-01 05-05",
            "06-12 06-14",
            "09-19 09-21",
            "10-01 10-07",
        ],
        ["02-07", "02-20", "04-25", "05-08", "09-18", "09-26", "10-09"],
    ),
    2022: (
        [
            "01-01 01-03",
            "01-31 02-06",
            "04-03 04-05",
            "04-30 05-04",
            "06-03 06-05",
            "09-10 09-12",
            "10-01 10-07",
        ],
        ["01-29", "01-30", "04-02", "04-24", "05-07", "10-08", "10-09"],
    ),
    2023: (
        [
            "2022-12-31 01-02",
            "01-21 01-27",
            "04-05 04-05",
            "04-29 05-03",
            "06-22 06-24",
            "09-29 10-06",
        ],
        ["01-28", "01-29", "04-23", "05-06", "06-25", "10-07", "10-08"],
    ),
    2024: (
        [
            "01-01 01-01",
            "02-10 02-17",
            "04-04 04-06",
            "05-01 05-05",
            "06-10 06-10",
            "09-15 09-17",
            "10-01 10-07",
        ],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    2025: (
        ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        [
            "01-01 01-03",
            "02-15 02-23",
            "04-04 04-06",
            "05-01 05-05",
            "06-19 06-21",
            "09-25 09-27",
            "10-01 10-07",
        ],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}


def printed_day(year: int, text: str) -> date:
    return date.fromisoformat(text if len(text) > 5 else f"{year}-{text}")


def weekdays_off(year: int, spans: list[str]) -> set[date]:
    off = set()
    for span in spans:
        day, last = (printed_day(year, text) for text in span.split())
        while day <= last:
            off.add(day)
            day += DAY
    return {day for day in off if day.weekday() < 5}


@pytest.mark.parametrize("year", NOTICES)
def test_table_agrees_with_the_published_notice(year: int) -> None:
    spans, worked = NOTICES[year]
    notice = next(each for each in CALENDAR.notices if each.year == year)
    assert set(notice.days_off) == weekdays_off(year, spans)
    assert set(notice.worked_weekend_days) == {printed_day(year, text) for text in worked}
    assert notice.status is SourceStatus.VERIFIED
    assert f"{year}年部分节假日安排的通知, via chinesecalendar" in notice.source


def test_years_whose_notice_was_not_read_say_so() -> None:
    assert CALENDAR.known_years == frozenset(range(2004, 2027))
    read = {each.year for each in CALENDAR.notices if each.status is SourceStatus.VERIFIED}
    assert read == set(NOTICES)


def end(start: str, working_days: int, calendar: WorkingCalendar = CALENDAR) -> str:
    return add_working_days(date.fromisoformat(start), working_days, calendar).known().isoformat()


@pytest.mark.parametrize(
    ("start", "working_days", "expected", "why"),
    [
        ("2025-03-03", 20, "2025-03-31", "worked example 1 of the fact sheet"),
        ("2025-03-03", 19, "2025-03-28", "one less"),
        ("2025-03-03", 21, "2025-04-01", "one more"),
        ("2025-04-03", 1, "2025-04-07", "清明 2025: Friday 4th off"),
        ("2025-09-26", 1, "2025-09-28", "Sunday worked before the National Day"),
        ("2025-09-30", 1, "2025-10-09", "eight days off"),
        ("2025-10-10", 1, "2025-10-11", "Saturday worked after the National Day"),
        ("2025-03-01", 1, "2025-03-03", "a term that starts on a Saturday"),
        ("2025-03-03", 0, "2025-03-03", "0 days on a working day"),
        ("2025-03-01", 0, "2025-03-03", "0 days on a Saturday"),
        ("2025-10-01", 0, "2025-10-09", "0 days on a holiday"),
        ("2025-09-28", 0, "2025-09-28", "0 days on a worked Sunday"),
        ("2005-12-30", 1, "2005-12-31", "国办发明电〔2005〕35号, missing from the package"),
        ("2018-12-28", 1, "2018-12-29", "arranged by the notice of 2019"),
        ("2018-12-29", 1, "2019-01-02", "31st December off by the notice of 2019"),
        ("2020-01-23", 1, "2020-02-03", "Spring Festival of 2020, extended"),
    ],
)
def test_end_of_a_term(start: str, working_days: int, expected: str, why: str) -> None:
    assert end(start, working_days) == expected, why


def rows(verdict: Verdict[date]) -> list[dict[str, object]]:
    reasons: list[dict[str, object]] = verdict.to_json()["reasons"]
    return reasons


def test_reasons_cite_the_civil_code_and_each_notice_touched() -> None:
    counted, first, second = rows(add_working_days(date(2025, 12, 26), 6, CALENDAR))
    assert counted["article"] == "第二百零一条第一款"
    assert counted["valid_from"] == "2021-01-01"
    assert counted["inputs"] == {"start": "2025-12-26", "working_days": 6}
    assert (first["edition"], second["edition"]) == ("2025", "2026")
    assert second["inputs"] == {
        "days_off": ["2026-01-01", "2026-01-02"],
        "worked_weekend_days": ["2026-01-04"],
    }


@pytest.mark.parametrize(
    ("start", "source", "status"),
    [
        ("1986-12-31", "House rule", "D"),
        ("1987-01-01", "中华人民共和国民法通则", "M"),
        ("2017-10-01", "中华人民共和国民法总则", "V"),
        ("2020-12-31", "中华人民共和国民法总则", "V"),
        ("2021-01-01", "中华人民共和国民法典", "V"),
    ],
)
def test_first_day_follows_the_law_of_that_day(start: str, source: str, status: str) -> None:
    counted = rows(add_working_days(date.fromisoformat(start), 1, CALENDAR))[0]
    assert (counted["source"], counted["status"]) == (source, status)


def test_zero_days_is_a_house_rule() -> None:
    counted = rows(add_working_days(date(2025, 3, 3), 0, CALENDAR))[0]
    assert (counted["source"], counted["status"]) == ("House rule", "D")
    assert "0 working days" in str(counted["note"])


def provisional_years(verdict: Verdict[date]) -> object:
    return [row["years"] for row in rows(verdict) if row.get("provisional")]


@pytest.mark.parametrize(
    ("start", "working_days", "years"),
    [
        ("2026-12-18", 5, []),
        ("2026-12-18", 6, [[2027]]),
        ("2026-12-28", 0, [[2027]]),
        ("2027-05-03", 3, [[2027]]),
        ("2003-12-01", 40, [[2003]]),
        ("2026-11-02", 320, [[2027, 2028]]),
    ],
)
def test_years_without_notice_are_survived_and_named(
    start: str, working_days: int, years: list[list[int]]
) -> None:
    verdict = add_working_days(date.fromisoformat(start), working_days, CALENDAR)
    assert provisional_years(verdict) == years
    if years:
        assert str(years[0][0]) in str(rows(verdict)[-1]["note"])


def test_unknown_years_count_monday_to_friday() -> None:
    assert end("2030-09-30", 1) == "2030-10-01"
    assert end("2030-10-04", 1) == "2030-10-07"


def test_refusals() -> None:
    with pytest.raises(WorkingDaysOutOfRange, match="-1 working days"):
        add_working_days(date(2025, 3, 3), -1, CALENDAR)
    with pytest.raises(WorkingDaysOutOfRange, match="0 to 10000"):
        add_working_days(date(2025, 3, 3), MOST_WORKING_DAYS + 1, CALENDAR)
    with pytest.raises(DateOutOfRange, match="1948-12-31 lies outside"):
        add_working_days(FIRST_DAY - DAY, 1, CALENDAR)
    with pytest.raises(DateOutOfRange, match="2101-01-01 lies outside"):
        is_working_day(LAST_DAY + DAY, CALENDAR)
    with pytest.raises(DateOutOfRange, match="fewer days"):
        add_working_days(LAST_DAY, 1, CALENDAR)
    with pytest.raises(SpanReversed, match="Swap"):
        working_days_between(date(2025, 3, 4), date(2025, 3, 3), CALENDAR)
    with pytest.raises(DateOutOfRange):
        working_days_between(date(2025, 3, 4), LAST_DAY + DAY, CALENDAR)


def test_the_longest_term_is_counted() -> None:
    assert end("1950-01-02", MOST_WORKING_DAYS, PLAIN) == "1988-05-02"


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-03-03", True),
        ("2025-03-01", False),
        ("2025-10-01", False),
        ("2025-09-28", True),
        ("2030-10-01", True),
    ],
)
def test_is_working_day(day: str, worked: bool) -> None:
    verdict = is_working_day(date.fromisoformat(day), CALENDAR)
    assert verdict.known() is worked
    assert len(verdict.reasons) == 1


@pytest.mark.parametrize(
    ("start", "last", "count"),
    [
        ("2025-03-03", "2025-03-03", 0),
        ("2025-03-03", "2025-03-31", 20),
        ("2025-09-30", "2025-10-08", 0),
        ("2025-09-30", "2025-10-11", 3),
    ],
)
def test_working_days_between(start: str, last: str, count: int) -> None:
    verdict = working_days_between(date.fromisoformat(start), date.fromisoformat(last), CALENDAR)
    assert verdict.known() == count
    assert verdict.to_json()["reasons"][0]["inputs"] == {"start": start, "end": last}


def notice(off: tuple[date, ...] = (), worked: tuple[date, ...] = (), year: int = 2025) -> None:
    HolidayNotice(
        year=year,
        source="s",
        status=SourceStatus.VERIFIED,
        days_off=off,
        worked_weekend_days=worked,
    )


def test_impossible_notices_are_refused() -> None:
    with pytest.raises(ValueError, match="Monday to Friday"):
        notice(off=(date(2025, 3, 1),))
    with pytest.raises(ValueError, match="Saturday or Sunday"):
        notice(worked=(date(2025, 3, 3),))
    with pytest.raises(ValueError, match="not for the notice of 2025"):
        notice(off=(date(2026, 3, 3),))
    with pytest.raises(ValueError, match="two notices"):
        WorkingCalendar(notices=CALENDAR.notices[:1] * 2)


days = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 1, 1))
terms = st.integers(min_value=0, max_value=400)


@given(days, terms)
def test_a_term_ends_on_a_working_day_and_between_is_its_inverse(start: date, term: int) -> None:
    last = add_working_days(start, term, CALENDAR).known()
    assert is_working_day(last, CALENDAR).known()
    if term:
        assert working_days_between(start, last, CALENDAR).known() == term


@given(days, terms, terms)
def test_a_longer_term_never_ends_earlier(start: date, one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    assert (
        add_working_days(start, shorter, CALENDAR).known()
        <= add_working_days(start, longer, CALENDAR).known()
    )


@given(days, st.integers(min_value=1, max_value=200), st.integers(min_value=1, max_value=200))
def test_terms_add_up(start: date, one: int, other: int) -> None:
    middle = add_working_days(start, one, CALENDAR).known()
    assert add_working_days(middle, other, CALENDAR).value == (
        add_working_days(start, one + other, CALENDAR).value
    )


def by_name(**raw: str) -> Verdict[date]:
    return Catalogue(RULES).evaluate("working-day-add", raw, today=date(2026, 1, 1))


def test_rule_by_name() -> None:
    assert by_name(start="2025-03-03", days="20").to_json()["value"] == "2025-03-31"
    assert by_name(start="2025-03-03", days="2e1").value == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("raw", "argument"),
    [
        ({"start": "2025-03-03", "days": "-1"}, "days"),
        ({"start": "2025-03-03", "days": "10001"}, "days"),
        ({"start": "2025-03-03", "days": "1.5"}, "days"),
        ({"start": "2100-12-31", "days": "1"}, "days"),
        ({"start": "1948-12-31", "days": "1"}, "start"),
        ({"start": "2101-01-01", "days": "1"}, "start"),
        ({"start": "2025-02-29", "days": "1"}, "start"),
        ({"days": "1"}, "start"),
        ({"start": "2025-03-03", "days": "1", "day": "1"}, "day"),
    ],
)
def test_rule_by_name_refuses_naming_the_argument(raw: dict[str, str], argument: str) -> None:
    with pytest.raises(BadArgument) as refused:
        by_name(**raw)
    assert refused.value.argument == argument
    assert f'"{argument}"' in str(refused.value)
