"""How warnings are counted: once each, in the lines where they belong."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.scoring.tally import NOWHERE, By, is_in_line, lines_of, tally
from anlan.warning.rules.scoring.values import Alarm
from anlan.warning.rules.signal import Hazard, Level

CST = ZoneInfo("Asia/Shanghai")
PLACES = ("140825", "140827", "140828")


def alarm(level: Level = Level.RED, **more: Any) -> Alarm:
    given: dict[str, Any] = {
        "key": "warning-1",
        "source": "演示·市气象台",
        "hazard": Hazard.RAINSTORM,
        "places": frozenset({"140825"}),
        "begun_at": dt.datetime(2026, 7, 1, 8, tzinfo=CST),
    }
    return Alarm(level=level, **given | more)


def at(*numbers: int) -> dt.datetime:
    return dt.datetime(*numbers, tzinfo=CST)  # type: ignore[arg-type,misc]


def test_the_worked_table() -> None:
    """Of docs/rules/warning-scores.md."""
    rows = [
        alarm(Level.RED),
        alarm(Level.ORANGE, places=frozenset({"140825", "140828"})),
        alarm(Level.ORANGE, hazard=Hazard.FOG, places=frozenset()),
        alarm(Level.BLUE, begun_at=dt.datetime(2026, 12, 31, 23, 59, tzinfo=CST)),
    ]
    assert tally(rows).by_level == {
        Level.RED: 1,
        Level.ORANGE: 2,
        Level.YELLOW: 0,
        Level.BLUE: 1,
    }
    assert tally(rows).total == 4
    in_lines = {
        code: tally(row for row in rows if is_in_line(row, By.PLACE, code)).total
        for code in ("140825", "140828", "140827", NOWHERE)
    }
    assert in_lines == {"140825": 3, "140828": 1, "140827": 0, NOWHERE: 1}


@pytest.mark.parametrize(
    ("by", "codes"),
    [
        (By.HAZARD, {"rainstorm"}),
        (By.ISSUER, {"演示·市气象台"}),
        (By.PLACE, {"140825"}),
        (By.MONTH, {"2026-07"}),
        (By.SEASON, {"summer"}),
        (By.YEAR, {"2026"}),
    ],
)
def test_what_tells_warnings_apart(by: By, codes: set[str]) -> None:
    assert lines_of(alarm(), by) == codes


@pytest.mark.parametrize(
    ("begun", "month", "season", "year"),
    [
        (at(2026, 11, 30, 23, 59, 59), "2026-11", "autumn", "2026"),
        (at(2026, 12, 1), "2026-12", "winter", "2026"),
        (at(2026, 12, 31, 23, 59, 59), "2026-12", "winter", "2026"),
        (at(2027, 1, 1), "2027-01", "winter", "2027"),
    ],
)
def test_edges_of_the_calendar(begun: dt.datetime, month: str, season: str, year: str) -> None:
    row = alarm(begun_at=begun)
    found = [lines_of(row, by) for by in (By.MONTH, By.SEASON, By.YEAR)]
    assert found == [{month}, {season}, {year}]


def test_none_is_nought_of_every_level() -> None:
    assert tally([]).by_level == dict.fromkeys(Level, 0)
    assert tally([]).total == 0


alarms = st.builds(
    alarm,
    st.sampled_from(Level),
    hazard=st.sampled_from(Hazard),
    places=st.frozensets(st.sampled_from(PLACES)),
    begun_at=st.integers(0, 3_000).map(lambda days: at(2020, 1, 1) + dt.timedelta(days=days)),
)


@given(st.lists(alarms, max_size=20), st.sampled_from(By))
def test_lines_hold_every_warning(rows: list[Alarm], by: By) -> None:
    codes = {code for row in rows for code in lines_of(row, by)}
    each = {code: tally(r for r in rows if is_in_line(r, by, code)).total for code in codes}
    assert all(each.values())
    if by is By.PLACE:
        assert sum(each.values()) >= len(rows)
    else:
        assert sum(each.values()) == len(rows)
