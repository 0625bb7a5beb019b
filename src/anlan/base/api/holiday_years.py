"""The working-day calendar: what each year's holiday notice says."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Change, actor_of, expected_version, stated, tagged
from anlan.base.due.access import require_keeping
from anlan.base.due.holiday_notices import NewNotice, set_year
from anlan.base.errors import NotAllowed
from anlan.base.models import READ_PUBLISHED, HolidayYear
from anlan.base.rules.working_days import FIRST_DAY, LAST_DAY

router = Router(tags=["calendar"])
MOST_DAYS = 120
Days = Annotated[list[dt.date], Field(max_length=MOST_DAYS)]
Year = Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)]


class YearQuery(Paging):
    sort: Literal["year", "-year"] = "-year"


class YearShown(Schema):
    """`status` V: compared with the published text; M: from a second source."""

    id: str
    year: int
    document_number: str
    source: str
    days_off: list[dt.date]
    worked_weekend_days: list[dt.date]
    status: str
    version: int


class YearInput(Change):
    """`days_off` lie on Monday to Friday, `worked_weekend_days` on weekends. A year that is held
    already takes its version; terms that rest on the year are counted anew."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    document_number: Annotated[str, Field(max_length=60)] = ""
    days_off: Days
    worked_weekend_days: Days
    status: Literal["V", "M"] = "V"


def _rows(request: HttpRequest) -> Any:
    scope = actor_of(request).scope
    if scope is None or not scope.may(READ_PUBLISHED):
        raise NotAllowed
    return HolidayYear.objects.visible_to(scope)


def _shown(row: HolidayYear) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "year": row.year,
        "document_number": row.document_number,
        "source": row.source,
        "days_off": row.days_off,
        "worked_weekend_days": row.worked_weekend_days,
        "status": row.status,
        "version": row.version,
    }


@router.get("/holiday-years", response=Page[YearShown])
def list_holiday_years(request: HttpRequest, query: Query[YearQuery]) -> dict[str, Any]:
    """The years whose notice is held. A year that is not listed is not announced."""
    return page_of(request, _rows(request).order_by(query.sort), query, _shown)


@router.get("/holiday-years/{int:year}", response=YearShown)
def get_holiday_year(request: HttpRequest, response: HttpResponse, year: Year) -> dict[str, Any]:
    row = only(_rows(request).filter(year=year))
    tagged(response, row.version)
    return _shown(row)


@router.put("/holiday-years/{int:year}", response=YearShown)
def set_holiday_year(
    request: HttpRequest, response: HttpResponse, year: Year, body: YearInput
) -> dict[str, Any]:
    """Enter the notice of a year, or set it right."""
    require_keeping(actor_of(request))
    is_known = HolidayYear.objects.filter(year=year).exists()
    set_year(
        NewNotice(
            year=year,
            source=body.source,
            document_number=body.document_number,
            days_off=tuple(body.days_off),
            worked_weekend_days=tuple(body.worked_weekend_days),
            status=body.status,
        ),
        expected_version=expected_version(request, body) if is_known else 0,
        **stated(request, body).kwargs(),
    )
    return get_holiday_year(request, response, year)
