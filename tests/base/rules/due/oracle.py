"""The independent oracle: walks day by day over the rows of the table, knows nothing of the rules.

A day counts when it is worked and the clock was running as the day began; the first day of the
term never counts. This says the same as the rule (which counts spans and subtracts) another way.
"""

import datetime as dt
import tomllib
from pathlib import Path

CITY = dt.timezone(dt.timedelta(hours=8))
TABLE = Path(__file__).resolve().parents[4] / "src/anlan/base/rules/data/working_days.toml"
DAY = dt.timedelta(days=1)


def _exceptions() -> dict[dt.date, bool]:
    found: dict[dt.date, bool] = {}
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["notices"]:
        found |= dict.fromkeys(row["days_off"], False)
        found |= dict.fromkeys(row["worked_weekend_days"], True)
    return found


EXCEPTIONS = _exceptions()


def works(day: dt.date) -> bool:
    return EXCEPTIONS.get(day, day.strftime("%a") not in ("Sat", "Sun"))


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=CITY)


def runs_at(
    instant: dt.datetime, start: dt.datetime, pauses: list[tuple[dt.datetime, dt.datetime]]
) -> bool:
    return instant >= start and not any(begin < instant <= end for begin, end in pauses)


def working_due(
    start: dt.datetime, amount: int, pauses: list[tuple[dt.datetime, dt.datetime]]
) -> dt.datetime:
    """24:00 of the last day of a term of working days with ended pauses."""
    day, left = start.astimezone(CITY).date(), amount
    last_resume = max((end for _, end in pauses), default=start).astimezone(CITY).date()
    while True:
        if left == 0 and day >= last_resume and works(day):
            return midnight(day + DAY)
        day += DAY
        if left > 0 and works(day) and runs_at(midnight(day), start, pauses):
            left -= 1


def worked_days_left(day: dt.date, last: dt.date) -> int:
    """Worked days after `day` up to and with `last`."""
    return sum(works(day + n * DAY) for n in range(1, (last - day).days + 1))
