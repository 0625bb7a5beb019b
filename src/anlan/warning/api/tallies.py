"""Statistics of warnings: how many by level, told apart by one thing, and who was called."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from anlan.base import clock
from anlan.base.api.shapes import Day
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.rules.labels import gettext_noop
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.api.received_shapes import HazardCode
from anlan.warning.api.scores import BadPeriod
from anlan.warning.forms.scoring import MOST_DAYS
from anlan.warning.queries.scoring_records import Of, Period, may_score, places_in_view
from anlan.warning.queries.tallies import Asked, Line, Tallies, year_until
from anlan.warning.rules.scoring.tally import NOWHERE, By
from anlan.warning.rules.signal import Hazard

router = Router(tags=["warnings"])


class UnknownPlace(Invalid):
    code = "unknown-place"
    message = gettext_noop(
        "There is no such county in your area. Leave it out for all of them, or name one by its "
        "code of the reporting units."
    )


class TallyQuery(Schema):
    """Days of the city, the last one included; this year until today when absent. `place` is the
    code of a reporting unit, or "unknown"."""

    first: Day | None = None
    last: Day | None = None
    whose: Of = Of.WARNINGS
    by: By = By.HAZARD
    hazard: HazardCode | None = None
    place: str = ""


class TallyLine(Schema):
    """`code` is a hazard, issuer, unit, month (2026-07), season or year; "" is the whole.
    `answered_share` is null of none."""

    code: str
    red: int
    orange: int
    yellow: int
    blue: int
    total: int
    warnings_called_on: int
    people_called: int
    answered_in_time: int
    answered_share: float | None


class TallyTable(Schema):
    """`gas_notices` are monitoring notices of gas, which stand in no line."""

    first: dt.date
    last: dt.date
    whose: Of
    by: By
    total: TallyLine
    gas_notices: int
    rows: list[TallyLine]


@router.get("/warning-statistics", response=TallyTable)
def get_tallies(request: HttpRequest, query: Query[TallyQuery]) -> dict[str, Any]:
    """How many warnings of a period, as on the page of the statistics."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    if not may_score(scope) or not isinstance(scope, Scope):
        raise NotAllowed
    usual = year_until(clock.today())
    period = Period(first=query.first or usual.first, last=query.last or usual.last)
    if not 0 <= (period.last - period.first).days <= MOST_DAYS:
        raise BadPeriod(field="last")
    if query.place and query.place not in {*places_in_view(scope), NOWHERE}:
        raise UnknownPlace(field="place")
    hazard = Hazard(query.hazard) if query.hazard else None
    asked = Asked(period=period, of=query.whose, hazard=hazard, place=query.place)
    found = Tallies(scope, asked)
    return {
        "first": period.first,
        "last": period.last,
        "whose": query.whose,
        "by": query.by,
        "total": _line(found.total),
        "gas_notices": found.gas_notices,
        "rows": [_line(line) for line in found.lines(query.by)],
    }


def _line(line: Line) -> dict[str, Any]:
    levels = {level.value: count for level, count in line.tally.by_level.items()}
    return levels | {
        "code": line.code,
        "total": line.tally.total,
        "warnings_called_on": line.called.warnings,
        "people_called": line.called.people,
        "answered_in_time": line.called.in_time,
        "answered_share": line.called.answered.value,
    }
