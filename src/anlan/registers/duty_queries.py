"""Reads of the duty roster: shifts of a span, who is on duty, what is missing."""

import datetime as dt
from typing import Any

from django.db.models import Prefetch, QuerySet

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.verdict import Verdict
from anlan.registers.choices import ShiftRole
from anlan.registers.models import DutyAssignment, DutyShift
from anlan.registers.rules.duty_roster import Finding, Shift, check_roster
from anlan.registers.rules.scope import Scope


def with_people(shifts: QuerySet[Any]) -> QuerySet[Any]:
    """Shifts with their body and the people on them."""
    assigned = DutyAssignment.objects.select_related("person").order_by("role", "id")
    return shifts.select_related("body__unit").prefetch_related(
        Prefetch("assignments", queryset=assigned)
    )


def shifts_between(
    scope: Scope, starts_at: dt.datetime, ends_at: dt.datetime, body: str = ""
) -> QuerySet[DutyShift]:
    """Visible shifts that touch a span, with their people."""
    rows = DutyShift.objects.visible_to(scope).filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return with_people(rows.filter(body__code=body) if body else rows)


def on_duty(scope: Scope, at: dt.datetime, body: str = "") -> QuerySet[DutyShift]:
    """Visible shifts that run at an instant: who is on duty now."""
    return shifts_between(scope, at, at + dt.timedelta(microseconds=1), body)


def roster_findings(
    shifts: list[DutyShift], starts_at: dt.datetime, ends_at: dt.datetime
) -> Verdict[tuple[Finding, ...]]:
    """What is missing in the shifts of one body between two instants."""
    values = []
    for shift in shifts:
        roles = [assigned.role for assigned in shift.assignments.all()]
        values.append(
            Shift(
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                leaders=roles.count(ShiftRole.LEADER),
                officers=roles.count(ShiftRole.OFFICER),
            )
        )
    return check_roster(values, starts_at, ends_at)


def month_span(first: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """First instant of a month in the city, and that of the next month."""
    after = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    start = dt.datetime.combine(first.replace(day=1), dt.time(), CITY_ZONE)
    return start, dt.datetime.combine(after, dt.time(), CITY_ZONE)
