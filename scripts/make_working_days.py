"""Writes src/anlan/base/rules/data/working_days.toml from the PyPI package chinesecalendar (MIT).

A tool for the build, not for run time. Once a year, when the State Council Office has published
the next notice (usually November) and the package has followed:

    python3 -m venv /tmp/wd && /tmp/wd/bin/pip install chinesecalendar
    /tmp/wd/bin/python scripts/make_working_days.py

Read the diff against the published notice before it is committed, then set the notice's status.
"""

from collections.abc import Iterable
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/anlan/base/rules/data/working_days.toml"
SATURDAY = 5
DECEMBER = 12

# What the package lacks or gets wrong, each with the notice that says so.
WORKED_BESIDE_THE_PACKAGE = {
    date(2005, 12, 31): "国办发明电〔2005〕35号：12月31日（星期六）上班",
}
# Later papers that changed a year's notice; the package has their days.
AMENDED_BY = {
    2015: "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知",
    2019: "国务院办公厅关于调整2019年劳动节假期安排的通知",
    2020: "国务院办公厅关于延长2020年春节假期的通知",
}
# Notices whose published text was read; tests/base/rules/test_working_days.py holds their spans.
READ_IN_FULL = frozenset({2006, 2007, 2021, 2022, 2023, 2024, 2025, 2026})

HEAD = """\
# Made by scripts/make_working_days.py: do not edit by hand.
# Days on which the ordinary week (Monday to Friday worked) does not hold, by yearly notice.
# The notice of a year also arranges the last days of the December before it.
# status: V = the notice's text was compared with these days; M = taken from the package, which
# was compared with a second package (see docs/rules/base.md), the notice itself not read.

[[counting]]
source = "中华人民共和国民法典"
article = "第二百零一条第一款"
edition = "2020-05-28"
status = "V"
valid_from = 2021-01-01

[[counting]]
source = "中华人民共和国民法总则"
article = "第二百零一条第一款"
edition = "2017-03-15"
status = "V"
valid_from = 2017-10-01

[[counting]]
source = "中华人民共和国民法通则"
article = "第一百五十四条第二款"
edition = "1986-04-12"
status = "M"
valid_from = 1987-01-01
"""


def notice_year(day: date) -> int:
    """All arrangements of the last days of December belong to the next year's notice."""
    return day.year + 1 if day.month == DECEMBER else day.year


def dates(days: Iterable[date]) -> str:
    rows = "".join(f"    {day.isoformat()},\n" for day in sorted(days))
    return f"[\n{rows}]" if rows else "[]"


def notice(year: int, off: set[date], worked: set[date], package: str) -> str:
    source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    if year in AMENDED_BY:
        source += f"；{AMENDED_BY[year]}"
    status = "V" if year in READ_IN_FULL else "M"
    return (
        f"\n[[notices]]\nyear = {year}\n"
        f'source = "{source}, via {package}"\nstatus = "{status}"\n'
        f"days_off = {dates(day for day in off if notice_year(day) == year)}\n"
        "worked_weekend_days = "
        f"{dates(day for day in worked if notice_year(day) == year)}\n"
    )


def main() -> None:
    constants = import_module("chinese_calendar.constants")
    package = f"chinesecalendar {version('chinesecalendar')}"
    off = {day for day in constants.holidays if day.weekday() < SATURDAY}
    worked = {day for day in constants.workdays if day.weekday() >= SATURDAY}
    worked |= set(WORKED_BESIDE_THE_PACKAGE)
    years = range(min(off).year, max(off).year + 1)
    body = "".join(notice(year, off, worked, package) for year in years)
    TARGET.write_text(HEAD + body, encoding="utf-8")
    print(f"{TARGET}: {len(years)} notices, {len(off)} days off, {len(worked)} worked")


if __name__ == "__main__":
    main()
