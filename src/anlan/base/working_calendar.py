"""The working-day calendar as it is in the register: one row a year, from the State Council
Office's notice. A year that is not announced has no row and is counted Monday to Friday; whatever
rests on it is provisional and says so."""

import datetime as dt
import json
from functools import lru_cache

from anlan.base.models import HolidayYear
from anlan.base.rules.verdict import SourceStatus
from anlan.base.rules.working_days import HolidayNotice, WorkingCalendar, national_calendar

COLUMNS = ("year", "source", "status", "days_off", "worked_weekend_days")


def calendar() -> WorkingCalendar:
    """The calendar of the rows as they are now. Built once for each content of the register."""
    rows = list(HolidayYear.objects.order_by("year").values_list(*COLUMNS))
    return _built(json.dumps(rows, ensure_ascii=False))


@lru_cache(maxsize=8)
def _built(rows: str) -> WorkingCalendar:
    notices = tuple(
        HolidayNotice(
            year=year,
            source=source,
            status=SourceStatus(status),
            days_off=tuple(map(dt.date.fromisoformat, days_off)),
            worked_weekend_days=tuple(map(dt.date.fromisoformat, worked)),
        )
        for year, source, status, days_off, worked in json.loads(rows)
    )
    return WorkingCalendar(notices=notices, counting=national_calendar().counting)
